/// Matrices taken apart. An operation gives one tensor, so the parts lie side by side along a last axis, and `slice` and
/// `reshape` take them out again; values alone are operations of their own, whose derivatives hold where vectors have none.
extension Operation {
  /// `u`, `s` and `vt`, side by side.
  static let svd: Operation = Operation("svd", [Sample([[3, 3]], 0.1, 1), Sample([[4, 2]]), Sample([[2, 3]]), Sample([[2, 2, 2]], 0.1, 1)]) {
    inputs, _ in
    let (u, s, vt) = try inputs[0].singularValues()
    return try Tensor.sideBySide([u, s, vt], matrix: inputs[0].shape)
  } derivative: { b in
    let form = Form(b.x.shape), (m, n, k) = (form.rows, form.columns, form.least)
    let layout = [[m, k], [k], [k, n]], parts = try form.parts(of: b.output, layout), slopes = try form.parts(of: b.g, layout)
    let (u, s, vt) = (parts[0], parts[1], parts[2]), (gu, gs, gvt) = (slopes[0], slopes[1], slopes[2])
    try form.checkApart(s, "svd", squared: true)
    if m != n { try form.checkNotZero(s, "svd") }
    let row = try form.row(s), column = try form.column(s)
    // Townsend 2016, as PyTorch has it: how far each pair of directions turns, by the difference of the squares.
    let gaps = try form.row(s * s) - form.column(s * s) + form.ones()
    let left = try u.turned().matrixProduct(gu), right = try vt.matrixProduct(gvt.turned())
    let turns = try (left - left.turned()) / gaps * row + column * ((right - right.turned()) / gaps)
    var out = try u.matrixProduct(turns + form.ones() * form.row(gs)).matrixProduct(vt)
    if m > k { out = try out + (gu / row - u.matrixProduct(left / row)).matrixProduct(vt) }
    if n > k { out = try out + u.matrixProduct((gvt - gvt.matrixProduct(vt.turned()).matrixProduct(vt)) / column) }
    return [out]
  }

  /// The singular values alone.
  static let singularValues: Operation = Operation("svd_values", [Sample([[3, 3]], 0.1, 1), Sample([[4, 2]]), Sample([[2, 3]])]) { inputs, _ in
    try inputs[0].singularValues().s
  } derivative: { b in
    let form = Form(b.x.shape), layout = [[form.rows, form.least], [form.least], [form.least, form.columns]]
    let parts = try form.parts(of: Variable.apply(svd, [b.x]), layout)
    return [try (parts[0] * form.row(b.g)).matrixProduct(parts[2])]
  }

  /// `q` and `r`, side by side.
  static let qr: Operation = Operation("qr", [Sample([[3, 3]], 0.1, 1), Sample([[4, 2]]), Sample([[2, 3, 2]])]) { inputs, _ in
    let (q, r) = try inputs[0].orthogonal()
    return try Tensor.sideBySide([q, r], matrix: inputs[0].shape)
  } derivative: { b in
    let form = Form(b.x.shape), (m, n) = (form.rows, form.columns)
    guard m >= n else {
      throw TensorError.noDerivativeHere(
        operation: "qr", why: "the matrix has more columns than rows", mend: "differentiate `qr` of a matrix with no more columns than rows")
    }
    let layout = [[m, n], [n, n]], parts = try form.parts(of: b.output, layout), slopes = try form.parts(of: b.g, layout)
    let (q, r) = (parts[0], parts[1]), (gq, gr) = (slopes[0], slopes[1])
    try form.checkNotZero(r.part(form.front + [.all, .all]) * form.ones(), "qr", diagonal: true)
    // Walter and Lehmann 2013: what is above the diagonal, mirrored.
    let upper = try (gr.matrixProduct(r.turned()) - q.turned().matrixProduct(gq)) * form.triangle()
    let mirrored = try upper + upper.turned() - upper * form.ones()
    let right = try gq + q.matrixProduct(mirrored)
    return [try Variable.apply(solve, [r, right.turned()]).turned()]
  }

