package import WeirBase
package import WeirModels
package import WeirTables

/// Learns to give rows back through a narrow layer, the code, and gives the codes of rows: `code1`, `code2`, ...
///
/// Layers of the sizes of `hidden` lead to the code, the same in reverse lead back, with ReLU between them; or layers of one's
/// own do both. Features are brought to mean 0 and spread 1 inside; where the decoder ends with `tanh` to -1 to 1, and with
/// `sigmoid` to 0 to 1. Rows that it gives back badly are unlike those that it learned from.
package struct Autoencoder: WatchingTransformer {
  package static let archiveName = "autoencoder"
  package let hidden: [Int]
  package let code: Int
  /// The layers to the code and those back, where they are not the usual ones. Both or none.
  package let encoder: [any Layer]?
  package let decoder: [any Layer]?
  package let training: TrainingOptions

  private static let usualCode = 8

  package init(
    hidden: [Int] = [], code: Int = usualCode, encoder: [any Layer]? = nil, decoder: [any Layer]? = nil,
    training: TrainingOptions = TrainingOptions()
  ) throws {
    for size in hidden + [code] where !(1...1 << 20).contains(size) {
      throw ModelError("a layer of `autoencoder` has from 1 to \(1 << 20) numbers, not \(size)")
    }
    try training.check(for: "autoencoder")
    guard (encoder == nil) == (decoder == nil) else {
      let missing = encoder == nil ? "encoder" : "decoder"
      throw ModelError(
        "`autoencoder` has layers of yours on one side alone", mend: "write `\(missing): sequential(…)` too")
    }
    guard encoder == nil || hidden.isEmpty && code == Self.usualCode else {
      throw ModelError(
        "`encoder` and `decoder` already say what layers `autoencoder` has", mend: "leave `hidden` and `code` out")
    }
    guard encoder?.isEmpty != true, decoder?.isEmpty != true else {
      throw ModelError("the encoder or the decoder of `autoencoder` has no layers")
    }
    guard !(encoder ?? []).contains(where: { $0 is ColumnBranches }) else {
      throw ModelError("the encoder of `autoencoder` takes all columns at once, and has no branches")
    }
    self.hidden = hidden
    self.code = code
    self.encoder = encoder
    self.decoder = decoder
    self.training = training
  }

  package var name: String { "autoencoder" }
  package var settings: [Setting] {
    func written(_ layers: [any Layer]?) -> Archive {
      layers.map { .of(["source": .text("sequential(\(LayerKinds.source(of: $0)))")]) } ?? .none
    }
    return [
      Setting("hidden", .ints(hidden.map { Int64($0) }), default: .ints([])),
      Setting("code", .int(Int64(code)), default: .int(Int64(Self.usualCode))),
      Setting("encoder", written(encoder), default: Archive.none), Setting("decoder", written(decoder), default: Archive.none),
    ] + training.shownSettings
  }
  package var archive: Archive {
    func stored(_ layers: [any Layer]?) -> Archive { layers.map { .list($0.map(LayerKinds.tagged)) } ?? .none }
    return .record(
      [
        .init("hidden", .ints(hidden.map { Int64($0) })), .init("code", .int(Int64(code))),
        .init("encoder", stored(encoder)), .init("decoder", stored(decoder)),
      ]
        + (training.settings + [training.rateSetting]).map { Archive.Field($0.name, $0.value) })
  }

  package init(archive: Archive) throws {
    // Archives of earlier builds have no layers.
    func layers(_ name: String) throws -> [any Layer]? {
      guard let part = archive[name], part != .none else { return nil }
      return try part.asList().map { try LayerKinds.standard.layer($0) }
    }
    do {
      try self.init(
        hidden: try archive.part("hidden").asInts().map { Int(clamping: $0) }, code: try archive.part("code").asInt(),
        encoder: layers("encoder"), decoder: layers("decoder"), training: TrainingOptions(archive: archive))
    } catch let error as ModelError { throw ArchiveError(error.message) }
  }

  /// The layers to the code, and those back to `width` numbers.
  func layers(width: Int) -> (encoder: [any Layer], decoder: [any Layer]) {
    if let encoder, let decoder { return (encoder, decoder) }
    var encoder: [any Layer] = [], decoder: [any Layer] = []
    for size in hidden { encoder += [Dense(size), Activation(.relu)] }
    encoder.append(Dense(code))
    for size in hidden.reversed() { decoder += [Activation(.relu), Dense(size)] }
    return (encoder, decoder + [Activation(.relu), Dense(width)].suffix(hidden.isEmpty ? 1 : 2))
  }

  /// The error of layers that give rows of other lengths than they take.
  static func misfit(_ last: String, gives shape: [Int], for width: Int) -> LayerError {
    LayerError(last, .output(shape: shape, wanted: width, for: "the rows have \(width) columns"))
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    try fit(sample, held: nil, in: context)
  }

  /// All rows of the sample are learned from; epochs are judged by the others, and the best one's numbers are kept.
  package func fit(
    _ sample: TrainingSample, watching valid: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    guard valid.rowCount > 0 else { throw ValidationRowsError.noRows(name) }
    return try fit(sample, held: valid, in: context)
  }

  private func fit(
    _ sample: TrainingSample, held: TrainingSample?, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let design = try Design(sample.features, for: name, workers: context.workers)
    let weights = try sample.checkedWeights(for: name)
    guard design.rowCount > 0 else { throw ModelError.noRows(name) }
    let watched = try held.map { held in
      (rows: try Design(held.features, named: design.names, for: name, workers: context.workers),
       weights: try held.checkedWeights(for: name))
    }
    let fitted = training.precise
      ? try fit(design, weights, watched, Double.self, context) : try fit(design, weights, watched, Float.self, context)
    var sample = sample
    sample.features = try fitted.apply(to: sample.features, workers: context.workers)
    return (fitted, sample)
  }

  private func fit<S: NetworkScalar>(
    _ design: Design, _ weights: [Double]?, _ watched: (rows: Design, weights: [Double]?)?, _ type: S.Type,
    _ context: FitContext
  ) throws -> FittedAutoencoder {
    let width = design.featureCount, layers = layers(width: width), held = watched?.rows.rowCount ?? 0
    let scale = FeatureScale(design, endingWith: layers.decoder.last)
    let values = scale.applied(to: design.values + (watched?.rows.values ?? [])).map { S($0) }
    var counts: [Double]?
    if weights != nil || watched?.weights != nil {
      counts = (weights ?? [Double](repeating: 1, count: design.rowCount))
        + (watched?.weights ?? [Double](repeating: 1, count: held))
    }
    let network = try Network<S>.started(
      layers.encoder + layers.decoder, inputs: width, random: context.random.child("start"))
    guard network.outputShape.reduce(1, *) == width else {
      throw Self.misfit(network.rows.last { $0.depth == 0 }?.name ?? name, gives: network.outputShape, for: width)
    }
    let rows = NetworkRows<S>(
      count: design.rowCount + held, width: width, targetWidth: width, inputs: values, targets: values,
      weights: counts?.map { S($0) })
    let training = try Training(
      rows, watched: watched == nil ? nil : held, options: training, loss: .mse, name: name, random: context.random)
    let state = try training.run(from: network, in: context)
    return FittedAutoencoder(
      features: design.names, encoderLayers: layers.encoder.count, scale: scale, network: TrainedNetwork(state.network),
      records: state.history)
  }
}

