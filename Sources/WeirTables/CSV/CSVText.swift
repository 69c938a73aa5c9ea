import WeirBase

/// The text of a CSV file as UTF-8, and the name it goes by in messages.
struct CSVText: Sendable {
  /// The text; of a long one its beginning.
  let contents: FileContents
  let name: String
  /// Where the text starts: after a byte order mark.
  let start: Int
  /// Whether offsets into the text are offsets into the file.
  let isOriginal: Bool
  /// Set where the text is not in memory as a whole.
  let long: LongText?
  /// What is in memory of a long text.
  var window: CSVWindow?

  /// Unpacks gzip and Zstandard, and turns other encodings into UTF-8. What unpacks to more than `longest` is not
  /// unpacked as a whole.
  init(
    _ contents: FileContents, name: String, encoding: CSVOptions.Encoding, longest: Int = LongText.largest
  ) throws(TableError) {
    self.name = name
    var contents = contents
    var original = true
    var long: LongText?
    if let form = Unpacking.form(of: contents) {
      let (bytes, isWhole) = try LongText.beginning(of: contents, form, name: name, upTo: longest)
      if !isWhole {
        guard longest < LongText.largest else { throw LongText.tooLarge(name) }
        long = LongText(contents, form, name: name, least: longest)
      }
      contents = FileContents(isWhole ? bytes : Array(bytes.prefix(CSVText.keptOfLong)))
      original = false
    }
    let mark = CSVText.mark(of: contents)
    let found = mark?.encoding ?? encoding
    if found != .utf8, let text = long { (contents, long) = (try text.whole(), nil) }
    switch found {
    case .utf8: start = mark?.length ?? 0
    case .latin1, .windows1252:
      contents = FileContents(CSVText.fromSingleBytes(contents, windows: encoding == .windows1252))
      (start, original) = (0, false)
    case .utf16, .utf16le, .utf16be:
      let bigEndian = mark?.bigEndian ?? (encoding == .utf16be)
      contents = FileContents(try CSVText.fromUTF16(contents, name, skipping: mark?.length ?? 0, bigEndian: bigEndian))
      (start, original) = (0, false)
    }
    self.contents = contents
    self.long = long
    isOriginal = original
  }

  private init(_ text: CSVText, whole contents: FileContents) {
    (self.contents, name, start, isOriginal) = (contents, text.name, text.start, text.isOriginal)
    (long, window) = (nil, nil)
  }

  private static let keptOfLong = 1 << 20

  /// The same in memory as a whole.
  func whole() throws(TableError) -> CSVText {
    guard let long else { return self }
    return CSVText(self, whole: try long.whole())
  }

  /// How many bytes there are, or `limit` where there are more.
  func count(upTo limit: Int) throws(TableError) -> Int {
    try long.map { (text) throws(TableError) in try text.count(upTo: limit) } ?? min(contents.count, limit)
  }

  /// Where what can be read now ends.
  var end: Int { window?.range.upperBound ?? (long == nil ? contents.count : .max) }

