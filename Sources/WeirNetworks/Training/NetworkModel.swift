import Glibc
package import WeirBase
package import WeirModels
package import WeirTables

/// A network of single or double precision.
package enum TrainedNetwork: Sendable {
  case single(Network<Float>)
  case double(Network<Double>)

  init<S: NetworkScalar>(_ network: Network<S>) {
    if let network = network as? Network<Double> { self = .double(network) } else if let network = network as? Network<Float> {
      self = .single(network)
    } else {
      preconditionFailure("networks compute with floats or doubles")
    }
  }

  var rows: [LayerPlan.Row] {
    switch self {
    case .single(let network): network.rows
    case .double(let network): network.rows
    }
  }

  var inputWidth: Int {
    switch self {
    case .single(let network): network.inputShape.reduce(1, *)
    case .double(let network): network.inputShape.reduce(1, *)
    }
  }

  var outputWidth: Int {
    switch self {
    case .single(let network): network.outputShape.reduce(1, *)
    case .double(let network): network.outputShape.reduce(1, *)
    }
  }

  /// What it gives for rows that lie one after another. A single row goes through the run that is `kept`.
  package func outputs(
    _ values: [Double], count: Int, workers: Workers, kept: KeptRun? = nil
  ) throws(LayerError) -> [Double] {
    switch self {
    case .single(let network): try TrainedNetwork.outputs(network, values, count, workers, kept)
    case .double(let network): try TrainedNetwork.outputs(network, values, count, workers, kept)
    }
  }

  private static func outputs<S: NetworkScalar>(
    _ network: Network<S>, _ values: [Double], _ count: Int, _ workers: Workers, _ kept: KeptRun?
  ) throws(LayerError) -> [Double] {
    guard count > 0 else { return [] }
    guard count == 1, let kept else {
      return outputs(of: try run(network, mostRows: min(count, 256)), values, count, workers)
    }
    return try kept.use { () throws(LayerError) in
      try run(network, mostRows: 1)
    } _: { run in
      outputs(of: run, values, 1, workers)
    }
  }

  private static func outputs<S: NetworkScalar>(
    of run: NetworkRun<S>, _ values: [Double], _ count: Int, _ workers: Workers
  ) -> [Double] {
    let inputs = run.input.width, width = run.output.width
    var outputs: [Double] = []
    outputs.reserveCapacity(count * width)
    for start in stride(from: 0, to: count, by: run.capacity) {
      let rows = min(run.capacity, count - start)
      for i in 0..<rows * inputs { run.input.value[i] = S(values[start * inputs + i]) }
      run.forward(rows, training: false, workers: workers)
      for i in 0..<rows * width { outputs.append(Double(run.output.value[i])) }
    }
    return outputs
  }
}

extension TrainedNetwork {
  /// A run of so many rows at once, or of as many as there is memory for.
  private static func run<S: NetworkScalar>(_ network: Network<S>, mostRows: Int) throws(LayerError) -> NetworkRun<S> {
    do { return try NetworkRun.checked(network, capacity: mostRows, isTraining: false) } catch {
      guard mostRows > 2 else { throw error }
      return try run(network, mostRows: mostRows / 8 + 1)
    }
  }
}

/// A trained network.
package struct NetworkModel: FittedModel {
  package enum Kind: Sendable {
    case classes(ClassLabels)
    /// Predictions are scaled back from mean 0 and spread 1.
    case numbers(mean: Double, spread: Double)
  }

  package static let archiveName = "sequential_model"
  let coding: ColumnCoding
  package var features: [String] { coding.names }
  package let network: TrainedNetwork
  package let kind: Kind
  package let loss: Loss
  package let records: [EpochRecord]
  private let oneRow = KeptRun()

  package var name: String { "sequential" }
  package var task: ModelTask {
    switch kind {
    case .classes(let labels): .classification(classes: labels.column)
    case .numbers: .regression
    }
  }

  package func predict(_ features: Table) throws -> Column {
    let outputs = try outputs(features), width = network.outputWidth
    switch kind {
    case .numbers(let mean, let spread): return Column(.float(outputs.map { mean + spread * $0 }))
    case .classes(let labels) where width == 1:
      let border = loss == .binaryCrossEntropy(ofProbabilities: true) ? 0.5 : 0
      return labels.values(outputs.map { $0 > border ? 1 : 0 })
    case .classes(let labels):
      return labels.values((0..<outputs.count / max(width, 1)).map { row in
        var best = 0
        for c in 1..<width where outputs[row * width + c] > outputs[row * width + best] { best = c }
        return best
      })
    }
  }

  package func probabilities(_ features: Table) throws -> [[Double]] {
    guard case .classes(let labels) = kind else { throw ModelError.noProbabilities(name) }
    if loss == .hinge {
      throw ModelError(
        "a network trained with the loss `hinge` has no probabilities", mend: "train it with `cross_entropy`")
    }
    let outputs = try outputs(features), width = network.outputWidth, rows = outputs.count / max(width, 1)
    if width == 1 {
      let isFinished = loss == .binaryCrossEntropy(ofProbabilities: true)
      let second = outputs.map { isFinished ? $0 : 1 / (1 + exp(-$0)) }
      return [second.map { 1 - $0 }, second]
    }
    var columns = [[Double]](repeating: [Double](repeating: 0, count: rows), count: labels.count)
    for row in 0..<rows {
      let scores = outputs[row * width..<(row + 1) * width]
      if loss == .crossEntropy(ofProbabilities: true) {
        for (c, p) in scores.enumerated() { columns[c][row] = p }
        continue
      }
      let top = scores.max() ?? 0, powers = scores.map { exp($0 - top) }, sum = powers.reduce(0, +)
      for (c, power) in powers.enumerated() { columns[c][row] = power / sum }
    }
    return columns
  }

  private func outputs(_ table: Table) throws -> [Double] {
    let values = try coding.values(of: table, for: name, workers: .current)
    let outputs = try network.outputs(values, count: table.rowCount, workers: .current, kept: oneRow)
    guard outputs.allSatisfy(\.isFinite) else {
      throw ModelError("`\(name)` comes to numbers that are not finite for these rows: some feature is too large")
    }
    return outputs
  }

  package func learned() throws -> Table { layerTable }

  /// The layers with the shapes that go in and come out, and how many numbers each learned.
  package var layerTable: Table { outline.table }

  /// The losses, epoch by epoch.
  package var history: Table { EpochRecord.table(records) }
}

