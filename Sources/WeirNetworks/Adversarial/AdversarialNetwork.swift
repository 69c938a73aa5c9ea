package import WeirBase
package import WeirModels
import WeirTables

/// Two networks that learn against each other: the generator makes rows of random numbers, the discriminator tells them from
/// those that were given. Then the generator gives new rows like them.
///
/// Goodfellow and others: "Generative adversarial nets", 2014, with the loss that does not saturate. Features are brought to
/// mean 0 and spread 1 inside; where the generator ends with `tanh` to -1 to 1, and with `sigmoid` to 0 to 1.
package struct AdversarialNetwork: Estimator {
  package static let archiveName = "gan"
  /// The layers that make a row of `latent` numbers, and those that judge one; nil for the usual ones.
  package let generator: [any Layer]?
  package let discriminator: [any Layer]?
  /// How many random numbers a row is made of.
  package let latent: Int
  /// How slowly the generator that is kept follows the one that is trained; 0 keeps the last.
  package let average: Double
  /// The spread of the noise that is laid over rows before they are judged, at first; it falls to nothing.
  package let noise: Double
  package let training: TrainingOptions
  /// The optimizer of the discriminator, where it has one of its own.
  package let discriminatorOptimizer: Optimizer?

  package init(
    generator: [any Layer]?, discriminator: [any Layer]?, latent: Int = 8, average: Double = 0.99, noise: Double = 1,
    training: TrainingOptions = TrainingOptions(), discriminatorOptimizer: Optimizer? = nil
  ) throws {
    guard (1...Self.mostLatent).contains(latent) else {
      throw ModelError("`latent` of `gan` is from 1 to \(Self.mostLatent), not \(latent)")
    }
    guard (0..<1).contains(average) else { throw ModelError("`average` of `gan` is from 0 to below 1, not \(average)") }
    guard noise >= 0, noise.isFinite else { throw ModelError("`noise` of `gan` is a number from 0, not \(noise)") }
    for (layers, name) in [(generator, "generator"), (discriminator, "discriminator")] where layers?.isEmpty == true {
      throw ModelError("the \(name) of `gan` has no layers", mend: "leave `\(name)` out for the usual ones")
    }
    try training.check(for: "gan")
    guard training.loss == .auto, training.valid == 0, training.stopEarly == nil, training.classWeight == .none else {
      throw ModelError(
        "`gan` has losses of its own and holds no rows back", mend: "leave out `loss`, `valid` and `stop_early`")
    }
    if let fault = discriminatorOptimizer?.fault { throw ModelError(fault) }
    self.generator = generator
    self.discriminator = discriminator
    self.latent = latent
    self.average = average
    self.noise = noise
    self.training = training
    self.discriminatorOptimizer = discriminatorOptimizer
  }

  static let mostLatent = 1 << 16

  package var name: String { "gan" }
  package var learnsFromTarget: Bool { false }

  package var settings: [Setting] {
    func written(_ layers: [any Layer]?) -> Archive {
      layers.map { .of(["source": .text("sequential(\(LayerKinds.source(of: $0)))")]) } ?? .none
    }
    return [
      Setting("generator", written(generator), default: Archive.none),
      Setting("discriminator", written(discriminator), default: Archive.none),
      Setting("latent", .int(Int64(latent)), default: .int(8)), Setting("average", .float(average), default: .float(0.99)),
      Setting("noise", .float(noise), default: .float(1)),
    ] + training.shownSettings + [
      Setting(
        "discriminator_optimizer", discriminatorOptimizer.map { .of(["source": .text($0.source)]) } ?? .none,
        default: Archive.none),
    ]
  }

  package var archive: Archive {
    func stored(_ layers: [any Layer]?) -> Archive { layers.map { .list($0.map(LayerKinds.tagged)) } ?? .none }
    return .record(
      [
        .init("generator", stored(generator)), .init("discriminator", stored(discriminator)),
        .init("latent", .int(Int64(latent))), .init("average", .float(average)),
        .init("noise", .float(noise)),
        .init("discriminator_optimizer", discriminatorOptimizer?.archive ?? .none),
      ] + (training.settings + [training.rateSetting]).map { Archive.Field($0.name, $0.value) })
  }

  package init(archive: Archive) throws {
    func layers(_ name: String) throws -> [any Layer]? {
      let part = try archive.part(name)
      if case .none = part { return nil }
      return try part.asList().map { try LayerKinds.standard.layer($0) }
    }
    let own = try archive.part("discriminator_optimizer")
    do {
      try self.init(
        generator: layers("generator"), discriminator: layers("discriminator"), latent: archive.part("latent").asInt(),
        average: archive.part("average").asFloat(), noise: archive.part("noise").asFloat(), training: TrainingOptions(archive: archive),
        discriminatorOptimizer: own == .none ? nil : Optimizer(archive: own))
    } catch let error as ModelError { throw ArchiveError(error.message) }
  }

  /// The same, trained otherwise.
  package func with(_ training: TrainingOptions) throws -> AdversarialNetwork {
    try AdversarialNetwork(
      generator: generator, discriminator: discriminator, latent: latent, average: average, noise: noise, training: training,
      discriminatorOptimizer: discriminatorOptimizer)
  }

  /// The layers for rows of `width` numbers.
  func layers(width: Int) -> (generator: [any Layer], discriminator: [any Layer]) {
    (
      generator ?? [Dense(64), Activation(.relu), Dense(64), Activation(.relu), Dense(width)],
      discriminator ?? [
        Dense(64), Activation(.leakyReLU, alpha: 0.2), Dense(64), Activation(.leakyReLU, alpha: 0.2), Dense(1),
      ]
    )
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let design = try Design(sample.features, for: name, workers: context.workers)
    guard design.rowCount > 0 else { throw ModelError.noRows(name) }
    guard sample.weights == nil else {
      throw ModelError("`gan` counts every row alike", mend: "leave `weights` out")
    }
    let wholes = sample.features.columns.map { $0.type == .int || $0.type == .bool }
    return training.precise
      ? try fit(design, wholes, Double.self, context) : try fit(design, wholes, Float.self, context)
  }

  private func fit<S: NetworkScalar>(
    _ design: Design, _ wholes: [Bool], _ type: S.Type, _ context: FitContext
  ) throws -> AdversarialModel {
    let width = design.featureCount, layers = layers(width: width)
    let scale = FeatureScale(design, endingWith: layers.generator.last)
    let generator = try part("generator", gives: width, for: "the rows have \(width) columns") { () throws(LayerError) in
      try Network<S>(layers.generator, inputShape: [latent], random: context.random.child("generator"))
    }
    let discriminator = try part("discriminator", gives: 1, for: Self.oneJudgement) {
      () throws(LayerError) in
      try Network<S>(layers.discriminator, inputShape: [width], random: context.random.child("discriminator"))
    }
    let values = scale.applied(to: design.values).map { S($0) }
    guard values.allSatisfy(\.isFinite) else { throw ModelError("the features hold numbers too large for single precision") }
    let training = AdversarialTraining(
      self, rows: values, count: design.rowCount, width: width,
      isFinished: (layers.discriminator.last as? Activation)?.kind == .sigmoid)
    let state = try training.run(generator, discriminator, in: context)
    return AdversarialModel(
      features: design.names, wholes: wholes, scale: scale, latent: latent, generator: TrainedNetwork(state.kept),
      discriminator: TrainedNetwork(state.discriminator.network), isFinished: training.isFinished, records: state.history)
  }

  static let oneJudgement = "a discriminator gives one: how real a row is"

  /// One of the two networks, which must give so many numbers.
  private func part<S>(
    _ name: String, gives width: Int, for what: String, _ make: () throws(LayerError) -> Network<S>
  ) throws(LayerError) -> Network<S> {
    let network = try part(name, make)
    guard network.outputShape.reduce(1, *) == width else {
      let last = network.rows.last { $0.depth == 0 }?.name ?? "sequential"
      throw LayerError("\(name).\(last)", .output(shape: network.outputShape, wanted: width, for: what))
    }
    return network
  }

  /// What is made of the layers of one of the two networks; what is wrong with them names them as its.
  func part<Result>(_ name: String, _ make: () throws(LayerError) -> Result) throws(LayerError) -> Result {
    do { return try make() } catch { throw LayerError("\(name).\(error.layer)", error.reason) }
  }
}

extension FeatureScale {
  /// What brings features into the range of a network that ends with this layer.
  init(_ design: Design, endingWith layer: (any Layer)?) {
    let kind = (layer as? Activation)?.kind
    guard kind == .tanh || kind == .sigmoid else {
      self.init(design)
      return
    }
    var means: [Double] = [], spreads: [Double] = []
    for j in 0..<design.featureCount {
      let column = design.column(j), low = column.min() ?? 0, high = column.max() ?? 0
      let spread = kind == .tanh ? high / 2 - low / 2 : high - low
      means.append(kind == .tanh ? low / 2 + high / 2 : low)
      spreads.append(spread > 0 && spread.isFinite ? spread : 1)
    }
    self.init(means: means, spreads: spreads)
  }
}
