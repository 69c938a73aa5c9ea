import WeirDiagnostics

extension Lexer {
  /// The mark that starts here and its length, longest first.
  func mark() -> (Token.Kind, Int)? {
    let next = byte(1)
    switch byte() {
    case UInt8(ascii: "("): return (.leftParenthesis, 1)
    case UInt8(ascii: ")"): return (.rightParenthesis, 1)
    case UInt8(ascii: "["): return (.leftBracket, 1)
    case UInt8(ascii: "]"): return (.rightBracket, 1)
    case UInt8(ascii: ","): return (.comma, 1)
    case UInt8(ascii: ":"): return (.colon, 1)
    case UInt8(ascii: "^"): return (.power, 1)
    case UInt8(ascii: "@"): return (.at, 1)
    case UInt8(ascii: "="):
      if next == UInt8(ascii: ">") { return (.arrow, 2) }
      return next == UInt8(ascii: "=") ? (.equal, 2) : (.assign, 1)
    case UInt8(ascii: "<"):
      if next == UInt8(ascii: ">") || isAssignmentElsewhere { return nil }
      return next == UInt8(ascii: "=") ? (.lessOrEqual, 2) : (.less, 1)
    case UInt8(ascii: ">"):
      if next == UInt8(ascii: ">") { return (.then, 2) }
      return next == UInt8(ascii: "=") ? (.greaterOrEqual, 2) : (.greater, 1)
    case UInt8(ascii: "!"): return next == UInt8(ascii: "=") ? (.notEqual, 2) : nil
    case UInt8(ascii: "?"): return next == UInt8(ascii: "?") ? (.coalesce, 2) : nil
    case UInt8(ascii: "|"): return next == UInt8(ascii: ">") ? (.pipe, 2) : nil
    default: return arithmeticMark(next)
    }
  }

  /// `x <- 3`; `x < -3` is a comparison, and so is `x <-3`.
  private var isAssignmentElsewhere: Bool { byte(1) == UInt8(ascii: "-") && byte(2) == UInt8(ascii: " ") }

  private func arithmeticMark(_ next: UInt8) -> (Token.Kind, Int)? {
    let assigns = next == UInt8(ascii: "=") && byte(2) != UInt8(ascii: "=")
    switch byte() {
    case UInt8(ascii: "+"): return assigns ? (.compoundAssign, 2) : (.plus, 1)
    case UInt8(ascii: "%"):
      if next == UInt8(ascii: ">"), byte(2) == UInt8(ascii: "%") { return nil }
      return assigns ? (.compoundAssign, 2) : (.percent, 1)
    case UInt8(ascii: "-"):
      if next == UInt8(ascii: ">") { return nil }
      return assigns ? (.compoundAssign, 2) : (.minus, 1)
    case UInt8(ascii: "*"):
      if next == UInt8(ascii: "*") { return nil }
      return assigns ? (.compoundAssign, 2) : (.star, 1)
    case UInt8(ascii: "/"):
      if next == UInt8(ascii: "/") { return (.floorSlash, 2) }
      return assigns ? (.compoundAssign, 2) : (.slash, 1)
    default: return nil
    }
  }

  /// What other languages write where this one has another mark, which is then read in its place.
  func foreignMark() -> (written: String, wanted: String, Token.Kind)? {
    switch (byte(), byte(1)) {
    case (UInt8(ascii: "&"), UInt8(ascii: "&")): ("&&", "and", .and)
    case (UInt8(ascii: "|"), UInt8(ascii: "|")): ("||", "or", .or)
    case (UInt8(ascii: "&"), _): ("&", "and", .and)
    case (UInt8(ascii: "*"), UInt8(ascii: "*")): ("**", "^", .power)
    case (UInt8(ascii: "-"), UInt8(ascii: ">")): ("->", "=>", .arrow)
    case (UInt8(ascii: "<"), UInt8(ascii: "-")): ("<-", "=", .assign)
    case (UInt8(ascii: "%"), UInt8(ascii: ">")): ("%>%", "|>", .pipe)
    case (UInt8(ascii: "<"), UInt8(ascii: ">")): ("<>", "!=", .notEqual)
    case (UInt8(ascii: "!"), _): ("!", "not", .not)
    default: nil
    }
  }

  mutating func readDot() {
    let start = at
    if byte(1) == UInt8(ascii: ".") {
      at += byte(2) == UInt8(ascii: "<") ? 3 : 2
      emit(at - start == 3 ? .openRange : .closedRange, from: start)
      return
    }
    at += 1
    if byte() == UInt8(ascii: "`") {
      readQuotedColumn(from: start)
      return
    }
    skipWord()
    if at > start + 1 {
      emit(.column, from: start)
    } else {
      report(.expectedName("a column name", after: "`.`", at: span(start, at)))
      emit(.unreadable, from: start)
    }
  }

  /// `` .`with spaces` ``; a backtick within is written twice.
  private mutating func readQuotedColumn(from start: Int) {
    at += 1
    let nameStart = at
    while at < bytes.count, bytes[at] != UInt8(ascii: "\n") {
      guard bytes[at] == UInt8(ascii: "`") else { at += 1; continue }
      guard byte(1) != UInt8(ascii: "`") else { at += 2; continue }
      at += 1
      if at - 1 == nameStart {
        report(.expectedName("a column name", after: "`.`", at: span(start, at)))
        emit(.unreadable, from: start)
      } else {
        emit(.column, from: start)
      }
      return
    }
    report(.unclosedColumn(at: span(start, at)))
    emit(.unreadable, from: start)
  }

  mutating func readSemicolon() {
    report(.foreignSpelling(";", wanted: "a new line", at: span(at, at + 1)))
    at += 1
    startLine()
  }

  mutating func readUnknown() {
    let start = at
    guard let (scalar, length) = scalar(at: at) else {
      at += 1
      return
    }
    at += length
    if scalar.properties.isWhitespace || scalar == "\u{FEFF}" || scalar == "\u{200B}" { return }
    report(.unknownCharacter(String(scalar), at: span(start, at)))
    emit(.unreadable, from: start)
  }

  /// A number with its fraction, exponent and unit; what it is worth is settled by the parser.
  mutating func readNumber() {
    let start = at
    skipDigits()
    if byte() == UInt8(ascii: "."), isDigit(byte(1)) {
      at += 1
      skipDigits()
    }
    if byte() == UInt8(ascii: "e") || byte() == UInt8(ascii: "E") {
      let sign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") ? 1 : 0
      if isDigit(byte(1 + sign)) {
        at += 1 + sign
        skipDigits()
      }
    }
    let unit = at
    skipWord()
    if at == unit { skipDigits() }
    emit(.number, from: start)
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  private mutating func skipDigits() {
    while isDigit(byte()) || byte() == UInt8(ascii: "_") { at += 1 }
  }
}
