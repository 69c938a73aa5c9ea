import WeirDiagnostics

extension Lexer {
  mutating func openText() {
    let start = at
    let long = byte(1) == UInt8(ascii: "\"") && byte(2) == UInt8(ascii: "\"")
    at += long ? 3 : 1
    emit(.textStart, from: start)
    modes.append(.text(long: long, start: start))
  }

  /// Reads up to the next `{`, the closing quote, or for a short text the line end.
  mutating func readText(long: Bool, openedAt opened: Int) {
    let start = at
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\\") where byte(1) == UInt8(ascii: "u") && byte(2) == UInt8(ascii: "{"): at += 3
      case UInt8(ascii: "\\"):
        at += bytes.count - at > 1 && (long || byte(1) != UInt8(ascii: "\n")) ? 2 : 1
      case UInt8(ascii: "{") where byte(1) == UInt8(ascii: "{"), UInt8(ascii: "}") where byte(1) == UInt8(ascii: "}"):
        at += 2
      case UInt8(ascii: "{"):
        emitPart(from: start)
        let brace = at
        at += 1
        emit(.interpolationStart, from: brace)
        modes.append(.interpolation(braces: 0, long: long))
        return
      case UInt8(ascii: "\"") where closesText(long: long):
        emitPart(from: start)
        let quote = at
        at += long ? 3 : 1
        emit(.textEnd, from: quote)
        modes.removeLast()
        return
      case UInt8(ascii: "\n") where !long:
        emitPart(from: start)
        report(.unclosedText(long: false, at: span(opened, at)))
        emit(.textEnd, from: at)
        modes.removeLast()
        return
      default: at += 1
      }
    }
    emitPart(from: start)
  }

  private func closesText(long: Bool) -> Bool {
    !long || (byte(1) == UInt8(ascii: "\"") && byte(2) == UInt8(ascii: "\"") && byte(3) != UInt8(ascii: "\""))
  }

  private mutating func emitPart(from start: Int) {
    if at > start { emit(.textPart, from: start) }
  }

  mutating func openBrace() {
    let start = at
    at += 1
    emit(.leftBrace, from: start)
    if case .interpolation(let braces, let long) = modes.last {
      modes[modes.count - 1] = .interpolation(braces: braces + 1, long: long)
    }
  }

  mutating func closeBrace() {
    let start = at
    at += 1
    guard case .interpolation(let braces, let long) = modes.last else { return emit(.rightBrace, from: start) }
    if braces == 0 {
      emit(.interpolationEnd, from: start)
      modes.removeLast()
    } else {
      emit(.rightBrace, from: start)
      modes[modes.count - 1] = .interpolation(braces: braces - 1, long: long)
    }
  }

  /// A line end inside `{…}` of a short text: the text stops there, and what follows is read as usual.
  mutating func endBrokenInterpolation() {
    report(.unclosedInterpolation(at: span(max(0, at - 1), at)))
    while case .interpolation(_, long: false) = modes.last {
      modes.removeLast()
      emit(.interpolationEnd, from: at)
      if case .text = modes.last {
        modes.removeLast()
        emit(.textEnd, from: at)
      }
    }
  }

  /// `'text'`, as other languages write it.
  mutating func readSingleQuoted() {
    let start = at
    var end = at + 1
    while end < bytes.count, bytes[end] != UInt8(ascii: "'"), bytes[end] != UInt8(ascii: "\n") { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "'") else { return readUnknown() }
    report(.foreignSpelling("'", wanted: "\"", at: span(start, end + 1)))
    at = start + 1
    emit(.textStart, from: start)
    at = end
    at += 1
    emit(.textEnd, from: end)
  }
}
