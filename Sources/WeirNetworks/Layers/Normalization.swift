import CWeirKernels
package import WeirBase

/// Each row, or each step, to mean 0 and spread 1 over its last side.
package struct LayerNorm: Layer {
  package static let archiveName = "layer_norm"
  package let epsilon: Double
  package init(epsilon: Double = 1e-5) { self.epsilon = epsilon }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    guard epsilon >= 0, epsilon.isFinite else { throw plan.setting("`epsilon` must not be negative, and is \(epsilon)") }
    guard let width = input.last, width > 0 else { throw plan.misfit(input, needs: "features") }
    try plan.learn("weight", [width], .constant(1))
    try plan.learn("bias", [width], .constant(0))
    return input
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    let weight = assembly.takeLearned(), bias = assembly.takeLearned()
    let output = assembly.signal(input.shape, mask: input.mask)
    assembly.add(LayerNormOperation(
      input, output, weight, bias, normal: assembly.rows(input.width),
      scales: assembly.rows(input.width / max(1, input.shape.last ?? 1)), epsilon: epsilon))
    return output
  }

  package init(archive: Archive) throws { self.init(epsilon: try archive.asFloat()) }
  package var archive: Archive { .float(epsilon) }
}

final class LayerNormOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, output: Signal<S>
  private let weight: Assembly<S>.Learned, bias: Assembly<S>.Learned
  private let normal: UnsafeMutablePointer<S>, scales: UnsafeMutablePointer<S>
  private let width: Int, steps: Int, epsilon: Double

  init(
    _ input: Signal<S>, _ output: Signal<S>, _ weight: Assembly<S>.Learned, _ bias: Assembly<S>.Learned,
    normal: UnsafeMutablePointer<S>, scales: UnsafeMutablePointer<S>, epsilon: Double
  ) {
    self.input = input
    self.output = output
    self.weight = weight
    self.bias = bias
    self.normal = normal
    self.scales = scales
    self.epsilon = epsilon
    width = input.shape.last ?? 1
    steps = input.width / max(1, width)
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let start = rows.lowerBound * input.width
    weir_net_layer_norm(
      S.wide, input.value + start, weight.value, bias.value, epsilon, output.value + start, normal + start,
      scales + rows.lowerBound * steps, rows.count * steps, width)
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dx = input.gradient, let dy = output.gradient else { return }
    let start = rows.lowerBound * input.width
    weir_net_layer_norm_back(
      S.wide, normal + start, scales + rows.lowerBound * steps, weight.value, dy + start, dx + start, rows.count * steps, width)
  }

  override var gradientTasks: Int { weight.gradient == nil ? 0 : max(1, min(4, width / 64)) }
  override var gradientWork: Int { width * steps / max(1, gradientTasks) }
  override func gradients(_ pass: Pass, task: Int) {
    guard let dw = weight.gradient, let db = bias.gradient, let dy = output.gradient else { return }
    let from = width * task / gradientTasks, to = width * (task + 1) / gradientTasks
    weir_net_product_sums(S.wide, dy + from, normal + from, pass.count * steps, width, to - from, dw + from)
    weir_net_column_sums(S.wide, dy + from, pass.count * steps, width, to - from, db + from)
  }
}

/// Each feature, or channel, to mean 0 and spread 1 over the batch; by running means where nothing is trained.
package struct BatchNorm: Layer {
  package static let archiveName = "batch_norm"
  package let momentum: Double
  package let epsilon: Double

  package init(momentum: Double = 0.1, epsilon: Double = 1e-5) {
    self.momentum = momentum
    self.epsilon = epsilon
  }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    guard epsilon >= 0, epsilon.isFinite else { throw plan.setting("`epsilon` must not be negative, and is \(epsilon)") }
    guard momentum >= 0, momentum <= 1 else { throw plan.setting("`momentum` must be from 0 to 1, and is \(momentum)") }
    guard let width = input.last, width > 0 else { throw plan.misfit(input, needs: "features or channels") }
    try plan.learn("weight", [width], .constant(1))
    try plan.learn("bias", [width], .constant(0))
    try plan.keep("running_mean", [width], 0)
    try plan.keep("running_var", [width], 1)
    return input
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    let output = assembly.signal(input.shape, mask: input.mask)
    assembly.add(BatchNormOperation(assembly, self, input, output))
    return output
  }

  package init(archive: Archive) throws {
    self.init(momentum: try archive.part("momentum").asFloat(), epsilon: try archive.part("epsilon").asFloat())
  }
  package var archive: Archive { .of(["momentum": .float(momentum), "epsilon": .float(epsilon)]) }
}

