import Synchronization
import WeirBase
package import WeirCatalog
import WeirTables

/// What a cell showed: in memory, or read back from the store when somebody looks.
package final class ShownOutputs: Sendable {
  private let load: @Sendable () -> [Shown]
  private let loaded: Mutex<[Shown]?>

  package init(_ shown: [Shown]) {
    load = { shown }
    loaded = Mutex(shown)
  }

  init(load: @escaping @Sendable () -> [Shown]) {
    self.load = load
    loaded = Mutex(nil)
  }

  package var all: [Shown] {
    if let known = loaded.withLock({ $0 }) { return known }
    let shown = load()
    loaded.withLock { $0 = shown }
    return shown
  }
}

extension Shown {
  /// The most rows of a table that are kept to be shown.
  static let keptRows = 1000

  /// The same cut to what is worth keeping; functions become the text that shows them.
  var kept: Shown {
    guard case .value(let value) = self else { return self }
    switch value {
    case .table(let table) where table.rowCount > Shown.keptRows:
      let rows = Array(0..<Shown.keptRows)
      let head = try? Table(zip(table.names, table.columns).map { ($0, $1.taking(rows)) }, lineage: table.lineage)
      return head.map { .table($0, rowCount: table.rowCount) } ?? self
    case .function: return .printed(value.shortText)
    default: return self
    }
  }

  func archive() throws -> Archive {
    switch self {
    case .printed(let text): .of(["printed": .text(text)])
    case .value(let value): .of(["value": try value.archive()])
    case .table(let table, let rowCount):
      .of(["table": try Value.table(table).archive(), "rows": .int(Int64(rowCount))])
    }
  }

  init(archive: Archive, catalog: Catalog) throws {
    if let text = archive["printed"] {
      self = .printed(try text.asText())
    } else if let table = archive["table"] {
      guard case .table(let rows) = try Value(archive: table, catalog: catalog) else { throw ArchiveError("a table is missing") }
      self = .table(rows, rowCount: try archive.part("rows").asInt())
    } else {
      self = .value(try Value(archive: try archive.part("value"), catalog: catalog))
    }
  }
}
