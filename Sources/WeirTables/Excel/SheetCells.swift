import Glibc
import WeirBase

/// The cells of a sheet that hold something, column by column.
struct SheetCells {
  enum Kind: UInt8 {
    case number
    /// Days, by the reckoning of the workbook.
    case time
    /// Milliseconds since 1970.
    case moment
    case duration, bool, text, error
  }

  /// A column's cells in the order of the file.
  struct CellColumn {
    var rows: [Int32] = []
    var kinds: [Kind] = []
    /// A number, 0 or 1, or the number of a text.
    var values: [Double] = []
  }

  /// A rectangle of cells that were made one.
  struct Merge { let rows: ClosedRange<Int32>, columns: ClosedRange<Int> }

  static let rowLimit = 1_048_576
  static let columnLimit = 16_384
  /// More cells than this are refused, and rows times columns beyond four times as many.
  static let mostCells = 1 << 26

  var columns: [CellColumn?] = []
  private(set) var count = 0
  /// Texts that stand in the cells themselves; their numbers go on where those of the shared ones end.
  var ownTexts = SharedTexts()
  var merges: [Merge] = []

  mutating func add(_ value: Double, _ kind: Kind, row: Int32, column: Int) throws {
    count += 1
    guard count <= SheetCells.mostCells else { throw WorkbookFault("a sheet has more than \(SheetCells.mostCells) cells") }
    while columns.count <= column { columns.append(nil) }
    if columns[column] == nil { columns[column] = CellColumn() }
    columns[column]?.rows.append(row)
    columns[column]?.kinds.append(kind)
    columns[column]?.values.append(value)
  }

  /// `AB12`, from 0; nil for what is no cell.
  static func place(_ raw: UnsafePointer<CChar>) -> (row: Int32, column: Int, end: UnsafePointer<CChar>)? {
    var place = raw
    var (column, row) = (0, 0)
    while true {
      let letter = UInt8(bitPattern: place.pointee) & ~0x20
      guard letter >= 65, letter <= 90 else { break }
      column = column * 26 + Int(letter) - 64
      guard column <= columnLimit else { return nil }
      place += 1
    }
    guard column > 0 else { return nil }
    let digits = place
    while UInt8(bitPattern: place.pointee) &- 48 < 10 {
      row = row * 10 + Int(place.pointee) - 48
      guard row <= rowLimit else { return nil }
      place += 1
    }
    guard place > digits, row > 0 else { return nil }
    return (Int32(row - 1), column - 1, place)
  }
}

/// Takes the cells of a sheet as its XML comes by.
final class SheetReceiver: XMLReceiver {
  var cells = SheetCells()
  private let sharedTexts: Int
  private let formats: [NumberFormat]

  private enum CellType { case number, shared, own, bool, error, date }
  private var type = CellType.number
  private var format = NumberFormat.number
  private var row: Int32 = -1
  private var column = -1
  private var content: [UInt8] = []
  private var isInContent = false
  private var hasContent = false
  private var isInReading = false

  init(texts: Int, formats: [NumberFormat]) {
    sharedTexts = texts
    self.formats = formats
  }

  override func opened(_ name: XMLName, _ attributes: XMLAttributes) throws {
    switch name {
    case "c": try openCell(attributes)
    case "v", "t":
      isInContent = true
      hasContent = true
    case "rPh": isInReading = true
    case "row": try openRow(attributes)
    case "mergeCell": try openMerge(attributes)
    default: break
    }
  }

  override func closed(_ name: XMLName) throws {
    switch name {
    case "v", "t": isInContent = false
    case "rPh": isInReading = false
    case "c": if hasContent { try closeCell() }
    default: break
    }
  }

  override func text(_ bytes: UnsafeRawBufferPointer) {
    guard isInContent, !isInReading else { return }
    content.append(contentsOf: bytes)
  }

  private func openRow(_ attributes: XMLAttributes) throws {
    row += 1
    column = -1
    if let raw = attributes.raw("r") {
      let number = strtol(raw, nil, 10)
      guard number >= 1, number <= SheetCells.rowLimit else { throw WorkbookFault("a sheet has a row of no possible number") }
      row = Int32(number - 1)
    }
  }

  private func openCell(_ attributes: XMLAttributes) throws {
    column += 1
    if let raw = attributes.raw("r") {
      guard let place = SheetCells.place(raw), place.end.pointee == 0 else {
        throw WorkbookFault("a sheet has a cell `\(String(cString: raw).prefix(20))` that can't be")
      }
      (row, column) = (place.row, place.column)
    }
    guard row >= 0, Int(row) < SheetCells.rowLimit, column < SheetCells.columnLimit else {
      throw WorkbookFault("a sheet has a cell outside of any row or column")
    }
    format = .number
    if let raw = attributes.raw("s") {
      let style = strtol(raw, nil, 10)
      if formats.indices.contains(style) { format = formats[style] }
    }
    type = .number
    if let raw = attributes.raw("t") {
      switch XMLName(raw) {
      case "s": type = .shared
      case "str", "inlineStr": type = .own
      case "b": type = .bool
      case "e": type = .error
      case "d": type = .date
      default: break
      }
    }
    content.removeAll(keepingCapacity: true)
    hasContent = false
  }

  private func closeCell() throws {
    hasContent = false
    switch type {
    case .own:
      cells.ownTexts.append(CellText.decoded(content))
      guard cells.ownTexts.bytes.count <= WorkbookParts.mostText else { throw WorkbookFault("a sheet holds more than 1 GiB of text") }
      try cells.add(Double(sharedTexts + cells.ownTexts.count - 1), .text, row: row, column: column)
    case .shared:
      guard let number = number, number >= 0, number < Double(sharedTexts), number == number.rounded() else {
        throw WorkbookFault("a cell names a text that is not there")
      }
      try cells.add(number, .text, row: row, column: column)
    case .bool: try cells.add(number == 0 ? 0 : 1, .bool, row: row, column: column)
    case .error: try cells.add(0, .error, row: row, column: column)
    case .date:
      guard let micros = content.withUnsafeBytes({ FieldParser().dateTime($0) }) else {
        throw WorkbookFault("a cell holds a date that can't be read")
      }
      try cells.add(Double(micros / 1000), .moment, row: row, column: column)
    case .number:
      if content.isEmpty { return }
      guard let number else { throw WorkbookFault("a cell holds a number that can't be read") }
      let kind: SheetCells.Kind = switch format {
      case .number: .number
      case .time: .time
      case .duration: .duration
      }
      try cells.add(number, kind, row: row, column: column)
    }
  }

  private var number: Double? { content.withUnsafeBytes { FieldParser().float(FieldParser.trimmed($0)) } }

  private func openMerge(_ attributes: XMLAttributes) throws {
    guard let raw = attributes.raw("ref"), let first = SheetCells.place(raw) else { return }
    guard first.end.pointee == 58, let last = SheetCells.place(first.end + 1), last.row >= first.row, last.column >= first.column
    else { return }
    guard cells.merges.count < 1 << 20 else { throw WorkbookFault("a sheet has too many merged cells") }
    cells.merges.append(SheetCells.Merge(rows: first.row...last.row, columns: first.column...last.column))
  }
}
