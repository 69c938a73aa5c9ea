import WeirDiagnostics

/// Reads UTF-8 bytes into tokens; never fails, complains and goes on.
struct Lexer {
  let bytes: [UInt8]
  let file: FileID
  var at = 0
  var list = TokenList()
  var reports: [Report] = []
  /// The texts and interpolations that are open where the reading stands.
  var modes: [Mode] = []
  private var startsLine = true
  private var lineStart = 0

  enum Mode {
    case text(long: Bool, start: Int)
    /// Inside `{…}` of a text, with the count of braces opened within.
    case interpolation(braces: Int, long: Bool)
  }

  init(_ file: SourceFile, bytes: [UInt8]) {
    self.bytes = bytes
    self.file = file.id
    list.tokens.reserveCapacity(bytes.count / 4)
  }

  mutating func run() {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3; lineStart = 3 }
    while at < bytes.count {
      if case .text(let long, let start) = modes.last { readText(long: long, openedAt: start) } else { readToken() }
    }
    closeOpenTexts()
    emit(.end, from: bytes.count)
    pairBrackets()
  }

  func byte(_ offset: Int = 0) -> UInt8 {
    let index = at + offset
    return index >= 0 && index < bytes.count ? bytes[index] : 0
  }

  func span(_ start: Int, _ end: Int) -> SourceSpan {
    SourceSpan(file: file, start: UInt32(clamping: start), end: UInt32(clamping: end))
  }

  func text(_ start: Int, _ end: Int) -> String {
    let end = min(max(end, start), bytes.count)
    return start < end ? String(decoding: bytes[start..<end], as: UTF8.self) : ""
  }

  mutating func report(_ diagnostic: Diagnostic, atEnd: Bool = false) {
    reports.append(Report(diagnostic: diagnostic, atEnd: atEnd))
  }

  mutating func emit(_ kind: Token.Kind, from start: Int) {
    let column = startsLine ? UInt32(clamping: start - lineStart) : 0
    list.tokens.append(
      Token(
        kind: kind, startsLine: startsLine, column: column, start: UInt32(clamping: start), end: UInt32(clamping: at)))
    startsLine = false
  }

  private mutating func take(_ kind: Token.Kind, _ count: Int) {
    let start = at
    at += count
    emit(kind, from: start)
  }

  mutating func startLine() {
    startsLine = true
    lineStart = at
  }

  private mutating func readToken() {
    switch byte() {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): at += 1
    case UInt8(ascii: "\n"): readLineEnd()
    case UInt8(ascii: "#"): readComment()
    case UInt8(ascii: "\""): openText()
    case UInt8(ascii: "'"): readSingleQuoted()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): readNumber()
    case UInt8(ascii: "{"): openBrace()
    case UInt8(ascii: "}"): closeBrace()
    case UInt8(ascii: ";"): readSemicolon()
    case UInt8(ascii: "."): readDot()
    default: if !readWord() && !readMark() { readUnknown() }
    }
  }

  private mutating func readLineEnd() {
    if case .interpolation(_, long: false) = modes.last { endBrokenInterpolation() }
    at += 1
    startLine()
  }

  private mutating func readComment() {
    let start = at
    while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
    var end = at
    while end > start, bytes[end - 1] == UInt8(ascii: "\r") || bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
    list.comments.append(
      Comment(
        start: UInt32(clamping: start), end: UInt32(clamping: end), ownLine: startsLine,
        isDocumentation: start + 1 < end && bytes[start + 1] == UInt8(ascii: "#")))
  }

  /// A name or reserved word; false where none starts here.
  private mutating func readWord() -> Bool {
    let start = at
    skipWord()
    guard at > start else { return false }
    let kind = at - start <= 7 ? Token.Kind(keyword: text(start, at)) ?? .name : .name
    emit(kind, from: start)
    return true
  }

  mutating func skipWord() {
    let start = at
    while at < bytes.count {
      let byte = bytes[at]
      if byte < 0x80 {
        guard isASCIIWord(byte, first: at == start) else { return }
        at += 1
      } else {
        guard let (scalar, length) = scalar(at: at) else { return }
        let properties = scalar.properties
        guard at == start ? properties.isXIDStart : properties.isXIDContinue else { return }
        at += length
      }
    }
  }

  private func isASCIIWord(_ byte: UInt8, first: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): !first
    default: false
    }
  }

  /// The Unicode scalar at a place and its length in bytes; the text came from a `String`, so it is well formed.
  func scalar(at index: Int) -> (Unicode.Scalar, length: Int)? {
    guard index < bytes.count else { return nil }
    let length = bytes[index] < 0x80 ? 1 : bytes[index] < 0xE0 ? 2 : bytes[index] < 0xF0 ? 3 : 4
    guard index + length <= bytes.count else { return nil }
    return String(decoding: bytes[index..<(index + length)], as: UTF8.self).unicodeScalars.first.map { ($0, length) }
  }

  private mutating func readMark() -> Bool {
    if let (kind, length) = mark() {
      take(kind, length)
      return true
    }
    guard let (written, wanted, kind) = foreignMark() else { return false }
    report(.foreignSpelling(written, wanted: wanted, at: span(at, at + written.utf8.count)))
    take(kind, written.utf8.count)
    return true
  }

  /// Closes what is still open where the text ends.
  private mutating func closeOpenTexts() {
    while let mode = modes.popLast() {
      switch mode {
      case .text(let long, let start):
        report(.unclosedText(long: long, at: span(start, start + (long ? 3 : 1))), atEnd: long)
        emit(.textEnd, from: at)
      case .interpolation(_, let long):
        if !long { report(.unclosedInterpolation(at: span(at, at))) }
        emit(.interpolationEnd, from: at)
      }
    }
  }

  /// Finds the partner of each bracket, so that `(a, b) =>` is known at its `(`.
  private mutating func pairBrackets() {
    list.partners = Array(repeating: -1, count: list.tokens.count)
    var open: [(index: Int, closer: Token.Kind)] = []
    for index in list.tokens.indices {
      let kind = list.tokens[index].kind
      if let closer = kind.closer {
        open.append((index, closer))
      } else if kind.isCloser, let depth = open.lastIndex(where: { $0.closer == kind }), open.count - depth <= 8 {
        list.partners[index] = Int32(clamping: open[depth].index)
        list.partners[open[depth].index] = Int32(clamping: index)
        open.removeSubrange(depth...)
      }
    }
  }
}

/// A complaint, and whether more text could cure it.
struct Report {
  let diagnostic: Diagnostic
  let atEnd: Bool
}
