import WeirBase

/// What is wrong with a JSON text, and at which byte of it.
struct JSONFault: Error {
  let problem: String
  let offset: Int
}

/// Reads JSON (RFC 8259, and nothing beside it) from bytes that are known to be UTF-8.
///
/// It stands before the next byte and never goes beyond `end`. Two things that the RFC leaves open are noted in `remarks`
/// instead of refused: a name that occurs twice in an object, where the last one counts, and an escape for half a
/// character (`\ud800`), which becomes the replacement character.
struct JSONScanner {
  /// Values inside each other more deeply than this are refused.
  static let deepest = 128

  let bytes: UnsafeRawBufferPointer
  var position: Int
  var end: Int
  var remarks = JSONRemarks()
  private var scratch: [UInt8] = []

  init(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) {
    (self.bytes, position, self.end) = (bytes, start, end)
  }

  /// A text between quotes: its bytes without the quotes, and whether there are escapes among them.
  struct Text {
    let range: Range<Int>
    let escaped: Bool
  }

  // MARK: Marks

  @inline(__always) mutating func skipBlanks() {
    while position < end {
      let byte = bytes[position]
      guard byte <= 32, byte == 32 || byte == 10 || byte == 13 || byte == 9 else { return }
      position &+= 1
    }
  }

  /// The next byte that is not blank, left to be read; nil at the end.
  @inline(__always) mutating func peek() -> UInt8? {
    skipBlanks()
    return position < end ? bytes[position] : nil
  }

  /// Goes past `mark` where it comes next.
  @inline(__always) mutating func take(_ mark: UInt8) -> Bool {
    guard peek() == mark else { return false }
    position &+= 1
    return true
  }

  mutating func demand(_ mark: UInt8, _ problem: String) throws(JSONFault) {
    guard take(mark) else { throw fault(problem) }
  }

  /// An error at the byte that comes next.
  func fault(_ problem: String) -> JSONFault {
    guard position < end else { return JSONFault(problem: problem + "; the text ends here", offset: position) }
    let byte = bytes[position]
    guard byte > 32, byte < 127 else { return JSONFault(problem: problem, offset: position) }
    return JSONFault(problem: "\(problem); here is `\(Character(Unicode.Scalar(byte)))`", offset: position)
  }

  /// Nothing but blanks may follow.
  mutating func demandEnd() throws(JSONFault) {
    guard peek() == nil else { throw fault("something follows after the value") }
  }

  // MARK: Texts