/// The means and spreads of features.
struct FeatureScale: Sendable {
  let means: [Double]
  let spreads: [Double]

  init(means: [Double], spreads: [Double]) {
    self.means = means
    self.spreads = spreads
  }

  init(_ design: Design) {
    let n = Double(max(design.rowCount, 1)), columns = (0..<design.featureCount).map { design.column($0) }
    let means = columns.map { column in column.reduce(0) { $0 + $1 / n } }
    self.means = means
    spreads = zip(columns, means).map { column, mean in
      let largest = column.reduce(0) { max($0, abs($1 - mean)) }
      guard largest > 0, largest.isFinite else { return 1 }
      return largest * (column.reduce(0) { $0 + ($1 - mean) / largest * (($1 - mean) / largest) } / n).squareRoot()
    }
  }

  func applied(to values: [Double]) -> [Double] {
    let width = means.count
    return values.indices.map { (values[$0] - means[$0 % width]) / spreads[$0 % width] }
  }
}

package struct FittedAutoencoder: FittedTransformer {
  package static let archiveName = "fitted_autoencoder"
  package let features: [String]
  let encoderLayers: Int
  let scale: FeatureScale
  let network: TrainedNetwork
  package let records: [EpochRecord]

  /// The losses, epoch by epoch.
  package var history: Table { EpochRecord.table(records) }

  package func apply(to features: Table) throws -> Table { try apply(to: features, workers: .current) }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    let design = try Design(features, named: self.features, for: "autoencoder", workers: workers)
    let codes = try encoder.outputs(scale.applied(to: design.values), count: design.rowCount, workers: workers)
    let width = encoder.outputWidth
    let columns = (0..<width).map { j in
      (name: "code\(j + 1)", column: Column(.float((0..<design.rowCount).map { codes[$0 * width + j] })))
    }
    return try Table(columns, rowCount: features.rowCount, lineage: features.lineage)
  }

  /// For each row the mean square of what lacks between it and what is given back, in units of the features' spreads.
  package func errors(_ features: Table) throws -> [Double] {
    let design = try Design(features, named: self.features, for: "autoencoder", workers: .current)
    let values = scale.applied(to: design.values), width = self.features.count
    let back = try network.outputs(values, count: design.rowCount, workers: .current)
    return (0..<design.rowCount).map { row in
      (row * width..<(row + 1) * width).reduce(0) { $0 + (values[$1] - back[$1]) * (values[$1] - back[$1]) } / Double(width)
    }
  }

  package var lessons: [Lesson] {
    guard let last = records.last else { return [] }
    return [Lesson("all", "loss", .float(last.validLoss ?? last.loss))]
  }

  /// The layers up to the code, with what they learned.
  private var encoder: TrainedNetwork {
    switch network {
    case .single(let network): TrainedNetwork(network.prefix(encoderLayers))
    case .double(let network): TrainedNetwork(network.prefix(encoderLayers))
    }
  }
}

