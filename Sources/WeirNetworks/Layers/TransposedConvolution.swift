package import WeirBase

/// The way back through a convolution, as a layer that makes images larger; PyTorch's `ConvTranspose2d`.
///
/// Where a convolution sums a window of its input into a point, this one lays each point of its input, times the kernel, over a
/// window of its output.
package struct TransposedConvolution: FusingLayer {
  package static let archiveName = "conv_transpose"
  package let filters: Int
  /// Height and width.
  package let kernel: [Int]
  package let stride: [Int]
  package let padding: Padding
  /// How many points more there are below and on the right: sizes between which the stride does not tell.
  package let outputPadding: [Int]
  /// How far apart the points of the kernel lie.
  package let dilation: [Int]
  package let hasBias: Bool

  package init(
    _ filters: Int, kernel: [Int] = [3, 3], stride: [Int] = [1], padding: Padding = .valid, outputPadding: [Int] = [0],
    dilation: [Int] = [1], bias: Bool = true
  ) {
    self.filters = filters
    self.kernel = Window.sides(kernel)
    self.stride = Window.sides(stride)
    self.padding = padding
    self.outputPadding = Window.sides(outputPadding)
    self.dilation = Window.sides(dilation)
    hasBias = bias
  }

  /// The kernel with the gaps between its points.
  private var reach: [Int] { zip(kernel, dilation).map { ($0 - 1) * $1 + 1 } }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    try plan.positive(filters, "filters")
    for (sides, name) in [(kernel, "kernel"), (stride, "stride"), (dilation, "dilation")] {
      guard sides.count == 2 else { throw plan.setting("`\(name)` is one side or two, and has \(sides.count)") }
      for side in sides { try plan.positive(side, name) }
    }
    try checkPadding(plan)
    guard input.count == 3, input.allSatisfy({ $0 > 0 }) else {
      throw plan.misfit(input, needs: "height x width x channels")
    }
    guard let window = window(input) else {
      throw plan.misfit(input, needs: "more points than \(LayerKinds.source(of: self)) takes away at the edge")
    }
    try plan.check([window.height, window.width, filters])
    try plan.check([window.paddedHeight, window.paddedWidth, filters])
    // What the way there needs room for: the input, spread by the stride, with all that the turned kernel reaches.
    try plan.check([window.height + reach[0], window.width + reach[1], input[2]])
    try plan.check([reach[0], reach[1], filters, input[2]])
    // As PyTorch has it, by the numbers that a point of the input goes into.
    let fan = kernel[0] * kernel[1] * filters
    try plan.learn("weight", [kernel[0], kernel[1], filters, input[2]], .fan(fan))
    if hasBias { try plan.learn("bias", [filters], .fan(fan)) }
    return [window.height, window.width, filters]
  }

  private func checkPadding(_ plan: LayerPlan) throws(LayerError) {
    if case .fixed(let count) = padding, count < 0 || count > 1 << 20 {
      throw plan.setting("`padding` must be \"same\", \"valid\" or a number from 0, and is \(count)")
    }
    guard outputPadding.count == 2 else {
      throw plan.setting("`output_padding` is one side or two, and has \(outputPadding.count)")
    }
    if padding == .same, outputPadding != [0, 0] {
      throw plan.setting("with `padding: \"same\"` the stride alone says the size, so that `output_padding` is of no use")
    }
    for (side, count) in outputPadding.enumerated() where count != 0 {
      guard count > 0, count < max(stride[side], dilation[side]) else {
        throw plan.setting("`output_padding` must be from 0 to below the stride or the dilation, and is \(count)")
      }
    }
  }

  /// The window over the output that is laid over with each point of the input; nil where nothing is left of it.
  private func window(_ input: [Int]) -> Window? {
    guard input.count == 3, kernel.count == 2, stride.count == 2, dilation.count == 2, outputPadding.count == 2 else { return nil }
    var sides: [Int] = [], before: [Int] = []
    for side in 0..<2 {
      let whole = (input[side] - 1) * stride[side] + reach[side]
      switch padding {
      case .same:
        sides.append(input[side] * stride[side])
        before.append(max(0, reach[side] - stride[side]) / 2)
      case .valid:
        sides.append(whole + outputPadding[side])
        before.append(0)
      case .fixed(let count):
        sides.append(whole - 2 * count + outputPadding[side])
        before.append(count)
      }
    }
    guard sides.allSatisfy({ $0 > 0 }) else { return nil }
    return Window([sides[0], sides[1], filters], reach, stride, (input[0], before[0]), (input[1], before[1]))
  }

  func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>, fusing activation: Activation?) -> Signal<S> {
    let weight = assembly.takeLearned(), bias = hasBias ? assembly.takeLearned() : nil
    guard let window = window(input.shape) else { return input }
    let output = assembly.signal([window.height, window.width, filters])
    assembly.add(
      TransposedConvolutionOperation(assembly, input, output, window, weight, bias, activation, dilation: dilation))
    return output
  }

  package init(archive: Archive) throws {
    self.init(
      try archive.part("filters").asInt(), kernel: try archive.sides("kernel"), stride: try archive.sides("stride"),
      padding: try Padding(archive: archive.part("padding")), outputPadding: try archive.sides("output_padding"),
      dilation: try archive.sides("dilation"), bias: try archive.part("bias").asBool())
  }
  package var archive: Archive {
    .of([
      "filters": .int(Int64(filters)), "kernel": .sides(kernel), "stride": .sides(stride), "padding": padding.archive,
      "output_padding": .sides(outputPadding), "dilation": .sides(dilation), "bias": .bool(hasBias),
    ])
  }
}
