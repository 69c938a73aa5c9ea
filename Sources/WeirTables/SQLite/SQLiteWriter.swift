import GRDBSQLite
import Glibc
package import WeirBase

/// Writes tables into an SQLite file, each in one transaction: a kill or an error leaves the file as it was.
///
/// Reading gives the same table back: the declared types BOOLEAN, DATE, DATETIME and DURATION (microseconds) say what
/// the stored ints and texts are. Only two floats change, as SQLite has them not: NaN becomes a missing value, and -0.0
/// becomes 0.
package struct SQLiteWriter: Sendable {
  /// What happens where a table of that name is there.
  package enum Mode: String, Sendable, CaseIterable { case replace, append, fail }

  private let path: String
  private let name: String
  private let waiting: Double
  private let cancellation: Cancellation

  package init(_ path: String, name: String, waiting: Double = 5, cancellation: Cancellation = Cancellation()) {
    self.path = path
    self.name = name
    self.waiting = waiting
    self.cancellation = cancellation
  }

  package func write(_ table: Table, to target: String, mode: Mode = .replace) throws {
    let isNew = access(path, F_OK) != 0
    let connection = try SQLiteConnection(path, name: name, for: .writing, waiting: waiting, cancellation: cancellation)
    do {
      let insertion = try SQLiteInsertion(table, target, connection, cancellation)
      try connection.run("BEGIN IMMEDIATE")
      try insertion.write(mode)
      try connection.run("COMMIT")
    } catch {
      try? connection.run("ROLLBACK")
      var status = stat()
      if isNew, stat(path, &status) == 0, status.st_size == 0 { unlink(path) }
      throw error
    }
  }
}

/// The rows of one table on their way into a database.
struct SQLiteInsertion {
  private let table: Table
  private let target: String
  private let connection: SQLiteConnection
  private let cancellation: Cancellation

  /// Throws where the table can't be kept as it is.
  init(_ table: Table, _ target: String, _ connection: SQLiteConnection, _ cancellation: Cancellation) throws {
    (self.table, self.target, self.connection, self.cancellation) = (table, target, connection, cancellation)
    if target.isEmpty || target.utf8.contains(0) || target.lowercased().hasPrefix("sqlite_") {
      throw TableError.other("an SQLite table can't be called `\(target)`", mend: nil)
    }
    guard table.columnCount > 0 else {
      throw TableError.other("SQLite has no tables without columns", mend: nil)
    }
    var seen: [String: String] = [:]
    for (name, column) in zip(table.names, table.columns) {
      if case .object(let type) = column.type {
        throw TableError.wrongType(
          operation: "write_sqlite", column: name, type: type, expected: "numbers, texts or times")
      }
      if name.utf8.contains(0) { throw TableError.other("a column's name holds a NUL character", mend: nil) }
      if let other = seen.updateValue(name, forKey: SQLiteInsertion.folded(name)) {
        throw TableError.other(
          "SQLite takes the columns `\(other)` and `\(name)` for one", mend: "rename one of them with `rename`")
      }
    }
  }

  /// Names are one to SQLite where they differ only in the case of ASCII letters.
  private static func folded(_ name: String) -> String {
    String(decoding: name.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
  }

  /// Makes the table as the mode says, and puts the rows in. To be called within a transaction.
  func write(_ mode: SQLiteWriter.Mode) throws {
    let quoted = SQLiteConnection.quoted(target)
    if let kind = try existing() {
      guard kind == "table" else {
        throw TableError.other("`\(connection.name)` has a \(kind) `\(target)`, which can't be written to", mend: nil)
      }
      switch mode {
      case .replace:
        try connection.run("DROP TABLE \(quoted)")
        try create(quoted)
      case .append: try demandFit(quoted)
      case .fail:
        throw TableError.other(
          "`\(connection.name)` has a table `\(target)` already",
          mend: "say what to do with it: `mode: \"replace\"` or `\"append\"`")
      }
    } else {
      try create(quoted)
    }
    try insert(quoted)
  }

  private func existing() throws -> String? {
    let statement = try connection.prepare(
      "SELECT type FROM sqlite_master WHERE name = ? COLLATE NOCASE AND type <> 'trigger'")
    try statement.bind(target, at: 1)
    return try statement.next() ? statement.text(0) : nil
  }

  private func create(_ quoted: String) throws {
    let columns = zip(table.names, table.columns).map { name, column in
      "\(SQLiteConnection.quoted(name)) \(SQLiteType.declaration(of: column.type) ?? "")"
    }
    try connection.run("CREATE TABLE \(quoted) (\(columns.joined(separator: ", ")))")
  }

  /// Columns to append to must be there, and keep the values as they are.
  private func demandFit(_ quoted: String) throws {
    let statement = try connection.prepare("PRAGMA table_info(\(quoted))")
    var types: [String: String] = [:]
    var names: [String] = []
    while try statement.next() {
      names.append(statement.text(1))
      types[SQLiteInsertion.folded(statement.text(1))] = statement.text(2)
    }
    for (name, column) in zip(table.names, table.columns) {
      guard let declared = types[SQLiteInsertion.folded(name)] else { throw TableError.noColumn(name, columns: names) }
      guard SQLiteType(declared: declared).keeps(column.type) else {
        throw TableError.wrongType(
          operation: "write_sqlite", column: name, type: column.type.description,
          expected: "what its column there keeps (\(declared))")
      }
    }
  }

  private func insert(_ quoted: String) throws {
    let names = table.names.map(SQLiteConnection.quoted).joined(separator: ", ")
    let marks = Array(repeating: "?", count: table.columnCount).joined(separator: ", ")
    let statement = try connection.prepare("INSERT INTO \(quoted) (\(names)) VALUES (\(marks))")
    let binders = try zip(table.names, table.columns).enumerated().map { place, pair in
      try SQLiteBinder.make(pair.1, name: pair.0, at: Int32(place + 1))
    }
    let handle = statement.handle
    for row in 0..<table.rowCount {
      for bind in binders {
        let code = bind(handle, row)
        guard code == SQLITE_OK else { throw connection.failure(code, statement.sql) }
      }
      let code = sqlite3_step(handle)
      guard code == SQLITE_DONE else { throw connection.failure(code, statement.sql) }
      sqlite3_reset(handle)
      if row & 4095 == 0 { try cancellation.check() }
    }
  }
}
