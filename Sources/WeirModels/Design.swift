import CWeirKernels
package import WeirBase
package import WeirTables

/// Features as numbers, row by row: what estimators compute with.
package struct Design: Sendable {
  /// The names of the features, in order.
  package let names: [String]
  package let rowCount: Int
  /// Feature `j` of row `i` is `values[i * featureCount + j]`; all are finite, or NaN where a row may lack a value.
  package let values: [Double]

  package var featureCount: Int { names.count }

  /// `values` holds `rowCount` rows of as many numbers as there are names.
  package init(names: [String], rowCount: Int, values: [Double]) {
    precondition(values.count == names.count * rowCount)
    self.names = names
    self.rowCount = rowCount
    self.values = values
  }

  /// All columns of the table; throws where one does not hold a number on every row. `step` is who asks; where it takes
  /// rows that lack values, those are NaN.
  package init(_ features: Table, for step: String, allowingMissing: Bool = false, workers: Workers = .one) throws {
    guard features.columnCount > 0 else { throw ModelError("`\(step)` has no columns to learn from") }
    try self.init(
      columns: features.columns, names: features.names, rowCount: features.rowCount, for: step,
      allowingMissing: allowingMissing, workers: workers)
  }

  /// The columns of those names, in that order: new rows for a model that learned from them. Other columns are
  /// ignored; absent ones are refused.
  package init(
    _ features: Table, named names: [String], for model: String, allowingMissing: Bool = false, workers: Workers = .one
  ) throws {
    let columns = try features.numberColumns(named: names, for: model)
    try self.init(
      columns: columns, names: names, rowCount: features.rowCount, for: model, allowingMissing: allowingMissing,
      workers: workers)
  }

  /// Written once, block of rows by block, so that what is written stays in the cache until its rows are whole; bools
  /// become ones and zeros on the way.
  private init(
    columns given: [Column], names: [String], rowCount: Int, for step: String, allowingMissing: Bool, workers: Workers
  ) throws {
    let width = given.count
    let columns = allowingMissing ? given.map(\.withoutEmptyText) : given
    try workers.forEach(width) {
      try columns[$0].checkFeature(named: names[$0], for: step, allowingMissing: allowingMissing)
    }
    let size = rowCount.multipliedReportingOverflow(by: width)
    guard !size.overflow, size.partialValue <= 1 << 40 else { throw ModelError("`\(step)` is given too many numbers") }
    var values = [Double](filling: size.partialValue) { base in
      let matrix = Places(base), blocks = RowParts.ranges(rowCount, atLeast: 4096)
      if width <= Design.mostAtOnce {
        // A matrix that no cache holds is written past it.
        let streams: Int32 = size.partialValue >= 1 << 22 ? 1 : 0
        FeatureAddresses.of(columns[...]) { sources in
          workers.run(blocks.count) { part in
            let rows = blocks[part]
            weir_write_rows(
              sources.places, sources.kinds, width, rows.lowerBound, rows.upperBound, streams, matrix.base)
          }
        }
        return
      }
      workers.run(blocks.count) { part in
        for start in stride(from: blocks[part].lowerBound, to: blocks[part].upperBound, by: 256) {
          let rows = start..<min(start + 256, blocks[part].upperBound)
          for j in 0..<width { columns[j].write(rows, to: matrix.base + j, stride: width) }
        }
      }
    }
    for (j, column) in columns.enumerated() where allowingMissing {
      guard let validity = column.validity else { continue }
      for row in 0..<rowCount where !validity[row] { values[row * width + j] = .nan }
    }
    self.init(names: names, rowCount: rowCount, values: values)
  }

  /// The rows of these numbers; all for nil.
  func keeping(_ rows: [Int]?) -> Design {
    guard let rows, rows.count < rowCount else { return self }
    var kept: [Double] = []
    kept.reserveCapacity(rows.count * featureCount)
    for row in rows { kept.append(contentsOf: self.row(row)) }
    return Design(names: names, rowCount: rows.count, values: kept)
  }

  /// So many columns lie open at a time.
  private static let mostAtOnce = 512

  /// The numbers of row `i`.
  package func row(_ i: Int) -> ArraySlice<Double> { values[i * featureCount..<(i + 1) * featureCount] }

  /// The numbers of feature `j`, one a row.
  package func column(_ j: Int) -> [Double] { (0..<rowCount).map { values[$0 * featureCount + j] } }
}

/// Where the values of columns lie, and what each holds: 8 for floats, 9 for ints, 1 for bools.
///
/// Safety: made for the time of a call that keeps the columns, and only read.
private struct FeatureAddresses: @unchecked Sendable {
  var places: [UnsafeRawPointer?] = []
  var kinds: [UInt8] = []

  static func of(_ columns: ArraySlice<Column>, _ body: (FeatureAddresses) -> Void) {
    FeatureAddresses().adding(columns, body)
  }

