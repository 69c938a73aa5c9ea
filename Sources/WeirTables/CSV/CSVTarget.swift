import CWeirKernels
import WeirBase

/// The values of a column of a file while parts write theirs side by side.
///
/// Safety: parts write to ranges of their own, which don't overlap; the array is read once all have.
final class CSVTarget: @unchecked Sendable {
  private enum Values {
    case none
    case bools([Bool])
    case wholes([Int64])
    case floats([Double])
    case days([Int32])
    case codes([UInt32])
    /// Where the text of each row ends, in the bytes of its part; a zero before the first.
    case ends([Int])
  }

  private let type: ColumnType?
  private var values = Values.none
  /// Of the array in `values`, which nobody touches while parts write.
  private var start = UnsafeMutableRawPointer(bitPattern: 8)

  init(_ plan: CSVColumnPlan, rows: Int) {
    type = plan.type
    switch plan.type {
    case nil: break
    case .bool?: values = .bools(array(rows))
    case .int?, .dateTime?, .duration?: values = .wholes(array(rows))
    case .float?: values = .floats(array(rows))
    case .date?: values = .days(array(rows))
    case .text?, .object?:
      values = plan.repeats ? .codes(array(rows)) : .ends(array(rows + 1))
      if !plan.repeats { place(0, Int.self)?.initialize(to: 0) }
    }
  }

  private func array<Element: BitwiseCopyable>(_ count: Int) -> [Element] {
    [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      start = UnsafeMutableRawPointer(buffer.baseAddress)
      if count * MemoryLayout<Element>.stride >= 1 << 21 {
        weir_prefer_large_pages(start, count * MemoryLayout<Element>.stride)
      }
      initialized = count
    }
  }

  private func place<Element>(_ row: Int, _ type: Element.Type) -> UnsafeMutablePointer<Element>? {
    start.map { $0.assumingMemoryBound(to: type) + row }
  }

  // MARK: Writing

  /// Runs the kernel of the type from a row of the part on, and returns the first row that it does not know.
  func run(_ column: inout weir_csv_column, from row: Int, base: Int) -> Int {
    switch type {
    case .bool: weir_csv_bools(&column, row, place(base, UInt8.self))
    case .int: weir_csv_ints(&column, row, place(base, Int64.self))
    case .float: weir_csv_floats(&column, row, place(base, Double.self))
    case .date: weir_csv_dates(&column, row, place(base, Int32.self))
    case .dateTime: weir_csv_datetimes(&column, row, place(base, Int64.self))
    default: row
    }
  }

  /// Writes a value that the parser reads; false where it can't.
  func parse(_ raw: UnsafeRawBufferPointer, _ parser: FieldParser, into row: Int) -> Bool {
    switch type {
    case .bool: set(parser.bool(raw), row)
    case .int: set(parser.int(raw), row)
    case .float: set(parser.float(raw), row)
    case .date: set(parser.date(raw), row)
    case .dateTime: set(parser.dateTime(raw), row)
    case .duration: set(parser.duration(raw), row)
    default: false
    }
  }

  private func set<Element>(_ value: Element?, _ row: Int) -> Bool {
    guard let value, let place = place(row, Element.self) else { return false }
    place.initialize(to: value)
    return true
  }

  /// Gives a row the value of rows without one.
  func clear(_ row: Int) {
    switch type {
    case .bool: place(row, Bool.self)?.initialize(to: false)
    case .float: place(row, Double.self)?.initialize(to: 0)
    case .date: place(row, Int32.self)?.initialize(to: 0)
    default: place(row, Int64.self)?.initialize(to: 0)
    }
  }

  func codes(from row: Int) -> UnsafeMutablePointer<UInt32>? { place(row, UInt32.self) }

  func setEnds(_ ends: UnsafeBufferPointer<Int64>, from row: Int) {
    guard let place = place(row + 1, Int.self) else { return }
    for i in ends.indices { place[i] = Int(ends[i]) }
  }

  /// Puts a part's codes through `map`.
  func mapCodes(_ range: Range<Int>, _ map: [UInt32]) {
    guard let place = place(0, UInt32.self) else { return }
    map.withUnsafeBufferPointer { map in
      for i in range { place[i] = map[Int(place[i])] }
    }
  }

  /// Adds what lies before a part's texts to their ends.
  func shiftEnds(_ range: Range<Int>, by offset: Int) {
    guard offset > 0, let place = place(1, Int.self) else { return }
    for i in range { place[i] += offset }
  }

  // MARK: Finishing

  /// Moves what the parts wrote together, where some had fewer rows than places.
  func close(gaps parts: [(start: Int, rows: Int)]) {
    switch values {
    case .none: break
    case .bools(let v): values = .bools(closed(v, parts))
    case .wholes(let v): values = .wholes(closed(v, parts))
    case .floats(let v): values = .floats(closed(v, parts))
    case .days(let v): values = .days(closed(v, parts))
    case .codes(let v): values = .codes(closed(v, parts))
    case .ends(let v): values = .ends(closed(v, [(0, 1)] + parts.map { ($0.start + 1, $0.rows) }))
    }
  }

  private func closed<Element: BitwiseCopyable>(_ all: [Element], _ parts: [(start: Int, rows: Int)]) -> [Element] {
    let kept = parts.reduce(0) { $0 + $1.rows }
    return [Element](unsafeUninitializedCapacity: kept) { buffer, count in
      start = UnsafeMutableRawPointer(buffer.baseAddress)
      for part in parts {
        for i in part.start..<part.start + part.rows { (buffer.baseAddress.map { $0 + count + i - part.start })?.initialize(to: all[i]) }
        count += part.rows
      }
    }
  }

  /// The column; `texts` are those of a text column.
  func finished(validity: Bitmap?, texts: (bytes: [UInt8], offsets: [Int])?) -> Column {
    switch (values, type) {
    case (.bools(let v), _): Column(.bool(v), validity: validity)
    case (.wholes(let v), .dateTime): Column(.dateTime(v), validity: validity)
    case (.wholes(let v), .duration): Column(.duration(v), validity: validity)
    case (.wholes(let v), _): Column(.int(v), validity: validity)
    case (.floats(let v), _): Column(.float(v), validity: validity)
    case (.days(let v), _): Column(.date(v), validity: validity)
    case (.codes(let codes), _):
      Column(.text(CSVTexts.column(codes, texts?.bytes ?? [], texts?.offsets ?? [0])), validity: validity)
    case (.ends(let ends), _):
      Column(.text(TextValues(bytes: texts?.bytes ?? [], offsets: ends)), validity: validity)
    case (.none, _):
      Column(.text(TextValues(bytes: [], offsets: Array(repeating: 0, count: (validity?.count ?? 0) + 1))), validity: validity)
    }
  }
}
