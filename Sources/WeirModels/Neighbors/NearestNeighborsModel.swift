package import WeirBase
package import WeirTables

/// The training rows, kept to be looked up.
package struct NearestNeighborsModel: FittedModel {
  /// What is predicted: one value for each training row.
  package enum Answer: Sendable {
    case classes(ClassLabels, codes: [Int32])
    case numbers([Double])
  }

  package static let archiveName = "knn_model"
  package let features: [String]
  private let training: [Double]
  private let weights: [Double]?
  private let answer: Answer
  private let k: Int
  private let weighting: NearestNeighbors.Weighting
  private let search: NeighborSearch
  private let workers: Workers

  package init(
    features: [String], training: [Double], weights: [Double]?, answer: Answer, k: Int,
    weighting: NearestNeighbors.Weighting, workers: Workers
  ) throws {
    self.features = features
    self.training = training
    self.weights = weights
    self.answer = answer
    self.k = k
    self.weighting = weighting
    self.workers = workers
    search = try NeighborSearch(training, columns: features.count, workers: workers)
  }

  package var name: String { "knn" }
  package var task: ModelTask {
    switch answer {
    case .classes(let labels, _): .classification(classes: labels.column)
    case .numbers: .regression
    }
  }

  package func predict(_ features: Table) throws -> Column {
    switch answer {
    case .classes(let labels, let codes):
      let votes = try votes(features, codes, classes: labels.count)
      return labels.values(votes.map { firstLargest($0, from: 0, count: labels.count) })
    case .numbers(let values):
      let design = try Design(features, named: self.features, for: name)
      return Column(.float(try search.map(design.values, k: reach, workers: workers) { found in
        var sum = 0.0, total = 0.0
        for (row, weight) in shares(of: found) {
          sum += weight * values[row]
          total += weight
        }
        return total > 0 ? sum / total : 0
      }))
    }
  }

  package func probabilities(_ features: Table) throws -> [[Double]] {
    guard case .classes(let labels, let codes) = answer else { throw ModelError.noProbabilities(name) }
    let votes = try votes(features, codes, classes: labels.count)
    return (0..<labels.count).map { c in votes.map { row in row[c] / row.reduce(0, +) } }
  }

  package func learned() throws -> Table {
    try Table([
      ("rows", Column(.int([Int64(training.count / features.count)]))),
      ("features", Column(.int([Int64(features.count)]))),
      ("k", Column(.int([Int64(k)]))),
      ("weights", Column(.text(TextValues([weighting.rawValue])))),
    ])
  }

  private func votes(_ table: Table, _ codes: [Int32], classes: Int) throws -> [[Double]] {
    let design = try Design(table, named: features, for: name)
    return try search.map(design.values, k: reach, workers: workers) { found in
      var votes = [Double](repeating: 0, count: classes)
      for (row, weight) in shares(of: found) { votes[Int(codes[row])] += weight }
      return votes
    }
  }

  /// How many rows can be needed until their weights add up to `k`.
  private var reach: Int {
    let rows = training.count / features.count
    guard let weights, let least = weights.min(), least < 1 else { return min(k, rows) }
    let needed = (Double(k) / least).rounded(.up)
    return needed < Double(rows) ? Int(needed) : rows
  }

  /// How much each neighbour counts: of rows that stand for several, as many as complete `k`.
  private func shares(of found: [NeighborSearch.Neighbor]) -> [(row: Int, weight: Double)] {
    var left = Double(k), shares: [(row: Int, weight: Double)] = []
    let exact = weighting == .distance && found.first?.squaredDistance == 0
    for neighbor in found where left > 0 {
      let copies = min(weights?[neighbor.row] ?? 1, left)
      left -= copies
      switch weighting {
      case .uniform: shares.append((neighbor.row, copies))
      case .distance where exact: if neighbor.squaredDistance == 0 { shares.append((neighbor.row, copies)) }
      case .distance:
        // Never zero, however far, so that the shares have a sum.
        let near = max(1 / neighbor.squaredDistance.squareRoot(), Double.leastNormalMagnitude)
        shares.append((neighbor.row, copies * near))
      }
    }
    return shares
  }
}

extension NearestNeighborsModel: Archivable {
  package init(archive: Archive) throws {
    let features = try archive.part("features").asFeatureNames()
    let rows = try archive.part("rows").asInt()
    guard rows >= 1 else { throw ArchiveError("a model of neighbours without rows") }
    let training = try archive.part("training").asFiniteFloats(count: archivedSize(rows, features.count))
    let weights = try archive.part("weights").present?.asFiniteFloats(count: rows)
    guard weights?.allSatisfy({ $0 > 0 }) ?? true else { throw ArchiveError("a weight is not above zero") }
    let k = try archive.part("k").asInt()
    guard k >= 1, let weighting = NearestNeighbors.Weighting(rawValue: try archive.part("weighting").asText()) else {
      throw ArchiveError("an unknown setting of `knn`")
    }
    let answer: Answer
    if let labels = try archive.part("labels").present {
      let labels = try ClassLabels(archive: labels)
      answer = .classes(labels, codes: try archive.part("codes").asCodes(count: rows, in: 0..<labels.count))
    } else {
      answer = .numbers(try archive.part("numbers").asFiniteFloats(count: rows))
    }
    do {
      try self.init(
        features: features, training: training, weights: weights, answer: answer, k: k, weighting: weighting,
        workers: .one)
    } catch let error as ModelError { throw ArchiveError(error.message) }
  }

  package var archive: Archive {
    var fields: [Archive.Field] = [
      .init("features", .texts(features)), .init("rows", .int(Int64(training.count / features.count))),
      .init("training", .floats(training)), .init("weights", weights.map { .floats($0) } ?? .none),
      .init("k", .int(Int64(k))), .init("weighting", .text(weighting.rawValue)),
    ]
    switch answer {
    case .classes(let labels, let codes):
      fields += [.init("labels", labels.archive), .init("codes", .codes(codes))]
    case .numbers(let values): fields += [.init("labels", .none), .init("numbers", .floats(values))]
    }
    return .record(fields)
  }
}
