/// What a column's declared type says in SQLite, where any value may stand in any column.
///
/// Affinity is SQLite's own rule (https://www.sqlite.org/datatype3.html, section 3.1); the meaning is by the names that
/// programs use for what SQLite has no storage for.
struct SQLiteType: Equatable {
  enum Affinity { case integer, real, numeric, text, none }
  enum Meaning { case bool, date, dateTime, duration, plain }

  let affinity: Affinity
  let meaning: Meaning

  init(declared: String?) {
    let upper = (declared ?? "").uppercased()
    let word = String(upper.prefix { $0 != "(" && $0 != " " })
    switch word {
    case "BOOL", "BOOLEAN": meaning = .bool
    case "DATE": meaning = .date
    case _ where word.hasPrefix("DATETIME") || word.hasPrefix("TIMESTAMP"): meaning = .dateTime
    case "DURATION": meaning = .duration
    default: meaning = .plain
    }
    func says(_ words: String...) -> Bool { words.contains { upper.contains($0) } }
    affinity =
      if says("INT") { .integer
      } else if says("CHAR", "CLOB", "TEXT") { .text
      } else if upper.isEmpty || says("BLOB") { .none
      } else if says("REAL", "FLOA", "DOUB") { .real
      } else { .numeric }
  }

  /// The type of a column without a single value.
  var whenEmpty: ColumnType {
    switch meaning {
    case .bool: .bool
    case .date: .date
    case .dateTime: .dateTime
    case .duration: .duration
    case .plain: affinity == .integer ? .int : affinity == .text ? .text : .float
    }
  }

  /// The declared type that keeps a column of ours; nil for objects, which have none.
  static func declaration(of type: ColumnType) -> String? {
    switch type {
    case .bool: "BOOLEAN"
    case .int: "INTEGER"
    case .float: "REAL"
    case .text: "TEXT"
    case .date: "DATE"
    case .dateTime: "DATETIME"
    case .duration: "DURATION"
    case .object: nil
    }
  }

  /// Whether values of that type stay what they are in a column declared so: SQLite would turn the text "007" into the
  /// number 7 in a column of numbers.
  func keeps(_ type: ColumnType) -> Bool {
    switch type {
    case .bool, .int, .float, .duration: affinity != .text
    case .text: affinity == .text || affinity == .none
    case .date, .dateTime: meaning == .date || meaning == .dateTime || affinity == .text || affinity == .none
    case .object: false
    }
  }
}
