import Glibc

/// One field of a record: where its bytes lie, without the quotes around it.
struct CSVField: Sendable {
  var start: Int
  var length: Int32
  var quoted: Bool
  /// Holds doubled quotes, each of which stands for one.
  var escaped: Bool

  var isBlank: Bool { length == 0 && !quoted }
}

/// What makes a record unreadable, with the offset of the place.
enum CSVFault: Error {
  case openQuote(Int)
  case textAfterQuote(Int)
  case tooLong(Int)

  var offset: Int {
    switch self {
    case .openQuote(let offset), .textAfterQuote(let offset), .tooLong(let offset): offset
    }
  }

  var problem: String {
    switch self {
    case .openQuote: "the quote that opens here is never closed"
    case .textAfterQuote:
      "a text goes on after its closing quote (inside a quoted text, a quote is written twice: `\"\"`)"
    case .tooLong: "a value is longer than 2 GiB"
    }
  }
}

/// Splits text into records and fields by RFC 4180. A quote inside a field that did not start with one is a character.
struct CSVTokenizer {
  let bytes: UnsafeRawBufferPointer
  let delimiter: UInt8
  /// Line feed, or carriage return where the file has no line feeds.
  let lineEnd: UInt8

  static let quote = UInt8(ascii: "\"")

  /// Appends the fields of the record at `start` and returns where the next one starts.
  func readRecord(from start: Int, to limit: Int, into fields: inout [CSVField]) throws(CSVFault) -> Int {
    var i = start
    while true {
      if i < limit, bytes[i] == CSVTokenizer.quote {
        i = try readQuoted(from: i, to: limit, into: &fields)
      } else {
        let fieldStart = i
        while i < limit, bytes[i] != delimiter, bytes[i] != lineEnd { i += 1 }
        var end = i
        let endsLine = i == limit || bytes[i] == lineEnd
        if endsLine, end > fieldStart, bytes[end - 1] == 13 { end -= 1 }
        guard let length = Int32(exactly: end - fieldStart) else { throw .tooLong(fieldStart) }
        fields.append(CSVField(start: fieldStart, length: length, quoted: false, escaped: false))
      }
      if i >= limit { return limit }
      i += 1
      if bytes[i - 1] == lineEnd { return i }
    }
  }

  /// Reads the quoted field at `open` and returns the place of the delimiter or line end after it.
  private func readQuoted(from open: Int, to limit: Int, into fields: inout [CSVField]) throws(CSVFault) -> Int {
    var escaped = false
    var i = open + 1
    while true {
      guard let found = find(CSVTokenizer.quote, from: i, to: limit) else { throw .openQuote(open) }
      i = found + 1
      guard i < limit, bytes[i] == CSVTokenizer.quote else { break }
      escaped = true
      i += 1
    }
    guard let length = Int32(exactly: i - 1 - (open + 1)) else { throw .tooLong(open) }
    fields.append(CSVField(start: open + 1, length: length, quoted: true, escaped: escaped))
    while i < limit, bytes[i] != delimiter, bytes[i] != lineEnd {
      guard bytes[i] == 32 || bytes[i] == 9 || bytes[i] == 13 else { throw .textAfterQuote(open) }
      i += 1
    }
    return i
  }

  func find(_ byte: UInt8, from start: Int, to limit: Int) -> Int? {
    guard start < limit, let base = bytes.baseAddress,
      let found = memchr(base + start, Int32(byte), limit - start)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }

  /// Where parts of about `size` bytes start, each at the start of a record; it depends on the text alone.
  func partStarts(from start: Int, size: Int) -> [Int] {
    guard start < bytes.count else { return [] }
    return find(CSVTokenizer.quote, from: start, to: bytes.count) == nil
      ? partStartsWithoutQuotes(from: start, size: size) : partStartsWithQuotes(from: start, size: size)
  }

  private func partStartsWithoutQuotes(from start: Int, size: Int) -> [Int] {
    var starts = [start]
    var i = start
    while bytes.count - i > size, let end = find(lineEnd, from: i + size, to: bytes.count), end + 1 < bytes.count {
      i = end + 1
      starts.append(i)
    }
    return starts
  }

  private func partStartsWithQuotes(from start: Int, size: Int) -> [Int] {
    var starts = [start]
    var last = start
    var i = start
    var opensField = true
    while i < bytes.count {
      let byte = bytes[i]
      i += 1
      if byte == CSVTokenizer.quote, opensField {
        i = pastQuoted(from: i)
        opensField = false
      } else if byte == lineEnd {
        opensField = true
        if i - last >= size, i < bytes.count {
          starts.append(i)
          last = i
        }
      } else {
        opensField = byte == delimiter
      }
    }
    return starts
  }

  private func pastQuoted(from start: Int) -> Int {
    var i = start
    while let found = find(CSVTokenizer.quote, from: i, to: bytes.count) {
      i = found + 1
      guard i < bytes.count, bytes[i] == CSVTokenizer.quote else { return i }
      i += 1
    }
    return bytes.count
  }

  /// The text of a field, with doubled quotes made one.
  func text(of field: CSVField) -> String {
    let raw = bytes[field.start..<field.start + Int(field.length)]
    guard field.escaped else { return String(decoding: raw, as: UTF8.self) }
    var out: [UInt8] = []
    unescape(UnsafeRawBufferPointer(rebasing: raw), into: &out)
    return String(decoding: out, as: UTF8.self)
  }

  func unescape(_ raw: UnsafeRawBufferPointer, into out: inout [UInt8]) {
    var i = 0
    while i < raw.count {
      out.append(raw[i])
      i += raw[i] == CSVTokenizer.quote ? 2 : 1
    }
  }
}