extension Network {
  /// The first layers, with what they learned. All that they learn lies ahead of what later layers do.
  func prefix(_ count: Int) -> Network {
    guard var part = try? Network(Array(layers.prefix(count)), inputShape: inputShape) else { return self }
    part.parameters = Array(parameters.prefix(part.learned.count))
    part.keptValues = Array(keptValues.prefix(part.kept.count))
    return part
  }
}

extension FittedAutoencoder: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asTexts()
    encoderLayers = try archive.part("encoder").asInt()
    network = try TrainedNetwork(archive: archive.part("network"))
    let means = try archive.part("means").asFloats(), spreads = try archive.part("spreads").asFloats()
    records = try archive.part("history").asList().map { try EpochRecord(archive: $0) }
    guard !features.isEmpty, Set(features).count == features.count, means.count == features.count,
      spreads.count == features.count, spreads.allSatisfy({ $0.isFinite && $0 > 0 }), means.allSatisfy(\.isFinite),
      network.inputWidth == features.count, network.outputWidth == features.count,
      (1...max(network.rows.count, 1)).contains(encoderLayers)
    else { throw ArchiveError("an autoencoder that does not fit its features") }
    scale = FeatureScale(means: means, spreads: spreads)
  }

  package var archive: Archive {
    .of([
      "features": .list(features.map { .text($0) }), "encoder": .int(Int64(encoderLayers)), "means": .floats(scale.means),
      "spreads": .floats(scale.spreads), "network": network.archive, "history": .list(records.map(\.archive)),
    ])
  }
}
