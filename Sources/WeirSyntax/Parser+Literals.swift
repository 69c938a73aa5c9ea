import WeirDiagnostics

extension Parser {
  mutating func number() throws(Abandoned) -> Expression {
    let start = current
    let literal = try numberLiteral()
    return try make(.literal(literal), span(start))
  }

  /// The value of the number token here.
  mutating func numberLiteral(negative: Bool = false) throws(Abandoned) -> Literal {
    let token = current
    let written = text(token)
    let whole = span(token)
    let unitStart = unitIndex(of: written)
    let digits = String(written[..<unitStart].filter { $0 != "_" }), unit = String(written[unitStart...])
    if hasStrayUnderscore(written[..<unitStart]) { throw failNumber(.malformedNumber(written, at: whole)) }
    advance()
    let isWhole = digits.allSatisfy { $0 >= "0" && $0 <= "9" }
    if unit.isEmpty {
      if isWhole {
        guard let value = Int64((negative ? "-" : "") + digits) else {
          throw failNumber(.integerTooLarge(at: whole))
        }
        return .int(value)
      }
      guard let value = Double(digits), value.isFinite else { throw failNumber(.integerTooLarge(at: whole)) }
      return .float(negative ? -value : value)
    }
    guard let microseconds = Self.microseconds(of: unit) else {
      if unit == "e" || unit == "E" { throw failNumber(.malformedNumber(written, at: whole)) }
      throw failNumber(.unknownUnit(unit, at: whole))
    }
    guard let value = Self.duration(digits, isWhole: isWhole, unit: microseconds) else {
      throw failNumber(.integerTooLarge(at: whole))
    }
    return .duration(negative ? -value : value)
  }

  private mutating func failNumber(_ diagnostic: Diagnostic) -> Abandoned {
    report(diagnostic)
    return Abandoned()
  }

  private func unitIndex(of written: String) -> String.Index {
    var index = written.startIndex
    while index < written.endIndex {
      let character = written[index]
      if character == "e" || character == "E" {
        let next = written.index(after: index)
        guard next < written.endIndex, "0123456789+-".contains(written[next]) else { return index }
        index = next
      } else if !"0123456789._".contains(character) {
        return index
      }
      index = written.index(after: index)
    }
    return index
  }

  private func hasStrayUnderscore(_ digits: Substring) -> Bool {
    var previous: Character = "_"
    for character in digits {
      if character == "_" && !previous.isWholeNumber { return true }
      if previous == "_" && !character.isWholeNumber && character != "_" { return true }
      previous = character
    }
    return previous == "_"
  }

  static func microseconds(of unit: String) -> Int64? {
    switch unit {
    case "ms": 1_000
    case "s": 1_000_000
    case "m": 60_000_000
    case "h": 3_600_000_000
    case "d": 86_400_000_000
    default: nil
    }
  }

  private static func duration(_ digits: String, isWhole: Bool, unit: Int64) -> Int64? {
    if isWhole {
      guard let count = Int64(digits) else { return nil }
      let (value, overflow) = count.multipliedReportingOverflow(by: unit)
      return overflow ? nil : value
    }
    guard let count = Double(digits) else { return nil }
    return Int64(exactly: (count * Double(unit)).rounded())
  }

  /// A text; `.literal` where nothing is interpolated.
  mutating func interpolatedText() throws(Abandoned) -> Expression {
    let start = current
    let isLong = start.end - start.start == 3
    advance()
    var pieces: [TextPiece] = []
    while kind != .textEnd {
      switch kind {
      case .textPart:
        pieces.append(.raw(current))
        advance()
      case .interpolationStart: pieces.append(.expression(try interpolation()))
      default: throw fail(.unexpected(found, at: span(current)))
      }
    }
    advance()
    let whole = span(from: start.start)
    for case .raw(let token) in pieces { checkEscapes(of: token) }
    let parts = isLong ? dedented(pieces) : pieces.map(decodedPiece)
    let texts = parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
    if texts.count == parts.count { return try make(.literal(.string(texts.joined())), whole) }
    return try make(.interpolation(parts), whole)
  }

  private func decodedPiece(_ piece: TextPiece) -> TextPart {
    switch piece {
    case .raw(let token): .text(decoded(token))
    case .expression(let expression): .expression(expression)
    }
  }

  private mutating func interpolation() throws(Abandoned) -> Expression {
    let opening = current
    advance()
    if kind == .interpolationEnd { throw failNumber(.emptyInterpolation(at: span(from: opening.start, to: current.end))) }
    let value = try within(lineEnds: false) { parser throws(Abandoned) in try parser.expression() }
    guard kind == .interpolationEnd else {
      throw fail(.expectedSeparator("`}`", found: found, opening: span(opening), at: span(current)))
    }
    advance()
    return value
  }
}

/// A piece of a text before its escapes are read.
enum TextPiece {
  case raw(Token)
  case expression(Expression)
}
