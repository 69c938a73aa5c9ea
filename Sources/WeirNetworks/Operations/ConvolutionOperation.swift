import CWeirKernels
import WeirBase

/// A convolution image by image: each is padded into a place of its own part, so that no loop looks at edges. The way back to
/// the input is a convolution as well, of the gradient spread by the stride, with the kernel turned.
final class ConvolutionOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, output: Signal<S>
  private let window: Window, filters: Int
  private let weight: Assembly<S>.Learned, bias: Assembly<S>.Learned?
  private let activation: Activation?
  private let packed: UnsafeMutablePointer<S>, turned: UnsafeMutablePointer<S>?
  private let places: UnsafeMutablePointer<S>, placeSize: Int
  private let partial: UnsafeMutablePointer<S>?, groups: Int
  /// Where the points of the kernel lie apart: the kernel with its gaps, as the loops read it.
  private let spread: UnsafeMutablePointer<S>?, dilation: [Int]

  /// Parts and tasks never number more.
  static var mostParts: Int { 16 }

  init(
    _ assembly: Assembly<S>, _ input: Signal<S>, _ output: Signal<S>, _ window: Window, _ weight: Assembly<S>.Learned,
    _ bias: Assembly<S>.Learned?, _ activation: Activation?, dilation: [Int]
  ) {
    self.input = input
    self.output = output
    self.window = window
    self.weight = weight
    self.bias = bias
    self.activation = activation
    filters = output.shape.last ?? 1
    let run = window.kernelWidth * window.channels
    func padded(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }
    packed = assembly.buffer(window.kernelHeight * run * padded(filters))
    turned = input.gradient == nil
      ? nil : assembly.buffer(window.kernelHeight * window.kernelWidth * filters * padded(window.channels))
    let forward = window.paddedHeight * window.paddedWidth * window.channels
    let backHeight = window.height + window.kernelHeight - 1, backWidth = window.width + window.kernelWidth - 1
    placeSize = (max(forward, input.gradient == nil ? 0 : backHeight * backWidth * filters) + 15) / 16 * 16 + 16
    places = assembly.buffer(placeSize * Self.mostParts)
    let count = window.kernelHeight * run * filters
    groups = weight.gradient == nil ? 0 : min(Self.mostParts, max(1, assembly.capacity / 4), max(1, (1 << 21) / count))
    let isSpread = dilation.contains { $0 != 1 }
    partial = groups > 1 || (isSpread && groups > 0) ? assembly.buffer(groups * (count + filters)) : nil
    spread = isSpread ? assembly.buffer(count) : nil
    self.dilation = dilation
  }

  private var run: Int { window.kernelWidth * window.channels }
  private var weightCount: Int { window.kernelHeight * run * filters }
  private var outputCount: Int { window.outHeight * window.outWidth * filters }
  private func place(_ part: Int) -> UnsafeMutablePointer<S> { places + (part % Self.mostParts) * placeSize }

  private func pad(_ row: Int, into place: UnsafeMutablePointer<S>) {
    weir_net_pad_image(
      S.wide, input.value + row * window.inputCount, place, window.height, window.width, window.channels, window.top,
      window.left, window.paddedHeight, window.paddedWidth, 1, 1)
  }

  // The weights are packed once for all parts.
  override var preparations: Int { turned == nil || spread != nil ? 1 : 2 }
  override func prepare(task: Int) {
    let kernel = spread ?? weight.value
    if let spread {
      weir_net_spread_kernel(
        S.wide, weight.value, spread, window.kernelHeight, window.kernelWidth, window.channels * filters, dilation[0],
        dilation[1], 0)
    }
    if task == 0 || spread != nil { weir_net_pack_weights(S.wide, kernel, packed, window.kernelHeight * run, filters) }
    if let turned, task == 1 || spread != nil {
      weir_net_pack_turned(S.wide, kernel, turned, window.kernelHeight, window.kernelWidth, window.channels, filters)
    }
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let place = place(part)
    for row in rows {
      pad(row, into: place)
      let y = output.value + row * outputCount
      weir_net_convolve(
        S.wide, place, window.paddedWidth, window.channels, packed, window.kernelHeight, run, filters, window.strideHeight,
        window.strideWidth, y, window.outHeight, window.outWidth)
      weir_net_bias_activate(
        S.wide, activation?.kind.code ?? 0, activation?.alpha ?? 0, y, bias?.value, window.outHeight * window.outWidth, filters)
    }
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let gradient = output.gradient else { return }
    let place = place(part)
    for row in rows {
      let dy = gradient + row * outputCount, y = output.value + row * outputCount
      if let activation {
        weir_net_activate_back(S.wide, activation.kind.code, activation.alpha, y, y, dy, dy, outputCount)
      }
      guard let dx = input.gradient, let turned else { continue }
      let height = window.height + window.kernelHeight - 1, width = window.width + window.kernelWidth - 1
      weir_net_pad_image(
        S.wide, dy, place, window.outHeight, window.outWidth, filters, window.kernelHeight - 1 - window.top,
        window.kernelWidth - 1 - window.left, height, width, window.strideHeight,
        window.strideWidth)
      weir_net_convolve(
        S.wide, place, width, filters, turned, window.kernelHeight, window.kernelWidth * filters, window.channels, 1, 1,
        dx + row * window.inputCount, window.height, window.width)
    }
  }

  override var gradientTasks: Int { groups }
  override var gradientWork: Int { weightCount * window.outHeight * window.outWidth * 4 }

  override func gradients(_ pass: Pass, task: Int) {
    guard let dw = weight.gradient, let gradient = output.gradient else { return }
    let rows = pass.count * task / groups..<pass.count * (task + 1) / groups
    let out = partial.map { $0 + task * (weightCount + filters) } ?? dw
    out.clear(weightCount)
    let place = place(task), channels = window.channels
    for row in rows {
      pad(row, into: place)
      for ky in 0..<window.kernelHeight {
        weir_net_convolve_weights(
          S.wide, place + ky * window.paddedWidth * channels, window.strideHeight * window.paddedWidth * channels,
          window.strideWidth * channels, gradient + row * outputCount, filters, window.outHeight, window.outWidth,
          out + ky * run * filters, run)
      }
    }
    if let db = bias?.gradient {
      let sums = partial == nil ? db : out + weightCount
      weir_net_column_sums(
        S.wide, gradient + rows.lowerBound * outputCount, rows.count * window.outHeight * window.outWidth, filters, filters, sums)
    }
  }

  override var gathersGradients: Bool { partial != nil }
  override func gatherGradients(_ pass: Pass) {
    guard let partial, let dw = weight.gradient else { return }
    let size = weightCount + filters
    for group in stride(from: 1, to: groups, by: 1) { weir_net_add(S.wide, partial, partial + group * size, partial, size) }
    if spread == nil { dw.update(from: partial, count: weightCount) } else {
      weir_net_spread_kernel(
        S.wide, partial, dw, window.kernelHeight, window.kernelWidth, window.channels * filters, dilation[0], dilation[1], 1)
    }
    if let db = bias?.gradient { db.update(from: partial + weightCount, count: filters) }
  }
}