  /// The eigenvalues and eigenvectors of a symmetric matrix, side by side; of another matrix those of its symmetric part.
  static let eigen: Operation = Operation("eigen", [Sample([[3, 3]]), Sample([[2, 2, 2]])]) { inputs, _ in
    let (values, vectors) = try inputs[0].symmetricPart().eigen()
    return try Tensor.sideBySide([values, vectors], matrix: inputs[0].shape)
  } derivative: { b in
    let form = Form(b.x.shape), n = form.least, layout = [[n], [n, n]]
    let parts = try form.parts(of: b.output, layout), slopes = try form.parts(of: b.g, layout)
    try form.checkApart(parts[0], "eigen", squared: false)
    let gaps = try form.row(parts[0]) - form.column(parts[0]) + form.ones()
    let turns = try parts[1].turned().matrixProduct(slopes[1]) / gaps
    let middle = try turns - turns * form.ones() + form.ones() * form.row(slopes[0])
    return [try parts[1].matrixProduct(middle).matrixProduct(parts[1].turned()).symmetricPart()]
  }

  /// The eigenvalues alone.
  static let eigenvalues: Operation = Operation("eigen_values", [Sample([[3, 3]]), Sample([[2, 2, 2]])]) { inputs, _ in
    try inputs[0].symmetricPart().eigen().values
  } derivative: { b in
    let form = Form(b.x.shape), parts = try form.parts(of: Variable.apply(eigen, [b.x]), [[form.least], [form.least, form.least]])
    return [try (parts[1] * form.row(b.g)).matrixProduct(parts[1].turned())]
  }

  package static let decompositions = [svd, singularValues, qr, eigen, eigenvalues]
}

/// How matrices lie in a tensor, and how their parts are laid side by side.
private struct Form {
  let sizes: [Int]
  let rows: Int, columns: Int

  init(_ shape: Shape) {
    sizes = Array(shape.sizes.dropLast(2))
    rows = shape.sizes[shape.rank - 2]
    columns = shape.sizes[shape.rank - 1]
  }

  var least: Int { min(rows, columns) }
  /// All of the axes in front.
  var front: [Tensor.Index] { sizes.map { _ in .all } }

  /// Parts of these shapes, taken out of where they lie side by side.
  func parts(of whole: Variable, _ layout: [[Int]]) throws -> [Variable] {
    var first = 0
    return try layout.map { shape in
      let count = shape.reduce(1, *)
      defer { first += count }
      return try whole.part(front + [.part(first: first, count: count, step: 1)]).reshaped(sizes + shape)
    }
  }

  /// One number a column, or a row, of the small square.
  func row(_ values: Variable) throws -> Variable { try values.reshaped(sizes + [1, least]) }
  func column(_ values: Variable) throws -> Variable { try values.reshaped(sizes + [least, 1]) }

  /// The unit matrix, and ones on and above the diagonal.
  func ones() throws -> Variable { Variable(try Tensor.eye(least, least, .f64)) }
  func triangle() throws -> Variable {
    let k = least
    return Variable(try Tensor((0..<k * k).map { $0 / max(k, 1) <= $0 % max(k, 1) ? 1 : 0 }, Shape([k, k], for: "qr"), .f64))
  }

  /// Throws where two values are the same to the last digits: then their vectors may turn at no cost.
  func checkApart(_ values: Variable, _ operation: String, squared: Bool) throws {
    try forEach(values) { values in
      let own = squared ? values.map { $0 * $0 } : values, largest = own.reduce(0) { max($0, abs($1)) }
      let sorted = own.sorted()
      guard zip(sorted, sorted.dropFirst()).contains(where: { $1 - $0 <= 1e-13 * largest }) else { return }
      throw TensorError.noDerivativeHere(
        operation: operation, why: "two of its values are the same, so that their vectors are not defined",
        mend: operation == "svd" ? "the singular values alone, `svd(a).s`, have a derivative" : "the values alone, `eigen(a).values`, have a derivative")
    }
  }

