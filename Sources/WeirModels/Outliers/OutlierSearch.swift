package import WeirBase
package import WeirTables

/// Ways to find the rows that are unlike the others.
package enum OutlierRule: String, Sendable, CaseIterable {
  /// Farther than 1.5 times the distance of the quartiles from them (Tukey 1977).
  case iqr
  /// More than three standard deviations from the mean.
  case z
  /// Set apart by few random cuts.
  case isolationForest = "isolation_forest"

  package var threshold: Double {
    switch self {
    case .iqr: 1.5
    case .z: 3
    case .isolationForest: 0.6
    }
  }
}

/// A row that stands out, how far, and why.
package struct OutlierRow: Sendable, Hashable {
  package let row: Int
  package let score: Double
  package let reason: String
}

extension Table {
  /// The rows that stand out, the farthest first. A missing value stands nowhere out.
  package func outlierRows(
    of names: [String], rule: OutlierRule, threshold: Double? = nil, random: RandomStream, workers: Workers,
    cancellation: Cancellation? = nil
  ) throws -> [OutlierRow] {
    let chosen = names.isEmpty ? zip(self.names, columns).filter { $0.1.type == .int || $0.1.type == .float }.map(\.0) : names
    guard !chosen.isEmpty else { throw TableError.other("there are no columns of numbers to look for outliers in", mend: nil) }
    var numbers: [(name: String, values: [Double])] = []
    for name in chosen {
      let column = try column(name)
      guard column.type.isNumeric || column.type == .duration else {
        throw TableError.wrongType(operation: "`outliers`", column: name, type: column.type.description, expected: "numbers")
      }
      numbers.append((name, try column.asDoubles()))
    }
    let limit = threshold ?? rule.threshold
    guard limit.isFinite, limit >= 0 else { throw TableError.other("a threshold is a number from 0 on", mend: nil) }
    let found = rule == .isolationForest
      ? try isolated(numbers, limit, random, workers, cancellation) : byColumn(numbers, rule, limit)
    return found.sorted { ($1.score, $0.row) < ($0.score, $1.row) }
  }

  private func byColumn(_ numbers: [(name: String, values: [Double])], _ rule: OutlierRule, _ limit: Double) -> [OutlierRow] {
    var scores = [Double](repeating: 0, count: rowCount), reasons = [[String]](repeating: [], count: rowCount)
    for (name, values) in numbers {
      let sorted = values.filter(\.isFinite).sorted()
      guard let (low, high, unit) = OutlierBounds.of(sorted, rule, limit) else { continue }
      for (row, value) in values.enumerated() where !value.isNaN && (value < low || value > high) {
        let beyond = value < low ? low / unit - value / unit : value / unit - high / unit
        scores[row] = max(scores[row], limit + (beyond.isFinite ? beyond : .greatestFiniteMagnitude))
        let side = value < low ? "below \(formatNumber(low))" : "above \(formatNumber(high))"
        reasons[row].append("\(name) is \(formatNumber(value)), \(side)")
      }
    }
    return reasons.indices.filter { !reasons[$0].isEmpty }.map {
      OutlierRow(row: $0, score: scores[$0], reason: reasons[$0].joined(separator: "; "))
    }
  }

  private func isolated(
    _ numbers: [(name: String, values: [Double])], _ limit: Double, _ random: RandomStream, _ workers: Workers,
    _ cancellation: Cancellation?
  ) throws -> [OutlierRow] {
    let filled = numbers.map { OutlierBounds.filled($0.values) }, width = filled.count, count = rowCount
    guard count > 0 else { return [] }
    var x = [Double](repeating: 0, count: count * width)
    for (j, column) in filled.enumerated() { for row in 0..<count { x[row * width + j] = column[row] } }
    let forest = try IsolationForest().grown(
      on: x, rows: count, columns: width, random: random, workers: workers, cancellation: cancellation)
    let scores = try forest.scores(x, rows: count, workers: workers, cancellation: cancellation)
    let ranges = filled.map { column -> (middle: Double, spread: Double) in
      let sorted = column.sorted()
      let spread = NumberAggregate.quantile(sorted, 0.75) - NumberAggregate.quantile(sorted, 0.25)
      return (NumberAggregate.quantile(sorted, 0.5), spread > 0 ? spread : max((sorted.last ?? 0) - (sorted.first ?? 0), 1e-300))
    }
    return scores.indices.filter { scores[$0] >= limit }.map { row in
      // The columns in which the row lies farthest from the middle say best why.
      let far = (0..<width).map { ($0, (filled[$0][row] - ranges[$0].middle).magnitude / ranges[$0].spread) }
        .sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(2).filter { $0.1 > 0 }
      let text = far.map { "\(numbers[$0.0].name) is \(formatNumber(filled[$0.0][row]))" }.joined(separator: ", ")
      return OutlierRow(row: row, score: scores[row], reason: text.isEmpty ? "a rare combination" : "unusual: \(text)")
    }
  }
}

/// Where outliers begin.
enum OutlierBounds {
  static func of(_ sorted: [Double], _ rule: OutlierRule, _ limit: Double) -> (low: Double, high: Double, unit: Double)? {
    guard sorted.count > 1 else { return nil }
    if rule == .z {
      let sample = Sample("", sorted), mean = sample.mean, deviation = sample.variance.squareRoot()
      return deviation > 0 && deviation.isFinite ? (mean - limit * deviation, mean + limit * deviation, deviation) : nil
    }
    let lower = NumberAggregate.quantile(sorted, 0.25), upper = NumberAggregate.quantile(sorted, 0.75)
    let spread = upper - lower
    guard spread.isFinite else { return nil }
    return (lower - limit * spread, upper + limit * spread, spread > 0 ? spread : 1)
  }

  /// With the median where nothing finite stands.
  static func filled(_ values: [Double]) -> [Double] {
    let sorted = values.filter(\.isFinite).sorted(), middle = sorted.isEmpty ? 0 : NumberAggregate.quantile(sorted, 0.5)
    return values.map { $0.isFinite ? $0 : middle }
  }
}
