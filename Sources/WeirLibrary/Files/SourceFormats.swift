import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

/// One thing that a file holds: the table of a CSV file, a sheet, an image.
struct SourcePart {
  /// Which table or sheet of the file, where it has several.
  var table: String?
  var rows: Int?
  /// Whether the rows were counted, and not estimated from a part of the file.
  var isExact = true
  /// The columns with what is known of their types.
  var columns: [(name: String, type: ColumnType?)]?
  /// How many columns there are, where their names are not known.
  var columnCount: Int?
  /// What else there is to say.
  var about = ""
}

/// A file that is looked at.
struct SourceFile {
  let path: String
  let look: FileLook
  /// The letters after the last point, small, without those of gzip.
  let ending: String
  let isPacked: Bool
  /// The beginning, unpacked, up to the end of a line where it is not all.
  let head: [UInt8]
  /// Whether the beginning is all of it.
  let isWhole: Bool
  let cancellation: Cancellation

  /// Files up to this size are read whole.
  static let small = 4 << 20
  private static let headSize = 1 << 18

  var size: Int { look.contents.count }

  init(_ path: String, _ look: FileLook, _ cancellation: Cancellation) {
    (self.path, self.look, self.cancellation) = (path, look, cancellation)
    isPacked = look.contents.withUnsafeBytes { $0.starts(with: [0x1F, 0x8B]) }
    let name = path.lowercased()
    let bare = isPacked && name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    let last = bare.lastIndex(of: "/").map { bare[bare.index(after: $0)...] } ?? bare[...]
    ending = last.lastIndex(of: ".").map { String(last[last.index(after: $0)...]) } ?? ""
    let limit = look.contents.count <= SourceFile.small ? SourceFile.small : SourceFile.headSize
    var (bytes, whole): ([UInt8], Bool)
    if isPacked {
      (bytes, whole) = GzipHead.unpacked(look.contents, limit: SourceFile.headSize)
    } else {
      (bytes, whole) = (look.contents.withUnsafeBytes { Array($0.prefix(limit)) }, look.contents.count <= limit)
    }
    if !whole, let end = bytes.lastIndex(of: 10) { bytes.removeSubrange((end + 1)...) }
    (head, isWhole) = (bytes, whole)
  }

  func starts(with bytes: [UInt8]) -> Bool { head.starts(with: bytes) }

  /// Rows of all of it, where the beginning has so many; nil where that can't be said.
  func estimate(_ rows: Int, in bytes: Int) -> Int? {
    if isWhole { return rows }
    guard !isPacked, bytes > 0 else { return nil }
    return Int((Double(rows) * Double(size) / Double(bytes)).rounded())
  }

  var lineCount: Int { head.reduce(0) { $0 + ($1 == 10 ? 1 : 0) } + (head.last.map { $0 != 10 } ?? false ? 1 : 0) }
}

/// A form of files that `sources` knows; readers of further forms add theirs to `all`.
struct SourceFormat: Sendable {
  let name: String
  /// What it is good for: "table", "text", "image" and so on.
  let kind: String
  let fits: @Sendable (SourceFile) -> Bool
  /// What the file holds; an error says why it can't be read.
  let parts: @Sendable (SourceFile) throws -> [SourcePart]

  /// The first that fits counts.
  static let all: [SourceFormat] = [sqlite, excel, parquet, arrow, png, jsonLines, json, csv, log, program, text]

  static func of(_ file: SourceFile) -> SourceFormat? { all.first { $0.fits(file) } }

  private static let sqlite = SourceFormat(
    name: "sqlite", kind: "table",
    fits: { $0.starts(with: Array("SQLite format 3".utf8) + [0]) },
    parts: { file in
      let reader = SQLiteReader(file.look.place, name: file.path, waiting: 0.2, cancellation: file.cancellation)
      return try reader.tables().map { table in
        let count = try reader.rowCount(of: table, counting: file.size <= SourceFile.small * 4)
        return SourcePart(
          table: table, rows: count.rows, isExact: count.isExact, columns: try reader.columns(table: table).map { ($0, nil) })
      }
    })

  private static let excel = SourceFormat(
    name: "excel", kind: "table",
    fits: { ["xlsx", "xlsm"].contains($0.ending) && ($0.starts(with: [0x50, 0x4B]) || $0.starts(with: [0xD0, 0xCF])) },
    parts: { file in
      guard file.size > SourceFile.small else {
        let book = try Workbook(file.look.contents, name: file.path)
        return try book.sheetNames.map { name in
          let table = try book.table(sheet: name)
          return SourcePart(table: name, rows: table.rowCount, columns: zip(table.names, table.columns).map { ($0, $1.type) })
        }
      }
      return try Workbook.sheetNames(of: file.look.contents, name: file.path).map { name in
        var part = SourcePart(table: name, isExact: false)
        if let size = try Workbook.size(of: name, in: file.look.contents, name: file.path) {
          (part.rows, part.columnCount) = (max(0, size.rows - 1), size.columns)
        }
        return part
      }
    })

