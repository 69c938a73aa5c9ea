import CWeirKernels
package import WeirBase

/// y = W x + b over the last side of the input; for sequences, at each step.
package struct Dense: FusingLayer {
  package static let archiveName = "dense"
  package let units: Int
  package let hasBias: Bool

  package init(_ units: Int, bias: Bool = true) {
    self.units = units
    hasBias = bias
  }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    try plan.positive(units, "units")
    guard let features = input.last, input.count <= 2, features > 0 else {
      throw plan.misfit(input, needs: "features, or steps x features (`flatten()` makes features of images)")
    }
    try plan.learn("weight", [units, features], .fan(features))
    if hasBias { try plan.learn("bias", [units], .fan(features)) }
    return input.dropLast() + [units]
  }

  func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>, fusing activation: Activation?) -> Signal<S> {
    let weight = assembly.takeLearned(), bias = hasBias ? assembly.takeLearned() : nil
    let output = assembly.signal(input.shape.dropLast() + [units], mask: input.mask)
    assembly.add(DenseOperation(input, output, weight, bias, activation))
    return output
  }

  package init(archive: Archive) throws {
    self.init(try archive.part("units").asInt(), bias: try archive.part("bias").asBool())
  }
  package var archive: Archive { .of(["units": .int(Int64(units)), "bias": .bool(hasBias)]) }
}

final class DenseOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, output: Signal<S>
  private let weight: Assembly<S>.Learned, bias: Assembly<S>.Learned?
  private let activation: Activation?
  private let inputs: Int, units: Int, steps: Int

  init(
    _ input: Signal<S>, _ output: Signal<S>, _ weight: Assembly<S>.Learned, _ bias: Assembly<S>.Learned?,
    _ activation: Activation?
  ) {
    self.input = input
    self.output = output
    self.weight = weight
    self.bias = bias
    self.activation = activation
    inputs = input.shape.last ?? 1
    units = output.shape.last ?? 1
    steps = input.shape.dropLast().reduce(1, *)
  }

  // A product packs its right side anew for each part, which pays for many rows only.
  override var leastRows: Int { max(1, (48 + steps - 1) / steps) }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let x = input.value + rows.lowerBound * steps * inputs, y = output.value + rows.lowerBound * steps * units
    let count = rows.count * steps
    if count == 1 {
      weir_net_matrix_vector(S.wide, weight.value, x, bias?.value, y, units, inputs)
      if let activation { weir_net_activate(S.wide, activation.kind.code, activation.alpha, y, y, units) }
      return
    }
    S.product(count, units, inputs, x, inputs, weight.value, inputs, transposedB: true, into: y, units)
    weir_net_bias_activate(S.wide, activation?.kind.code ?? 0, activation?.alpha ?? 0, y, bias?.value, count, units)
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let gradient = output.gradient else { return }
    let count = rows.count * steps, start = rows.lowerBound * steps
    let dy = gradient + start * units, y = output.value + start * units
    // In place: from here on the gradient is that of what the activation was applied to.
    if let activation {
      weir_net_activate_back(S.wide, activation.kind.code, activation.alpha, y, y, dy, dy, count * units)
    }
    if let dx = input.gradient {
      S.product(count, inputs, units, dy, units, weight.value, inputs, into: dx + start * inputs, inputs)
    }
  }

  override var gradientTasks: Int { weight.gradient == nil ? 0 : min(8, max(1, units * inputs / 16384), max(1, units / 16)) }
  override var gradientWork: Int { units * inputs * steps / max(1, gradientTasks) }

  override func gradients(_ pass: Pass, task: Int) {
    guard let dw = weight.gradient, let dy = output.gradient else { return }
    let tasks = gradientTasks, count = pass.count * steps
    let from = units * task / tasks, to = units * (task + 1) / tasks
    S.product(
      to - from, inputs, count, dy + from, units, transposed: true, input.value, inputs, into: dw + from * inputs, inputs)
    if let db = bias?.gradient { weir_net_column_sums(S.wide, dy + from, count, units, to - from, db + from) }
  }
}
