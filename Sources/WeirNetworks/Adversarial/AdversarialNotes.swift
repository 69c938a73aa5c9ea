import WeirBase
import WeirModels

/// What is kept of the training of two networks while it runs.
struct AdversarialNotes<S: NetworkScalar> {
  private let memory: any Memory
  private let question: Archive
  private let start: AdversarialTraining<S>.State
  private let epochs: Int
  /// After how many epochs the state is kept.
  private let interval: Int

  init(_ training: AdversarialTraining<S>, _ start: AdversarialTraining<S>.State, _ context: FitContext, memory: any Memory) {
    self.memory = memory
    self.start = start
    epochs = training.settings.training.epochs
    interval = max(1, epochs / 10)
    question = memory.digest(.of([
      "what": .text("training of two networks"), "settings": training.settings.archive,
      "generator": start.generator.network.archive, "discriminator": start.discriminator.network.archive,
      "rows": ExactNumbers.bytes(training.rows), "random": .int(Int64(bitPattern: context.random.key)),
    ]))
  }

  private func asked(_ epoch: Int) -> Archive { .of(["of": question, "epoch": .int(Int64(epoch))]) }

  /// The state after the last epoch that was kept; nil where none was.
  func latest() -> AdversarialTraining<S>.State? {
    for epoch in stride(from: epochs - epochs % interval, to: 0, by: -interval) {
      if let kept = memory.recall(asked(epoch)), let state = try? state(kept), state.history.count == epoch { return state }
    }
    return nil
  }

  func keep(_ state: AdversarialTraining<S>.State) {
    guard state.history.count % interval == 0 else { return }
    func learner(_ learner: AdversarialTraining<S>.Learner) -> Archive {
      .of([
        "parameters": ExactNumbers.bytes(learner.network.parameters), "kept": ExactNumbers.bytes(learner.network.keptValues),
        "optimizer": learner.optimizer.archive,
      ])
    }
    memory.keep(asked(state.history.count), .of([
      "generator": learner(state.generator), "discriminator": learner(state.discriminator),
      "average": ExactNumbers.bytes(state.kept.parameters), "history": .list(state.history.map(\.archive)),
    ]))
  }

  private func state(_ archive: Archive) throws -> AdversarialTraining<S>.State {
    var state = start
    func read(_ learner: inout AdversarialTraining<S>.Learner, _ archive: Archive) throws {
      let learned = learner.network.learned.count
      learner.network.parameters = try ExactNumbers.read(archive.part("parameters"), count: learned)
      learner.network.keptValues = try ExactNumbers.read(archive.part("kept"), count: learner.network.kept.count)
      learner.optimizer = try OptimizerState(learner.optimizer.optimizer, count: learned, archive: archive.part("optimizer"))
    }
    try read(&state.generator, archive.part("generator"))
    try read(&state.discriminator, archive.part("discriminator"))
    state.kept.parameters = try ExactNumbers.read(archive.part("average"), count: state.kept.learned.count)
    state.kept.keptValues = state.generator.network.keptValues
    state.history = try archive.part("history").asList().map { try AdversarialRecord(archive: $0) }
    return state
  }
}
