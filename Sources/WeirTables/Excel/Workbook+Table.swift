/// How to read a sheet into a table.
package struct SheetOptions: Sendable, Hashable {
  package enum Header: Sendable, Hashable {
    /// The first row that holds anything names the columns.
    case first
    /// There is none: the columns are called `column_1` and so on.
    case none
    /// This row, from 1; what stands above it is no part of the table.
    case row(Int)
  }

  package var header: Header
  /// The columns to read, in this order; nil reads all.
  package var columns: [String]?
  /// Types that are not left to the cells.
  package var types: [String: ColumnType]
  /// The texts that stand for a missing value.
  package var missing: [String]
  /// Whether each of the cells that were made one has its value; else only the first.
  package var fillsMerged: Bool

  package init(
    header: Header = .first, columns: [String]? = nil, types: [String: ColumnType] = [:],
    missing: [String] = CSVOptions.standardMissing, fillsMerged: Bool = false
  ) {
    (self.header, self.columns, self.types) = (header, columns, types)
    (self.missing, self.fillsMerged) = (missing, fillsMerged)
  }
}

extension Workbook {
  /// Reads a sheet, by name or by number from 1.
  ///
  /// Rows that hold nothing are passed over, as blank lines of a text are. The type of a column comes from all of its
  /// cells: whole numbers are ints, days without a time of day dates; cells of several kinds make texts.
  package func table(sheet: String? = nil, number: Int? = nil, _ options: SheetOptions = SheetOptions()) throws -> Table {
    let chosen = try self.sheet(named: sheet, number: number)
    var cells = try cells(of: chosen)
    do {
      if options.fillsMerged { try cells.fillMerged() }
      return try SheetTable(cells, self, options).table()
    } catch let fault as WorkbookFault {
      throw WorkbookError.malformed(file: name, problem: "sheet `\(chosen.name)`: \(fault.problem)", mend: fault.mend)
    }
  }
}

extension SheetCells {
  /// Gives the value of the first of merged cells to all of them.
  mutating func fillMerged() throws {
    var known: [Int: [Int32: Int]] = [:]
    for merge in merges {
      let column = merge.columns.lowerBound
      guard columns.indices.contains(column), let from = columns[column] else { continue }
      let places = known[column] ?? Dictionary(zip(from.rows, from.rows.indices), uniquingKeysWith: { $1 })
      known[column] = places
      guard let place = places[merge.rows.lowerBound] else { continue }
      let (value, kind) = (from.values[place], from.kinds[place])
      for target in merge.columns {
        for row in merge.rows where row != merge.rows.lowerBound || target != column {
          try add(value, kind, row: row, column: target)
        }
      }
    }
  }
}

/// The cells of a sheet on their way into a table.
private struct SheetTable {
  private let cells: SheetCells
  private let workbook: Workbook
  private let options: SheetOptions
  private let markers: MissingMarkers
  /// The row of the table for each row of the sheet; -1 where it holds nothing.
  private var places: [Int32] = []
  private var rowCount = 0
  private var headerRow: Int32 = -1

  init(_ cells: SheetCells, _ workbook: Workbook, _ options: SheetOptions) throws {
    (self.cells, self.workbook, self.options) = (cells, workbook, options)
    markers = MissingMarkers(options.missing)
    var present: [Bool] = []
    for case let column? in cells.columns {
      for (i, row) in column.rows.enumerated() where !isEmpty(column, i) {
        while present.count <= Int(row) { present.append(false) }
        present[Int(row)] = true
      }
    }
    switch options.header {
    case .first: headerRow = Int32(present.firstIndex(of: true) ?? -1)
    case .none: headerRow = -1
    case .row(let number):
      guard number >= 1, number <= present.count else {
        throw WorkbookFault("it has no row \(number) for the names", mend: "its last row is \(present.count)")
      }
      headerRow = Int32(number - 1)
    }
    places = Array(repeating: -1, count: present.count)
    for row in present.indices where present[row] && row > Int(headerRow) {
      places[row] = Int32(rowCount)
      rowCount += 1
    }
  }