/// Three phases forward (sums, squares around the means, the result) and two back (sums, the result).
final class BatchNormOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, output: Signal<S>
  private let weight: Assembly<S>.Learned, bias: Assembly<S>.Learned
  private let runningMean: UnsafeMutablePointer<S>, runningVariance: UnsafeMutablePointer<S>
  private let normal: UnsafeMutablePointer<S>
  /// Of the batch, or those that are kept.
  private let mean: UnsafeMutablePointer<S>, scale: UnsafeMutablePointer<S>
  /// Two sums for each part.
  private let sums: UnsafeMutablePointer<S>
  private let width: Int, steps: Int, layer: BatchNorm

  init(_ assembly: Assembly<S>, _ layer: BatchNorm, _ input: Signal<S>, _ output: Signal<S>) {
    self.layer = layer
    self.input = input
    self.output = output
    weight = assembly.takeLearned()
    bias = assembly.takeLearned()
    runningMean = assembly.takeKept()
    runningVariance = assembly.takeKept()
    width = input.shape.last ?? 1
    steps = input.width / max(1, width)
    normal = assembly.rows(input.width)
    mean = assembly.buffer(width)
    scale = assembly.buffer(width)
    sums = assembly.buffer(width * 2 * 16)
  }

  override var leastRows: Int { max(1, 16 / steps) }
  override var forwardPhases: Int { 3 }
  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let x = input.value + rows.lowerBound * input.width, out = sums + part * 2 * width, count = rows.count * steps
    switch phase {
    case 0: if pass.isTraining { weir_net_column_sums(S.wide, x, count, width, width, out) }
    case 1: if pass.isTraining { weir_net_centred_squares(S.wide, x, mean, count, width, out) }
    default:
      let start = rows.lowerBound * input.width
      weir_net_batch_norm(
        S.wide, x, mean, scale, weight.value, bias.value, output.value + start, normal + start, count, width)
    }
  }

  override func gatherForward(_ pass: Pass, phase: Int, parts: Int) {
    let count = S(pass.count * steps)
    guard pass.isTraining, pass.count > 0 else {
      for j in 0..<width {
        mean[j] = runningMean[j]
        scale[j] = 1 / (runningVariance[j] + S(layer.epsilon)).squareRoot()
      }
      return
    }
    let momentum = S(layer.momentum)
    for j in 0..<width {
      var total: S = 0
      for part in 0..<parts { total += sums[part * 2 * width + j] }
      if phase == 0 {
        mean[j] = total / count
        runningMean[j] += momentum * (mean[j] - runningMean[j])
      } else {
        scale[j] = 1 / (total / count + S(layer.epsilon)).squareRoot()
        // What is kept is the variance of the population, as PyTorch keeps it.
        let unbiased = count > 1 ? total / (count - 1) : total / count
        runningVariance[j] += momentum * (unbiased - runningVariance[j])
      }
    }
  }

  override var backwardPhases: Int { 2 }
  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let gradient = output.gradient else { return }
    let start = rows.lowerBound * input.width, count = rows.count * steps, dy = gradient + start
    if phase == 0 {
      let out = sums + part * 2 * width
      weir_net_column_sums(S.wide, dy, count, width, width, out)
      weir_net_product_sums(S.wide, dy, normal + start, count, width, width, out + width)
    } else if let dx = input.gradient {
      weir_net_batch_norm_back(
        S.wide, normal + start, scale, weight.value, sums, sums + width, Double(pass.count * steps), dy, dx + start, count, width)
    }
  }

  override func gatherBackward(_ pass: Pass, phase: Int, parts: Int) {
    if parts > 1 { for part in 1..<parts { weir_net_add(S.wide, sums, sums + part * 2 * width, sums, 2 * width) } }
    bias.gradient?.update(from: sums, count: width)
    weight.gradient?.update(from: sums + width, count: width)
  }
}
