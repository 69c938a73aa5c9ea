import GRDB

/// A connection to a database, as another program has one.
final class Sqlite {
  private let queue: DatabaseQueue

  init(_ file: String) throws {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    queue = try DatabaseQueue(path: file, configuration: configuration)
  }

  /// Runs statements; the first value of the first row of the last one, as text.
  @discardableResult
  func say(_ sql: String) throws -> String {
    try queue.writeWithoutTransaction { db in
      var answer = ""
      let statements = try db.allStatements(sql: sql)
      while let statement = try statements.next() {
        answer = try Row.fetchOne(statement).map { ($0[0] as DatabaseValue).description } ?? ""
      }
      return answer
    }
  }
}

@discardableResult
func sqlite(_ file: String, _ sql: String) throws -> String { try Sqlite(file).say(sql) }
