import WeirBase
import WeirModels

/// What is kept of a training while it runs: the state after the last epoch that was kept, which a killed run goes on from.
///
/// It is kept every tenth of the epochs, and after every epoch that ends more than `patience` seconds after the last time, so
/// that no more than an epoch of long ones is lost. When it is kept is no part of what comes out.
struct TrainingNotes<S: NetworkScalar> {
  private let memory: any Memory
  private let question: Archive
  private let options: TrainingOptions
  private let network: Network<S>
  private let interval: Int
  private static var patience: Double { 2 }
  private var last = secondsNow()
  private let holdsRows: Bool

  init(_ training: Training<S>, _ network: Network<S>, _ context: FitContext, memory: any Memory) {
    self.memory = memory
    self.network = network
    options = training.options
    interval = max(1, options.epochs / 10)
    holdsRows = !training.held.isEmpty
    let rows = training.rows
    question = memory.digest(.of([
      "what": .text("training"), "options": .record(options.settings.map { Archive.Field($0.name, $0.value) }),
      "network": network.archive, "inputs": ExactNumbers.bytes(rows.inputs), "targets": ExactNumbers.bytes(rows.targets),
      "weights": rows.weights.map(ExactNumbers.bytes) ?? .none, "loss": .text("\(training.loss)"),
      "random": .int(Int64(bitPattern: context.random.key)), "held": .ints(training.held.map { Int64($0) }),
    ]))
  }

  /// The state after the last epoch that was kept; nil where none was.
  func latest() -> Training<S>.State? {
    guard let kept = memory.recall(question), let state = try? state(kept),
      (1...options.epochs).contains(state.history.count)
    else { return nil }
    return state
  }

  mutating func keep(_ state: Training<S>.State) {
    let now = secondsNow()
    guard state.history.count % interval == 0 || now - last > Self.patience else { return }
    last = now
    let best = state.best.map { best in
      Archive.of([
        "loss": .float(best.loss), "parameters": ExactNumbers.bytes(best.parameters), "kept": ExactNumbers.bytes(best.kept),
      ])
    }
    memory.keep(question, .of([
      "parameters": ExactNumbers.bytes(state.network.parameters), "kept": ExactNumbers.bytes(state.network.keptValues),
      "optimizer": state.optimizer.archive, "history": .list(state.history.map(\.archive)), "best": best ?? .none,
      "counts": .ints([Int64(state.waiting), Int64(state.resting), Int64(state.drops)]), "over": .bool(state.isOver),
    ]))
  }

  private func state(_ archive: Archive) throws -> Training<S>.State {
    var network = network
    network.parameters = try ExactNumbers.read(archive.part("parameters"), count: network.learned.count)
    network.keptValues = try ExactNumbers.read(archive.part("kept"), count: network.kept.count)
    var state = Training<S>.State(
      network: network,
      optimizer: try OptimizerState(options.optimizer, count: network.learned.count, archive: archive.part("optimizer")))
    state.history = try archive.part("history").asList().map { try EpochRecord(archive: $0) }
    let counts = try archive.part("counts").asInts().map { Int($0) }
    guard counts.count == 3 else { throw ArchiveError("counts of a training are absent") }
    (state.waiting, state.resting, state.drops) = (counts[0], counts[1], counts[2])
    state.isOver = try archive.part("over").asBool()
    let best = try archive.part("best")
    if case .none = best { return state }
    state.best = (
      try best.part("loss").asFloat(),
      try ExactNumbers.read(best.part("parameters"), count: holdsRows ? network.learned.count : 0),
      try ExactNumbers.read(best.part("kept"), count: holdsRows ? network.kept.count : 0)
    )
    return state
  }
}

extension EpochRecord {
  var archive: Archive {
    .of([
      "epoch": .int(Int64(epoch)), "loss": .float(loss), "valid_loss": validLoss.map { .float($0) } ?? .none,
      "rate": .float(rate),
    ])
  }

  init(archive: Archive) throws {
    let valid = try archive.part("valid_loss")
    self.init(
      epoch: try archive.part("epoch").asInt(), loss: try archive.part("loss").asFloat(),
      validLoss: { if case .none = valid { nil } else { try? valid.asFloat() } }(), rate: try archive.part("rate").asFloat())
  }
}
