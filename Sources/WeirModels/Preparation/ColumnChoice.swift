import WeirBase
package import WeirTables

/// Which columns a step works on: the ones named, or all of a fitting type.
package struct ColumnChoice: Sendable, Hashable {
  /// Empty for all that fit.
  package let names: [String]

  package init(_ names: [String] = []) { self.names = names }

  /// What a step works on: of which types, and what is taken where no column is named.
  package struct Kind: Sendable {
    /// As a message names it.
    package let wanted: String
    package let fits: @Sendable (ColumnType) -> Bool
    /// Taken without being named.
    package let isPicked: @Sendable (ColumnType) -> Bool

    init(
      _ wanted: String, fits: @escaping @Sendable (ColumnType) -> Bool,
      picked: (@Sendable (ColumnType) -> Bool)? = nil
    ) {
      self.wanted = wanted
      self.fits = fits
      isPicked = picked ?? fits
    }

    /// Ints and floats; bools are no amounts.
    package static let amounts = Kind("numbers") { $0 == .int || $0 == .float }
    /// Ints and floats where none is named, bools too where they are.
    package static let numbers = Kind("numbers", fits: \.isNumeric, picked: { $0 == .int || $0 == .float })
    package static let allNumbers = Kind("numbers and bools", fits: \.isNumeric)
    package static let categories = Kind(
      "texts, bools, ints and dates", fits: { [.text, .bool, .int, .date].contains($0) }, picked: { $0 == .text })
    package static let texts = Kind("texts") { $0 == .text }
    package static let dates = Kind("dates and datetimes") { $0 == .date || $0 == .dateTime }
    package static let values = Kind("numbers, texts, bools and dates") { if case .object = $0 { false } else { true } }
    package static let any = Kind("any column") { _ in true }
  }

  /// The names in the order of the table. Of columns that were named, each must be there and fit.
  func picked(from table: Table, for step: String, _ kind: Kind) throws -> [String] {
    guard !names.isEmpty else {
      return zip(table.names, table.columns).filter { kind.isPicked($0.1.type) }.map(\.0)
    }
    for name in names {
      let column = try table.column(name)
      guard kind.fits(column.type) else {
        // Without any value its type says nothing.
        if column.count > 0, column.missingCount == column.count { throw PreparationError.nothingToLearn(step: step, column: name) }
        throw PreparationError.wrongType(
          step: step, column: name, found: column.type.description, wanted: kind.wanted)
      }
    }
    let chosen = Set(names)
    return table.names.filter(chosen.contains)
  }

  var setting: Setting { .columns(names) }
}

typealias NamedColumn = (name: String, column: Column)

extension Table {
  /// The columns of these names; throws where one is absent. `step` is who asks.
  func columns(named names: [String], for step: String) throws -> [Column] {
    let absent = names.filter { self[$0] == nil }
    guard absent.isEmpty else { throw ModelError.columnsAbsent(absent, from: self.names, for: step) }
    return names.compactMap { self[$0] }
  }

  /// The table with some columns replaced, in their places; throws where one is absent. `step` is who asks.
  func replacing(
    _ names: [String], for step: String, workers: Workers = .one, _ change: @Sendable (Int, Column) throws -> Column
  ) throws -> Table {
    let old = try columns(named: names, for: step)
    let new = try workers.map(names.count) { try change($0, old[$0]) }
    return try putting(zip(names, new).map { [($0, $1)] }, inPlaceOf: names, for: step)
  }

  /// The table with some columns in the place of each of those named, and others at its end.
  func putting(
    _ new: [[NamedColumn]], inPlaceOf names: [String], adding last: [NamedColumn] = [], for step: String
  ) throws -> Table {
    let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var parts: [NamedColumn] = []
    for (name, column) in zip(self.names, columns) {
      if let place = places[name] { parts += new[place] } else { parts.append((name, column)) }
    }
    parts += last
    var seen: Set<String> = []
    for (name, _) in parts where !seen.insert(name).inserted {
      throw PreparationError.clash(step: step, column: name)
    }
    return try Table(parts, rowCount: rowCount, lineage: lineage)
  }
}

extension Column {
  /// The values as floats; throws for columns that hold no numbers. `step` is who asks.
  func amounts(named name: String, for step: String) throws -> [Double] {
    switch storage {
    case .float(let values): return values
    case .int(let values): return values.map { Double($0) }
    case .bool(let values): return values.map { $0 ? 1 : 0 }
    default:
      // A column of nothing but missing values may have been read as one of any type.
      if missingCount == count { return [Double](repeating: 0, count: count) }
      throw PreparationError.typeChanged(step: step, column: name, learned: "numbers", found: type.description)
    }
  }

  /// The numbers of the rows that have one; throws where one is not finite, or where there is none.
  func presentAmounts(named name: String, for step: String) throws -> [Double] {
    let values = try amounts(named: name, for: step)
    let present: [Double]
    if let validity {
      present = values.indices.filter { validity[$0] }.map { values[$0] }
    } else {
      present = values
    }
    guard !present.isEmpty else { throw PreparationError.nothingToLearn(step: step, column: name) }
    guard present.allSatisfy(\.isFinite) else { throw ModelError.notFinite(step: step, column: name) }
    return present
  }
}

extension ModelError {
  static func notFinite(step: String, column: String) -> ModelError {
    ModelError("`\(step)` wants finite numbers, and the column `\(column)` holds others")
  }
}
