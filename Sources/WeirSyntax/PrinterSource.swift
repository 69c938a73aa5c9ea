import WeirDiagnostics

/// The text that a tree came from, as the printer asks it: what was written where, which comments stand in between.
struct PrinterSource {
  private let bytes: [UInt8]
  private let tokens: [Token]
  private let partners: [Int32]
  let comments: [Comment]
  private var taken: [Bool]

  init(_ file: SourceFile) {
    let parser = Parser(file)
    bytes = parser.bytes
    tokens = parser.tokens
    partners = parser.partners
    comments = parser.comments
    taken = Array(repeating: false, count: comments.count)
  }

  var end: UInt32 { UInt32(clamping: bytes.count) }

  /// What stands under a span, with plain line ends.
  func text(_ start: UInt32, _ end: UInt32) -> String {
    let range = (Int(start)..<max(Int(start), Int(end))).clamped(to: 0..<bytes.count)
    let text = String(decoding: bytes[range], as: UTF8.self)
    guard text.utf8.contains(UInt8(ascii: "\r")) else { return text }
    return String(text.map { $0 == "\r\n" ? "\n" : $0 })
  }

  func text(_ span: SourceSpan) -> String { text(span.start, span.end) }

  func lineEnds(_ start: UInt32, _ end: UInt32) -> Int {
    let range = (Int(start)..<max(Int(start), Int(end))).clamped(to: 0..<bytes.count)
    return bytes[range].reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
  }

  // MARK: Comments

  private func commentIndices(_ start: UInt32, _ end: UInt32) -> Range<Int> {
    let low = firstIndex(comments.count) { comments[$0].start >= start }
    return low..<max(low, firstIndex(comments.count) { comments[$0].start >= end })
  }

  func hasComments(_ start: UInt32, _ end: UInt32) -> Bool { commentIndices(start, end).contains { !taken[$0] } }

  /// The comments between two places that nobody has printed yet.
  mutating func takeComments(_ start: UInt32, _ end: UInt32) -> [Comment] {
    commentIndices(start, end).compactMap { index in
      guard !taken[index] else { return nil }
      taken[index] = true
      return comments[index]
    }
  }

  // MARK: Brackets

  /// The opening and the closing bracket of what ends with a bracket, without the parentheses around it.
  func brackets(_ span: SourceSpan, isList: Bool = false) -> (open: Token, close: Token, isOpened: Bool)? {
    guard var last = lastToken(before: span.end), var first = token(at: span.start) else { return nil }
    while tokens[first].kind == .leftParenthesis, Int(partners[first]) == last, first + 1 < last {
      // The brackets of a list are the innermost of those that hold all of it.
      if isList, Int(partners[first + 1]) != last - 1 { break }
      first += 1
      last -= 1
    }
    let open = Int(partners[last])
    guard open >= 0, open < last else { return nil }
    return (tokens[open], tokens[last], tokens[open + 1].startsLine)
  }

  /// The bracket that opens after a name, with its partner.
  func brackets(after offset: UInt32) -> (open: Token, close: Token)? {
    let open = firstIndex(tokens.count) { tokens[$0].start >= offset }
    guard open < tokens.count, partners[open] > open else { return nil }
    return (tokens[open], tokens[Int(partners[open])])
  }

  /// The parentheses of the parameters that open a lambda, which may itself stand in parentheses.
  func brackets(openingLambda span: SourceSpan) -> (open: Token, close: Token)? {
    guard var first = token(at: span.start), var last = lastToken(before: span.end) else { return nil }
    while tokens[first].kind == .leftParenthesis, Int(partners[first]) == last, first + 1 < last {
      first += 1
      last -= 1
    }
    guard partners[first] > first else { return nil }
    return (tokens[first], tokens[Int(partners[first])])
  }

  /// Whether a mark of this kind between two places starts a line.
  func startsLine(_ kind: Token.Kind, _ start: UInt32, _ end: UInt32) -> Bool {
    var index = firstIndex(tokens.count) { tokens[$0].start >= start }
    while index < tokens.count, tokens[index].start < end {
      if tokens[index].kind == kind { return tokens[index].startsLine }
      index += 1
    }
    return false
  }

  private func token(at offset: UInt32) -> Int? {
    let index = firstIndex(tokens.count) { tokens[$0].start >= offset }
    return index < tokens.count ? index : nil
  }

  private func lastToken(before offset: UInt32) -> Int? {
    let index = firstIndex(tokens.count) { tokens[$0].end > offset || tokens[$0].kind == .end }
    return index > 0 ? index - 1 : nil
  }

  /// The first index for which something holds that holds for all that follow.
  private func firstIndex(_ count: Int, _ holds: (Int) -> Bool) -> Int {
    var low = 0, high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
