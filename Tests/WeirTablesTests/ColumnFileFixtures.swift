import Foundation
import Testing
import WeirBase
import WeirTables

/// Files that other programs wrote, and what is in them (see Tests/Reference/make_columns.py).
enum ColumnFixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Reference/columns").path

  static func names(_ ending: String) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return all.filter { $0.hasSuffix(ending) && !$0.hasPrefix("bad_") }.map { String($0.dropLast(ending.count)) }.sorted()
  }

  static func contents(_ file: String) throws -> FileContents { try FileContents(mapping: "\(folder)/\(file)") }

  /// Compares a table with the JSON beside its file.
  static func check(_ table: Table, _ name: String, types: Bool = true) throws {
    let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name).json"))
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let columns = try #require(document["columns"] as? [[String: Any]])
    #expect(table.rowCount == document["rows"] as? Int, "\(name)")
    #expect(table.names == columns.map { $0["name"] as? String ?? "" }, "\(name)")
    for (expected, column) in zip(columns, table.columns) {
      let place = "\(name), column \(expected["name"] ?? "")"
      #expect(column.type.description == expected["type"] as? String, "\(place)")
      let values = try #require(expected["values"] as? [Any])
      try #require(values.count == column.count)
      for row in 0..<column.count where !isSame(cell(column, row), values[row]) {
        Issue.record("\(place), row \(row): \(cell(column, row)) where \(values[row]) is expected")
        break
      }
    }
  }

  private static func isSame(_ cell: Scalar, _ value: Any) -> Bool {
    switch cell {
    case .missing: value is NSNull
    case .bool(let x): (value as? Bool) == x
    case .int(let x): (value as? NSNumber)?.int64Value == x
    case .float(let x): (value as? NSNumber).map { abs($0.doubleValue - x) <= abs(x) * 1e-15 } ?? false
    case .text(let x): (value as? String) == x
    case .date(let x): (value as? NSNumber)?.int32Value == x.number
    case .dateTime(let x): (value as? NSNumber)?.int64Value == x.microseconds
    case .duration(let x): (value as? NSNumber)?.int64Value == x.microseconds
    }
  }
}
