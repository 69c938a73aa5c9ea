import Foundation
import Testing
import WeirBase
import WeirModels
import WeirTables

/// A JSON value of the reference files.
struct Reference {
  let value: Any?

  static func file(_ name: String, in folder: String = "Reference") throws -> Reference {
    Reference(value: try JSONSerialization.jsonObject(with: Data(contentsOf: tests(folder, name))))
  }

  static func tests(_ parts: String...) -> URL {
    parts.reduce(URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()) {
      $0.appendingPathComponent($1)
    }
  }

  subscript(_ key: String) -> Reference { Reference(value: (value as? [String: Any])?[key]) }
  var number: Double { get throws { try #require(value as? NSNumber).doubleValue } }
  var numbers: [Double] { get throws { try #require(value as? [NSNumber]).map(\.doubleValue) } }
  var rows: [[Double]] { get throws { try #require(value as? [[NSNumber]]).map { $0.map(\.doubleValue) } } }
}

/// A data set as the reference numbers were made from it: rows with index % 5 == 0 test, the others train.
struct DataSet {
  var names: [String]
  var rows: [[Double]]
  /// The last column.
  var target: [String]

  init(_ parts: String...) throws {
    let url = parts.reduce(Reference.tests()) { $0.appendingPathComponent($1) }
    let lines = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline)
    let cells = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    names = Array(try #require(cells.first).dropLast())
    rows = try cells.dropFirst().map { try $0.dropLast().map { try #require(Double($0)) } }
    target = try cells.dropFirst().map { try #require($0.last) }
  }

  var isTest: [Bool] { rows.indices.map { $0 % 5 == 0 } }
  var train: [Int] { rows.indices.filter { !isTest[$0] } }
  var test: [Int] { rows.indices.filter { isTest[$0] } }

  /// With the mean and the population deviation of those rows; constant columns become zero.
  func standardized(by chosen: [Int]) -> DataSet {
    var result = self
    for j in names.indices {
      let mean = chosen.reduce(0) { $0 + rows[$1][j] } / Double(chosen.count)
      let squares = chosen.reduce(0) { $0 + (rows[$1][j] - mean) * (rows[$1][j] - mean) }
      let deviation = (squares / Double(chosen.count)).squareRoot()
      for i in rows.indices { result.rows[i][j] = (rows[i][j] - mean) / (deviation == 0 ? 1 : deviation) }
    }
    return result
  }

  func features(_ chosen: [Int]) throws -> Table {
    try Table(names.indices.map { j in (name: names[j], column: Column(.float(chosen.map { rows[$0][j] }))) })
  }

  func texts(_ chosen: [Int]) -> Column { Column(.text(TextValues(chosen.map { target[$0] }))) }
  func numbers(_ chosen: [Int]) throws -> Column {
    Column(.float(try chosen.map { try #require(Double(target[$0])) }))
  }

  func classSample(_ chosen: [Int], weights: [Double]? = nil) throws -> TrainingSample {
    TrainingSample(features: try features(chosen), target: texts(chosen), targetName: "target", weights: weights)
  }
  func numberSample(_ chosen: [Int], weights: [Double]? = nil) throws -> TrainingSample {
    TrainingSample(features: try features(chosen), target: try numbers(chosen), targetName: "target", weights: weights)
  }
}

func context(workers: Int = 1) -> FitContext {
  FitContext(random: RandomStream(seed: 1), workers: Workers(workers))
}

func floats(_ column: Column) throws -> [Double] {
  guard case .float(let values) = column.storage else { throw ModelError("not a column of floats") }
  return values
}

func texts(_ column: Column) -> [String] { (0..<column.count).map { formatScalar(column.scalar(at: $0)) } }

/// Whether numbers agree within a tolerance relative to the larger of them and 1.
func agree(_ a: [Double], _ b: [Double], within tolerance: Double) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($0), abs($1)) }
}