  private func adding(_ columns: ArraySlice<Column>, _ body: (FeatureAddresses) -> Void) {
    guard let first = columns.first else { return body(self) }
    func next<T>(_ values: [T], _ kind: UInt8) {
      values.withUnsafeBytes { bytes in
        var more = self
        more.places.append(bytes.baseAddress)
        more.kinds.append(kind)
        more.adding(columns.dropFirst(), body)
      }
    }
    switch first.storage {
    case .float(let values): next(values, 8)
    case .int(let values): next(values, 9)
    case .bool(let values): next(values, 1)
    // Refused before.
    default: next([Bool](repeating: false, count: first.count), 1)
    }
  }
}

extension Column {
  /// A finite number on every row: a number as it is, true as 1 and false as 0.
  func featureNumbers(named name: String, for step: String) throws -> [Double] {
    try checkFeature(named: name, for: step)
    return try amounts(named: name, for: step)
  }

  /// Writes the numbers of some rows, each `stride` places after the last.
  fileprivate func write(_ rows: Range<Int>, to target: UnsafeMutablePointer<Double>, stride: Int) {
    switch storage {
    case .float(let values):
      values.withUnsafeBufferPointer { x in for row in rows { target[row * stride] = x[row] } }
    case .int(let values):
      values.withUnsafeBufferPointer { x in for row in rows { target[row * stride] = Double(x[row]) } }
    case .bool(let values):
      values.withUnsafeBufferPointer { x in for row in rows { target[row * stride] = x[row] ? 1 : 0 } }
    default: for row in rows { target[row * stride] = .nan }
    }
  }

  /// A column of text without a single text, as files have it that say nothing in a column, holds no numbers.
  var withoutEmptyText: Column {
    guard case .text = storage, missingCount == count else { return self }
    return Column(.float([Double](repeating: .nan, count: count)))
  }

  /// Throws where the column does not hold a number on every row, or on some where `allowingMissing`.
  func checkFeature(named name: String, for step: String, allowingMissing: Bool = false) throws {
    try checkKind(named: name, for: step, allowingMissing: allowingMissing)
    try checkFinite(named: name, for: step, allowingMissing: allowingMissing)
  }

  /// The same but for numbers that are not finite.
  func checkKind(named name: String, for step: String, allowingMissing: Bool = false) throws {
    switch storage {
    case .float, .int, .bool: break
    case .text where missingCount == count && count > 0:
      throw ModelError(
        "`\(step)` wants numbers, and the column `\(name)` is missing on every row",
        mend: "leave the column out with `drop(.\(name))`")
    case .text where allowingMissing:
      throw ModelError(
        "`\(step)` wants numbers, and the column `\(name)` holds text",
        mend: "put `one_hot()` or `ordinal()` before `\(step)` in the plan, or use `gbm()`, which takes text as it is")
    case .text:
      throw ModelError(
        "`\(step)` wants numbers, and the column `\(name)` holds text",
        mend: "put `one_hot()` before `\(step)` in the plan, or leave the column out with `drop(.\(name))`")
    case .date, .dateTime, .duration:
      throw ModelError(
        "`\(step)` wants numbers, and the column `\(name)` holds a \(type)",
        mend: "put `date_parts()` before `\(step)` in the plan, or leave the column out with `drop(.\(name))`")
    case .objects:
      throw ModelError(
        "`\(step)` wants numbers, and the column `\(name)` holds \(type) values",
        mend: type == .object("image") ? "put `pixels()` before `\(step)` in the plan" : "leave it out with `drop(.\(name))`")
    }
    guard missingCount == 0 || allowingMissing else {
      throw ModelError(
        "`\(step)` wants a number on every row, and the column `\(name)` is missing on \(missingCount) of \(count) rows",
        mend: "put `impute()` before `\(step)` in the plan, or drop the rows with `drop_missing(.\(name))`")
    }
  }

  /// Throws where the column holds numbers that are not finite on rows that have a value.
  func checkFinite(named name: String, for step: String, allowingMissing: Bool = false) throws {
    guard case .float(let numbers) = storage, weir_all_finite(numbers, numbers.count) == 0 else { return }
    let odd = allowingMissing
      ? numbers.indices.first { numbers[$0].isInfinite && !isMissing($0) } : numbers.firstIndex { !$0.isFinite }
    if let row = odd {
      let found = numbers[row].isNaN ? "NaN" : "an infinite one"
      throw ModelError("`\(step)` wants finite numbers, and the column `\(name)` holds \(found) in row \(row + 1)")
    }
  }
}

extension Table {
  /// The columns of those names that a model learned from as numbers.
  func numberColumns(named names: [String], for model: String) throws -> [Column] {
    let columns = names.compactMap { self[$0] }
    guard columns.count == names.count else {
      throw ModelError.columnsAbsent(names.filter { self[$0] == nil }, from: self.names, for: model)
    }
    for (name, column) in zip(names, columns) where column.type == .text && column.missingCount < column.count {
      throw ModelError(
        "`\(model)` learned from numbers in the column `\(name)`, which holds text here",
        mend: "make numbers of it before: `cast(\(name): \"float\")`")
    }
    return columns
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
