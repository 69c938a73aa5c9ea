package import WeirBase
package import WeirModels

/// A network as the last step of a plan: it learns classes or numbers from columns of numbers.
///
/// A row is its columns in their order; `reshape` as the first layer makes an image or a sequence of it, and branches take
/// columns of their own. The network ends
/// with one number for each class (for two classes one is enough), or with one where numbers are predicted. Numbers to
/// predict are brought to mean 0 and spread 1 while it learns, so that the losses of `history` are in these units.
package struct NetworkEstimator: WatchingEstimator {
  package static let archiveName = "sequential"
  package let layers: [any Layer]
  package let training: TrainingOptions

  package init(_ layers: [any Layer], _ training: TrainingOptions = TrainingOptions()) throws {
    guard !layers.isEmpty else {
      throw ModelError("`sequential` has no layers", mend: "write some: `sequential(dense(32), relu(), dense(3))`")
    }
    try training.check(for: "sequential")
    self.layers = layers
    self.training = training
  }

  package var name: String { "sequential" }
  package var settings: [Setting] {
    [Setting("layers", .of(["source": .text(LayerKinds.source(of: layers))]))] + training.shownSettings
  }
  package var archive: Archive {
    .record(
      [.init("layers", .list(layers.map(LayerKinds.tagged)))]
        + (training.settings + [training.rateSetting]).map { Archive.Field($0.name, $0.value) })
  }

  package init(archive: Archive) throws {
    let layers = try archive.part("layers").asList().map { try LayerKinds.standard.layer($0) }
    do {
      try self.init(layers, TrainingOptions(archive: archive))
    } catch let error as ModelError { throw ArchiveError(error.message) }
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    try fit(sample, held: nil, in: context)
  }

  /// All rows of the sample are learned from; epochs are judged by the others, and the best one's numbers are kept.
  package func fit(
    _ sample: TrainingSample, watching valid: TrainingSample, in context: FitContext
  ) throws -> any FittedModel {
    guard valid.rowCount > 0 else { throw ValidationRowsError.noRows(name) }
    return try fit(sample, held: valid, in: context)
  }

  private func fit(_ sample: TrainingSample, held: TrainingSample?, in context: FitContext) throws -> any FittedModel {
    let inputs = try NetworkInputs(sample.features, layers, for: name, workers: context.workers)
    let weights = try sample.checkedWeights(for: name)
    guard inputs.rowCount > 0 else { throw ModelError.noRows(name) }
    let answer = try NetworkAnswer(sample, weights, training, name: name)
    let watched = try held.map { held in
      Watched(
        count: held.rowCount, values: try inputs.coding.values(of: held.features, for: name, workers: context.workers),
        targets: try answer.targets(of: held, for: name),
        weights: try held.checkedWeights(for: name))
    }
    return training.precise
      ? try fit(inputs, answer, watched, Double.self, context) : try fit(inputs, answer, watched, Float.self, context)
  }

  /// Rows that epochs are judged by, as the network takes them.
  private struct Watched {
    let count: Int
    let values: [Double]
    let targets: [Double]
    let weights: [Double]?
  }

  private func fit<S: NetworkScalar>(
    _ inputs: NetworkInputs, _ answer: NetworkAnswer, _ watched: Watched?, _ type: S.Type, _ context: FitContext
  ) throws -> NetworkModel {
    let width = inputs.coding.width
    let network = try Network<S>.started(inputs.layers, inputs: width, random: context.random.child("start"))
    let loss = try answer.loss(of: network, options: training)
    let count = inputs.rowCount + (watched?.count ?? 0)
    func withWatched(_ own: [Double], _ others: [Double]?) -> [S] { own.map { S($0) } + (others ?? []).map { S($0) } }
    var weights: [S]?
    if answer.weights != nil || watched?.weights != nil {
      weights = withWatched(
        answer.weights ?? [Double](repeating: 1, count: inputs.rowCount),
        watched.map { $0.weights ?? [Double](repeating: 1, count: $0.count) })
    }
    let rows = NetworkRows<S>(
      count: count, width: width, targetWidth: 1, inputs: withWatched(inputs.values, watched?.values),
      targets: withWatched(answer.targets, watched?.targets), weights: weights)
    guard rows.inputs.allSatisfy(\.isFinite) else {
      throw ModelError(
        "the features hold numbers too large for single precision", mend: "put `standardize()` before the network")
    }
    let training = try Training(
      rows, watched: watched?.count, options: training, loss: loss, name: name, random: context.random)
    let state = try training.run(from: network, in: context)
    return NetworkModel(
      coding: inputs.coding, network: TrainedNetwork(state.network), kind: answer.kind, loss: loss,
      records: state.history)
  }
}

