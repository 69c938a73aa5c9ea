import CWeirKernels
package import WeirBase

/// How far a window reaches over the edge of an image.
package enum Padding: Sendable, Hashable {
  /// The output has the size of the input, divided by the stride.
  case same
  case valid
  case fixed(Int)

  /// The size of the output, and how much is added before the input; nil where the window is larger than the input.
  func sizes(_ input: Int, window: Int, stride: Int) -> (output: Int, before: Int)? {
    switch self {
    case .same:
      let output = (input + stride - 1) / stride
      return (output, max(0, (output - 1) * stride + window - input) / 2)
    case .valid: return input >= window ? ((input - window) / stride + 1, 0) : nil
    case .fixed(let count): return input + 2 * count >= window ? ((input + 2 * count - window) / stride + 1, count) : nil
    }
  }

  init(archive: Archive) throws {
    switch archive {
    case .text("same"): self = .same
    case .text("valid"): self = .valid
    default: self = .fixed(try archive.asInt())
    }
  }
  var archive: Archive {
    switch self {
    case .same: .text("same")
    case .valid: .text("valid")
    case .fixed(let count): .int(Int64(count))
    }
  }
}

/// A window that moves over an image, as convolutions and pools have it. Sides are height, then width.
struct Window: Sendable {
  let height: Int, width: Int, channels: Int
  let kernelHeight: Int, kernelWidth: Int
  let strideHeight: Int, strideWidth: Int
  let top: Int, left: Int
  let outHeight: Int, outWidth: Int

  init(
    _ plan: LayerPlan, _ input: [Int], kernel: [Int], stride: [Int], padding: Padding
  ) throws(LayerError) {
    guard input.count == 3, input.allSatisfy({ $0 > 0 }) else {
      throw plan.misfit(input, needs: "height x width x channels")
    }
    for (sides, name) in [(kernel, "kernel"), (stride, "stride")] {
      guard sides.count == 2 else { throw plan.setting("`\(name)` is one side or two, and has \(sides.count)") }
      for side in sides { try plan.positive(side, name) }
    }
    if case .fixed(let count) = padding, count < 0 || count > 1 << 20 {
      throw plan.setting("`padding` must be \"same\", \"valid\" or a number from 0, and is \(count)")
    }
    guard let vertical = padding.sizes(input[0], window: kernel[0], stride: stride[0]),
      let horizontal = padding.sizes(input[1], window: kernel[1], stride: stride[1])
    else { throw plan.misfit(input, needs: "at least \(kernel[0]) x \(kernel[1]), the size of its window") }
    self.init(input, kernel, stride, vertical, horizontal)
    try plan.check([paddedHeight + kernel[0], paddedWidth + kernel[1], channels])
  }

  /// The window of a layer that was declared before.
  init?(_ input: [Int], kernel: [Int], stride: [Int], padding: Padding) {
    guard input.count == 3, kernel.count == 2, stride.count == 2,
      let vertical = padding.sizes(input[0], window: kernel[0], stride: stride[0]),
      let horizontal = padding.sizes(input[1], window: kernel[1], stride: stride[1])
    else { return nil }
    self.init(input, kernel, stride, vertical, horizontal)
  }

  /// A window that is known to fit: down and across, how many places it has and how far before the image it begins.
  init(
    _ input: [Int], _ kernel: [Int], _ stride: [Int], _ vertical: (output: Int, before: Int),
    _ horizontal: (output: Int, before: Int)
  ) {
    (height, width, channels) = (input[0], input[1], input[2])
    (kernelHeight, kernelWidth, strideHeight, strideWidth) = (kernel[0], kernel[1], stride[0], stride[1])
    (outHeight, top) = vertical
    (outWidth, left) = horizontal
  }

  var inputCount: Int { height * width * channels }
  /// The image with all that the window reaches.
  var paddedHeight: Int { (outHeight - 1) * strideHeight + kernelHeight }
  var paddedWidth: Int { (outWidth - 1) * strideWidth + kernelWidth }

  /// One side stands for both.
  static func sides(_ given: [Int]) -> [Int] { given.count == 1 ? [given[0], given[0]] : given }
}

/// A convolution over images of height x width x channels; PyTorch's `Conv2d`.
package struct Convolution: FusingLayer {
  package static let archiveName = "conv"
  package let filters: Int
  /// Height and width.
  package let kernel: [Int]
  package let stride: [Int]
  package let padding: Padding
  /// How far apart the points of the kernel lie.
  package let dilation: [Int]
  package let hasBias: Bool

  package init(
    _ filters: Int, kernel: [Int] = [3, 3], stride: [Int] = [1], padding: Padding = .valid, dilation: [Int] = [1], bias: Bool = true
  ) {
    self.filters = filters
    self.kernel = Window.sides(kernel)
    self.stride = Window.sides(stride)
    self.padding = padding
    self.dilation = Window.sides(dilation)
    hasBias = bias
  }

  /// The kernel with the gaps between its points.
  private var reach: [Int] { zip(kernel, dilation).map { ($0 - 1) * $1 + 1 } }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    try plan.positive(filters, "filters")
    for (sides, name) in [(kernel, "kernel"), (dilation, "dilation")] {
      guard sides.count == 2 else { throw plan.setting("`\(name)` is one side or two, and has \(sides.count)") }
      for side in sides { try plan.positive(side, name) }
    }
    let window = try Window(plan, input, kernel: reach, stride: stride, padding: padding)
    // What the way back needs room for: the gradient with all that the turned kernel reaches.
    try plan.check([window.height + reach[0], window.width + reach[1], filters])
    try plan.check([reach[0], reach[1], window.channels, filters])
    let fan = kernel[0] * kernel[1] * window.channels
    try plan.learn("weight", [kernel[0], kernel[1], window.channels, filters], .fan(fan))
    if hasBias { try plan.learn("bias", [filters], .fan(fan)) }
    return [window.outHeight, window.outWidth, filters]
  }

  func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>, fusing activation: Activation?) -> Signal<S> {
    let weight = assembly.takeLearned(), bias = hasBias ? assembly.takeLearned() : nil
    guard let window = Window(input.shape, kernel: reach, stride: stride, padding: padding) else { return input }
    let output = assembly.signal([window.outHeight, window.outWidth, filters])
    assembly.add(ConvolutionOperation(assembly, input, output, window, weight, bias, activation, dilation: dilation))
    return output
  }

  package init(archive: Archive) throws {
    self.init(
      try archive.part("filters").asInt(), kernel: try archive.sides("kernel"), stride: try archive.sides("stride"),
      padding: try Padding(archive: archive.part("padding")),
      dilation: archive["dilation"] == nil ? [1] : try archive.sides("dilation"), bias: try archive.part("bias").asBool())
  }
  package var archive: Archive {
    .of([
      "filters": .int(Int64(filters)), "kernel": .sides(kernel), "stride": .sides(stride), "padding": padding.archive,
      "dilation": .sides(dilation), "bias": .bool(hasBias),
    ])
  }
}

extension Archive {
  static func sides(_ sides: [Int]) -> Archive { .ints(sides.map { Int64($0) }) }

  /// Sides, or one that stands for both, as archives of earlier builds have it.
  func sides(_ name: String) throws -> [Int] {
    let part = try part(name)
    if case .int = part { return [try part.asInt()] }
    return try part.asInts().map { Int(clamping: $0) }
  }
}
