import WeirBase
import WeirModels
import WeirTables

/// The tokens of a sequence that stands in several columns, as the network counts them: a token is the same in each place.
struct TokenNumbers: Sendable, Equatable {
  /// Those that were learned from, and the padding; ascending, each once.
  let tokens: [Int64]
  /// The number of the first.
  let base: Int
  /// The number of what was not learned from: one that no embedding has, so that zeros stand for it.
  let unknown: Int
  /// The number of what is missing.
  let absent: Int
  private let numbers: [Int64: Double]

  init(_ tokens: [Int64], base: Int, unknown: Int, absent: Int) {
    self.tokens = tokens
    self.base = base
    self.unknown = unknown
    self.absent = absent
    numbers = Dictionary(
      tokens.enumerated().map { ($1, Double(base + $0)) }, uniquingKeysWith: { first, _ in first })
  }

  static func == (a: TokenNumbers, b: TokenNumbers) -> Bool {
    (a.base, a.unknown, a.absent) == (b.base, b.unknown, b.absent) && a.tokens == b.tokens
  }

  /// The different ones of some columns of whole numbers, ascending, and the padding where there is one.
  static func tokens(of columns: [Column], padding: Int?) -> [Int64] {
    var found: Set<Int64> = []
    if let padding { found.insert(Int64(padding)) }
    for column in columns {
      guard case .int(let values) = column.storage else { continue }
      if let validity = column.validity {
        for (row, value) in values.enumerated() where validity[row] { found.insert(value) }
      } else {
        found.formUnion(values)
      }
    }
    return found.sorted()
  }

  func numbers(of column: Column, named name: String, for model: String) throws -> [Double] {
    let none = Double(unknown)
    var found: [Double]
    switch column.storage {
    case .int(let values): found = values.map { numbers[$0] ?? none }
    case .float(let values): found = values.map { value in Int64(exactly: value).flatMap { numbers[$0] } ?? none }
    default:
      guard column.missingCount == column.count else {
        throw ModelError("`\(model)` learned from tokens, whole numbers, in the column `\(name)`, and here it holds \(column.type)")
      }
      found = [Double](repeating: none, count: column.count)
    }
    if let validity = column.validity { for row in found.indices where !validity[row] { found[row] = Double(absent) } }
    return found
  }
}

extension TokenNumbers {
  init(archive: Archive) throws {
    let tokens = try archive.part("values").asInts()
    let bounds = try ["base", "unknown", "absent"].map { try archive.part($0).asInt() }
    guard zip(tokens, tokens.dropFirst()).allSatisfy({ $0 < $1 }), bounds.allSatisfy({ (0...LayerPlan.most).contains($0) }) else {
      throw ArchiveError("tokens out of bounds")
    }
    self.init(tokens, base: bounds[0], unknown: bounds[1], absent: bounds[2])
  }

  var archive: Archive {
    .of([
      "values": .ints(tokens), "base": .int(Int64(base)), "unknown": .int(Int64(unknown)), "absent": .int(Int64(absent)),
    ])
  }
}