  /// Copies the bytes from `offset` on into `buffer` and returns how many.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
    if let got = window?.read(into: buffer, at: offset) { return got }
    guard let long, offset + buffer.count > contents.count else { return try contents.read(into: buffer, at: offset) }
    return try long.read(into: buffer, at: offset)
  }

  /// An error at `offset`, with the line counted up to there.
  func fault(_ problem: String, at offset: Int, column: String? = nil) -> TableError {
    .malformed(
      file: name, problem: problem, line: line(at: offset), offset: isOriginal ? offset : nil, column: column)
  }

  /// What is thrown where the file is not what it was a moment ago.
  var changed: TableError {
    .malformed(
      file: name, problem: "the file was changed while it was read", line: nil, offset: nil, column: nil)
  }

  /// A copy of the bytes in `range`, as far as the text goes.
  func bytes(_ range: Range<Int>) throws(TableError) -> [UInt8] {
    let range = range.clamped(to: 0..<(long == nil ? contents.count : .max))
    var fault: TableError?
    let copy = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      do { count = try read(into: UnsafeMutableRawBufferPointer(buffer), at: range.lowerBound) } catch {
        fault = error as? TableError ?? changed
        count = 0
      }
    }
    if let fault { throw fault }
    guard copy.count == range.count || long != nil else { throw changed }
    return copy
  }

  /// The line (from 1) that holds the byte at `offset`.
  func line(at offset: Int) -> Int { lines(at: [offset]).first ?? 1 }

  /// The lines that hold the bytes at `offsets`, which rise.
  func lines(at offsets: [Int]) -> [Int] {
    var lines: [Int] = []
    var (line, position) = (1, 0)
    var afterReturn = false
    for offset in offsets {
      while position < offset {
        guard let block = try? bytes(position..<min(position + (1 << 20), offset)), !block.isEmpty else { break }
        for byte in block {
          if byte == 13 || (byte == 10 && !afterReturn) { line += 1 }
          afterReturn = byte == 13
        }
        position += block.count
      }
      // A line feed right after a carriage return belongs to the line before.
      lines.append(line)
    }
    return lines
  }

  private struct Mark {
    let encoding: CSVOptions.Encoding
    let length: Int
    var bigEndian = false
  }

  private static func mark(of contents: FileContents) -> Mark? {
    contents.withUnsafeBytes { bytes in
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Mark(encoding: .utf8, length: 3) }
      if bytes.starts(with: [0xFF, 0xFE]) { return Mark(encoding: .utf16, length: 2) }
      if bytes.starts(with: [0xFE, 0xFF]) { return Mark(encoding: .utf16, length: 2, bigEndian: true) }
      return nil
    }
  }

  private static func fromSingleBytes(_ contents: FileContents, windows: Bool) -> [UInt8] {
    contents.withUnsafeBytes { bytes in
      var out: [UInt8] = []
      out.reserveCapacity(bytes.count + bytes.count / 8)
      for byte in bytes {
        if byte < 0x80 {
          out.append(byte)
        } else {
          append(windows && byte < 0xA0 ? windows1252[Int(byte - 0x80)] : UInt32(byte), to: &out)
        }
      }
      return out
    }
  }

  /// The characters of 0x80 to 0x9F; the five that stand for nothing are kept as control characters, as browsers do.
  private static let windows1252: [UInt32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
    0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
    0x017E, 0x0178,
  ]

  private static func append(_ scalar: UInt32, to out: inout [UInt8]) {
    switch scalar {
    case 0..<0x80: out.append(UInt8(scalar))
    case 0x80..<0x800: out.append(contentsOf: [UInt8(0xC0 | scalar >> 6), UInt8(0x80 | scalar & 0x3F)])
    case 0x800..<0x10000:
      out.append(contentsOf: [
        UInt8(0xE0 | scalar >> 12), UInt8(0x80 | scalar >> 6 & 0x3F), UInt8(0x80 | scalar & 0x3F),
      ])
    default:
      out.append(contentsOf: [
        UInt8(0xF0 | scalar >> 18), UInt8(0x80 | scalar >> 12 & 0x3F), UInt8(0x80 | scalar >> 6 & 0x3F),
        UInt8(0x80 | scalar & 0x3F),
      ])
    }
  }

  private static func fromUTF16(
    _ contents: FileContents, _ name: String, skipping: Int, bigEndian: Bool
  ) throws(TableError) -> [UInt8] {
    func fault(_ problem: String, _ offset: Int) -> TableError {
      .malformed(file: name, problem: problem, line: nil, offset: offset, column: nil)
    }
    var out: [UInt8] = []
    let bad: TableError? = contents.withUnsafeBytes { bytes in
      func unit(_ i: Int) -> UInt32 {
        bigEndian ? UInt32(bytes[i]) << 8 | UInt32(bytes[i + 1]) : UInt32(bytes[i + 1]) << 8 | UInt32(bytes[i])
      }
      out.reserveCapacity(bytes.count)
      var i = skipping
      while i + 1 < bytes.count {
        let first = unit(i)
        guard first & 0xF800 == 0xD800 else {
          append(first, to: &out)
          i += 2
          continue
        }
        guard first < 0xDC00, i + 3 < bytes.count, unit(i + 2) & 0xFC00 == 0xDC00 else {
          return fault("half of a character: the text is not UTF-16 here", i)
        }
        append(0x10000 + ((first & 0x3FF) << 10 | unit(i + 2) & 0x3FF), to: &out)
        i += 4
      }
      return i < bytes.count ? fault("the text ends within a character: it is not UTF-16, or was cut off", i) : nil
    }
    if let bad { throw bad }
    return out
  }
}

enum UTF8Check {
  /// The offset of the first byte in `range` that belongs to no UTF-8 sequence, or nil.
  static func firstFault(in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
    var i = range.lowerBound
    let end = range.upperBound
    while i < end {
      while i + 8 <= end, bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 { i += 8 }
      if i >= end { return nil }
      if bytes[i] < 0x80 {
        i += 1
        continue
      }
      let length = sequenceLength(bytes, i, end)
      if length == 0 { return i }
      i += length
    }
    return nil
  }

  private static func sequenceLength(_ bytes: UnsafeRawBufferPointer, _ i: Int, _ end: Int) -> Int {
    let lead = bytes[i]
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    guard lead >= 0xC2, lead <= 0xF4, end - i >= length else { return 0 }
    let second = bytes[i + 1]
    // The second byte is bounded more narrowly after these leads: no overlong forms, no surrogates, no planes above 16.
    let low: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
    let high: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
    guard second >= low, second <= high else { return 0 }
    for k in 2..<max(length, 2) where bytes[i + k] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