  private static let parquet = SourceFormat(
    name: "parquet", kind: "table", fits: { $0.starts(with: Array("PAR1".utf8)) },
    parts: { file in
      let reader = try ParquetReader(file.look.contents, name: file.path)
      return [SourcePart(rows: reader.rowCount, columns: reader.schema.fields.map { ($0.name, $0.type) })]
    })

  private static let arrow = SourceFormat(
    name: "arrow", kind: "table",
    // Streams begin with no mark of their own.
    fits: { $0.starts(with: Array("ARROW1".utf8)) || ["arrow", "feather"].contains($0.ending) },
    parts: { file in
      let reader = try ArrowReader(file.look.contents, name: file.path)
      return [SourcePart(rows: reader.rowCount, columns: reader.schema.fields.map { ($0.name, $0.type) })]
    })

  private static let png = SourceFormat(
    name: "png", kind: "image", fits: { $0.starts(with: [0x89, 0x50, 0x4E, 0x47]) },
    parts: { file in
      guard file.head.count >= 24 else { throw TableError.other("it is cut off", mend: nil) }
      func number(_ i: Int) -> Int { file.head[i..<(i + 4)].reduce(0) { $0 << 8 | Int($1) } }
      return [SourcePart(about: "\(number(16))x\(number(20)) pixels")]
    })

  private static let jsonLines = SourceFormat(
    name: "jsonl", kind: "table", fits: { ["jsonl", "ndjson"].contains($0.ending) },
    parts: { file in
      let table = try JSONReader(FileContents(file.head), name: file.path).lines().table
      return [SourcePart(
        rows: file.estimate(table.rowCount, in: file.head.count), isExact: file.isWhole,
        columns: zip(table.names, table.columns).map { ($0, $1.type) })]
    })

  private static let json = SourceFormat(
    name: "json", kind: "table", fits: { $0.ending == "json" },
    parts: { file in
      guard file.isWhole else { return [SourcePart(isExact: false)] }
      switch try JSONReader(FileContents(file.head), name: file.path).document().document {
      case .table(let table):
        return [SourcePart(rows: table.rowCount, columns: zip(table.names, table.columns).map { ($0, $1.type) })]
      case .value(.record(let fields)):
        let names = fields.prefix(6).map(\.name).joined(separator: ", ") + (fields.count > 6 ? ", …" : "")
        return [SourcePart(about: "an object with " + (fields.isEmpty ? "nothing in it" : names))]
      case .value(.list(let items)): return [SourcePart(about: "a list of \(items.count)")]
      case .value: return [SourcePart(about: "one value")]
      }
    })

  private static let csv = SourceFormat(
    name: "csv", kind: "table", fits: { ["csv", "tsv", "psv"].contains($0.ending) },
    parts: { file in
      let result = try CSVReader(FileContents(file.head), name: file.path).read()
      // The header takes its place among the bytes too, which matters only in small files, and those are read whole.
      return [SourcePart(
        rows: file.estimate(result.table.rowCount, in: file.head.count), isExact: file.isWhole,
        columns: zip(result.table.names, result.table.columns).map { ($0, $1.type) })]
    })

  private static let log = SourceFormat(
    name: "log", kind: "log", fits: { $0.ending == "log" && SourceFormat.isText($0) },
    parts: { file in
      let lines = String(decoding: file.head.prefix(4000), as: UTF8.self).split(whereSeparator: \.isNewline).prefix(5)
      let form = try LogFormat.allCases.first { format in
        guard let pattern = try format.pattern.map({ try LinePattern($0) }), !lines.isEmpty else { return false }
        return try lines.allSatisfy { try pattern.groups(in: String($0)) != nil }
      }
      return [SourcePart(
        rows: file.estimate(file.lineCount, in: file.head.count), isExact: file.isWhole,
        about: form.map { "in the form \"\($0.rawValue)\"" } ?? SourceFormat.opening(file))]
    })

  private static let program = SourceFormat(
    name: "weir", kind: "program", fits: { ["weir", "mlnb"].contains($0.ending) },
    parts: { [SourcePart(about: SourceFormat.opening($0))] })

  private static let text = SourceFormat(
    name: "text", kind: "text", fits: { SourceFormat.isText($0) },
    parts: { file in
      [SourcePart(
        rows: file.estimate(file.lineCount, in: file.head.count), isExact: file.isWhole, about: SourceFormat.opening(file))]
    })

  private static func isText(_ file: SourceFile) -> Bool {
    let start = file.head.prefix(4096)
    return !start.contains(0) && !start.contains { $0 < 9 || ($0 > 13 && $0 < 27) }
  }

  /// The first line that says something.
  private static func opening(_ file: SourceFile) -> String {
    let text = String(decoding: file.head.prefix(600), as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return line.count > 50 ? line.prefix(49) + "…" : String(line)
  }
}
