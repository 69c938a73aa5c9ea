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
      throw plan.misfit(input, needs: "features, or steps x features")
    }
    try plan.learn("weight", [units, features], .fan(features))
    if hasBias { try plan.learn("bias", [units], .fan(features)) }
    return input.dropLast() + [units]
  }

  func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>, fusing activation: Activation?) -> Signal<S> {
    let weight = assembly.takeLearned(), bias = hasBias ? assembly.takeLearned() : nil
    let output = assembly.signal(input.shape.dropLast() + [units], mask: input.mask)
    assembly.add(DenseOperation(assembly, input, output, weight, bias, activation))
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
  private let panels: Panels<S>?

  init(
    _ assembly: Assembly<S>, _ input: Signal<S>, _ output: Signal<S>, _ weight: Assembly<S>.Learned, _ bias: Assembly<S>.Learned?,
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
    panels = assembly.capacity * steps == 1
      ? nil : Panels(assembly, turned: weight.value, depth: inputs, columns: units)
  }

  override var leastRows: Int { max(1, (16 + steps - 1) / steps) }

  override var preparations: Int { panels?.tasks ?? 0 }
  override func prepare(task: Int) { panels?.pack(task) }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let x = input.value + rows.lowerBound * steps * inputs, y = output.value + rows.lowerBound * steps * units
    let count = rows.count * steps
    guard count > 1, let panels else { return single(x, y, pass.workers) }
    panels.product(count, x, inputs, into: y, units)
    weir_net_bias_activate(S.wide, activation?.kind.code ?? 0, activation?.alpha ?? 0, y, bias?.value, count, units)
  }

  /// One row; large matrices are split, since a core reads them no faster than it can.
  private func single(_ x: UnsafeMutablePointer<S>, _ y: UnsafeMutablePointer<S>, _ workers: Workers) {
    let parts = units * inputs >= 1 << 20 ? min(4, max(1, units / 16)) : 1
    let (x, y, weight, bias) = (Readings<S>(x), Places<S>(y), Readings<S>(weight.value), bias.map { Readings<S>($0.value) })
    workers.run(parts) { part in
      let from = units * part / parts / 4 * 4, to = part + 1 == parts ? units : units * (part + 1) / parts / 4 * 4
      weir_net_matrix_vector(
        S.wide, weight.base + from * inputs, x.base, bias.map { $0.base + from }, y.base + from, to - from, inputs)
      guard let activation else { return }
      weir_net_activate(S.wide, activation.kind.code, activation.alpha, y.base + from, y.base + from, to - from)
    }
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

  // By inputs: the product packs those of a task, and reads all gradients.
  override var gradientTasks: Int { weight.gradient == nil ? 0 : min(8, max(1, units * inputs / 8192), (inputs + 31) / 32) }
  override var gradientWork: Int { units * inputs * steps / max(1, gradientTasks) }

  override func gradients(_ pass: Pass, task: Int) {
    guard let dw = weight.gradient, let dy = output.gradient else { return }
    let tasks = gradientTasks, count = pass.count * steps, panels = (inputs + 31) / 32
    let from = panels * task / tasks * 32, to = min(inputs, panels * (task + 1) / tasks * 32)
    S.product(units, to - from, count, dy, units, transposed: true, input.value + from, inputs, into: dw + from, inputs)
    guard let db = bias?.gradient else { return }
    let low = units * task / tasks, high = units * (task + 1) / tasks
    weir_net_column_sums(S.wide, dy + low, count, units, high - low, db + low)
  }
}
