import WeirBase
import WeirTables

/// The mean of the nearest rows that have a value, in the place of one that is missing (Troyanskaya et al. 2001).
///
/// Rows are near by the numbers that both have: the squares of the differences, made up for the numbers that are missing,
/// as scikit-learn's `KNNImputer` has it. Of rows equally near, the first ones are asked.
struct NeighborFill: Sendable {
  let names: [String]
  let count: Int
  let rowCount: Int
  /// Row by row; what is missing is NaN.
  let values: [Double]
  let means: [Double]

  init(names: [String], columns: [Column], count: Int) throws {
    self.names = names
    self.count = count
    rowCount = columns.first?.count ?? 0
    values = try NeighborFill.rows(of: columns, named: names)
    means = try zip(names, columns).map { name, column in mean(try column.presentAmounts(named: name, for: "impute")) }
  }

  init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    count = try archive.part("count").asInt()
    rowCount = try archive.part("rows").asInt()
    let size = try archivedSize(rowCount, names.count)
    means = try archive.part("means").asFiniteFloats(count: names.count)
    var values = try archive.part("values").asFiniteFloats(count: size)
    for place in try archive.part("missing").asInts() {
      guard let place = Int(exactly: place), values.indices.contains(place) else {
        throw ArchiveError("a missing value is out of range")
      }
      values[place] = .nan
    }
    guard count >= 1, Set(names).count == names.count else { throw ArchiveError("a count or name is out of range") }
    self.values = values
  }

  var archive: Archive {
    .of([
      "names": .texts(names), "count": .int(Int64(count)), "rows": .int(Int64(rowCount)), "means": .floats(means),
      "values": .floats(values.map { $0.isNaN ? 0 : $0 }),
      "missing": .ints(values.indices.filter { values[$0].isNaN }.map { Int64($0) }),
    ])
  }

  private static func rows(of columns: [Column], named names: [String]) throws -> [Double] {
    let width = columns.count, height = columns.first?.count ?? 0
    var values = [Double](repeating: .nan, count: width * height)
    for (j, column) in columns.enumerated() {
      let numbers = try column.amounts(named: names[j], for: "impute")
      for row in numbers.indices where !column.isMissing(row) {
        guard numbers[row].isFinite else { throw ModelError.notFinite(step: "impute", column: names[j]) }
        values[row * width + j] = numbers[row]
      }
    }
    return values
  }

  /// The columns of these names without gaps.
  func filled(_ features: Table, workers: Workers) throws -> [String: [Double]] {
    let columns = try features.columns(named: names, for: "impute")
    let width = names.count
    guard width > 0 else { return [:] }
    let given = try NeighborFill.rows(of: columns, named: names)
    let parts = try workers.mapRows(features.rowCount, atLeast: 64) { rows in
      var part = Array(given[(rows.lowerBound * width)..<(rows.upperBound * width)])
      var distances = [Double](repeating: .nan, count: rowCount)
      for row in 0..<rows.count {
        let own = Array(part[(row * width)..<((row + 1) * width)])
        guard own.contains(where: \.isNaN) else { continue }
        measure(own, &distances)
        for j in own.indices where own[j].isNaN { part[row * width + j] = fill(j, distances) }
      }
      return part
    }
    let all = parts.flatMap { $0 }
    var out: [String: [Double]] = [:]
    for (j, name) in names.enumerated() { out[name] = (0..<features.rowCount).map { all[$0 * width + j] } }
    return out
  }

  /// The squared distances of a row from each that was learned; NaN where they have no number in common.
  private func measure(_ own: [Double], _ distances: inout [Double]) {
    let width = names.count
    values.withUnsafeBufferPointer { values in
      for row in 0..<rowCount {
        var sum = 0.0, shared = 0
        for j in 0..<width {
          let d = values[row * width + j] - own[j]
          if !d.isNaN {
            sum += d * d
            shared += 1
          }
        }
        distances[row] = shared > 0 ? sum * Double(width) / Double(shared) : .nan
      }
    }
  }

  /// The mean of column `j` over the nearest rows that have it.
  private func fill(_ j: Int, _ distances: [Double]) -> Double {
    // The rows asked so far, nearest first.
    var nearest: [(distance: Double, value: Double)] = []
    let width = names.count
    for row in 0..<rowCount {
      let value = values[row * width + j], distance = distances[row]
      if value.isNaN || distance.isNaN { continue }
      if nearest.count == count {
        guard let last = nearest.last, distance < last.distance else { continue }
        nearest.removeLast()
      }
      let place = nearest.firstIndex { distance < $0.distance } ?? nearest.count
      nearest.insert((distance, value), at: place)
    }
    guard !nearest.isEmpty else { return means[j] }
    return nearest.reduce(0) { $0 + $1.value } / Double(nearest.count)
  }
}
