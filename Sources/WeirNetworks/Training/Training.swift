import WeirBase
import WeirModels

/// Rows made ready for a network: what goes in, what should come out.
struct NetworkRows<S: NetworkScalar>: Sendable {
  let count: Int
  let width: Int
  /// Numbers of a target: one class a row, or as many as the network gives.
  let targetWidth: Int
  let inputs: [S]
  let targets: [S]
  let weights: [S]?
}

/// One epoch, as `history` shows it.
package struct EpochRecord: Sendable, Hashable {
  package let epoch: Int
  package let loss: Double
  package let validLoss: Double?
  package let rate: Double
}

/// Trains a network: batches of shuffled rows, epoch after epoch.
///
/// With a memory the state is kept now and then under all that it depends on, so that a training that was stopped goes on
/// from there and gives the bytes of one that never was.
struct Training<S: NetworkScalar> {
  let options: TrainingOptions
  let loss: Loss
  let rows: NetworkRows<S>
  let training: [Int]
  let held: [Int]
  let name: String

  /// What stands after an epoch.
  struct State {
    var network: Network<S>
    var optimizer: OptimizerState<S>
    var history: [EpochRecord] = []
    var best: (loss: Double, parameters: [S], kept: [S])?
    /// Epochs since the loss got better, and since `plateau` last took something.
    var waiting = 0, resting = 0, drops = 0
    var isOver = false
  }

  /// Where `watched` is given, so many rows at the end are those to judge epochs by, and the others are all learned from.
  init(
    _ rows: NetworkRows<S>, watched: Int? = nil, options: TrainingOptions, loss: Loss, name: String, random: RandomStream
  ) throws {
    (self.rows, self.options, self.loss, self.name) = (rows, options, loss, name)
    if let watched {
      (training, held) = (Array(0..<rows.count - watched), Array(rows.count - watched..<rows.count))
      return
    }
    let holding = options.valid > 0 ? max(1, Int((options.valid * Double(rows.count)).rounded())) : 0
    guard rows.count > holding else {
      throw ModelError("`\(name)` is given \(rows.count) rows, and `valid: \(options.valid)` leaves none to learn from")
    }
    if holding > 0 {
      var stream = random.child("valid")
      let order = stream.permutation(rows.count)
      (held, training) = (order.prefix(holding).sorted(), order.dropFirst(holding).sorted())
    } else {
      (held, training) = ([], Array(0..<rows.count))
    }
  }

  func run(from network: Network<S>, in context: FitContext) throws -> State {
    var state = State(
      network: network, optimizer: OptimizerState(options.optimizer, count: network.learned.count))
    var notes = context.memory.map { TrainingNotes(self, network, context, memory: $0) }
    if let notes, let known = notes.latest() { state = known }
    let capacity = min(max(options.batch, 1), max(training.count, held.count))
    let run = try NetworkRun.checked(state.network, capacity: capacity)
    while state.history.count < options.epochs, !state.isOver {
      try epoch(&state, run, in: context)
      notes?.keep(state)
    }
    if let best = state.best, !held.isEmpty {
      (state.network.parameters, state.network.keptValues) = (best.parameters, best.kept)
    }
    return state
  }

  private func epoch(_ state: inout State, _ run: NetworkRun<S>, in context: FitContext) throws {
    let number = state.history.count, steps = (training.count + options.batch - 1) / options.batch
    let factor = options.schedule.factor(epoch: number, of: options.epochs, drops: state.drops)
    var stream = context.random.child("order").child(number)
    let order = stream.permutation(training.count)
    var sum = 0.0, seen = 0.0
    let past = pastOf(state)
    for step in 0..<steps {
      try context.cancellation.check()
      let chosen = (step * options.batch..<min(training.count, (step + 1) * options.batch)).map { training[order[$0]] }
      let random = context.random.child("step").child(number * steps + step)
      let value = try self.step(&state, run, chosen, random, factor, workers: context.workers) {
        ModelError(
          "`\(name)` came to numbers that are not finite in step \(step + 1) of epoch \(number + 1)"
            + ($0.map { ": first in what `\($0)` gives" } ?? ": in the loss"),
          mend: "take a smaller learning rate, set `clip: 1.0`, or put `standardize()` before the network")
      }
      sum += value * Double(chosen.count)
      seen += Double(chosen.count)
      context.progress(
        number * steps + step + 1, options.epochs * steps,
        "steps: epoch \(number + 1) of \(options.epochs), loss \(text(sum / seen))\(past)")
    }
    run.store(in: &state.network)
    let valid = held.isEmpty ? nil : judge(run, held, workers: context.workers)
    state.history.append(
      EpochRecord(epoch: number + 1, loss: sum / seen, validLoss: valid, rate: options.optimizer.rate * factor))
    conclude(&state, loss: valid ?? sum / seen)
  }

