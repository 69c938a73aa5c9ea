extension Operation {
  package static let matrixProduct: Operation = Operation("@", [
    Sample([[2, 3], [3, 4]]), Sample([[3], [3]]), Sample([[3], [3, 2]]), Sample([[2, 3], [3]]), Sample([[2, 2, 3], [3, 2]]),
    Sample([[2, 1, 2, 3], [4, 3, 2]]), Sample([[2, 3, 2], [2]]),
  ]) { inputs, _ in try inputs[0].matrixProduct(inputs[1]) } derivative: { b in
    // Vectors count as a row on the left and a column on the right.
    let x = b.x.rank == 1 ? try b.x.reshaped([1] + b.x.shape.sizes) : b.x
    let y = b.y.rank == 1 ? try b.y.reshaped(b.y.shape.sizes + [1]) : b.y
    var g = b.g
    if b.y.rank == 1 { g = try g.reshaped(g.shape.sizes + [1]) }
    if b.x.rank == 1 { g = try g.reshaped(Array(g.shape.sizes.dropLast()) + [1, g.shape.sizes[g.rank - 1]]) }
    let left = b.wanted[0] ? try g.matrixProduct(y.turned()) : nil
    var right = b.wanted[1] ? try x.turned().matrixProduct(g) : nil
    if b.y.rank == 1, let column = right { right = try column.reshaped(Array(column.shape.sizes.dropLast())) }
    return [left, right]
  }

  package static let solve: Operation = Operation("solve", [Sample([[3, 3], [3]], 0.1, 1), Sample([[2, 2], [2, 3]], 0.1, 1)]) { inputs, _ in
    try inputs[0].solving(inputs[1])
  } derivative: { b in
    let right = try Variable.apply(solve, [b.x.turned(), b.g])
    let isVector = b.y.rank == 1
    let column = isVector ? try right.reshaped(right.shape.sizes + [1]) : right
    let row = isVector ? try b.output.reshaped([1] + b.output.shape.sizes) : try b.output.turned()
    return [b.wanted[0] ? try -column.matrixProduct(row) : nil, right]
  }

  package static let inverse: Operation = Operation("inverse", [Sample([[3, 3]], 0.1, 1), Sample([[2, 2, 2]], 0.1, 1)]) { inputs, _ in
    try inputs[0].inverse()
  } derivative: { b in
    let turned = try b.output.turned()
    return [try -turned.matrixProduct(b.g).matrixProduct(turned)]
  }

  package static let determinant: Operation = Operation("determinant", [Sample([[3, 3]], 0.1, 1), Sample([[2, 2, 2]], 0.1, 1)]) { inputs, _ in
    try inputs[0].determinant()
  } derivative: { b in
    let front = b.output.shape.sizes
    return [try (b.g * b.output).reshaped(front + [1, 1]) * Variable.apply(inverse, [b.x]).turned()]
  }

  package static let products = [matrixProduct, solve, inverse, determinant]
}
