import Glibc
import Synchronization
import Testing
import WeirBase
import WeirModels
import WeirNetworks
import WeirTables

struct AdversarialTests {
  static func sample(_ columns: [(name: String, column: Column)]) throws -> TrainingSample {
    TrainingSample(features: try Table(columns), target: nil)
  }

  static func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions()
    options.optimizer = .rmsprop(rate: 0.001, smoothing: 0.99, decay: 0)
    change(&options)
    return options
  }

  static func context(_ workers: Int = 1, memory: (any Memory)? = nil, cancellation: Cancellation = Cancellation()) -> FitContext {
    FitContext(random: RandomStream(seed: 5), workers: Workers(workers), cancellation: cancellation, memory: memory)
  }

  static func fitted(_ network: AdversarialNetwork, _ sample: TrainingSample, in context: FitContext) throws -> AdversarialModel {
    try #require(network.fit(sample, in: context) as? AdversarialModel)
  }

  static func numbers(_ table: Table, _ name: String) throws -> [Double] {
    guard case .float(let values) = try table.column(name).storage else { return [] }
    return values
  }

  static func moments(_ values: [Double]) -> (mean: Double, spread: Double) {
    let n = Double(values.count), mean = values.reduce(0, +) / n
    return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot())
  }

  @Test func aNormalDistributionIsLearned() throws {
    var random = RandomStream(seed: 1)
    let values = (0..<2000).map { _ in 5 + 2 * random.nextNormal() }
    let network = try AdversarialNetwork(generator: nil, discriminator: nil, training: Self.options { $0.epochs = 20 })
    let model = try Self.fitted(network, Self.sample([("x", Column(.float(values)))]), in: Self.context(2))
    let drawn = try Self.numbers(model.sample(4000, random: RandomStream(seed: 2), workers: .one), "x")
    let (mean, spread) = Self.moments(drawn)
    #expect(abs(mean - 5) < 0.3 && abs(spread - 2) < 0.3, "\(mean) \(spread)")
    // Near the middle as many as the theory has: 0.683 within one spread.
    #expect(abs(Double(drawn.count { abs($0 - 5) < 2 }) / 4000 - 0.683) < 0.06)
    #expect(model.records.count == 20)
  }

  @Test func bothPartsOfAMixtureAreLearned() throws {
    var random = RandomStream(seed: 1)
    var x: [Double] = [], y: [Double] = []
    for row in 0..<2000 {
      let side = row % 10 < 3 ? 1.0 : -1
      x.append(3 * side + 0.3 * random.nextNormal())
      y.append(2 * side + 0.5 * random.nextNormal())
    }
    let sample = try Self.sample([("x", Column(.float(x))), ("y", Column(.float(y)))])
    let network = try AdversarialNetwork(generator: nil, discriminator: nil, training: Self.options { $0.epochs = 40 })
    let model = try Self.fitted(network, sample, in: Self.context(2))
    let drawn = try model.sample(2000, random: RandomStream(seed: 2), workers: .one)
    let left = try Self.numbers(drawn, "x"), right = try Self.numbers(drawn, "y")
    let share = Double(left.count { $0 > 0 }) / 2000
    #expect(abs(share - 0.3) < 0.12, "\(share)")
    for (side, rows) in [(1.0, left.indices.filter { left[$0] > 0 }), (-1, left.indices.filter { left[$0] <= 0 })] {
      let (mean, spread) = Self.moments(rows.map { left[$0] })
      #expect(abs(mean - 3 * side) < 0.4 && spread < 1, "\(side): \(mean) \(spread)")
      #expect(abs(Self.moments(rows.map { right[$0] }).mean - 2 * side) < 0.4)
    }
    // Rows far from all that it saw look less real than those it learned from.
    let judged = try Self.numbers(Table([("p", model.predict(Table([("x", Column(.float([-3, 40]))), ("y", Column(.float([-2, -60])))])))]), "p")
    #expect(judged.allSatisfy { (0...1).contains($0) } && judged[1] < judged[0])
  }

  @Test func theSameBytesAtAnyNumberOfWorkersAndAfterAStop() throws {
    let rings = TrainingSample(features: try TrainingTests.rings(150).features, target: nil)
    let generator: [any Layer] = [Dense(8), BatchNorm(), Activation(.gelu), Dense(2)]
    let network = try AdversarialNetwork(
      generator: generator, discriminator: [Dense(8), Activation(.leakyReLU), Dropout(0.2), Dense(1), Activation(.sigmoid)],
      latent: 3, training: Self.options { ($0.epochs, $0.clip) = (10, 1) }, discriminatorOptimizer: .adam(rate: 0.002, decay: 0))
    let model = try Self.fitted(network, rings, in: Self.context()), whole = model.archive.encoded()
    for workers in [2, 5] { #expect(try network.fit(rings, in: Self.context(workers)).archive.encoded() == whole) }
    let stop = Cancellation(), notes = StoppingMemory(stop, after: 4)
    #expect(throws: Cancelled.self) { try network.fit(rings, in: Self.context(memory: notes, cancellation: stop)) }
    #expect(try network.fit(rings, in: Self.context(memory: notes)).archive.encoded() == whole)
    #expect(notes.count == 10)
    let few = try model.sample(5, random: RandomStream(seed: 9), workers: .one)
    let many = try model.sample(300, random: RandomStream(seed: 9), workers: Workers(3))
    #expect(try Self.numbers(few, "x") == Array(Self.numbers(many, "x").prefix(5)))
    let longer = try model.sample(257, random: RandomStream(seed: 9), workers: .one)
    #expect(try Self.numbers(longer, "y") == Array(Self.numbers(many, "y").prefix(257)))
    #expect(try model.sample(0, random: RandomStream(seed: 9), workers: .one).rowCount == 0)
    #expect(throws: ModelError.self) { try model.sample(1 << 28, random: RandomStream(seed: 9), workers: .one) }
  }

  @Test(arguments: [false, true]) func archivesDrawTheSameRows(precise: Bool) throws {
    var kinds = ModelKinds.standard
    kinds.addNetworks()
    let sample = try Self.sample([("x", Column(.int((0..<40).map { $0 }))), ("y", Column(.float((0..<40).map { Double($0) / 3 })))])
    let network = try AdversarialNetwork(
      generator: [Dense(4), Dense(2), Activation(.tanh)], discriminator: nil,
      training: Self.options { ($0.epochs, $0.precise) = (2, precise) })
    #expect(try kinds.step(ModelKinds.tagged(network)).archive == network.archive)
    let model = try Self.fitted(network, sample, in: Self.context()), bytes = ModelKinds.tagged(model).encoded()
    let back = try #require(kinds.model(Archive(decoding: bytes)) as? AdversarialModel)
    let drawn = try model.sample(20, random: RandomStream(seed: 1), workers: .one)
    let again = try back.sample(20, random: RandomStream(seed: 1), workers: .one)
    #expect(again.names == drawn.names && again.archive == drawn.archive)
    // What came whole goes whole, and within the range that `tanh` stands for.
    guard case .int(let wholes) = try drawn.column("x").storage else { throw ModelError("whole numbers came back as others") }
    #expect(wholes.allSatisfy { (0...39).contains($0) })
    for cut in stride(from: 0, to: bytes.count, by: 211) {
      #expect(throws: (any Error).self) { try kinds.model(Archive(decoding: Array(bytes.prefix(cut)))) }
    }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let sample = try Self.sample([("x", Column(.float([1, 2, 3]))), ("y", Column(.float([1, 2, 3])))])
    func message(
      _ generator: [any Layer]?, _ discriminator: [any Layer]? = nil, latent: Int = 2, _ change: (inout TrainingOptions) -> Void = { _ in }
    ) -> String {
      do {
        _ = try AdversarialNetwork(generator: generator, discriminator: discriminator, latent: latent, training: Self.options(change))
          .fit(sample, in: Self.context())
        return "fitted"
      } catch let error as ModelError { return error.message } catch { return "\(error)" }
    }
    #expect(message([Dense(4), Dense(3)]) == "layer `generator.dense_2` is the last and gives 3 numbers, and the rows have 2 columns")
    #expect(message(nil, [Dense(2)]).contains("`discriminator.dense_1` is the last and gives 2"))
    #expect(message([Convolution(2)]).contains("`generator.conv_1` needs"))
    #expect(message([]).contains("no layers"))
    #expect(message(nil, latent: 0).contains("`latent`"))
    #expect(message(nil) { $0.loss = .mse }.contains("losses of its own"))
    #expect(message(nil) { $0.optimizer = .sgd(rate: 1e30, momentum: 0, nesterov: false, decay: 0) }.contains("not finite"))
    #expect(throws: ModelError.self) { try AdversarialNetwork(generator: nil, discriminator: nil, average: 1) }
    #expect(throws: ModelError.self) { try AdversarialNetwork(generator: nil, discriminator: nil, noise: -.infinity) }
  }
}

/// Keeps what it is told, and stops the work after so many answers.
private final class StoppingMemory: Memory {
  private let kept = Mutex<[[UInt8]: Archive]>([:])
  private let stop: Cancellation, limit: Int

  init(_ stop: Cancellation, after limit: Int) { (self.stop, self.limit) = (stop, limit) }

  var count: Int { kept.withLock { $0.count } }
  func digest(_ content: Archive) -> Archive { .bytes(content.encoded()) }
  func recall(_ question: Archive) -> Archive? { kept.withLock { $0[question.encoded()] } }
  func keep(_ question: Archive, _ answer: Archive) {
    let count = kept.withLock { kept in
      kept[question.encoded()] = answer
      return kept.count
    }
    if count == limit { stop.cancel() }
  }
}
