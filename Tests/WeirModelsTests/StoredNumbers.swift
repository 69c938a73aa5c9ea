import Foundation
import Testing
import WeirBase
import WeirModels
import WeirTables

/// Data and numbers of other libraries, as stored beside the tests.
enum StoredNumbers {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  static func reference(_ name: String) throws -> JSON {
    let data = try Data(contentsOf: folder.appendingPathComponent("Reference/\(name).json"))
    return JSON(try JSONSerialization.jsonObject(with: data))
  }

  static func table(_ path: String) throws -> Table {
    let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
    var lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let names = lines.removeFirst().map(String.init)
    return try Table(names.indices.map { j in
      let cells = lines.map { String($0[j]) }
      if cells.allSatisfy({ Int64($0) != nil }) { return (names[j], Column(.int(cells.compactMap { Int64($0) }))) }
      if cells.allSatisfy({ Double($0) != nil }) { return (names[j], Column(.float(cells.compactMap { Double($0) }))) }
      return (names[j], Column(.text(TextValues(cells))))
    })
  }

  /// The features and the last column as target.
  static func sample(_ path: String) throws -> TrainingSample {
    let all = try table(path)
    let target = try #require(all.names.last)
    return TrainingSample(features: try all.dropping([target]), target: all[target], targetName: target)
  }
}

/// Parsed JSON, looked into without ceremony.
struct JSON {
  let value: Any
  init(_ value: Any) { self.value = value }

  subscript(name: String) -> JSON { JSON((value as? [String: Any])?[name] ?? NSNull()) }
  subscript(index: Int) -> JSON { JSON((value as? [Any])?[index] ?? NSNull()) }
  var number: Double { (value as? NSNumber)?.doubleValue ?? .nan }
  var numbers: [Double] { (value as? [NSNumber])?.map(\.doubleValue) ?? [] }
  var ints: [Int64] { (value as? [NSNumber])?.map(\.int64Value) ?? [] }
  var rows: [[Double]] { (value as? [[NSNumber]])?.map { $0.map(\.doubleValue) } ?? [] }
}

func isClose(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
  abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

func areClose(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
  a.count == b.count && !a.isEmpty && zip(a, b).allSatisfy { isClose($0, $1, tolerance) }
}

extension Column {
  /// The numbers, NaN where missing.
  var doubles: [Double] {
    (0..<count).map { row in
      switch scalar(at: row) {
      case .float(let x): x
      case .int(let x): Double(x)
      case .bool(let x): x ? 1 : 0
      default: .nan
      }
    }
  }
}

let testContext = FitContext(random: RandomStream(seed: 1))
