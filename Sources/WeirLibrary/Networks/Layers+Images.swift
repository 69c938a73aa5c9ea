import WeirCatalog
import WeirNetworks

extension CatalogBuilder {
  /// Layers of images: height x width x channels.
  mutating func defineImageLayers() {
    layer(
      "conv", "Makes a layer of small patterns that are looked for everywhere in an image.",
      example: "conv(16, kernel: [3, 5])", gives: "conv(16, kernel: [3, 5])", see: "max_pool"
    ) { f in
      let filters = f.required(Int.self, "filters", "How many patterns.")
      let kernel = f.sides("kernel", default: 3, "How many points a pattern is high and wide; one number for both.")
      let stride = f.sides("stride", default: 1, "How many points to go on by, down and across.")
      let padding = f.padding()
      let dilation = f.sides("dilation", default: 1, "How far apart the points of a pattern lie.")
      let bias = f.optional(Bool.self, "bias", default: true, "Whether each pattern has a number of its own added.")
      f.details("""
        Height x width x channels become height x width x filters; without padding `kernel - 1` points are lost a side. Weights \
        and biases start uniform between -1/sqrt(n) and 1/sqrt(n), where n = kernel height x width x channels, as PyTorch's \
        `Conv2d`.
        """)
      return { call in
        Convolution(
          try call[filters], kernel: try call[kernel], stride: try call[stride], padding: try call[padding],
          dilation: try call[dilation], bias: try call[bias])
      }
    }
    layer(
      "conv_transpose", "Makes a layer of small patterns that are laid over an image at every point, which makes it larger.",
      example: "conv_transpose(8, kernel: 4, stride: 2, padding: 1)",
      gives: "conv_transpose(8, kernel: 4, stride: 2, padding: 1)", see: "upsample"
    ) { f in
      let filters = f.required(Int.self, "filters", "How many channels the larger image has.")
      let kernel = f.sides("kernel", default: 3, "How many points a pattern is high and wide; one number for both.")
      let stride = f.sides("stride", default: 1, "How many points further on the next pattern is laid, down and across.")
      let padding = f.padding(
        "What the edge loses: \"valid\" nothing, \"same\" as much as makes the image `stride` times as large, a number so many points.")
      let more = f.sides("output_padding", default: 0, "How many points more there are below and on the right.")
      let dilation = f.sides("dilation", default: 1, "How far apart the points of a pattern lie.")
      let bias = f.optional(Bool.self, "bias", default: true, "Whether each channel has a number of its own added.")
      f.details("""
        Undoes what `conv` of the same settings does to a shape: a height of h becomes (h - 1) stride + dilation (kernel - 1) + 1 \
        + output_padding - 2 padding. Weights and biases start uniform between -1/sqrt(n) and 1/sqrt(n), where n = kernel \
        height x width x filters, as PyTorch's `ConvTranspose2d`. Where the stride divides the kernel no squares are left.
        """)
      return { call in
        TransposedConvolution(
          try call[filters], kernel: try call[kernel], stride: try call[stride], padding: try call[padding],
          outputPadding: try call[more], dilation: try call[dilation], bias: try call[bias])
      }
    }
    for (name, kind, summary) in [
      ("max_pool", Pool.Kind.greatest, "Makes a layer that gives the greatest of each square of an image."),
      ("avg_pool", Pool.Kind.mean, "Makes a layer that gives the mean of each square of an image."),
    ] {
      layer(name, summary, example: "\(name)(3, stride: 2)", gives: "\(name)(size: 3, stride: 2)", see: "conv") { f in
        let size = f.sides("size", default: 2, "How many points a square is high and wide; one number for both.")
        let stride = f.optionalSides("stride", "How many points to go on by; squares lie side by side where left out.")
        let padding = f.padding()
        f.details(
          "Height x width x channels; with the usual settings height and width are halved. PyTorch's "
            + (kind == .greatest ? "`MaxPool2d`." : "`AvgPool2d`: the edge of `padding` counts as zeros."))
        return { call in
          Pool(kind, size: try call[size], stride: try call[stride], padding: try call[padding])
        }
      }
    }
    layer(
      "global_avg_pool", "Makes a layer that gives the mean of each channel, or of each feature over all steps.",
      example: "global_avg_pool()", gives: "global_avg_pool()", see: "avg_pool"
    ) { f in
      f.details("""
        Height x width x channels become channels, steps x features become features; steps that `embedding` says are padding \
        are left out.
        """)
      return { _ in GlobalAveragePool() }
    }
    layer(
      "upsample", "Makes a layer that makes images larger.",
      example: "upsample(2, mode: \"bilinear\")", gives: "upsample(mode: \"bilinear\")", see: "conv"
    ) { f in
      let factor = f.sides("factor", default: 2, "How many times as high and wide an image becomes; one number for both.")
      let mode = f.choice(
        "mode", Upsample.Mode.allCases.map(\.rawValue), default: "nearest",
        "\"nearest\" repeats each point, \"bilinear\" puts points between those that are there.")
      f.details("""
        Height x width x channels; nothing is learned. PyTorch's `Upsample`, where `align_corners` is left out. With a `conv` \
        behind it an image grows without the squares that `conv_transpose` may leave; Odena and others 2016.
        """)
      return { call in Upsample(try call[factor], mode: Upsample.Mode(rawValue: try call[mode]) ?? .nearest) }
    }
  }
}

extension BuiltinDefinition {
  /// One number for both sides, or a height and a width.
  fileprivate mutating func sides(_ name: String, default usual: Int64, _ summary: String) -> Parameter<[Int]> {
    let given = optional(Value.self, name, default: .int(usual), summary, accepts: Self.oneSideOrTwo)
    return Parameter(slot: given.slot) { argument, call in try Self.sides(given.extract(argument, call), name, call) }
  }

  /// The same where it may be left out.
  fileprivate mutating func optionalSides(_ name: String, _ summary: String) -> Parameter<[Int]?> {
    let given = optional(Value.self, name, summary, accepts: Self.oneSideOrTwo)
    return Parameter(slot: given.slot) { argument, call in try given.extract(argument, call).map { try Self.sides($0, name, call) } }
  }

  private static let oneSideOrTwo = ValueType.either([.int, .list(.int)])

  private static func sides(_ value: Value, _ name: String, _ call: Call) throws -> [Int] {
    if let side = Int.from(value) { return [side] }
    guard let sides = try? [Int].from(value), (1...2).contains(sides.count) else {
      throw LayerError(
        call.builtin.name, .setting("`\(name)` is a number or two, and \(value.shortText) is neither"),
        mend: "write `\(name): 3` or `\(name): [3, 5]` (height, width)")
    }
    return sides
  }

  /// `"valid"`, `"same"`, or how many points.
  fileprivate mutating func padding(
    _ summary: String = "The edge: \"valid\" adds nothing, \"same\" as much as keeps the size, a number so many points."
  ) -> Parameter<Padding> {
    let given = optional(
      Value.self, "padding", default: .string("valid"), summary, accepts: .either([.int, .string]))
    return Parameter(slot: given.slot) { argument, call in
      switch try given.extract(argument, call) {
      case .string("valid"): return .valid
      case .string("same"): return .same
      case .int(let count): return .fixed(Int(clamping: count))
      case let other:
        throw LayerError(
          call.builtin.name, .setting("`padding` is \"valid\", \"same\" or a number, and \(other.shortText) is none of them"),
          mend: "write `padding: \"same\"`")
      }
    }
  }
}
