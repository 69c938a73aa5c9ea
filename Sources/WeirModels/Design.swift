package import WeirTables

/// Features as numbers, row by row: what estimators compute with.
package struct Design: Sendable {
  /// The names of the features, in order.
  package let names: [String]
  package let rowCount: Int
  /// Feature `j` of row `i` is `values[i * featureCount + j]`; all are finite.
  package let values: [Double]

  package var featureCount: Int { names.count }

  /// `values` holds `rowCount` rows of as many numbers as there are names.
  package init(names: [String], rowCount: Int, values: [Double]) {
    precondition(values.count == names.count * rowCount)
    self.names = names
    self.rowCount = rowCount
    self.values = values
  }

  /// All columns of the table; throws where one does not hold a number on every row. `step` is who asks.
  package init(_ features: Table, for step: String) throws {
    guard features.columnCount > 0 else { throw ModelError("`\(step)` has no columns to learn from") }
    try self.init(columns: features.columns, names: features.names, rowCount: features.rowCount, for: step)
  }

  /// The columns of those names, in that order: new rows for a model that learned from them. Other columns are
  /// ignored; absent ones are refused.
  package init(_ features: Table, named names: [String], for model: String) throws {
    let absent = names.filter { features[$0] == nil }
    guard absent.isEmpty else { throw ModelError.columnsAbsent(absent, from: features.names, for: model) }
    let columns = names.compactMap { features[$0] }
    for (name, column) in zip(names, columns) where column.type == .text && column.missingCount < column.count {
      throw ModelError(
        "`\(model)` learned from numbers in the column `\(name)`, which holds text here",
        mend: "make numbers of it before: `cast(\(name): \"float\")`")
    }
    try self.init(columns: columns, names: names, rowCount: features.rowCount, for: model)
  }

  private init(columns: [Column], names: [String], rowCount: Int, for step: String) throws {
    let width = columns.count
    var values = [Double](repeating: 0, count: rowCount * width)
    for (j, column) in columns.enumerated() {
      let numbers = try column.featureNumbers(named: names[j], for: step)
      for i in 0..<rowCount { values[i * width + j] = numbers[i] }
    }
    self.init(names: names, rowCount: rowCount, values: values)
  }

  /// The numbers of row `i`.
  package func row(_ i: Int) -> ArraySlice<Double> { values[i * featureCount..<(i + 1) * featureCount] }

  /// The numbers of feature `j`, one a row.
  package func column(_ j: Int) -> [Double] { (0..<rowCount).map { values[$0 * featureCount + j] } }
}

extension Column {
  /// A finite number on every row: a number as it is, true as 1 and false as 0.
  func featureNumbers(named name: String, for step: String) throws -> [Double] {
    let numbers: [Double]
    switch storage {
    case .float(let values): numbers = values
    case .int(let values): numbers = values.map { Double($0) }
    case .bool(let values): numbers = values.map { $0 ? 1 : 0 }
    case .text where missingCount == count && count > 0:
      throw ModelError(
        "`\(step)` wants numbers, and the column `\(name)` is missing on every row",
        mend: "leave the column out with `drop(.\(name))`")
    case .text:
      throw ModelError(
        "`\(step)` wants numbers, and the column `\(name)` holds text",
        mend: "put `one_hot()` before `\(step)` in the plan, or leave the column out with `drop(.\(name))`")
    case .date, .dateTime, .duration:
      throw ModelError(
        "`\(step)` wants numbers, and the column `\(name)` holds a \(type)",
        mend: "take numbers from it, `derive(month: month(.\(name)))`, and leave it out with `drop(.\(name))`")
    case .objects:
      throw ModelError(
        "`\(step)` wants numbers, and the column `\(name)` holds \(type) values",
        mend: type == .object("image") ? "put `pixels()` before `\(step)` in the plan" : "leave it out with `drop(.\(name))`")
    }
    guard missingCount == 0 else {
      throw ModelError(
        "`\(step)` wants a number on every row, and the column `\(name)` is missing on \(missingCount) of \(count) rows",
        mend: "put `impute()` before `\(step)` in the plan, or drop the rows with `drop_missing(.\(name))`")
    }
    if let row = numbers.firstIndex(where: { !$0.isFinite }) {
      let found = numbers[row].isNaN ? "NaN" : "an infinite one"
      throw ModelError("`\(step)` wants finite numbers, and the column `\(name)` holds \(found) in row \(row + 1)")
    }
    return numbers
  }
}

extension ModelError {
  /// New rows lack columns that a model learned from.
  static func columnsAbsent(_ absent: [String], from names: [String], for model: String) -> ModelError {
    let shown = absent.prefix(5).map { "`\($0)`" }.joined(separator: ", ") + (absent.count > 5 ? ", …" : "")
    let has = names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
    return ModelError(
      absent.count == 1
        ? "`\(model)` learned from the column \(shown), which is not here"
        : "`\(model)` learned from the columns \(shown), which are not here",
      mend: "give it rows with the same columns; here are: \(has)")
  }
}
