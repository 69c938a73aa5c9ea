extension Operation {
  private static let reduced: [Sample] = [
    Sample([[5]]), Sample([[2, 3]], -1, 1, Settings(axes: [0])), Sample([[2, 3, 2]], -1, 1, Settings(axes: [0, 2], keep: true)),
    Sample([[3, 4]], -1, 1, Settings(axes: [-1])),
  ]
  private static let alongAxis: [Sample] = [
    Sample([[5]], -1, 1, Settings(axes: [0])), Sample([[2, 4]], -1, 1, Settings(axes: [-1])), Sample([[3, 2]], -1, 1, Settings(axes: [0])),
  ]

  /// The derivative by the output of a reduction, stretched over what went into it.
  private static func spread(_ variable: Variable, _ b: Backward) throws -> Variable {
    let shape = b.x.shape
    let axes = try b.settings.axes.map { try shape.axes($0, for: "sum") } ?? Array(0..<shape.rank)
    let kept = try variable.reshaped(shape.sizes.indices.map { axes.contains($0) ? 1 : shape.sizes[$0] })
    return try kept.expanded(to: shape.sizes)
  }

  package static let sum: Operation = Operation("sum", reduced) { inputs, s in
    try inputs[0].reduced(.sum, axes: s.axes, keep: s.keep)
  } derivative: { [try spread($0.g, $0)] }

  package static let mean: Operation = Operation("mean", reduced) { inputs, s in
    try inputs[0].reduced(.mean, axes: s.axes, keep: s.keep)
  } derivative: { b in
    let share = Double(b.x.tensor.count) / Double(Swift.max(b.output.tensor.count, 1))
    return [try spread(b.g, b) / .number(share)]
  }

  package static let max: Operation = extreme("max", .max)
  package static let min: Operation = extreme("min", .min)

  private static func extreme(_ name: String, _ reduction: Tensor.Reduction) -> Operation {
    Operation(name, reduced) { inputs, s in try inputs[0].reduced(reduction, axes: s.axes, keep: s.keep) } derivative: { b in
      // Those that are equal to the extreme share its derivative.
      let winners = try b.x.compared(.equal, Variable(spread(b.output, b).tensor)).converted(to: b.x.dtype)
      let several = try Variable(winners.tensor).sum(b.settings.axes, keep: b.settings.keep)
      return [try spread(b.g / several, b) * winners]
    }
  }

  package static let softmax: Operation = Operation("softmax", alongAxis) { inputs, s in try inputs[0].softmax(axis: s.axis) } derivative: { b in
    let along = try (b.g * b.output).sum(axes(b), keep: true)
    return [try b.output * (b.g - along)]
  }

  package static let logSoftmax: Operation = Operation("log_softmax", alongAxis) { inputs, s in
    try inputs[0].softmax(axis: s.axis, logarithm: true)
  } derivative: { b in
    [try b.g - b.output.apply(exp) * b.g.sum(axes(b), keep: true)]
  }

  /// A number without axes is its own row.
  private static func axes(_ b: Backward) -> [Int] { b.x.rank == 0 ? [] : [b.settings.axis] }

  package static let reductions = [sum, mean, max, min, softmax, logSoftmax]
}
