package import WeirBase

/// What can be wrong with a workbook.
package enum WorkbookError: Error, Sendable, Hashable {
  case noSheet(file: String, wanted: String, sheets: [String])
  case malformed(file: String, problem: String, mend: String?)
}

/// An Excel workbook (`.xlsx`, ECMA-376): its sheets, and what all of them share.
///
/// A sheet is read straight from the packed file into cells; formulas give the value that was computed last.
package struct Workbook: Sendable {
  struct Sheet: Sendable {
    let name: String
    let part: String
    let isHidden: Bool
  }

  let name: String
  private let contents: FileContents
  let sheets: [Sheet]
  let times: SerialTime
  let texts: SharedTexts
  let formats: [NumberFormat]

  /// The names of its sheets of cells, in order.
  package var sheetNames: [String] { sheets.map(\.name) }

  /// `name` is what the file is called in messages.
  package init(_ contents: FileContents, name: String) throws {
    self.name = name
    self.contents = contents
    do {
      let parts = try WorkbookParts(contents)
      (sheets, times) = (parts.sheets, SerialTime(startsIn1904: parts.startsIn1904))
      texts = try parts.texts()
      formats = try parts.formats()
    } catch { throw Workbook.inWords(error, name) }
  }

  /// The sheets of a workbook; nothing else of it is read.
  package static func sheetNames(of contents: FileContents, name: String) throws -> [String] {
    do { return try WorkbookParts(contents).sheets.map(\.name) } catch { throw inWords(error, name) }
  }

  /// The range of cells that a sheet says it has (`A1:D100`), from its beginning; nil where it does not say.
  package static func dimension(of sheet: String, in contents: FileContents, name: String) throws -> String? {
    do {
      let parts = try WorkbookParts(contents)
      guard let found = parts.sheets.first(where: { $0.name == sheet }) else { return nil }
      let receiver = DimensionReceiver()
      try parts.read(found.part, receiver)
      return receiver.range
    } catch { throw inWords(error, name) }
  }

  /// How many rows and columns a sheet says it has; nil where it does not say.
  package static func size(of sheet: String, in contents: FileContents, name: String) throws -> (rows: Int, columns: Int)? {
    guard let range = try dimension(of: sheet, in: contents, name: name) else { return nil }
    return range.withCString { start in
      guard let first = SheetCells.place(start) else { return nil }
      guard first.end.pointee == 58, let last = SheetCells.place(first.end + 1) else { return (1, 1) }
      guard last.row >= first.row, last.column >= first.column else { return nil }
      return (Int(last.row - first.row) + 1, last.column - first.column + 1)
    }
  }

  /// The sheet by name or by number from 1; the first that is not hidden where neither is given.
  func sheet(named wanted: String?, number: Int?) throws(WorkbookError) -> Sheet {
    if let wanted {
      guard let found = sheets.first(where: { $0.name == wanted }) ?? sheets.first(where: { $0.name.lowercased() == wanted.lowercased() })
      else { throw .noSheet(file: name, wanted: "called `\(wanted)`", sheets: sheetNames) }
      return found
    }
    if let number {
      guard sheets.indices.contains(number - 1) else { throw .noSheet(file: name, wanted: "\(number)", sheets: sheetNames) }
      return sheets[number - 1]
    }
    guard let first = sheets.first(where: { !$0.isHidden }) ?? sheets.first else {
      throw .malformed(file: name, problem: "it has no sheets of cells", mend: nil)
    }
    return first
  }

  func cells(of sheet: Sheet) throws -> SheetCells {
    do {
      let receiver = SheetReceiver(texts: texts.count, formats: formats)
      try WorkbookParts(archive: ZipArchive(contents)).read(sheet.part, receiver)
      return receiver.cells
    } catch { throw Workbook.inWords(error, name) }
  }

  private static func inWords(_ error: any Error, _ name: String) -> any Error {
    switch error {
    case let fault as ZipArchive.Fault: WorkbookError.malformed(file: name, problem: fault.problem, mend: nil)
    case let fault as XMLReader.Fault: WorkbookError.malformed(file: name, problem: fault.problem, mend: nil)
    case let fault as WorkbookFault: WorkbookError.malformed(file: name, problem: fault.problem, mend: fault.mend)
    default: error
    }
  }
}

/// What is wrong with a part of a workbook.
struct WorkbookFault: Error {
  let problem: String
  var mend: String?

  init(_ problem: String, mend: String? = nil) { (self.problem, self.mend) = (problem, mend) }
}

/// The texts that cells of all sheets refer to by number: one text has many cells.
struct SharedTexts: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var offsets: [Int] = [0]

  var count: Int { offsets.count - 1 }

  mutating func append(_ text: [UInt8]) {
    bytes += text
    offsets.append(bytes.count)
  }

  subscript(index: Int) -> ArraySlice<UInt8> { bytes[offsets[index]..<offsets[index + 1]] }
}
