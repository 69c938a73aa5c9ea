import CWeirKernels
package import WeirBase

/// The greatest or the mean of each window of an image.
package struct Pool: Layer, NamedByKind {
  package static let archiveName = "pool"
  package enum Kind: String, Sendable, Hashable { case greatest = "max_pool", mean = "avg_pool" }
  package let kind: Kind
  package let size: [Int]
  package let stride: [Int]
  package let padding: Padding

  /// Windows that don't overlap where no stride is given.
  package init(_ kind: Kind, size: [Int] = [2, 2], stride: [Int]? = nil, padding: Padding = .valid) {
    self.kind = kind
    self.size = Window.sides(size)
    self.stride = stride.map(Window.sides) ?? self.size
    self.padding = padding
  }

  package var kindName: String { kind.rawValue }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    let window = try Window(plan, input, kernel: size, stride: stride, padding: padding)
    guard window.top < size[0], window.left < size[1] else { throw plan.setting("`padding` must be less than the window") }
    return [window.outHeight, window.outWidth, window.channels]
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    guard let window = Window(input.shape, kernel: size, stride: stride, padding: padding) else { return input }
    let output = assembly.signal([window.outHeight, window.outWidth, window.channels], withGradient: input.gradient != nil)
    let places = kind == .greatest ? assembly.indices(perRow: output.width) : nil
    assembly.add(PoolOperation(input, output, window, places))
    return output
  }

  package init(archive: Archive) throws {
    let name = try archive.part("kind").asText()
    guard let kind = Kind(rawValue: name) else { throw ArchiveError("there is no pool `\(name)`") }
    self.init(
      kind, size: try archive.sides("size"), stride: try archive.sides("stride"),
      padding: try Padding(archive: archive.part("padding")))
  }
  package var archive: Archive {
    .of([
      "kind": .text(kind.rawValue), "size": .sides(size), "stride": .sides(stride),
      "padding": padding.archive,
    ])
  }
}

final class PoolOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, output: Signal<S>
  private let window: Window
  private let places: UnsafeMutablePointer<Int32>?

  init(_ input: Signal<S>, _ output: Signal<S>, _ window: Window, _ places: UnsafeMutablePointer<Int32>?) {
    self.input = input
    self.output = output
    self.window = window
    self.places = places
  }

  private var outputCount: Int { window.outHeight * window.outWidth * window.channels }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let w = window
    for row in rows {
      let x = input.value + row * w.inputCount, y = output.value + row * outputCount
      if let places {
        weir_net_max_pool(
          S.wide, x, w.height, w.width, w.channels, w.kernelHeight, w.kernelWidth, w.strideHeight, w.strideWidth, w.top, w.left, y,
          places + row * outputCount, w.outHeight, w.outWidth)
      } else {
        weir_net_avg_pool(
          S.wide, x, w.height, w.width, w.channels, w.kernelHeight, w.kernelWidth, w.strideHeight, w.strideWidth, w.top, w.left, y, w.outHeight,
          w.outWidth)
      }
    }
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let gradient = input.gradient, let from = output.gradient else { return }
    let w = window
    for row in rows {
      let dx = gradient + row * w.inputCount, dy = from + row * outputCount
      if let places {
        weir_net_max_pool_back(
          S.wide, dy, places + row * outputCount, w.outHeight * w.outWidth, w.channels, dx, w.height * w.width)
      } else {
        weir_net_avg_pool_back(
          S.wide, dy, w.height, w.width, w.channels, w.kernelHeight, w.kernelWidth, w.strideHeight, w.strideWidth, w.top, w.left, dx, w.outHeight,
          w.outWidth)
      }
    }
  }
}

/// The mean over an image for each channel, or over the steps of a sequence that are not padded.
package struct GlobalAveragePool: Layer {
  package static let archiveName = "global_avg_pool"
  package init() {}

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    guard input.count == 2 || input.count == 3, let channels = input.last else {
      throw plan.misfit(input, needs: "height x width x channels, or steps x features")
    }
    return [channels]
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    let output = assembly.signal([input.shape.last ?? 1], withGradient: input.gradient != nil)
    assembly.add(MeanOperation(input, output))
    return output
  }

  package init(archive: Archive) throws {}
  package var archive: Archive { .none }
}

final class MeanOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, output: Signal<S>
  private let steps: Int, width: Int

  init(_ input: Signal<S>, _ output: Signal<S>) {
    self.input = input
    self.output = output
    width = input.shape.last ?? 1
    steps = input.shape.dropLast().reduce(1, *)
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    for row in rows {
      weir_net_mean_steps(
        S.wide, input.value + row * steps * width, input.mask.map { $0 + row * steps }, output.value + row * width, steps, width)
    }
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dx = input.gradient, let dy = output.gradient else { return }
    for row in rows {
      weir_net_mean_steps_back(
        S.wide, dy + row * width, input.mask.map { $0 + row * steps }, dx + row * steps * width, steps, width)
    }
  }
}