  /// Throws where a value is zero; of a matrix those on the diagonal are looked at.
  func checkNotZero(_ values: Variable, _ operation: String, diagonal: Bool = false) throws {
    let step = diagonal ? least + 1 : 1
    try forEach(values) { values in
      let own = stride(from: 0, to: values.count, by: step).map { abs(values[$0]) }
      guard let most = own.max(), own.contains(where: { $0 <= 1e-14 * most }) else { return }
      throw TensorError.noDerivativeHere(operation: operation, why: "the columns of the matrix depend on each other", mend: nil)
    }
  }

  private func forEach(_ values: Variable, _ body: ([Double]) throws -> Void) throws {
    let all = try values.tensor.doubles(), count = sizes.reduce(1, *)
    guard count > 0 else { return }
    let size = all.count / count
    for number in 0..<count { try body(Array(all[number * size..<(number + 1) * size])) }
  }
}

extension Tensor {
  /// Parts of a matrix after each other, along one last axis.
  fileprivate static func sideBySide(_ parts: [Tensor], matrix: Shape) throws -> Tensor {
    let front = Array(matrix.sizes.dropLast(2)), count = front.reduce(1, *)
    return try concatenated(try parts.map { part in
      try part.reshaped(front + [count == 0 ? 0 : part.count / count])
    }, axis: front.count)
  }

  fileprivate func symmetricPart() throws -> Tensor {
    var order = Array(0..<rank)
    order.swapAt(rank - 2, rank - 1)
    return try adding(transposed(order)).multiplied(by: Tensor(0.5)).converted(to: dtype.floating)
  }

  /// Whether each matrix is the same when rows and columns are swapped.
  fileprivate func isSymmetric() throws -> Bool {
    guard rank >= 2, shape.sizes[rank - 1] == shape.sizes[rank - 2] else { return false }
    var order = Array(0..<rank)
    order.swapAt(rank - 2, rank - 1)
    return try doubles() == transposed(order).doubles()
  }
}

extension Variable {
  fileprivate func symmetricPart() throws -> Variable { try (self + turned()) * .number(0.5) }

  /// `u`, `s`, `vt` with `u * s @ vt` this matrix.
  package func singularValues() throws -> (u: Variable, s: Variable, vt: Variable) {
    guard isTraced, rank >= 2 else {
      let (u, s, vt) = try tensor.singularValues()
      return (Variable(u), Variable(s), Variable(vt))
    }
    let form = Form(shape), layout = [[form.rows, form.least], [form.least], [form.least, form.columns]]
    let parts = try form.parts(of: .apply(.svd, [self]), layout)
    return (parts[0], try .apply(.singularValues, [self]), parts[2])
  }

  /// `q` with orthonormal columns and `r` upper triangular, whose product is this matrix.
  package func orthogonal() throws -> (q: Variable, r: Variable) {
    guard isTraced, rank >= 2 else {
      let (q, r) = try tensor.orthogonal()
      return (Variable(q), Variable(r))
    }
    let form = Form(shape)
    let parts = try form.parts(of: .apply(.qr, [self]), [[form.rows, form.least], [form.least, form.columns]])
    return (parts[0], parts[1])
  }

  /// Eigenvalues, and eigenvectors as columns. Derivatives are those of symmetric matrices.
  package func eigen() throws -> (values: Variable, vectors: Variable) {
    guard isTraced, rank >= 2 else {
      let (values, vectors) = try tensor.eigen()
      return (Variable(values), Variable(vectors))
    }
    guard try tensor.isSymmetric() else {
      throw TensorError.noDerivativeHere(
        operation: "eigen", why: "the matrix is not symmetric", mend: "differentiate `eigen((a + transpose(a)) / 2)`")
    }
    let form = Form(shape), parts = try form.parts(of: .apply(.eigen, [self]), [[form.least], [form.least, form.least]])
    return (try .apply(.eigenvalues, [self]), parts[1])
  }
}
