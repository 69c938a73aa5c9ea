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

/// A window that moves over an image, as convolutions and pools have it.
struct Window: Sendable {
  let height: Int, width: Int, channels: Int
  let kernelHeight: Int, kernelWidth: Int, stride: Int
  let top: Int, left: Int
  let outHeight: Int, outWidth: Int

  init(
    _ plan: LayerPlan, _ input: [Int], kernel: [Int], stride: Int, padding: Padding
  ) throws(LayerError) {
    guard input.count == 3, input.allSatisfy({ $0 > 0 }) else {
      throw plan.misfit(input, needs: "height x width x channels (`reshape` makes images of features)")
    }
    guard kernel.count == 2 else { throw plan.setting("a kernel is one side or two, and has \(kernel.count)") }
    for side in kernel { try plan.positive(side, "kernel") }
    try plan.positive(stride, "stride")
    if case .fixed(let count) = padding, count < 0 || count > 1 << 20 {
      throw plan.setting("`padding` must be \"same\", \"valid\" or a number from 0, and is \(count)")
    }
    guard let vertical = padding.sizes(input[0], window: kernel[0], stride: stride),
      let horizontal = padding.sizes(input[1], window: kernel[1], stride: stride)
    else { throw plan.misfit(input, needs: "an image of at least \(kernel[0]) x \(kernel[1])") }
    self.init(input, kernel, stride, vertical, horizontal)
  }

  /// The window of a layer that was declared before.
  init?(_ input: [Int], kernel: [Int], stride: Int, padding: Padding) {
    guard input.count == 3, kernel.count == 2, let vertical = padding.sizes(input[0], window: kernel[0], stride: stride),
      let horizontal = padding.sizes(input[1], window: kernel[1], stride: stride)
    else { return nil }
    self.init(input, kernel, stride, vertical, horizontal)
  }

  private init(
    _ input: [Int], _ kernel: [Int], _ stride: Int, _ vertical: (output: Int, before: Int), _ horizontal: (output: Int, before: Int)
  ) {
    (height, width, channels) = (input[0], input[1], input[2])
    (kernelHeight, kernelWidth, self.stride) = (kernel[0], kernel[1], stride)
    (outHeight, top) = vertical
    (outWidth, left) = horizontal
  }

  var inputCount: Int { height * width * channels }
  /// The image with all that the window reaches.
  var paddedHeight: Int { (outHeight - 1) * stride + kernelHeight }
  var paddedWidth: Int { (outWidth - 1) * stride + kernelWidth }
}

/// A convolution over images of height x width x channels.
package struct Convolution: FusingLayer {
  package static let archiveName = "conv"
  package let filters: Int
  package let kernel: [Int]
  package let stride: Int
  package let padding: Padding
  package let hasBias: Bool

  package init(_ filters: Int, kernel: [Int] = [3, 3], stride: Int = 1, padding: Padding = .valid, bias: Bool = true) {
    self.filters = filters
    self.kernel = kernel.count == 1 ? [kernel[0], kernel[0]] : kernel
    self.stride = stride
    self.padding = padding
    hasBias = bias
  }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    try plan.positive(filters, "filters")
    let window = try Window(plan, input, kernel: kernel, stride: stride, padding: padding)
    let fan = kernel[0] * kernel[1] * window.channels
    try plan.learn("weight", [kernel[0], kernel[1], window.channels, filters], .fan(fan))
    if hasBias { try plan.learn("bias", [filters], .fan(fan)) }
    return [window.outHeight, window.outWidth, filters]
  }

  func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>, fusing activation: Activation?) -> Signal<S> {
    let weight = assembly.takeLearned(), bias = hasBias ? assembly.takeLearned() : nil
    guard let window = Window(input.shape, kernel: kernel, stride: stride, padding: padding) else { return input }
    let output = assembly.signal([window.outHeight, window.outWidth, filters])
    assembly.add(ConvolutionOperation(assembly, input, output, window, weight, bias, activation))
    return output
  }

  package init(archive: Archive) throws {
    self.init(
      try archive.part("filters").asInt(), kernel: try archive.part("kernel").asInts().map { Int($0) },
      stride: try archive.part("stride").asInt(), padding: try Padding(archive: archive.part("padding")),
      bias: try archive.part("bias").asBool())
  }
  package var archive: Archive {
    .of([
      "filters": .int(Int64(filters)), "kernel": .ints(kernel.map { Int64($0) }), "stride": .int(Int64(stride)),
      "padding": padding.archive, "bias": .bool(hasBias),
    ])
  }
}
