import Glibc
import Synchronization
import Testing
import WeirBase
import WeirModels
import WeirNetworks
import WeirTables

/// Keeps what it is told, and may stop the work after so many answers.
private final class Notes: Memory {
  private let kept = Mutex<(answers: [[UInt8]: Archive], times: Int)>(([:], 0))
  private let stop: Cancellation?
  private let limit: Int

  init(stopping stop: Cancellation? = nil, after limit: Int = .max) {
    self.stop = stop
    self.limit = limit
  }

  /// How often something was kept.
  var count: Int { kept.withLock { $0.times } }
  func digest(_ content: Archive) -> Archive { .bytes(content.encoded()) }
  func recall(_ question: Archive) -> Archive? { kept.withLock { $0.answers[question.encoded()] } }
  func keep(_ question: Archive, _ answer: Archive) {
    let count = kept.withLock { kept in
      kept.answers[question.encoded()] = answer
      kept.times += 1
      return kept.times
    }
    if count >= limit { stop?.cancel() }
  }
}

struct TrainingTests {
  /// Rows on two rings and what ring they are on; no line parts them.
  static func rings(_ count: Int) throws -> TrainingSample {
    var random = RandomStream(seed: 3)
    var x: [Double] = [], y: [Double] = [], ring: [String] = []
    while ring.count < count {
      let a = random.nextNormal(), b = random.nextNormal(), radius = (a * a + b * b).squareRoot()
      guard radius > 0 else { continue }
      let isOuter = ring.count % 2 == 1, size = (isOuter ? 2.0 : 0.7) + 0.1 * random.nextNormal()
      x.append(a / radius * size)
      y.append(b / radius * size)
      ring.append(isOuter ? "outer" : "inner")
    }
    return TrainingSample(
      features: try Table([("x", Column(.float(x))), ("y", Column(.float(y)))]), target: Column(.text(TextValues(ring))),
      targetName: "ring")
  }

