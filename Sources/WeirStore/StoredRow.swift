import GRDB

/// A row whose values are asked for by place and type, and may be anything: what does not fit is an error, never a trap.
struct StoredRow {
  let row: Row
  let path: String

  func optionalInt(_ place: Int) -> Int64? { Int64.fromDatabaseValue(row[place] as DatabaseValue) }
  func optionalText(_ place: Int) -> String? { String.fromDatabaseValue(row[place] as DatabaseValue) }

  func int(_ place: Int) throws(StoreError) -> Int64 { try found(optionalInt(place), place) }
  func text(_ place: Int) throws(StoreError) -> String { try found(optionalText(place), place) }

  /// A measured number; SQLite keeps what is not a number as NULL.
  func number(_ place: Int) -> Double { Double.fromDatabaseValue(row[place] as DatabaseValue) ?? .nan }

  func bytes(_ place: Int) throws(StoreError) -> [UInt8] {
    switch (row[place] as DatabaseValue).storage {
    case .blob(let data): return Array(data)
    default: throw damaged(place)
    }
  }

  func hash(_ place: Int) throws(StoreError) -> ContentHash { try found(ContentHash(hex: try text(place)), place) }
  func optionalHash(_ place: Int) throws(StoreError) -> ContentHash? {
    guard let text = optionalText(place) else { return nil }
    return try found(ContentHash(hex: text), place)
  }

  /// One of the names of an enumeration.
  func choice<Choice: RawRepresentable<String>>(_ place: Int, _: Choice.Type = Choice.self) throws(StoreError) -> Choice {
    try found(Choice(rawValue: try text(place)), place)
  }

  private func found<T>(_ value: T?, _ place: Int) throws(StoreError) -> T {
    guard let value else { throw damaged(place) }
    return value
  }

  private func damaged(_ place: Int) -> StoreError {
    let names = Array(row.columnNames)
    let name = names.indices.contains(place) ? names[place] : "?"
    return .damaged(path: path, problem: "the field `\(name)` of a record holds \(row[place] as DatabaseValue)")
  }
}

extension String {
  /// Without NUL, at which SQLite's texts end for many readers.
  var storable: String {
    guard utf8.contains(0) else { return self }
    return String(unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : Character($0) })
  }
}
