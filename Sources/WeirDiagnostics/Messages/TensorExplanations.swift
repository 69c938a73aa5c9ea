extension Explanation {
  package static var tensors: [Explanation] {
    [
      Explanation(
        670, "two shapes do not fit together",
        """
        Element by element, axes are matched from the last: two sizes must be the same, or one of them 1, which repeats. A matrix \
        product needs the last size of the left to be the last but one of the right. `shape(t)` shows the sizes, `reshape` and \
        `transpose` change them.
        """,
        wrong: "tensor([[1, 2, 3], [4, 5, 6]]) + tensor([1, 2])",
        right: "tensor([[1, 2, 3], [4, 5, 6]]) + reshape(tensor([1, 2]), [2, 1])"),
      Explanation(
        671, "a tensor has no such axis",
        """
        Axes are counted from 0, and from the end where they are negative: of a tensor of shape [2, 3], 0 or -2 is the first \
        and 1 or -1 the second.
        """,
        wrong: "sum(tensor([[1, 2], [3, 4]]), axis: 2)", right: "sum(tensor([[1, 2], [3, 4]]), axis: 1)"),
      Explanation(
        672, "a tensor is too large",
        """
        The sizes multiply to more elements than the memory of the machine holds. Look for a size that was meant for another axis, \
        and for an outer product where an elementwise one was meant.
        """,
        wrong: "zeros([1000000, 1000000])", right: "zeros([1000, 1000])"),
      Explanation(
        673, "a matrix is singular",
        """
        Its rows depend on each other, so that it has no inverse and its systems have no single solution. Two columns that say the \
        same are the usual reason.
        """,
        wrong: "inverse(tensor([[1.0, 2.0], [2.0, 4.0]]))", right: "inverse(tensor([[1.0, 2.0], [2.0, 5.0]]))"),
      Explanation(
        674, "a tensor holds another kind of numbers than is needed",
        """
        Tensors hold f32, f64, i64 or bool. `tensor(t, dtype: "f32")` changes the kind; a comparison gives bool.
        """,
        wrong: "if_else(tensor([1, 0]), tensor([1, 2]), tensor([3, 4]))",
        right: "if_else(tensor([1, 0]) > 0, tensor([1, 2]), tensor([3, 4]))"),
      Explanation(
        675, "a function can't be differentiated",
        """
        `grad` follows arithmetic, the functions of numbers, sums and other reductions, changes of shape, products, \
        solutions of systems and `svd`, `qr` and `eigen`. Other functions, such as `median`, take values without saying how they \
        change.
        """,
        wrong: "grad(x => median(x))(tensor([1.0, 5.0, 2.0]))", right: "grad(x => mean(x))(tensor([1.0, 5.0, 2.0]))"),
      Explanation(
        676, "a tensor can't be made or changed like this",
        """
        Rows of a tensor have one length, its numbers one kind, and a missing number has no place in whole ones. The message says \
        what stands in the way.
        """,
        wrong: "tensor([[1, 2], [3]])", right: "tensor([[1, 2], [3, 4]])"),
      Explanation(
        677, "a function to differentiate must give one number",
        """
        `grad` gives how one number changes with each element of the argument. Of a function that gives many, differentiate a sum, \
        or one element.
        """,
        wrong: "grad(x => x * x)(tensor([1.0, 2.0]))", right: "grad(x => sum(x * x))(tensor([1.0, 2.0]))"),
      Explanation(
        678, "a matrix can't be taken apart and differentiated here",
        """
        Where two singular values or eigenvalues are the same, their vectors can be turned into each other, and no derivative \
        says where they go; the values alone still have one. `qr` has a derivative where no column follows from the others and \
        there are no more columns than rows, `eigen` where the matrix is symmetric.
        """,
        wrong: "grad(x => svd(x).u[0, 0])(eye(2))", right: "grad(x => sum(svd(x).s))(eye(2))"),
    ]
  }
}