extension EpochRecord {
  static func table(_ records: [EpochRecord]) -> Table {
    var columns: [(name: String, column: Column)] = [
      ("epoch", Column(.int(records.map { Int64($0.epoch) }))), ("loss", Column(.float(records.map(\.loss)))),
    ]
    if records.contains(where: { $0.validLoss != nil }) {
      columns.append(("valid_loss", Column(.float(records.map { $0.validLoss ?? .nan }))))
    }
    columns.append(("rate", Column(.float(records.map(\.rate)))))
    return (try? Table(columns)) ?? Table.empty
  }
}

extension NetworkModel: Archivable {
  package init(archive: Archive) throws {
    if let kept = archive["coding"] {
      coding = try ColumnCoding(archive: kept)
    } else {
      let features = try archive.part("features").asTexts()
      guard !features.isEmpty, Set(features).count == features.count else { throw ArchiveError("names of features repeat") }
      coding = ColumnCoding(numbers: features)
    }
    network = try TrainedNetwork(archive: archive.part("network"))
    let labels = try archive.part("labels")
    if case .none = labels {
      kind = .numbers(mean: try archive.part("mean").asFloat(), spread: try archive.part("spread").asFloat())
    } else {
      kind = .classes(try ClassLabels(archive: labels))
    }
    loss = try Loss(archive: archive.part("loss"))
    records = try archive.part("history").asList().map { try EpochRecord(archive: $0) }
    guard network.inputWidth == coding.width else { throw ArchiveError("a network of other features") }
    switch kind {
    case .classes(let labels):
      guard labels.count > 1, network.outputWidth == labels.count || (labels.count == 2 && network.outputWidth == 1) else {
        throw ArchiveError("a network of other classes")
      }
    case .numbers: guard network.outputWidth == 1 else { throw ArchiveError("a network of several numbers") }
    }
  }

  package var archive: Archive {
    let isPlain = coding.items.allSatisfy(\.isNumber) && features.count == coding.width
    var fields: [Archive.Field] = [
      isPlain ? .init("features", .list(features.map { .text($0) })) : .init("coding", coding.archive),
      .init("network", network.archive),
      .init("loss", loss.archive), .init("history", .list(records.map(\.archive))),
    ]
    switch kind {
    case .classes(let labels): fields.append(.init("labels", labels.archive))
    case .numbers(let mean, let spread):
      fields += [.init("labels", .none), .init("mean", .float(mean)), .init("spread", .float(spread))]
    }
    return .record(fields)
  }
}

extension TrainedNetwork {
  var archive: Archive {
    switch self {
    case .single(let network): .of(["precise": .bool(false), "value": network.archive])
    case .double(let network): .of(["precise": .bool(true), "value": network.archive])
    }
  }

  init(archive: Archive) throws {
    let value = try archive.part("value")
    self = try archive.part("precise").asBool() ? .double(try Network(archive: value)) : .single(try Network(archive: value))
  }
}

extension Loss {
  var archive: Archive {
    switch self {
    case .crossEntropy(let finished): .text(finished ? "cross_entropy of probabilities" : "cross_entropy")
    case .binaryCrossEntropy(let finished):
      .text(finished ? "binary_cross_entropy of probabilities" : "binary_cross_entropy")
    case .hinge: .text("hinge")
    case .mse: .text("mse")
    case .mae: .text("mae")
    case .huber: .text("huber")
    }
  }

  init(archive: Archive) throws {
    switch try archive.asText() {
    case "cross_entropy": self = .crossEntropy(ofProbabilities: false)
    case "cross_entropy of probabilities": self = .crossEntropy(ofProbabilities: true)
    case "binary_cross_entropy": self = .binaryCrossEntropy(ofProbabilities: false)
    case "binary_cross_entropy of probabilities": self = .binaryCrossEntropy(ofProbabilities: true)
    case "hinge": self = .hinge
    case "mse": self = .mse
    case "mae": self = .mae
    case "huber": self = .huber
    default: throw ArchiveError("an unknown loss")
    }
  }
}
