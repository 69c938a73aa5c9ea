import WeirBase
import WeirTables

/// The rows of files that can't be read, as a table.
enum RejectedRows {
  static let types: [(name: String, type: ColumnType)] = [
    ("file", .text), ("line", .int), ("offset", .int), ("column", .text), ("problem", .text), ("text", .text),
  ]

  static func table(_ files: [(name: String, rows: [CSVReject])]) throws -> Table {
    let all = files.flatMap { file in file.rows.map { (file: file.name, row: $0) } }
    func texts(_ value: (CSVReject) -> String) -> Column { Column(.text(TextValues(all.map { value($0.row) }))) }
    func numbers(_ value: (CSVReject) -> Int) -> Column { Column(.int(all.map { Int64(value($0.row)) })) }
    let columns = [
      Column(.text(TextValues(all.map(\.file)))), numbers(\.line), numbers(\.offset),
      Column(
        .text(TextValues(all.map { $0.row.column ?? "" })), validity: Bitmap(all.map { $0.row.column != nil })),
      texts(\.problem), texts(\.text),
    ]
    return try Table(zip(types, columns).map { (name: $0.name, column: $1) }, rowCount: all.count)
  }
}