extension Network {
  /// A network that takes rows of so many numbers.
  static func started(_ layers: [any Layer], inputs: Int, random: RandomStream) throws -> Network {
    let network = try Network(layers, inputShape: [inputs], random: random)
    guard network.parameters.allSatisfy(\.isFinite) else { throw ModelError("a network starts from numbers that are not finite") }
    return network
  }
}

/// What is to be learned, as a network takes it.
struct NetworkAnswer {
  let kind: NetworkModel.Kind
  let targets: [Double]
  let weights: [Double]?

  init(_ sample: TrainingSample, _ weights: [Double]?, _ options: TrainingOptions, name: String) throws {
    switch try sample.target(for: name, as: options.task) {
    case .classes(let labels, let codes):
      guard labels.count > 1 else {
        throw ModelError("the target holds the class \(labels.names.first ?? "") alone, and `\(name)` tells classes apart")
      }
      kind = .classes(labels)
      targets = codes.map { Double($0) }
      self.weights = options.classWeight.applied(to: weights, codes, classes: labels.count)
    case .numbers(let values):
      let total = weights?.reduce(0, +) ?? Double(values.count)
      let mean = values.indices.reduce(0) { $0 + (weights?[$1] ?? 1) * (values[$1] / total) }
      let squares = values.indices.reduce(0) { $0 + (weights?[$1] ?? 1) / total * (values[$1] - mean) * (values[$1] - mean) }
      guard mean.isFinite, squares.isFinite else { throw ModelError("the target holds numbers too large to square") }
      let spread = squares > 0 ? squares.squareRoot() : 1
      kind = .numbers(mean: mean, spread: spread)
      targets = values.map { ($0 - mean) / spread }
      self.weights = weights
    }
  }

  /// The targets of rows that are not learned from, as those that are.
  func targets(of rows: TrainingSample, for name: String) throws -> [Double] {
    switch kind {
    case .classes(let labels): return try rows.codes(in: labels, for: name)
    case .numbers(let mean, let spread):
      guard case .numbers(let values) = try rows.target(for: name, as: .regression) else { return [] }
      return values.map { ($0 - mean) / spread }
    }
  }

  /// The loss that was asked for, or the usual one; throws where the network's output does not fit the target.
  func loss<S>(of network: Network<S>, options: TrainingOptions) throws -> Loss {
    let width = network.outputShape.reduce(1, *)
    let last = network.layers.last, endsWithSigmoid = (last as? Activation)?.kind == .sigmoid
    func unfit(_ what: String, _ wanted: Int) -> LayerError {
      LayerError(
        network.rows.last { $0.depth == 0 }?.name ?? "sequential", .output(shape: network.outputShape, wanted: wanted, for: what))
    }
    if options.labelSmoothing > 0 {
      guard case .classes = kind, options.loss != .hinge else {
        throw ModelError("`label_smoothing` is for the cross entropies of classes", mend: "leave it out")
      }
    }
    switch (kind, options.loss) {
    case (.classes(let labels), .auto), (.classes(let labels), .crossEntropy), (.classes(let labels), .hinge),
      (.classes(let labels), .binaryCrossEntropy):
      let isOne = width == 1 && labels.count == 2 && options.loss != .crossEntropy
      guard isOne || (width == labels.count && options.loss != .binaryCrossEntropy) else {
        let wanted = options.loss == .binaryCrossEntropy ? 1 : labels.count
        throw unfit("the target has \(labels.count) classes", wanted)
      }
      if options.loss == .hinge { return .hinge }
      return isOne ? .binaryCrossEntropy(ofProbabilities: endsWithSigmoid) : .crossEntropy(ofProbabilities: last is Softmax)
    case (.numbers, .auto), (.numbers, .mse), (.numbers, .mae), (.numbers, .huber):
      guard width == 1 else { throw unfit("the target is one number", 1) }
      return options.loss == .mae ? .mae : options.loss == .huber ? .huber : .mse
    case (.classes, let loss):
      throw ModelError(
        "the target holds classes, and the loss `\(loss.rawValue)` is for numbers", mend: "leave `loss` out")
    case (.numbers, let loss):
      throw ModelError(
        "the target holds numbers, and the loss `\(loss.rawValue)` is for classes", mend: "leave `loss` out")
    }
  }
}