  /// One step; gives the loss before it.
  private func step(
    _ state: inout State, _ run: NetworkRun<S>, _ chosen: [Int], _ random: RandomStream, _ factor: Double, workers: Workers,
    failure: (String?) -> ModelError
  ) throws -> Double {
    run.fill(rows, chosen)
    run.forward(chosen.count, training: true, random: random, workers: workers)
    let value = lossOf(run, chosen, gradient: run.outputGradient)
    guard value.isFinite else { throw failure(run.firstNotFinite(chosen.count)) }
    run.backward(chosen.count, random: random, workers: workers)
    var scale = 1.0
    if let most = options.clipValue.map({ S($0) }) {
      for i in 0..<run.parameterCount { run.gradients[i] = max(-most, min(most, run.gradients[i])) }
    }
    if let clip = options.clip {
      var squares = 0.0
      for i in 0..<run.parameterCount { squares += Double(run.gradients[i]) * Double(run.gradients[i]) }
      if squares.squareRoot() > clip { scale = clip / squares.squareRoot() }
    }
    state.optimizer.update(run.parameters, run.gradients, count: run.parameterCount, factor: factor, scale: scale)
    return value
  }

  private func lossOf(_ run: NetworkRun<S>, _ chosen: [Int], gradient: UnsafeMutablePointer<S>?) -> Double {
    let width = rows.targetWidth
    let targets = chosen.flatMap { rows.targets[$0 * width..<($0 + 1) * width] }
    let weights = rows.weights.map { all in chosen.map { all[$0] } }
    return targets.withUnsafeBufferPointer { targets in
      guard let base = targets.baseAddress else { return 0 }
      func value(_ weights: UnsafePointer<S>?) -> Double {
        loss(
          run.output.value, width: run.output.width, count: chosen.count, targets: base, weights: weights,
          gradient: gradient, smoothing: options.labelSmoothing)
      }
      guard let weights else { return value(nil) }
      return weights.withUnsafeBufferPointer { value($0.baseAddress) }
    }
  }

  /// The loss of rows that are not learned from.
  private func judge(_ run: NetworkRun<S>, _ chosen: [Int], workers: Workers) -> Double {
    var sum = 0.0
    for start in stride(from: 0, to: chosen.count, by: run.capacity) {
      let part = Array(chosen[start..<min(chosen.count, start + run.capacity)])
      run.fill(rows, part)
      run.forward(part.count, training: false, workers: workers)
      sum += lossOf(run, part, gradient: nil) * Double(part.count)
    }
    return sum / Double(max(chosen.count, 1))
  }

  /// Keeps the best, lowers the rate, stops.
  private func conclude(_ state: inout State, loss: Double) {
    if loss < state.best?.loss ?? .infinity {
      let keeps = !held.isEmpty
      state.best = (loss, keeps ? state.network.parameters : [], keeps ? state.network.keptValues : [])
      (state.waiting, state.resting) = (0, 0)
    } else {
      state.waiting += 1
      state.resting += 1
    }
    if case .plateau(let patience, _) = options.schedule, state.resting > patience {
      state.drops += 1
      state.resting = 0
    }
    if let patience = options.stopEarly, state.waiting >= patience { state.isOver = true }
  }

  /// What the epochs before came to, for the line that is shown while it runs: the last losses, and a curve of all.
  private func pastOf(_ state: State) -> String {
    guard let last = state.history.last else { return "" }
    let held = last.validLoss.map { ", \(text($0)) on rows held back" } ?? ""
    guard state.history.count > 1 else { return held }
    return held + " " + Sparkline.text(of: state.history.map { $0.validLoss ?? $0.loss }, width: 12)
  }

  private func text(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    if abs(value) >= 0.001 || value == 0 { return "\((value * 10_000).rounded() / 10_000)" }
    // Two digits of what is very small.
    var scaled = abs(value), exponent = 0
    while scaled < 1, exponent < 400 { (scaled, exponent) = (scaled * 10, exponent + 1) }
    return "\(value < 0 ? "-" : "")\((scaled * 10).rounded() / 10)e-\(exponent)"
  }
}

extension NetworkRun {
  /// Copies rows to the input.
  func fill(_ rows: NetworkRows<S>, _ chosen: [Int]) {
    rows.inputs.withUnsafeBufferPointer { all in
      guard let base = all.baseAddress else { return }
      for (place, row) in chosen.prefix(capacity).enumerated() {
        (input.value + place * input.width).update(from: base + row * rows.width, count: rows.width)
      }
    }
  }
}
