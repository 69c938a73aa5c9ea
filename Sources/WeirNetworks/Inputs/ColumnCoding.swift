package import WeirBase
import WeirModels
package import WeirTables

/// How the columns of a table become the numbers of a network's rows.
package struct ColumnCoding: Sendable {
  /// The categories of a column, as the network counts them.
  struct Categories: Sendable {
    let labels: ClassLabels
    /// Whether rows without a value were learned from: they are a category of their own, after the others.
    let hasMissing: Bool
    /// The number of the first.
    let base: Int
    /// The number of what was not learned from: one that no embedding has, so that zeros stand for it.
    var unknown = 0

    var count: Int { labels.count + (hasMissing ? 1 : 0) }

    func numbers(of column: Column) -> [Double] {
      labels.codes(of: column).enumerated().map { row, code in
        if code >= 0 { return Double(base + Int(code)) }
        return Double(column.isMissing(row) && hasMissing ? base + labels.count : unknown)
      }
    }
  }

  /// A column in the place where the network takes it.
  struct Item: Sendable {
    let name: String
    /// Nil for numbers, and for tokens.
    var categories: Categories?
    /// The numbers of its tokens, which the other columns of the sequence share.
    var tokens: TokenNumbers?

    var isNumber: Bool { categories == nil && tokens == nil }
  }
  let items: [Item]

  init(_ items: [Item]) { self.items = items }
  init(numbers names: [String]) { items = names.map { Item(name: $0, categories: nil) } }

  /// The columns, each once.
  package var names: [String] {
    var seen: Set<String> = []
    return items.map(\.name).filter { seen.insert($0).inserted }
  }
  var width: Int { items.count }

  /// The rows, one after another.
  func values(of table: Table, for model: String, workers: Workers) throws -> [Double] {
    let plain = items.filter(\.isNumber).map(\.name)
    guard plain.count < items.count || Set(plain).count < plain.count else {
      return try Design(table, named: plain, for: model, workers: workers).values
    }
    let numbers = plain.isEmpty ? [] : try Design(
      table, named: Array(Set(plain)).sorted(), for: model, workers: workers).columnsByName
    var byName = Dictionary(uniqueKeysWithValues: numbers)
    var columns: [[Double]] = []
    for item in items {
      guard !item.isNumber else {
        columns.append(byName[item.name] ?? [])
        continue
      }
      guard let column = table[item.name] else {
        throw ModelError(
          "`\(model)` learned from the column `\(item.name)`, which is not here",
          mend: "give it rows with the same columns; here are: \(table.names.prefix(12).joined(separator: ", "))")
      }
      if let tokens = item.tokens {
        columns.append(try tokens.numbers(of: column, named: item.name, for: model))
      } else if let categories = item.categories {
        columns.append(categories.numbers(of: column))
      }
    }
    byName = [:]
    let width = items.count, rows = table.rowCount
    return [Double](unsafeUninitializedCapacity: width * rows) { buffer, filled in
      for (j, column) in columns.enumerated() {
        for (row, value) in column.enumerated() { buffer[row * width + j] = value }
      }
      filled = width * rows
    }
  }
}

extension Design {
  fileprivate var columnsByName: [(String, [Double])] { names.indices.map { (names[$0], column($0)) } }
}

extension ColumnCoding: Archivable {
  package static let archiveName = "column_coding"

  package init(archive: Archive) throws {
    var items: [Item] = []
    for item in try archive.asList() {
      let name = try item.part("name").asText()
      if let tokens = item["tokens"] {
        items.append(Item(name: name, categories: nil, tokens: try TokenNumbers(archive: tokens)))
      } else if let first = try item["tokens_of"]?.asInt() {
        guard items.indices.contains(first), let tokens = items[first].tokens else { throw ArchiveError("tokens of no column") }
        items.append(Item(name: name, categories: nil, tokens: tokens))
      } else if let labels = item["labels"] {
        let base = try item.part("base").asInt(), unknown = try item.part("unknown").asInt()
        guard (0...LayerPlan.most).contains(base), (0...LayerPlan.most).contains(unknown) else {
          throw ArchiveError("categories out of bounds")
        }
        let categories = Categories(
          labels: try ClassLabels(archive: labels), hasMissing: try item.part("missing").asBool(), base: base, unknown: unknown)
        items.append(Item(name: name, categories: categories))
      } else {
        items.append(Item(name: name, categories: nil))
      }
    }
    guard !items.isEmpty else { throw ArchiveError("a network of no columns") }
    self.items = items
  }

  package var archive: Archive {
    // The columns of a sequence share their tokens, which are kept with the first one.
    var first = 0
    return .list(items.enumerated().map { place, item in
      if let tokens = item.tokens {
        if place > 0, items[place - 1].tokens == tokens {
          return .of(["name": .text(item.name), "tokens_of": .int(Int64(first))])
        }
        first = place
        return .of(["name": .text(item.name), "tokens": tokens.archive])
      }
      guard let categories = item.categories else { return .of(["name": .text(item.name)]) }
      return .of([
        "name": .text(item.name), "labels": categories.labels.archive, "missing": .bool(categories.hasMissing),
        "base": .int(Int64(categories.base)), "unknown": .int(Int64(categories.unknown)),
      ])
    })
  }
}
