import CWeirKernels

/// How one column of a file is to be read.
struct CSVColumnPlan: Sendable {
  /// Its place in the file.
  let position: Int
  let name: String
  /// As given, or as the beginning of the file has it; nil where there is no value in it.
  var type: ColumnType?
  /// Whether the type was given, and values that are not of it are faults.
  let isGiven: Bool
  /// Whether texts are likely to repeat.
  var repeats = true
}

/// What reading a part gave besides the values.
struct CSVPartResult: Sendable {
  var rows = 0
  /// The rows without a value, column after column; the first column's end at `missingEnds[0]`.
  var missing: [UInt32] = []
  var missingEnds: [Int] = []
  /// Columns that are not what they were taken for, with what their values here can be.
  var others: [Int: FieldKinds] = [:]
  var texts: [Int: CSVTextPart] = [:]
  var rejected: [CSVReject] = []

  func missing(_ column: Int) -> ArraySlice<UInt32> {
    missing[(column == 0 ? 0 : missingEnds[column - 1])..<missingEnds[column]]
  }
}

/// The texts of a column in one part: the distinct ones, or all of them.
struct CSVTextPart: Sendable {
  let bytes: [UInt8]
  /// Nil where the offsets of all rows are in the column.
  let offsets: [Int]?
}

/// Reads the columns of one part into their targets.
struct CSVColumnReader {
  let part: CSVPart
  let parser: FieldParser
  let markers: MissingMarkers
  let scratch: CSVScratch
  /// The first row of the part in the targets.
  let base: Int

  /// Rows and columns with values that can't be read as the type given.
  private(set) var unreadable: [(row: Int, column: Int)] = []
  private(set) var result = CSVPartResult()

  init(_ part: CSVPart, _ parser: FieldParser, _ markers: MissingMarkers, _ scratch: CSVScratch, base: Int) {
    (self.part, self.parser, self.markers, self.scratch, self.base) = (part, parser, markers, scratch, base)
    result.rows = part.rows
    result.rejected = part.rejected
  }

  /// Reads the values of the next column.
  mutating func read(_ plan: CSVColumnPlan, number: Int, into target: CSVTarget) {
    scratch.missing.reserve(part.rows)
    var column = kernelColumn(plan)
    switch plan.type {
    case .text?, .object?: texts(plan, number, &column, target)
    case nil: result.others[number] = kinds(from: 0, &column)
    case let type?:
      if !values(plan, type, number, &column, target) {
        // What was read so far can be what the column was taken for.
        column.missing_count = 0
        result.others[number] = kinds(from: 0, &column)
      }
    }
    if result.others[number] == .all { result.others[number] = nil }
    result.missing.append(contentsOf: UnsafeBufferPointer(start: scratch.missing.start, count: column.missing_count))
    result.missingEnds.append(result.missing.count)
  }

  private func kernelColumn(_ plan: CSVColumnPlan) -> weir_csv_column {
    var column = weir_csv_column()
    (column.bytes, column.ends) = (part.bytes, part.ends)
    (column.width, column.column, column.rows) = (part.width, plan.position, part.rows)
    column.decimal = parser.decimal
    column.strict = plan.isGiven ? 0 : 1
    column.missing = scratch.missing.start
    markers.give(to: &column)
    return column
  }

  private func raw(_ column: inout weir_csv_column, _ row: Int) -> UnsafeRawBufferPointer {
    let value = weir_csv_value_at(&column, row, 1)
    return UnsafeRawBufferPointer(start: column.bytes + Int(value.start), count: Int(value.length))
  }

  /// What the values from `row` on can be; notes the missing ones.
  private func kinds(from row: Int, _ column: inout weir_csv_column) -> FieldKinds {
    var kinds = FieldKinds.all
    for row in row..<max(part.rows, row) {
      let raw = raw(&column, row)
      if raw.isEmpty || markers.holds(raw) {
        scratch.missing.start[column.missing_count] = UInt32(row)
        column.missing_count += 1
      } else if !kinds.isEmpty {
        kinds = kinds.intersection(parser.kinds(of: raw))
      }
    }
    return kinds
  }

  /// Reads the values as `type`; false where one is another thing and the type was not given.
  private mutating func values(
    _ plan: CSVColumnPlan, _ type: ColumnType, _ number: Int, _ column: inout weir_csv_column, _ target: CSVTarget
  ) -> Bool {
    var row = 0
    while true {
      row = target.run(&column, from: row, base: base)
      guard row < part.rows else { return true }
      // A value that the kernel does not know: the parser has the last word.
      let raw = raw(&column, row)
      if raw.isEmpty || markers.holds(raw) {
        scratch.missing.start[column.missing_count] = UInt32(row)
        column.missing_count += 1
        target.clear(base + row)
      } else if !plan.isGiven, !parser.kinds(of: raw).isSuperset(of: FieldKinds(narrowest: type).narrowest) {
        return false
      } else if !target.parse(raw, parser, into: base + row) {
        guard plan.isGiven else { return false }
        unreadable.append((row, number))
        target.clear(base + row)
      }
      row += 1
    }
  }

  private mutating func texts(
    _ plan: CSVColumnPlan, _ number: Int, _ column: inout weir_csv_column, _ target: CSVTarget
  ) {
    if plan.repeats {
      let slotCount = 1 << (64 - max(part.rows * 2, 15).leadingZeroBitCount)
      scratch.slots.reserve(slotCount)
      scratch.slots.start.update(repeating: 0, count: slotCount)
      scratch.hashes.reserve(part.rows + 1)
      scratch.entryOffsets.reserve(part.rows + 2)
      scratch.entryBytes.reserve(part.range.count + CSVScratch.padding)
      scratch.entryOffsets.start[0] = 0
      var dictionary = weir_text_dictionary(
        slots: scratch.slots.start, slot_count: slotCount, hashes: scratch.hashes.start,
        bytes: scratch.entryBytes.start, offsets: scratch.entryOffsets.start, entries: 0)
      weir_csv_codes(&column, &dictionary, target.codes(from: base))
      let offsets = UnsafeBufferPointer(start: scratch.entryOffsets.start, count: dictionary.entries + 1).map { Int($0) }
      result.texts[number] = CSVTextPart(
        bytes: Array(UnsafeBufferPointer(start: scratch.entryBytes.start, count: offsets.last ?? 0)), offsets: offsets)
    } else {
      scratch.entryBytes.reserve(part.range.count + CSVScratch.padding)
      scratch.entryOffsets.reserve(part.rows + 1)
      scratch.entryOffsets.start[0] = 0
      weir_csv_texts(&column, scratch.entryBytes.start, scratch.entryOffsets.start)
      let count = Int(scratch.entryOffsets.start[part.rows])
      target.setEnds(UnsafeBufferPointer(start: scratch.entryOffsets.start + 1, count: part.rows), from: base)
      result.texts[number] = CSVTextPart(
        bytes: Array(UnsafeBufferPointer(start: scratch.entryBytes.start, count: count)), offsets: nil)
    }
  }
}

extension FieldKinds {
  /// The kind of the narrowest type alone.
  fileprivate var narrowest: FieldKinds {
    contains(.bool) ? .bool : contains(.int) ? .int : contains(.float) ? .float : contains(.date) ? .date : contains(.dateTime) ? .dateTime : []
  }
}
