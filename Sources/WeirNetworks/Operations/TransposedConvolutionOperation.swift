import CWeirKernels
import WeirBase

/// A transposed convolution image by image: the convolution of the image, spread by the stride, with the kernel turned. The way
/// back to the input is the convolution of the gradient that the kernel comes from.
///
/// The window is that of this convolution: it moves over the output, and has a place for each point of the input.
final class TransposedConvolutionOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, output: Signal<S>
  private let window: Window, channels: Int
  private let weight: Assembly<S>.Learned, bias: Assembly<S>.Learned?
  private let activation: Activation?
  private let turned: UnsafeMutablePointer<S>, packed: UnsafeMutablePointer<S>?
  private let places: UnsafeMutablePointer<S>, placeSize: Int
  private let partial: UnsafeMutablePointer<S>?, groups: Int
  /// Where the points of the kernel lie apart: the kernel with its gaps, as the loops read it.
  private let spread: UnsafeMutablePointer<S>?, dilation: [Int]

  /// Parts and tasks never number more.
  private static var mostParts: Int { 16 }

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
    self.dilation = dilation
    channels = input.shape.last ?? 1
    let filters = window.channels, points = window.kernelHeight * window.kernelWidth, count = points * filters * channels
    func padded(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }
    turned = assembly.buffer(points * channels * padded(filters))
    packed = input.gradient == nil ? nil : assembly.buffer(points * filters * padded(channels))
    let there = (window.height + window.kernelHeight - 1) * (window.width + window.kernelWidth - 1) * channels
    let back = weight.gradient == nil ? 0 : window.paddedHeight * window.paddedWidth * filters
    placeSize = padded(max(there, back)) + 16
    places = assembly.buffer(placeSize * Self.mostParts)
    groups = weight.gradient == nil ? 0 : min(Self.mostParts, max(1, assembly.capacity / 4), max(1, (1 << 21) / count))
    let isSpread = dilation.contains { $0 != 1 }
    partial = groups > 1 || (isSpread && groups > 0) ? assembly.buffer(groups * (count + filters)) : nil
    spread = isSpread ? assembly.buffer(count) : nil
  }

  private var filters: Int { window.channels }
  /// The numbers in a row of the kernel over the output.
  private var run: Int { window.kernelWidth * filters }
  private var weightCount: Int { window.kernelHeight * run * channels }
  private var inputCount: Int { window.outHeight * window.outWidth * channels }
  private var outputCount: Int { window.inputCount }
  private func place(_ part: Int) -> UnsafeMutablePointer<S> { places + (part % Self.mostParts) * placeSize }

  // The weights are packed once for all parts.
  override var preparations: Int { packed == nil || spread != nil ? 1 : 2 }
  override func prepare(task: Int) {
    let kernel = spread ?? weight.value
    if let spread {
      weir_net_spread_kernel(
        S.wide, weight.value, spread, window.kernelHeight, window.kernelWidth, filters * channels, dilation[0], dilation[1], 0)
    }
    if task == 0 || spread != nil {
      weir_net_pack_turned(S.wide, kernel, turned, window.kernelHeight, window.kernelWidth, filters, channels)
    }
    if let packed, task == 1 || spread != nil {
      weir_net_pack_weights(S.wide, kernel, packed, window.kernelHeight * run, channels)
    }
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let place = place(part)
    let height = window.height + window.kernelHeight - 1, width = window.width + window.kernelWidth - 1
    for row in rows {
      weir_net_pad_image(
        S.wide, input.value + row * inputCount, place, window.outHeight, window.outWidth, channels,
        window.kernelHeight - 1 - window.top, window.kernelWidth - 1 - window.left, height, width, window.strideHeight,
        window.strideWidth)
      let y = output.value + row * outputCount
      weir_net_convolve(
        S.wide, place, width, channels, turned, window.kernelHeight, window.kernelWidth * channels, filters, 1, 1, y,
        window.height, window.width)
      weir_net_bias_activate(
        S.wide, activation?.kind.code ?? 0, activation?.alpha ?? 0, y, bias?.value, window.height * window.width, filters)
    }
  }

  /// The gradient of a row of the output, with all that the window reaches.
  private func padGradient(_ gradient: UnsafeMutablePointer<S>, _ row: Int, into place: UnsafeMutablePointer<S>) {
    weir_net_pad_image(
      S.wide, gradient + row * outputCount, place, window.height, window.width, filters, window.top, window.left,
      window.paddedHeight, window.paddedWidth, 1, 1)
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let gradient = output.gradient else { return }
    let place = place(part)
    for row in rows {
      if let activation {
        let dy = gradient + row * outputCount, y = output.value + row * outputCount
        weir_net_activate_back(S.wide, activation.kind.code, activation.alpha, y, y, dy, dy, outputCount)
      }
      guard let dx = input.gradient, let packed else { continue }
      padGradient(gradient, row, into: place)
      weir_net_convolve(
        S.wide, place, window.paddedWidth, filters, packed, window.kernelHeight, run, channels, window.strideHeight,
        window.strideWidth, dx + row * inputCount, window.outHeight, window.outWidth)
    }
  }

  override var gradientTasks: Int { groups }
  override var gradientWork: Int { weightCount * window.outHeight * window.outWidth * 4 }

  override func gradients(_ pass: Pass, task: Int) {
    guard let dw = weight.gradient, let gradient = output.gradient else { return }
    let rows = pass.count * task / groups..<pass.count * (task + 1) / groups
    let out = partial.map { $0 + task * (weightCount + filters) } ?? dw
    out.clear(weightCount)
    let place = place(task)
    for row in rows {
      padGradient(gradient, row, into: place)
      for ky in 0..<window.kernelHeight {
        weir_net_convolve_weights(
          S.wide, place + ky * window.paddedWidth * filters, window.strideHeight * window.paddedWidth * filters,
          window.strideWidth * filters, input.value + row * inputCount, channels, window.outHeight, window.outWidth,
          out + ky * run * channels, run)
      }
    }
    if let db = bias?.gradient {
      weir_net_column_sums(
        S.wide, gradient + rows.lowerBound * outputCount, rows.count * window.height * window.width, filters, filters,
        partial == nil ? db : out + weightCount)
    }
  }

  override var gathersGradients: Bool { partial != nil }
  override func gatherGradients(_ pass: Pass) {
    guard let partial, let dw = weight.gradient else { return }
    let size = weightCount + filters
    for group in stride(from: 1, to: groups, by: 1) { weir_net_add(S.wide, partial, partial + group * size, partial, size) }
    if spread == nil { dw.update(from: partial, count: weightCount) } else {
      weir_net_spread_kernel(
        S.wide, partial, dw, window.kernelHeight, window.kernelWidth, filters * channels, dilation[0], dilation[1], 1)
    }
    if let db = bias?.gradient { db.update(from: partial + weightCount, count: filters) }
  }
}
