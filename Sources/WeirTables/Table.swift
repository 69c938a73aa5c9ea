/// Named columns of one length.
package struct Table: Sendable {
  private final class Box: Sendable {
    let names: [String]
    let columns: [Column]
    let positions: [String: Int]
    let rowCount: Int
    let lineage: Lineage
    init(names: [String], columns: [Column], rowCount: Int, lineage: Lineage) {
      self.names = names
      self.columns = columns
      self.rowCount = rowCount
      self.lineage = lineage
      positions = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }
  }

  private let box: Box

  /// Throws where names repeat or lengths differ. `rowCount` is needed only for a table without columns.
  package init(_ columns: [(name: String, column: Column)], rowCount: Int? = nil, lineage: Lineage = .none) throws(TableError) {
    let rows = columns.first?.column.count ?? rowCount ?? 0
    var seen: Set<String> = []
    for (name, column) in columns {
      guard seen.insert(name).inserted else { throw .duplicateColumn(name) }
      guard column.count == rows else { throw .lengthDiffers(name, column.count, expected: rows) }
    }
    box = Box(names: columns.map(\.name), columns: columns.map(\.column), rowCount: rows, lineage: lineage)
  }

  private init(unchecked box: Box) { self.box = box }

  package static let empty = Table(unchecked: Box(names: [], columns: [], rowCount: 0, lineage: .none))

  package var names: [String] { box.names }
  package var columns: [Column] { box.columns }
  package var rowCount: Int { box.rowCount }
  package var columnCount: Int { box.columns.count }
  package var lineage: Lineage { box.lineage }

  /// The column called `name`, or nil.
  package subscript(name: String) -> Column? { box.positions[name].map { box.columns[$0] } }
  package func position(of name: String) -> Int? { box.positions[name] }

  /// The column called `name`; throws with the nearest name where there is none.
  package func column(_ name: String) throws(TableError) -> Column {
    guard let position = box.positions[name] else { throw .noColumn(name, columns: names) }
    return box.columns[position]
  }

  package func with(lineage: Lineage) -> Table {
    Table(unchecked: Box(names: names, columns: columns, rowCount: rowCount, lineage: lineage))
  }

  /// Whether two tables share one storage.
  package func isIdentical(to other: Table) -> Bool { box === other.box }
}
