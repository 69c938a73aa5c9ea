import CWeirKernels
import WeirBase

/// The steps of a sequence, one after another, for all rows of a part at once.
///
/// Inside, a part's numbers lie step by step (`[step][row]`), so that each step is one product over rows that lie together.
/// Products with the input are made for all steps at once. Where the mask says that a step is padding, the state stays.
final class RecurrentOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let kind: Recurrent.Kind, sequences: Bool
  private let input: Signal<S>, output: Signal<S>
  private let steps: Int, inputs: Int, units: Int, gates: Int
  private let weightInput: Assembly<S>.Learned, weightState: Assembly<S>.Learned
  private let biasInput: Assembly<S>.Learned, biasState: Assembly<S>.Learned
  private let x: UnsafeMutablePointer<S>
  /// What the gates let through, and for `gru` what the state gives to them.
  private let passed: UnsafeMutablePointer<S>, fromState: UnsafeMutablePointer<S>?
  /// The state before each step, and the last one.
  private let before: UnsafeMutablePointer<S>, last: UnsafeMutablePointer<S>
  private let cells: UnsafeMutablePointer<S>?, cellTanh: UnsafeMutablePointer<S>?
  private let dPassed: UnsafeMutablePointer<S>?, dFromState: UnsafeMutablePointer<S>?
  private let dState: UnsafeMutablePointer<S>, dCarry: UnsafeMutablePointer<S>, dCell: UnsafeMutablePointer<S>
  private let dx: UnsafeMutablePointer<S>?
  private let inputPanels: Panels<S>, statePanels: Panels<S>

  init(_ assembly: Assembly<S>, _ layer: Recurrent, _ input: Signal<S>, _ output: Signal<S>) {
    self.input = input
    self.output = output
    kind = layer.kind
    sequences = layer.sequences
    steps = input.shape.first ?? 1
    inputs = input.shape.last ?? 1
    units = layer.units
    gates = layer.kind.gates * layer.units
    weightInput = assembly.takeLearned()
    weightState = assembly.takeLearned()
    biasInput = assembly.takeLearned()
    biasState = assembly.takeLearned()
    x = assembly.rows(steps * inputs)
    passed = assembly.rows(steps * gates)
    fromState = kind == .gru ? assembly.rows(steps * gates) : nil
    before = assembly.rows(steps * units)
    last = layer.sequences ? assembly.rows(units) : output.value
    cells = kind == .lstm ? assembly.rows(steps * units) : nil
    cellTanh = kind == .lstm ? assembly.rows(steps * units) : nil
    dPassed = assembly.isTraining ? assembly.rows(steps * gates) : nil
    dFromState = assembly.isTraining && kind == .gru ? assembly.rows(steps * gates) : nil
    dState = assembly.rows(units)
    dCarry = assembly.rows(units)
    dCell = assembly.rows(units)
    dx = input.gradient == nil ? nil : assembly.rows(steps * inputs)
    inputPanels = Panels(assembly, turned: weightInput.value, depth: inputs, columns: gates)
    statePanels = Panels(assembly, turned: weightState.value, depth: units, columns: gates)
  }

  override var leastRows: Int { 8 }

  override var preparations: Int { inputPanels.tasks + statePanels.tasks }
  override func prepare(task: Int) {
    if task < inputPanels.tasks { inputPanels.pack(task) } else { statePanels.pack(task - inputPanels.tasks) }
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let count = rows.count, from = rows.lowerBound * steps
    guard count > 0 else { return }
    let x = x + from * inputs, passed = passed + from * gates, before = before + from * units
    weir_net_swap_steps(S.wide, input.value + from * inputs, x, count, steps, inputs)
    inputPanels.product(count * steps, x, inputs, into: passed, gates)
    before.clear(count * units)
    for step in 0..<steps {
      let at = step * count, h0 = before + at * units
      let h = step + 1 < steps ? h0 + count * units : last + rows.lowerBound * units
      let gate = passed + at * gates
      let u = fromState.map { $0 + (from + at) * gates } ?? gate
      if step > 0 {
        statePanels.product(count, h0, units, into: u, gates, adding: kind != .gru)
      } else if kind == .gru {
        u.clear(count * gates)
      }
      advance(gate, u, h0, h, from: from, at: at, count: count)
      keepPadded(rows, step, h0, h, from: from, at: at)
      guard sequences else { continue }
      for row in 0..<count {
        (output.value + ((rows.lowerBound + row) * steps + step) * units).update(from: h + row * units, count: units)
      }
    }
  }

  private func advance(
    _ gate: UnsafeMutablePointer<S>, _ u: UnsafeMutablePointer<S>, _ h0: UnsafeMutablePointer<S>, _ h: UnsafeMutablePointer<S>,
    from: Int, at: Int, count: Int
  ) {
    switch kind {
    case .rnn: weir_net_rnn_step(S.wide, gate, biasInput.value, biasState.value, h, count, units)
    case .gru: weir_net_gru_step(S.wide, gate, u, biasInput.value, biasState.value, h0, h, count, units)
    case .lstm:
      guard let cells, let cellTanh else { return }
      let c = cells + (from + at) * units
      weir_net_lstm_step(
        S.wide, gate, biasInput.value, biasState.value, at == 0 ? nil : c - count * units, c, cellTanh + (from + at) * units, h,
        count, units)
    }
  }

  private func isPadded(_ row: Int, _ step: Int) -> Bool { input.mask.map { $0[row * steps + step] == 0 } ?? false }

  private func keepPadded(
    _ rows: Range<Int>, _ step: Int, _ h0: UnsafeMutablePointer<S>, _ h: UnsafeMutablePointer<S>, from: Int, at: Int
  ) {
    guard input.mask != nil else { return }
    for row in 0..<rows.count where isPadded(rows.lowerBound + row, step) {
      (h + row * units).update(from: h0 + row * units, count: units)
      guard let cells else { continue }
      let c = cells + (from + at + row) * units
      if at == 0 {
        c.clear(units)
      } else {
        c.update(from: c - rows.count * units, count: units)
      }
    }
  }

  // MARK: Back

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dPassed, let dy = output.gradient, !rows.isEmpty else { return }
    let count = rows.count, from = rows.lowerBound * steps, first = rows.lowerBound * units
    let dh = dState + first, carry = dCarry + first, dc = dCell + first
    carry.clear(count * units)
    dc.clear(count * units)
    for step in (0..<steps).reversed() {
      let at = step * count, d = dPassed + (from + at) * gates
      dh.update(from: carry, count: count * units)
      if sequences {
        for row in 0..<count {
          weir_net_add(
            S.wide, dh + row * units, dy + ((rows.lowerBound + row) * steps + step) * units, dh + row * units, units)
        }
      } else if step == steps - 1 {
        weir_net_add(S.wide, dh, dy + first, dh, count * units)
      }
      stepBack(rows, step, dh, carry, dc, d, from: from, at: at)
      guard step > 0 else { continue }
      let u = dFromState.map { $0 + (from + at) * gates } ?? d
      S.product(count, units, gates, u, gates, weightState.value, units, into: carry, units, adding: true)
    }
    guard let gradient = input.gradient, let dx else { return }
    let flat = dx + from * inputs
    S.product(count * steps, inputs, gates, dPassed + from * gates, gates, weightInput.value, inputs, into: flat, inputs)
    weir_net_swap_steps(S.wide, flat, gradient + from * inputs, steps, count, inputs)
  }

  /// From the gradient to the state after a step to that of the gates, and in `carry` what goes to the state before it past
  /// the gates.
  private func stepBack(
    _ rows: Range<Int>, _ step: Int, _ dh: UnsafeMutablePointer<S>, _ carry: UnsafeMutablePointer<S>,
    _ dc: UnsafeMutablePointer<S>, _ d: UnsafeMutablePointer<S>, from: Int, at: Int
  ) {
    let count = rows.count, h0 = before + (from + at) * units, gate = passed + (from + at) * gates
    let padded = input.mask == nil ? [] : (0..<count).filter { isPadded(rows.lowerBound + $0, step) }
    let kept = padded.map { row in (0..<units).map { dc[row * units + $0] } }
    carry.clear(count * units)
    switch kind {
    case .rnn:
      weir_net_rnn_back(S.wide, gate, dh, d, count, units)
    case .gru:
      guard let fromState, let dFromState else { return }
      carry.update(from: dh, count: count * units)
      weir_net_gru_back(
        S.wide, gate, fromState + (from + at) * gates, biasState.value, h0, carry, d, dFromState + (from + at) * gates, count, units)
    case .lstm:
      guard let cells, let cellTanh else { return }
      let c = cells + (from + at) * units
      weir_net_lstm_back(
        S.wide, gate, at == 0 ? nil : c - count * units, cellTanh + (from + at) * units, dh, dc, d, count, units)
    }
    for (row, cell) in zip(padded, kept) {
      (d + row * gates).clear(gates)
      if let dFromState { (dFromState + (from + at + row) * gates).clear(gates) }
      (carry + row * units).update(from: dh + row * units, count: units)
      for j in 0..<units { dc[row * units + j] = cell[j] }
    }
  }

  // MARK: What is learned

  override var gradientTasks: Int { weightInput.gradient == nil ? 0 : max(1, min(8, gates / 32)) }
  override var gradientWork: Int { gates * (inputs + units) * steps / max(1, gradientTasks) }

  override func gradients(_ pass: Pass, task: Int) {
    guard let dwInput = weightInput.gradient, let dwState = weightState.gradient, let dPassed,
      let dbInput = biasInput.gradient, let dbState = biasState.gradient
    else { return }
    let low = gates * task / gradientTasks, high = gates * (task + 1) / gradientTasks, count = pass.count * steps
    let u = dFromState ?? dPassed
    S.product(
      high - low, inputs, count, dPassed + low, gates, transposed: true, x, inputs, into: dwInput + low * inputs, inputs)
    S.product(high - low, units, count, u + low, gates, transposed: true, before, units, into: dwState + low * units, units)
    weir_net_column_sums(S.wide, dPassed + low, count, gates, high - low, dbInput + low)
    weir_net_column_sums(S.wide, u + low, count, gates, high - low, dbState + low)
  }
}
