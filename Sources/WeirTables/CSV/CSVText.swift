import WeirBase

/// The text of a CSV file as UTF-8, and the name it goes by in messages.
struct CSVText: Sendable {
  let contents: FileContents
  let name: String
  /// Where the text starts: after a byte order mark.
  let start: Int
  /// Whether offsets into the text are offsets into the file.
  let isOriginal: Bool

  /// Unpacks gzip and turns other encodings into UTF-8.
  init(_ contents: FileContents, name: String, encoding: CSVOptions.Encoding) throws(TableError) {
    self.name = name
    var contents = contents
    var original = true
    if Gzip.isPacked(contents) {
      contents = try Gzip.unpacked(contents, name: name)
      original = false
    }
    let mark = CSVText.mark(of: contents)
    switch mark?.encoding ?? encoding {
    case .utf8: start = mark?.length ?? 0
    case .latin1:
      contents = FileContents(CSVText.fromLatin1(contents))
      (start, original) = (0, false)
    case .utf16:
      contents = FileContents(
        CSVText.fromUTF16(contents, skipping: mark?.length ?? 0, bigEndian: mark?.bigEndian ?? false))
      (start, original) = (0, false)
    }
    self.contents = contents
    isOriginal = original
  }

  /// An error at `offset`, with the line counted up to there.
  func fault(_ problem: String, at offset: Int, column: String? = nil) -> TableError {
    .malformed(
      file: name, problem: problem, line: line(at: offset), offset: isOriginal ? offset : nil, column: column)
  }

  /// The line (from 1) that holds the byte at `offset`.
  func line(at offset: Int) -> Int {
    contents.withUnsafeBytes { bytes in
      var line = 1
      var i = 0
      while i < min(offset, bytes.count) {
        if bytes[i] == 10 || (bytes[i] == 13 && !(i + 1 < bytes.count && bytes[i + 1] == 10)) { line += 1 }
        i += 1
      }
      return line
    }
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

  private static func fromLatin1(_ contents: FileContents) -> [UInt8] {
    contents.withUnsafeBytes { bytes in
      var out: [UInt8] = []
      out.reserveCapacity(bytes.count + bytes.count / 8)
      for byte in bytes {
        if byte < 0x80 {
          out.append(byte)
        } else {
          out.append(0xC0 | byte >> 6)
          out.append(0x80 | byte & 0x3F)
        }
      }
      return out
    }
  }

  private static func fromUTF16(_ contents: FileContents, skipping: Int, bigEndian: Bool) -> [UInt8] {
    contents.withUnsafeBytes { bytes in
      var units: [UInt16] = []
      units.reserveCapacity(bytes.count / 2)
      var i = skipping
      while i + 1 < bytes.count {
        let (first, second) = (UInt16(bytes[i]), UInt16(bytes[i + 1]))
        units.append(bigEndian ? first << 8 | second : second << 8 | first)
        i += 2
      }
      return Array(String(decoding: units, as: UTF16.self).utf8)
    }
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