  /// Reads a text; its opening quote comes next.
  @inline(__always) mutating func text() throws(JSONFault) -> Text {
    position &+= 1
    let start = position
    var escaped = false
    while true {
      skipPlain()
      guard position < end else { throw JSONFault(problem: "the text that starts here is not closed", offset: start - 1) }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position &+= 1
        return Text(range: start..<position &- 1, escaped: escaped)
      case UInt8(ascii: "\\"):
        escaped = true
        try skipEscape()
      default: throw JSONFault(problem: "a control character inside a text must be written as an escape", offset: position)
      }
    }
  }

  /// Goes to the next quote, backslash or control character.
  @inline(__always) private mutating func skipPlain() {
    let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    while position &+ 8 <= end {
      let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      let quote = word ^ (ones &* 0x22), backslash = word ^ (ones &* 0x5C)
      // The lowest high bit left of each is at the first such byte.
      let found = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | ((word &- (ones &* 0x20)) & ~word)
      if found & highs != 0 {
        position &+= (found & highs).trailingZeroBitCount >> 3
        return
      }
      position &+= 8
    }
    while position < end {
      let byte = bytes[position]
      if byte == 0x22 || byte == 0x5C || byte < 0x20 { return }
      position &+= 1
    }
  }

  private mutating func skipEscape() throws(JSONFault) {
    guard position + 1 < end else { throw JSONFault(problem: "an escape is cut off", offset: position) }
    switch bytes[position + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 2
    case UInt8(ascii: "u"):
      guard hex(at: position + 2) != nil else {
        throw JSONFault(problem: "four hexadecimal digits belong after `\\u`", offset: position)
      }
      position += 6
    default: throw JSONFault(problem: "there is no such escape", offset: position)
    }
  }

  private func hex(at start: Int) -> UInt16? {
    guard start + 4 <= end else { return nil }
    var value: UInt16 = 0
    for i in start..<start + 4 {
      let byte = bytes[i], letter = (byte | 0x20) &- UInt8(ascii: "a")
      if byte &- 48 < 10 { value = value << 4 | UInt16(byte &- 48) } else if letter < 6 {
        value = value << 4 | UInt16(letter + 10)
      } else { return nil }
    }
    return value
  }

  /// The bytes of a text, escapes replaced; they stay until the next call.
  @inline(__always) mutating func withBytes<Result>(_ text: Text, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    if !text.escaped { return body(UnsafeRawBufferPointer(rebasing: bytes[text.range])) }
    unescape(text.range)
    return scratch.withUnsafeBytes(body)
  }

  mutating func string(_ text: Text) -> String { withBytes(text) { String(decoding: $0, as: UTF8.self) } }

  private mutating func unescape(_ range: Range<Int>) {
    scratch.removeAll(keepingCapacity: true)
    var i = range.lowerBound
    while i < range.upperBound {
      let byte = bytes[i]
      guard byte == UInt8(ascii: "\\") else {
        scratch.append(byte)
        i += 1
        continue
      }
      switch bytes[i + 1] {
      case UInt8(ascii: "b"): scratch.append(8)
      case UInt8(ascii: "f"): scratch.append(12)
      case UInt8(ascii: "n"): scratch.append(10)
      case UInt8(ascii: "r"): scratch.append(13)
      case UInt8(ascii: "t"): scratch.append(9)
      case UInt8(ascii: "u"):
        i = unescapeUnit(at: i, range.upperBound)
        continue
      default: scratch.append(bytes[i + 1])
      }
      i += 2
    }
  }

  /// Takes `\uXXXX`, and the second half that belongs to it; gives where it went on to.
  private mutating func unescapeUnit(at i: Int, _ limit: Int) -> Int {
    let first = UInt32(hex(at: i + 2) ?? 0)
    var scalar = Unicode.Scalar(first), next = i + 6
    if (0xD800..<0xDC00).contains(first), next + 6 <= limit, bytes[next] == UInt8(ascii: "\\"),
      bytes[next + 1] == UInt8(ascii: "u"), let second = hex(at: next + 2), (0xDC00..<0xE000).contains(second)
    {
      scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (UInt32(second) - 0xDC00))
      next += 6
    }
    if scalar == nil { remarks.note(halfCharacterAt: i) }
    scratch.append(contentsOf: UTF8.encode(scalar ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
    return next
  }

  // MARK: Words

  @inline(__always) mutating func word(_ word: StaticString) throws(JSONFault) {
    let count = word.utf8CodeUnitCount
    guard position &+ count <= end else { throw fault("a value belongs here") }
    for i in 0..<count where bytes[position &+ i] != word.utf8Start[i] { throw fault("a value belongs here") }
    position &+= count
  }
}

/// What a JSON text has that is no mistake by the letter, but hardly meant.
struct JSONRemarks: Sendable {
  private(set) var repeated = 0
  private(set) var firstRepeated: (name: String, offset: Int)?
  private(set) var halfCharacters = 0
  private(set) var firstHalfCharacter: Int?

  mutating func note(repeated name: String, at offset: Int) {
    repeated += 1
    if firstRepeated == nil { firstRepeated = (name, offset) }
  }

  mutating func note(halfCharacterAt offset: Int) {
    halfCharacters += 1
    if firstHalfCharacter == nil { firstHalfCharacter = offset }
  }

  /// Takes in those of what comes later in the text.
  mutating func add(_ later: JSONRemarks) {
    (repeated, halfCharacters) = (repeated + later.repeated, halfCharacters + later.halfCharacters)
    firstRepeated = firstRepeated ?? later.firstRepeated
    firstHalfCharacter = firstHalfCharacter ?? later.firstHalfCharacter
  }

  /// In words, for who reads the file.
  func messages(_ text: CSVText) -> [String] {
    var out: [String] = []
    if let first = firstRepeated {
      let more = repeated > 1 ? " (and \(repeated - 1) more times a name is repeated)" : ""
      out.append("\(text.name), line \(text.line(at: first.offset)): `\(first.name)` occurs twice in one object, the last counts\(more)")
    }
    if let first = firstHalfCharacter {
      let more = halfCharacters > 1 ? " (and \(halfCharacters - 1) more)" : ""
      out.append("\(text.name), line \(text.line(at: first)): an escape for half a character became `\u{FFFD}`\(more)")
    }
    return out
  }
}
