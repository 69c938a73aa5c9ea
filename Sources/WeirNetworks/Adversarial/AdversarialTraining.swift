import WeirBase
import WeirModels

/// Trains a generator and a discriminator in turns, a step each for each batch of shuffled rows.
///
/// The discriminator makes -log D(row) - log(1 - D(made)) small, the generator -log D(made), which does not saturate where
/// the discriminator is sure. With a memory the state is kept every tenth of the epochs, so that a training which was
/// stopped goes on from there to the same bytes.
struct AdversarialTraining<S: NetworkScalar> {
  let settings: AdversarialNetwork
  let rows: [S]
  let count: Int
  let width: Int
  /// Whether the discriminator ends with a sigmoid, and gives a probability.
  let isFinished: Bool

  init(_ settings: AdversarialNetwork, rows: [S], count: Int, width: Int, isFinished: Bool) {
    self.settings = settings
    self.rows = rows
    self.count = count
    self.width = width
    self.isFinished = isFinished
  }

  /// A network and what its optimizer remembers.
  struct Learner {
    var network: Network<S>
    var optimizer: OptimizerState<S>
  }

  struct State {
    var generator: Learner
    var discriminator: Learner
    /// The generator that is kept: a running mean of the one that is trained.
    var kept: Network<S>
    var history: [AdversarialRecord] = []
  }

  private var options: TrainingOptions { settings.training }

  func run(_ generator: Network<S>, _ discriminator: Network<S>, in context: FitContext) throws -> State {
    let own = settings.discriminatorOptimizer ?? options.optimizer
    var state = State(
      generator: Learner(network: generator, optimizer: OptimizerState(options.optimizer, count: generator.learned.count)),
      discriminator: Learner(network: discriminator, optimizer: OptimizerState(own, count: discriminator.learned.count)),
      kept: generator)
    let notes = context.memory.map { AdversarialNotes(self, state, context, memory: $0) }
    if let known = notes?.latest() { state = known }
    let capacity = min(options.batch, count)
    let making = try NetworkRun.checked(state.generator.network, capacity: capacity)
    let judging = try NetworkRun.checked(state.discriminator.network, capacity: capacity, inputGradient: true)
    while state.history.count < options.epochs {
      try epoch(&state, making, judging, in: context)
      notes?.keep(state)
    }
    return state
  }

  private func epoch(
    _ state: inout State, _ making: NetworkRun<S>, _ judging: NetworkRun<S>, in context: FitContext
  ) throws {
    let number = state.history.count, batch = making.capacity, steps = (count + batch - 1) / batch
    let factor = options.schedule.factor(epoch: number, of: options.epochs, drops: 0)
    var stream = context.random.child("order").child(number)
    let order = stream.permutation(count)
    var losses = (generator: 0.0, discriminator: 0.0)
    for step in 0..<steps {
      try context.cancellation.check()
      let chosen = Array(order[step * batch..<min(count, (step + 1) * batch)]), place = number * steps + step
      let turn = Turn(
        count: chosen.count, noise: noise(after: place, of: options.epochs * steps), random: context.random.child("step").child(place),
        workers: context.workers)
      let shares = Double(chosen.count) / Double(count)
      losses.discriminator += shares * (try judge(&state, making, judging, chosen, turn, factor, at: (number, step)))
      losses.generator += shares * (try make(&state, making, judging, turn, factor, at: (number, step)))
      average(&state, making, after: place)
      context.progress(
        place + 1, options.epochs * steps,
        "steps: epoch \(number + 1), generator \(text(losses.generator / Double(step + 1) * Double(steps)))"
          + ", discriminator \(text(losses.discriminator / Double(step + 1) * Double(steps)))")
    }
    making.store(in: &state.generator.network)
    judging.store(in: &state.discriminator.network)
    state.kept.keptValues = state.generator.network.keptValues
    state.history.append(AdversarialRecord(
      epoch: number + 1, generator: losses.generator, discriminator: losses.discriminator,
      rate: options.optimizer.rate * factor))
  }

  /// The rows of a step and the streams it draws from.
  private struct Turn {
    let count: Int
    /// The spread of the noise that is laid over rows before they are judged.
    let noise: Double
    let random: RandomStream
    let workers: Workers
  }

  /// Makes as many rows as the turn has of fresh random numbers.
  private func draw(_ making: NetworkRun<S>, _ turn: Turn, _ who: String) {
    var latent = turn.random.child(who).child("latent")
    for i in 0..<turn.count * making.input.width { making.input.value[i] = S(latent.nextNormal()) }
    making.forward(turn.count, training: true, random: turn.random.child(who).child("making"), workers: turn.workers)
  }

