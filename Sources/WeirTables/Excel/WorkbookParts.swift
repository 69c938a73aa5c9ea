import WeirBase

/// The parts of a workbook's archive, found by the relations between them.
struct WorkbookParts {
  private let archive: ZipArchive
  private var workbook = WorkbookReceiver()
  private var relations = RelationReceiver()
  private var folder = ""

  /// More text than this in one workbook is refused.
  static let mostText = 1 << 30

  var sheets: [Workbook.Sheet] {
    workbook.sheets.compactMap { sheet in
      guard let relation = relations.targets[sheet.relation], relation.kind == "worksheet" else { return nil }
      return Workbook.Sheet(name: sheet.name, part: WorkbookParts.path(relation.target, in: folder), isHidden: sheet.isHidden)
    }
  }

  var startsIn1904: Bool { workbook.startsIn1904 }

  /// Without looking for anything.
  init(archive: ZipArchive) { self.archive = archive }

  init(_ contents: FileContents) throws {
    if contents.withUnsafeBytes({ $0.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) }) {
      throw WorkbookFault(
        "it is an old Excel file, or one protected by a password", mend: "save it as .xlsx without a password")
    }
    guard ZipArchive.isZip(contents) else { throw WorkbookFault("it is no Excel workbook (.xlsx)") }
    archive = try ZipArchive(contents)
    let roots = RelationReceiver()
    try read("_rels/.rels", roots)
    guard let main = roots.first("officeDocument") else { throw WorkbookFault("it is a zip file, but no workbook") }
    let path = WorkbookParts.path(main, in: "")
    folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    try read(path, workbook)
    guard workbook.isWorkbook else { throw WorkbookFault("it is an office file, but no workbook of cells") }
    let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    try read(WorkbookParts.path("_rels/\(name).rels", in: folder), relations)
  }

  /// A path as a part names another: from the root with a slash, else from the folder of that part.
  private static func path(_ target: String, in folder: String) -> String {
    if target.hasPrefix("/") { return String(target.dropFirst()) }
    var parts = folder.split(separator: "/")
    for part in target.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts.joined(separator: "/")
  }

  func read(_ part: String, _ receiver: XMLReceiver) throws {
    guard let entry = archive.entries[part] ?? archive.entries[part.replacingSlashes] else {
      throw WorkbookFault("its part `\(part)` is missing")
    }
    let reader = try XMLReader(receiver)
    var isDone = false
    try archive.unpack(entry) { piece in
      isDone = try !reader.feed(piece)
      return !isDone
    }
    if !isDone { _ = try reader.feed(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true) }
  }

  func texts() throws -> SharedTexts {
    guard let target = relations.first("sharedStrings") else { return SharedTexts() }
    let receiver = SharedTextReceiver()
    try read(WorkbookParts.path(target, in: folder), receiver)
    return receiver.texts
  }

  func formats() throws -> [NumberFormat] {
    guard let target = relations.first("styles") else { return [] }
    let receiver = StyleReceiver()
    try read(WorkbookParts.path(target, in: folder), receiver)
    return receiver.formats
  }
}

extension String {
  /// Some programs name parts with backslashes.
  fileprivate var replacingSlashes: String { String(map { $0 == "/" ? "\\" : $0 }) }
}

/// Which part stands for which relation.
private final class RelationReceiver: XMLReceiver {
  private(set) var targets: [String: (kind: String, target: String)] = [:]
  private var order: [String] = []

  func first(_ kind: String) -> String? { order.lazy.compactMap { self.targets[$0] }.first { $0.kind == kind }?.target }

  override func opened(_ name: XMLName, _ attributes: XMLAttributes) {
    guard name == "Relationship", let id = attributes["Id"], let type = attributes["Type"],
      let target = attributes["Target"], attributes["TargetMode"] != "External"
    else { return }
    let kind = type.lastIndex(of: "/").map { String(type[type.index(after: $0)...]) } ?? type
    if targets.updateValue((kind, target), forKey: id) == nil { order.append(id) }
  }
}

private final class WorkbookReceiver: XMLReceiver {
  private(set) var sheets: [(name: String, relation: String, isHidden: Bool)] = []
  private(set) var startsIn1904 = false
  private(set) var isWorkbook = false

  override func opened(_ name: XMLName, _ attributes: XMLAttributes) {
    switch name {
    case "workbook": isWorkbook = true
    case "workbookPr": startsIn1904 = ["1", "true"].contains(attributes["date1904"])
    case "sheet":
      guard let name = attributes["name"], let relation = attributes["id"] else { return }
      sheets.append((name, relation, ["hidden", "veryHidden"].contains(attributes["state"])))
    default: break
    }
  }
}

private final class StyleReceiver: XMLReceiver {
  private(set) var formats: [NumberFormat] = []
  private var codes: [Int: NumberFormat] = [:]
  private var isInCellFormats = false

  override func opened(_ name: XMLName, _ attributes: XMLAttributes) {
    switch name {
    case "numFmt":
      if let id = attributes["numFmtId"].flatMap({ Int($0) }), let code = attributes["formatCode"] {
        codes[id] = NumberFormat(code: code)
      }
    case "cellXfs": isInCellFormats = true
    case "xf" where isInCellFormats:
      let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
      formats.append(codes[id] ?? NumberFormat(builtIn: id))
    default: break
    }
  }

  override func closed(_ name: XMLName) { if name == "cellXfs" { isInCellFormats = false } }
}

private final class SharedTextReceiver: XMLReceiver {
  private(set) var texts = SharedTexts()
  private var current: [UInt8] = []
  private var isInText = false
  /// Readings of East Asian texts are not part of them.
  private var isInReading = false

  override func opened(_ name: XMLName, _ attributes: XMLAttributes) {
    switch name {
    case "si": current.removeAll(keepingCapacity: true)
    case "t": isInText = true
    case "rPh": isInReading = true
    default: break
    }
  }

  override func closed(_ name: XMLName) throws {
    switch name {
    case "si":
      texts.append(CellText.decoded(current))
      guard texts.bytes.count <= WorkbookParts.mostText, texts.count < 1 << 30 else {
        throw WorkbookFault("it holds more than 1 GiB of text")
      }
    case "t": isInText = false
    case "rPh": isInReading = false
    default: break
    }
  }

  override func text(_ bytes: UnsafeRawBufferPointer) { if isInText, !isInReading { current.append(contentsOf: bytes) } }
}

/// The range that a sheet says it has.
final class DimensionReceiver: XMLReceiver {
  private(set) var range: String?

  override func opened(_ name: XMLName, _ attributes: XMLAttributes) {
    if name == "dimension" { range = attributes["ref"] }
    if name == "dimension" || name == "sheetData" { isDone = true }
  }
}

enum CellText {
  /// `_x000D_` is how office files write characters that XML has not.
  static func decoded(_ text: [UInt8]) -> [UInt8] {
    guard text.count >= 7, text.contains(UInt8(ascii: "_")) else { return text }
    var out: [UInt8] = []
    var i = 0
    while i < text.count {
      if text[i] == UInt8(ascii: "_"), i + 7 <= text.count, text[i + 1] == UInt8(ascii: "x"), text[i + 6] == UInt8(ascii: "_"),
        text[(i + 2)..<(i + 6)].allSatisfy({ isHexDigit($0) }),
        let code = UInt32(String(decoding: text[(i + 2)..<(i + 6)], as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(code)
      {
        out.append(contentsOf: String(Character(scalar)).utf8)
        i += 7
      } else {
        out.append(text[i])
        i += 1
      }
    }
    return out
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 6 }
}