  /// Whether a cell holds an empty text.
  private func isEmpty(_ column: SheetCells.CellColumn, _ i: Int) -> Bool {
    column.kinds[i] == .text && text(column.values[i]).isEmpty
  }

  private func text(_ number: Double) -> ArraySlice<UInt8> {
    let number = Int(number)
    return number < workbook.texts.count ? workbook.texts[number] : cells.ownTexts[number - workbook.texts.count]
  }

  func table() throws -> Table {
    let used = cells.columns.indices.filter { index in
      guard let column = cells.columns[index] else { return false }
      return column.rows.indices.contains { column.rows[$0] >= headerRow && !isEmpty(column, $0) }
    }
    let (size, tooMany) = rowCount.multipliedReportingOverflow(by: used.count)
    guard !tooMany, size <= SheetCells.mostCells * 4 else {
      throw WorkbookFault("it spreads over \(rowCount) rows and \(used.count) columns, which is too much for a table")
    }
    let names = self.names(used)
    var columns: [(name: String, column: Column)] = []
    for name in options.types.keys.sorted() where !names.contains(name) { throw TableError.noColumn(name, columns: names) }
    let positions = Dictionary(zip(names, used), uniquingKeysWith: { first, _ in first })
    for name in options.columns ?? names {
      guard let index = positions[name] else { throw TableError.noColumn(name, columns: names) }
      guard let held = cells.columns[index] else { continue }
      var column = try self.column(held)
      if let type = options.types[name] { column = try column.cast(to: type, column: name) }
      columns.append((name, column))
    }
    return try Table(columns, rowCount: rowCount)
  }

  private func names(_ used: [Int]) -> [String] {
    var names: [String] = [], taken: Set<String> = []
    for index in used {
      var base = ""
      if headerRow >= 0, let column = cells.columns[index], let i = column.rows.lastIndex(of: headerRow) {
        base = (scalar(column, i)?.exactText ?? "").trimmingBlanks()
      }
      if base.isEmpty { base = "column_\(index + 1)" }
      var name = base, copy = 2
      while !taken.insert(name).inserted {
        name = "\(base)_\(copy)"
        copy += 1
      }
      names.append(name)
    }
    return names
  }

  /// What a cell says; nil where it has no value.
  private func scalar(_ column: SheetCells.CellColumn, _ i: Int) -> Scalar? {
    let value = column.values[i]
    switch column.kinds[i] {
    case .error: return nil
    case .bool: return .bool(value != 0)
    case .number: return Int64(exactly: value).map { .int($0) } ?? .float(value)
    case .duration: return SerialTime.duration(value).map { .duration(TimeSpan($0)) } ?? .float(value)
    case .moment: return time(Int64(value) * 1000)
    case .time: return workbook.times.microseconds(value).map { time($0) } ?? .float(value)
    case .text:
      let bytes = text(value)
      if bytes.withUnsafeBytes({ markers.holds($0) }) { return nil }
      return .text(String(decoding: bytes, as: UTF8.self))
    }
  }

  private func time(_ microseconds: Int64) -> Scalar {
    let instant = Instant(microseconds)
    return instant.timeOfDay == 0 ? .date(instant.day) : .dateTime(instant)
  }

  /// Cells of several kinds are texts, except for ints and floats, and days and moments.
  private func column(_ held: SheetCells.CellColumn) throws -> Column {
    var scalars = [Scalar](repeating: .missing, count: rowCount)
    var types: Set<ColumnType> = []
    for i in held.rows.indices {
      let place = places[Int(held.rows[i])]
      guard place >= 0, let scalar = scalar(held, i), let type = scalar.columnType else { continue }
      scalars[Int(place)] = scalar
      types.insert(type)
    }
    if types.isEmpty { return .missing(.text, count: rowCount) }
    let fits = types.count == 1 || types == [.int, .float] || types == [.date, .dateTime]
    if !fits { scalars = scalars.map { $0 == .missing ? .missing : .text($0.exactText) } }
    return try Column(scalars: scalars)
  }
}
