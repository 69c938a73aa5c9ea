import GRDBSQLite
package import WeirBase

/// Reads tables and queries from an SQLite file, without keeping others from writing to it.
///
/// All rows come from one moment, whatever another program writes meanwhile. The types of the columns come from the values (see `SQLiteGatherer`).
package struct SQLiteReader: Sendable {
  private let path: String
  private let name: String
  private let waiting: Double
  private let blobs: SQLiteBlobs
  private let cancellation: Cancellation

  /// `name` is what the file is called in messages; `waiting` how many seconds to wait for a program that has it locked.
  /// Reading throws a `FileFault` where there is no such file, and a `TableError` for all else.
  package init(
    _ path: String, name: String, waiting: Double = 5, blobs: SQLiteBlobs = .hex, cancellation: Cancellation = Cancellation()
  ) {
    self.path = path
    self.name = name
    self.waiting = waiting
    self.blobs = blobs
    self.cancellation = cancellation
  }

  /// The names of the file's tables and views, in the order of their making.
  package func tables() throws -> [String] { try tables(try connection()) }

  /// A table or view by name, or the only one where none is given; all columns, or those.
  package func read(table: String? = nil, columns: [String]? = nil) throws -> Table {
    try rows(table: table, columns: columns).table
  }

  /// What one reading statement gives.
  package func read(query: String) throws -> Table { try rows(query: query).table }

  /// As `read`, and which columns are the digits of binary data.
  package func rows(table: String? = nil, columns: [String]? = nil) throws -> (table: Table, digits: [String]) {
    let connection = try connection()
    let query = try query(of: table, columns, connection)
    return try SQLiteSelection(query, connection).read(blobs, cancellation)
  }

  package func rows(query: String) throws -> (table: Table, digits: [String]) {
    try SQLiteSelection(query, try connection()).read(blobs, cancellation)
  }

  /// The names of the columns that `read` would give; no row is read.
  package func columns(table: String? = nil) throws -> [String] {
    let connection = try connection()
    return try SQLiteSelection(try query(of: table, nil, connection), connection).names
  }

  package func columns(query: String) throws -> [String] { try SQLiteSelection(query, try connection()).names }

  /// How many rows a table has: counted, or taken from the highest row number, which is quick at any size. A view has
  /// no number of rows until it is read.
  package func rowCount(of table: String, counting: Bool) throws -> (rows: Int?, isExact: Bool) {
    let connection = try connection()
    let quoted = SQLiteConnection.quoted(table)
    if counting {
      let statement = try connection.prepare("SELECT count(*) FROM \(quoted)")
      return (try statement.next() ? Int(statement.text(0)) : nil, true)
    }
    guard let statement = try? connection.prepare("SELECT max(rowid) FROM \(quoted)"), try statement.next() else {
      return (nil, false)
    }
    return (Int(statement.text(0)), false)
  }

  private func connection() throws -> SQLiteConnection {
    let connection = try SQLiteConnection(path, name: name, for: .reading, waiting: waiting, cancellation: cancellation)
    // One transaction, so that names of tables, columns and rows are of one moment; it ends with the connection.
    try connection.run("BEGIN")
    connection.allowOnlyReading()
    return connection
  }

  private func tables(_ connection: SQLiteConnection) throws -> [String] {
    let statement = try connection.prepare(
      "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    var names: [String] = []
    while try statement.next() { names.append(statement.text(0)) }
    return names
  }

  private func query(of table: String?, _ columns: [String]?, _ connection: SQLiteConnection) throws -> String {
    let names = try tables(connection)
    let more = names.count > 8 ? " and \(names.count - 8) more" : ""
    let listed = names.prefix(8).map { "`\($0)`" }.joined(separator: ", ") + more
    guard let table else {
      guard names.count == 1, let only = names.first else {
        throw TableError.other(
          names.isEmpty ? "`\(name)` has no tables" : "`\(name)` has \(names.count) tables: \(listed)",
          mend: names.first.map { "say which: `table: \"\($0)\"`" })
      }
      return try self.query(of: only, columns, connection)
    }
    guard let found = names.first(where: { $0 == table }) ?? names.first(where: { $0.lowercased() == table.lowercased() })
    else {
      throw TableError.other(
        "`\(name)` has no table `\(table)`" + (names.isEmpty ? "; it has none" : "; tables there: \(listed)"), mend: nil)
    }
    guard let columns else { return "SELECT * FROM \(SQLiteConnection.quoted(found))" }
    let all = try SQLiteSelection("SELECT * FROM \(SQLiteConnection.quoted(found))", connection).names
    for column in columns where !all.contains(column) { throw TableError.noColumn(column, columns: all) }
    let list = columns.isEmpty ? "NULL" : columns.map(SQLiteConnection.quoted).joined(separator: ", ")
    return "SELECT \(list) FROM \(SQLiteConnection.quoted(found))"
  }
}

/// SQL over tables in memory.
package enum SQLiteQuery {
  /// "3.40.1": the same query may give its rows in another order in another version.
  package static var libraryVersion: String { String(cString: sqlite3_libversion()) }

  /// What one reading statement gives over tables by name.
  package static func run(
    _ query: String, over tables: [(name: String, table: Table)], cancellation: Cancellation = Cancellation()
  ) throws -> Table {
    let connection = try SQLiteConnection(cancellation: cancellation)
    try connection.run("BEGIN")
    for (name, table) in tables {
      try SQLiteInsertion(table, name, connection, cancellation).write(.fail)
    }
    try connection.run("COMMIT")
    connection.allowOnlyReading()
    return try SQLiteSelection(query, connection).read(.error, cancellation).table
  }
}

/// One reading statement.
struct SQLiteSelection {
  private let statement: SQLiteStatement
  let names: [String]

  init(_ query: String, _ connection: SQLiteConnection) throws {
    let bytes = Array(query.utf8)
    guard !bytes.contains(0) else { throw TableError.other("a query holds a NUL character", mend: nil) }
    let (prepared, length) = try connection.prepare(bytes)
    guard let statement = prepared else {
      throw TableError.other("the query is empty", mend: "write `select ... from ...`")
    }
    try SQLiteSelection.refuseMore(Array(bytes[length...]), connection)
    guard sqlite3_stmt_readonly(statement.handle) != 0, sqlite3_column_count(statement.handle) > 0 else {
      throw TableError.other(
        "a query only reads: \(SQLiteConnection.short(query))", mend: "write tables with `write_sqlite`")
    }
    let names = (0..<sqlite3_column_count(statement.handle)).map { place in
      sqlite3_column_name(statement.handle, place).map { String(cString: $0) } ?? ""
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw TableError.other(
        "the query gives two columns `\(name)`", mend: "name one of them: `select ... as other_\(name)`")
    }
    self.statement = statement
    self.names = names
  }

  /// Blanks, comments and semicolons may follow a statement, and no second one.
  private static func refuseMore(_ rest: [UInt8], _ connection: SQLiteConnection) throws {
    var rest = rest
    while !rest.isEmpty {
      let next: (statement: SQLiteStatement?, length: Int)
      do { next = try connection.prepare(rest) } catch { throw onlyOne }
      guard next.statement == nil else { throw onlyOne }
      guard next.length > 0 else { return }
      rest.removeFirst(min(next.length, rest.count))
    }
  }

  private static var onlyOne: TableError {
    .other("a query is one statement; more follows after `;`", mend: "read each with a `read_sqlite` of its own")
  }

  func read(_ blobs: SQLiteBlobs, _ cancellation: Cancellation) throws -> (table: Table, digits: [String]) {
    let gatherers = names.enumerated().map { place, name in
      let declared = sqlite3_column_decltype(statement.handle, Int32(place)).map { String(cString: $0) }
      return SQLiteGatherer(name, SQLiteType(declared: declared), blobs)
    }
    var rows = 0
    while try statement.next() {
      for (place, gatherer) in gatherers.enumerated() { try gatherer.append(statement, Int32(truncatingIfNeeded: place)) }
      rows += 1
      if rows & 4095 == 0 { try cancellation.check() }
    }
    let table = try Table(gatherers.map { (name: $0.name, column: $0.finished()) }, rowCount: rows)
    return (table, gatherers.filter(\.holdsDigits).map(\.name))
  }
}
