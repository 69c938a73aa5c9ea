/// One field of a record: where its bytes lie, without the quotes around it.
struct CSVField: Sendable {
  var start: Int
  var length: Int
  var quoted: Bool
  /// Holds doubled quotes, each of which stands for one.
  var escaped: Bool

  var isBlank: Bool { length == 0 && !quoted }
}

/// What is wrong with a record, with the offset of the place.
enum CSVFault: Error {
  case openQuote(Int)
  case textAfterQuote(Int)

  var offset: Int {
    switch self {
    case .openQuote(let offset), .textAfterQuote(let offset): offset
    }
  }

  var problem: String {
    switch self {
    case .openQuote: "the quote that opens here is never closed"
    case .textAfterQuote:
      "a text goes on after its closing quote (inside a quoted text, a quote is written twice: `\"\"`)"
    }
  }
}

/// Splits text into records and fields by RFC 4180, byte by byte: what the kernels are held to, and what reads the parts
/// of a file that they don't.
///
/// A line ends with a line feed, a carriage return, or both. A quote inside a field that did not start with one is a
/// character. A text that goes on after its closing quote is a fault and goes on to the next delimiter or line end.
struct CSVTokenizer {
  let bytes: UnsafeRawBufferPointer
  let delimiter: UInt8

  static let quote = UInt8(ascii: "\"")

  /// A record that was read: where the next one starts, and the first thing wrong with it.
  struct Record {
    var next: Int
    var fault: CSVFault?
  }

  /// Appends the fields of the record at `start`.
  func readRecord(from start: Int, to limit: Int, into fields: inout [CSVField]) -> Record {
    var record = Record(next: start)
    var i = start
    while true {
      i = readField(from: i, to: limit, into: &fields, &record.fault)
      guard i < limit else {
        record.next = limit
        return record
      }
      let byte = bytes[i]
      i += 1
      if byte == delimiter { continue }
      if byte == 13, i < limit, bytes[i] == 10 { i += 1 }
      record.next = i
      return record
    }
  }

  private func isEnd(_ byte: UInt8) -> Bool { byte == delimiter || byte == 10 || byte == 13 }

  /// Returns the place of the delimiter or line end after the field.
  private func readField(
    from start: Int, to limit: Int, into fields: inout [CSVField], _ fault: inout CSVFault?
  ) -> Int {
    guard start < limit, bytes[start] == CSVTokenizer.quote else {
      var i = start
      while i < limit, !isEnd(bytes[i]) { i += 1 }
      fields.append(CSVField(start: start, length: i - start, quoted: false, escaped: false))
      return i
    }
    var escaped = false
    var i = start + 1
    while true {
      while i < limit, bytes[i] != CSVTokenizer.quote { i += 1 }
      guard i < limit else {
        fault = fault ?? .openQuote(start)
        fields.append(CSVField(start: start, length: limit - start, quoted: false, escaped: false))
        return limit
      }
      i += 1
      guard i < limit, bytes[i] == CSVTokenizer.quote else { break }
      escaped = true
      i += 1
    }
    fields.append(CSVField(start: start + 1, length: i - 2 - start, quoted: true, escaped: escaped))
    while i < limit, !isEnd(bytes[i]) {
      if bytes[i] != 32, bytes[i] != 9 { fault = fault ?? .textAfterQuote(start) }
      i += 1
    }
    return i
  }

  /// The text of a field, with doubled quotes made one.
  func text(of field: CSVField) -> String {
    let raw = bytes[field.start..<field.start + field.length]
    guard field.escaped else { return String(decoding: raw, as: UTF8.self) }
    var out: [UInt8] = []
    var i = raw.startIndex
    while i < raw.endIndex {
      out.append(raw[i])
      i += raw[i] == CSVTokenizer.quote ? 2 : 1
    }
    return String(decoding: out, as: UTF8.self)
  }
}