  /// A step of the discriminator: rows that were given, then rows that were made.
  private func judge(
    _ state: inout State, _ making: NetworkRun<S>, _ judging: NetworkRun<S>, _ chosen: [Int], _ turn: Turn, _ factor: Double,
    at place: (epoch: Int, step: Int)
  ) throws -> Double {
    rows.withUnsafeBufferPointer { all in
      guard let base = all.baseAddress else { return }
      for (at, row) in chosen.enumerated() { (judging.input.value + at * width).update(from: base + row * width, count: width) }
    }
    let real = try loss(judging, turn, truth: 1, turn.random.child("real"), at: place)
    let first = Array(UnsafeBufferPointer(start: judging.gradients, count: judging.parameterCount))
    draw(making, turn, "discriminator")
    judging.input.value.update(from: making.output.value, count: turn.count * width)
    let made = try loss(judging, turn, truth: 0, turn.random.child("made"), of: making, at: place)
    for i in first.indices { judging.gradients[i] += first[i] }
    step(&state.discriminator.optimizer, judging, factor)
    return real + made
  }

  /// A step of the generator: made rows should be taken for given ones.
  private func make(
    _ state: inout State, _ making: NetworkRun<S>, _ judging: NetworkRun<S>, _ turn: Turn, _ factor: Double,
    at place: (epoch: Int, step: Int)
  ) throws -> Double {
    draw(making, turn, "generator")
    judging.input.value.update(from: making.output.value, count: turn.count * width)
    let value = try loss(judging, turn, truth: 1, turn.random.child("judged"), of: making, at: place)
    guard let to = making.outputGradient, let from = judging.input.gradient else { return value }
    to.update(from: from, count: turn.count * width)
    making.backward(turn.count, random: turn.random.child("generator").child("making"), workers: turn.workers)
    step(&state.generator.optimizer, making, factor)
    return value
  }

  /// How far the judgements of the rows that lie in the input are from `truth`; leaves the gradients. `making` made the rows.
  private func loss(
    _ judging: NetworkRun<S>, _ turn: Turn, truth: S, _ random: RandomStream, of making: NetworkRun<S>? = nil,
    at place: (epoch: Int, step: Int)
  ) throws -> Double {
    if turn.noise > 0 {
      var stream = random.child("noise")
      for i in 0..<turn.count * width { judging.input.value[i] += S(turn.noise * stream.nextNormal()) }
    }
    judging.forward(turn.count, training: true, random: random, workers: turn.workers)
    let value = [S](repeating: truth, count: turn.count).withUnsafeBufferPointer { targets in
      targets.baseAddress.map {
        Loss.binaryCrossEntropy(ofProbabilities: isFinished)(
          judging.output.value, width: 1, count: turn.count, targets: $0, weights: nil, gradient: judging.outputGradient)
      } ?? 0
    }
    guard value.isFinite else {
      let first = making?.firstNotFinite(turn.count).map { "generator.\($0)" }
        ?? judging.firstNotFinite(turn.count).map { "discriminator.\($0)" }
      let layer = first.map { ": first in what `\($0)` gives" } ?? ""
      throw ModelError(
        "`gan` came to numbers that are not finite in step \(place.step + 1) of epoch \(place.epoch + 1)\(layer)",
        mend: "take a smaller learning rate, or set `clip: 1.0`")
    }
    judging.backward(turn.count, random: random, workers: turn.workers)
    return value
  }

  private func step(_ optimizer: inout OptimizerState<S>, _ run: NetworkRun<S>, _ factor: Double) {
    var scale = 1.0
    if let clip = options.clip {
      var squares = 0.0
      for i in 0..<run.parameterCount { squares += Double(run.gradients[i]) * Double(run.gradients[i]) }
      if squares.squareRoot() > clip { scale = clip / squares.squareRoot() }
    }
    optimizer.update(run.parameters, run.gradients, count: run.parameterCount, factor: factor, scale: scale)
  }

  /// Falls to nothing along the training.
  private func noise(after step: Int, of steps: Int) -> Double { settings.noise * (1 - Double(step) / Double(max(steps, 1))) }

  /// The running mean of what the generator learned: of all steps at first, then of the latest ones.
  private func average(_ state: inout State, _ making: NetworkRun<S>, after step: Int) {
    let share = S(max(1 - settings.average, 1 / Double(step + 1)))
    for i in 0..<making.parameterCount { state.kept.parameters[i] += share * (making.parameters[i] - state.kept.parameters[i]) }
  }

  private func text(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
}