  static func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions()
    (options.epochs, options.optimizer) = (30, .adam(rate: 0.02, decay: 0))
    change(&options)
    return options
  }

  static func context(_ workers: Int = 1, memory: (any Memory)? = nil, cancellation: Cancellation = Cancellation()) -> FitContext {
    FitContext(random: RandomStream(seed: 5), workers: Workers(workers), cancellation: cancellation, memory: memory)
  }

  static func accuracy(_ model: any FittedModel, _ sample: TrainingSample) throws -> Double {
    let predicted = try model.predict(sample.features)
    let right = (0..<sample.features.rowCount).count { predicted.scalar(at: $0) == sample.target?.scalar(at: $0) }
    return Double(right) / Double(sample.features.rowCount)
  }

  @Test(arguments: [LossKind.auto, .hinge, .binaryCrossEntropy]) func classesAreLearned(_ loss: LossKind) throws {
    let sample = try Self.rings(300), width = loss == .binaryCrossEntropy ? 1 : 2
    let network = try NetworkEstimator([Dense(16), Activation(.relu), Dense(width)], Self.options { $0.loss = loss })
    let model = try network.fit(sample, in: Self.context())
    #expect(try Self.accuracy(model, sample) > 0.97)
    if loss == .hinge {
      #expect(throws: ModelError.self) { try model.probabilities(sample.features) }
    } else {
      let columns = try model.probabilities(sample.features)
      #expect(columns.count == 2 && (0..<300).allSatisfy { abs(columns[0][$0] + columns[1][$0] - 1) < 1e-9 })
    }
  }

  @Test func finishedProbabilitiesAreLearnedAsWell() throws {
    let sample = try Self.rings(300)
    for layers in [[Dense(16), Activation(.tanh), Dense(2), Softmax()], [Dense(16), Activation(.tanh), Dense(1), Activation(.sigmoid)]]
      as [[any Layer]] {
      let model = try NetworkEstimator(layers, Self.options()).fit(sample, in: Self.context())
      #expect(try Self.accuracy(model, sample) > 0.97)
      let columns = try model.probabilities(sample.features)
      #expect((0..<300).allSatisfy { abs(columns[0][$0] + columns[1][$0] - 1) < 1e-5 })
    }
  }

  @Test(arguments: [LossKind.auto, .mae, .huber]) func numbersAreLearnedInAnyUnits(_ loss: LossKind) throws {
    let x = (0..<200).map { Double($0) / 100 - 1 }, y = x.map { 5e6 + 1e6 * $0 * $0 }
    let sample = TrainingSample(features: try Table([("x", Column(.float(x)))]), target: Column(.float(y)))
    let network = try NetworkEstimator(
      [Dense(24), Activation(.tanh), Dense(1)], Self.options { ($0.loss, $0.epochs) = (loss, 60) })
    guard case .float(let found) = try network.fit(sample, in: Self.context()).predict(sample.features).storage else {
      Issue.record("not floats")
      return
    }
    let worst = zip(found, y).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst < 1.5e5)
  }

  @Test func theSameBytesAtAnyNumberOfWorkers() throws {
    let sample = try Self.rings(200), layers: [any Layer] = [Dense(32), BatchNorm(), Activation(.relu), Dropout(0.2), Dense(2)]
    var seen: Set<[UInt8]> = []
    for workers in [1, 2, 7] {
      let network = try NetworkEstimator(layers, Self.options { ($0.epochs, $0.batch, $0.valid) = (3, 64, 0.2) })
      seen.insert(try network.fit(sample, in: Self.context(workers)).archive.encoded())
    }
    #expect(seen.count == 1)
  }

  @Test func aStoppedTrainingGoesOnToTheSameBytes() throws {
    let sample = try Self.rings(200), layers: [any Layer] = [Dense(8), Activation(.relu), Dropout(0.1), Dense(2)]
    let options = Self.options { options in
      (options.epochs, options.valid, options.schedule) = (20, 0.2, .plateau(patience: 2, factor: 0.5))
    }
    let network = try NetworkEstimator(layers, options)
    let whole = try network.fit(sample, in: Self.context()).archive.encoded()
    let stop = Cancellation(), notes = Notes(stopping: stop, after: 4)
    #expect(throws: Cancelled.self) {
      try network.fit(sample, in: Self.context(memory: notes, cancellation: stop))
    }
    let before = notes.count
    #expect(try network.fit(sample, in: Self.context(memory: notes)).archive.encoded() == whole)
    #expect(before == 4 && notes.count == 10)
    // Other rows are another training.
    let other = try NetworkEstimator(layers, options).fit(Self.rings(201), in: Self.context(memory: notes))
    #expect(other.archive.encoded() != whole && notes.count == 20)
  }

  @Test func rowsOfTheirOwnChooseTheEpochAndAreNotLearnedFrom() throws {
    let all = try Self.rings(150)
    func part(_ rows: Range<Int>) throws -> TrainingSample {
      TrainingSample(
        features: try all.features.taking(Array(rows)), target: all.target?.taking(Array(rows)), targetName: "ring")
    }
    let inner = try part(0..<100), held = try part(100..<150)
    let layers: [any Layer] = [Dense(64), Activation(.relu), Dense(2)]
    let network = try NetworkEstimator(
      layers, Self.options { ($0.epochs, $0.valid, $0.stopEarly) = (60, 0.5, 4) })
    let model = try #require(network.fit(inner, watching: held, in: Self.context()) as? NetworkModel)
    let losses = model.records.compactMap(\.validLoss), best = try #require(losses.min())
    #expect(losses.count == model.records.count && losses.suffix(4).allSatisfy { $0 >= best })
    // The numbers are those of the best epoch: its loss on these rows comes out again.
    let chances = try model.probabilities(held.features), wanted = try #require(held.target)
    let loss = (0..<50).reduce(0.0) { $0 - log(chances[wanted.scalar(at: $1) == .text("outer") ? 1 : 0][$1]) / 50 }
    #expect(abs(loss - best) < 1e-5)
    // All other rows are learned from, and those alone: the same as without any held back, up to the best epoch.
    let epochs = try #require(losses.firstIndex(of: best)) + 1
    let plain = try NetworkEstimator(layers, Self.options { $0.epochs = epochs })
    let alone = try #require(plain.fit(inner, in: Self.context()) as? NetworkModel)
    #expect(try alone.probabilities(held.features) == chances)
    #expect(throws: ValidationRowsError.self) { try network.fit(inner, watching: part(0..<0), in: Self.context()) }
  }

  @Test func smoothedLabelsAndCutGradientsAgreeWithPyTorch() throws {
    // torch.nn.functional.cross_entropy(…, label_smoothing=0.1), PyTorch 2.13.
    let scores = [0.5, -1, 2, 1.5, 0.25, -0.75], targets = [2.0, 0]
    var gradient = [Double](repeating: 0, count: 6)
    let loss = Loss.crossEntropy(ofProbabilities: false)(
      scores, width: 3, count: 2, targets: targets, weights: nil, gradient: &gradient, smoothing: 0.1)
    #expect(abs(loss - 0.4193252863655239) < 1e-14)
    let wanted = [0.070978529403, 0.002889619969, -0.073868149372, -0.107446496091, 0.086251635332, 0.021194860759]
    for (a, b) in zip(gradient, wanted) { #expect(abs(a - b) < 1e-11) }
    // Of probabilities the same loss; of one score for two classes that of both.
    let chances = [[0.5, -1, 2], [1.5, 0.25, -0.75]].flatMap { row in
      let sum = row.reduce(0) { $0 + exp($1) }
      return row.map { exp($0) / sum }
    }
    let finished = Loss.crossEntropy(ofProbabilities: true)(
      chances, width: 3, count: 2, targets: targets, weights: nil, gradient: nil, smoothing: 0.1)
    #expect(abs(finished - loss) < 1e-14)
    let two = Loss.crossEntropy(ofProbabilities: false)(
      [0, 0.7, 0, -1.2], width: 2, count: 2, targets: [1, 0], weights: nil, gradient: nil, smoothing: 0.3)
    let one = Loss.binaryCrossEntropy(ofProbabilities: false)(
      [0.7, -1.2], width: 1, count: 2, targets: [1, 0], weights: nil, gradient: nil, smoothing: 0.3)
    #expect(abs(one - two) < 1e-14)

    // One step of plain descent with all gradients cut moves no number farther than that.
    let sample = try Self.rings(40), layers: [any Layer] = [Dense(4), Activation(.relu), Dense(2)]
    func parameters(_ clip: Double?, epochs: Int) throws -> [Double] {
      let network = try NetworkEstimator(layers, Self.options { options in
        (options.epochs, options.batch, options.precise, options.clipValue) = (epochs, 40, true, clip)
        options.optimizer = .sgd(rate: 1, momentum: 0, nesterov: false, decay: 0)
      })
      guard case .double(let trained) = try #require(network.fit(sample, in: Self.context()) as? NetworkModel).network else { return [] }
      return trained.parameters
    }
    let first = try parameters(nil, epochs: 1), cut = try parameters(0.01, epochs: 1), later = try parameters(0.01, epochs: 2)
    #expect(zip(first, cut).contains { abs($0 - $1) > 0.02 })
    let moves = zip(cut, later).map { abs($0 - $1) }
    #expect(moves.allSatisfy { $0 <= 0.01 + 1e-15 } && moves.contains { abs($0 - 0.01) < 1e-15 })
  }

  @Test func trainingStopsEarlyAndKeepsTheBest() throws {
    let sample = try Self.rings(60)
    let network = try NetworkEstimator(
      [Dense(64), Activation(.relu), Dense(2)],
      Self.options { ($0.epochs, $0.valid, $0.stopEarly, $0.optimizer) = (500, 0.3, 3, .adam(rate: 0.05, decay: 0)) })
    let model = try #require(network.fit(sample, in: Self.context()) as? NetworkModel)
    #expect(model.records.count < 500 && model.records.count >= 4)
    let losses = model.records.compactMap(\.validLoss), best = try #require(losses.min())
    #expect(losses.suffix(3).allSatisfy { $0 >= best })
    #expect(model.history.names == ["epoch", "loss", "valid_loss", "rate"])
  }

  @Test func numbersThatAreNotFiniteAreToldWithStepAndLayer() throws {
    let sample = try Self.rings(50)
    let network = try NetworkEstimator(
      [Dense(8), Dense(2)], Self.options { $0.optimizer = .sgd(rate: 1e30, momentum: 0, nesterov: false, decay: 0) })
    let error = #expect(throws: ModelError.self) { try network.fit(sample, in: Self.context()) }
    #expect(error?.message.contains("step 2 of epoch 1") == true || error?.message.contains("step 1 of epoch 2") == true)
    #expect(error?.message.contains("dense_1") == true || error?.message.contains("dense_2") == true)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let sample = try Self.rings(20)
    func message(_ layers: [any Layer], _ options: TrainingOptions = Self.options()) -> String {
      do {
        _ = try NetworkEstimator(layers, options).fit(sample, in: Self.context())
        return "fitted"
      } catch let error as ModelError {
        return "\(error.message) | \(error.mend ?? "")"
      } catch let error as LayerError { return "\(error) | \(error.mend ?? "")" } catch { return "\(error)" }
    }
    #expect(message([]).contains("no layers"))
    #expect(message([Dense(3)]).contains("`dense_1` is the last and gives 3 numbers, and the target has 2 classes | end"))
    #expect(message([Convolution(4), Dense(2)]).contains("conv_1"))
    #expect(message([Convolution(4), Dense(2)]).contains("reshape"))
    #expect(message([Dense(2)], Self.options { $0.loss = .mse }).contains("is for numbers"))
    #expect(message([Dense(2)], Self.options { $0.epochs = 0 }).contains("`epochs`"))
    #expect(message([Dense(2)], Self.options { $0.optimizer = .adam(rate: -1, decay: 0) }).contains("rate"))
    #expect(message([Dense(2)], Self.options { $0.valid = 1 }).contains("`valid`"))
  }

  @Test func aNetworkThatNoMemoryHoldsIsRefused() throws {
    // The squares of the steps, sixteen at a time and one a row, are more than any machine's memory.
    let steps = 400_000
    let network = try Network<Float>([Reshape([steps, 1]), Attention(heads: 1), GlobalAveragePool(), Dense(1)], inputShape: [steps])
    #expect(throws: LayerError.self) { try NetworkRun.checked(network, capacity: 2) }
    let model = TrainedNetwork.single(network)
    #expect(throws: LayerError.self) { try model.outputs([Double](repeating: 0, count: steps), count: 1, workers: .one) }
  }

  @Test func archivesPredictTheSameBytes() throws {
    let sample = try Self.rings(80)
    var kinds = ModelKinds.standard
    kinds.addNetworks()
    for precise in [false, true] {
      let network = try NetworkEstimator(
        [Dense(8), BatchNorm(), Activation(.gelu), Dense(2)], Self.options { ($0.epochs, $0.precise) = (3, precise) })
      let model = try network.fit(sample, in: Self.context()), bytes = ModelKinds.tagged(model).encoded()
      let back = try kinds.model(Archive(decoding: bytes))
      #expect(ModelKinds.tagged(back).encoded() == bytes)
      #expect(try back.probabilities(sample.features) == model.probabilities(sample.features))
      #expect(try kinds.step(ModelKinds.tagged(network)).archive == network.archive)
      for cut in stride(from: 0, to: bytes.count, by: 97) {
        #expect(throws: (any Error).self) { try kinds.model(Archive(decoding: Array(bytes.prefix(cut)))) }
      }
    }
  }

  @Test func oneRowIsPredictedAsManyAre() throws {
    let sample = try Self.rings(300)
    let model = try NetworkEstimator([Dense(8), Activation(.relu), Dense(2)], Self.options { $0.epochs = 2 })
      .fit(sample, in: Self.context())
    let all = try model.probabilities(sample.features)
    for row in [0, 1, 17, 299] {
      let one = try model.probabilities(sample.features.taking([row]))
      #expect(abs(one[0][0] - all[0][row]) < 1e-5)
    }
    #expect(try model.predict(sample.features.taking([])).count == 0)
  }

  @Test func anAutoencoderFindsWhatIsUnlikeTheRest() throws {
    // Four columns that follow two; one row does not.
    var random = RandomStream(seed: 8)
    let a = (0..<200).map { _ in random.nextNormal() }, b = (0..<200).map { _ in random.nextNormal() }
    var c = zip(a, b).map { $0 + $1 }
    let d = zip(a, b).map { $0 - 2 * $1 }
    c[17] += 6
    let table = try Table([
      ("a", Column(.float(a))), ("b", Column(.float(b))), ("c", Column(.float(c))), ("d", Column(.float(d))),
    ])
    let step = try Autoencoder(hidden: [], code: 2, training: Self.options { $0.epochs = 40 })
    let (fitted, sample) = try step.fit(TrainingSample(features: table, target: nil), in: Self.context())
    #expect(sample.features.names == ["code1", "code2"])
    let model = try #require(fitted as? FittedAutoencoder)
    let errors = try model.errors(table)
    #expect(errors.indices.max { errors[$0] < errors[$1] } == 17)
    #expect(errors.sorted()[100] < 0.05)
    let back = try FittedAutoencoder(archive: model.archive)
    #expect(try back.errors(table) == errors)
    #expect(try back.apply(to: table).names == ["code1", "code2"])
  }

  @Test func anAutoencoderOfOwnLayersIsReadBack() throws {
    var random = RandomStream(seed: 9)
    let table = try Table((0..<8).map { j in
      ("p\(j)", Column(.float((0..<40).map { _ in 5 + random.nextUniform(0, Double(j)) })))
    })
    let encoder: [any Layer] = [Reshape([4, 2, 1]), Convolution(3, stride: [2], padding: .same), Activation(.relu)]
    let decoder: [any Layer] = [TransposedConvolution(1, kernel: [2, 2], stride: [2]), Activation(.sigmoid)]
    let step = try Autoencoder(encoder: encoder, decoder: decoder, training: Self.options { $0.epochs = 3 })
    #expect(try Autoencoder(archive: step.archive).archive == step.archive)
    #expect(throws: ModelError.self) { try Autoencoder(encoder: encoder) }
    #expect(throws: ModelError.self) { try Autoencoder(code: 2, encoder: encoder, decoder: decoder) }
    let (fitted, sample) = try step.fit(TrainingSample(features: table, target: nil), in: Self.context())
    #expect(sample.features.names == (1...6).map { "code\($0)" })
    let model = try #require(fitted as? FittedAutoencoder), errors = try model.errors(table)
    // The decoder gives numbers between 0 and 1, and so are the columns inside; the first is 5 throughout.
    #expect(errors.allSatisfy { (0..<1).contains($0) })
    #expect(try FittedAutoencoder(archive: model.archive).errors(table) == errors)
    #expect(throws: LayerError.self) {
      _ = try Autoencoder(encoder: [Dense(2)], decoder: [Dense(7)], training: Self.options { $0.epochs = 1 })
        .fit(TrainingSample(features: table, target: nil), in: Self.context())
    }
  }

  /// Steps that were stored before an autoencoder could have layers of one's own.
  @Test func earlierAutoencodersAreReadBack() throws {
    let step = try Autoencoder(hidden: [5], code: 3)
    guard case .record(let fields) = step.archive else {
      Issue.record("an autoencoder is stored as a record")
      return
    }
    let earlier = Archive.record(fields.filter { $0.name != "encoder" && $0.name != "decoder" })
    #expect(try Autoencoder(archive: earlier).archive == step.archive)
  }
}
