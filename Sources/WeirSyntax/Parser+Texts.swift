import WeirDiagnostics

extension Parser {
  /// What a piece of text says once its escapes are read.
  func decoded(_ token: Token) -> String { Self.unescaped(text(token)) }

  /// Reports the escapes and braces in a piece of text that stand for nothing.
  mutating func checkEscapes(of token: Token) {
    var index = Int(token.start)
    let end = min(Int(token.end), bytes.count)
    while index < end {
      let next = index + 1 < end ? bytes[index + 1] : 0
      switch bytes[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "}"):
        if bytes[index] != next { report(.strayBrace(at: span(from: UInt32(index), to: UInt32(index + 1)))) }
        index += 2
      case UInt8(ascii: "\\"):
        let length = escapeLength(at: index, end: end)
        if let length {
          index += length
        } else {
          let written = String(text(from: index, to: end).prefix(2))
          let stop = index + written.utf8.count
          report(.unknownEscape(written, at: span(from: UInt32(index), to: UInt32(clamping: stop))))
          index = stop
        }
      default: index += 1
      }
    }
  }

  private func escapeLength(at index: Int, end: Int) -> Int? {
    guard index + 1 < end else { return nil }
    switch bytes[index + 1] {
    case UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "\""), UInt8(ascii: "\\"): return 2
    case UInt8(ascii: "u"):
      guard let close = bytes[index..<end].firstIndex(of: UInt8(ascii: "}")), close - index <= 12, index + 3 <= close,
        bytes[index + 2] == UInt8(ascii: "{"), Self.scalar(text(from: index + 3, to: close)) != nil
      else { return nil }
      return close + 1 - index
    default: return nil
    }
  }

  private static func scalar(_ digits: String) -> Unicode.Scalar? {
    guard digits.first?.isHexDigit == true else { return nil }
    return UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
  }

  private static func unescaped(_ raw: String) -> String {
    guard raw.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") })
    else { return raw }
    let scalars = Array(raw.unicodeScalars)
    var result = String.UnicodeScalarView()
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index], next: Unicode.Scalar? = index + 1 < scalars.count ? scalars[index + 1] : nil
      if (scalar == "{" || scalar == "}") && next == scalar {
        result.append(scalar)
        index += 2
      } else if scalar == "\\", let next {
        index += appendEscape(next, scalars, index, to: &result)
      } else {
        result.append(scalar)
        index += 1
      }
    }
    return String(result)
  }

  /// Appends what the escape at `index` stands for; gives its length.
  private static func appendEscape(
    _ letter: Unicode.Scalar, _ scalars: [Unicode.Scalar], _ index: Int, to result: inout String.UnicodeScalarView
  ) -> Int {
    switch letter {
    case "n": result.append("\n")
    case "t": result.append("\t")
    case "u":
      guard let close = scalars[index...].firstIndex(of: "}"), close > index + 2 else { return 2 }
      var digits = String.UnicodeScalarView()
      digits.append(contentsOf: scalars[(index + 3)..<close])
      if let scalar = scalar(String(digits)) { result.append(scalar) }
      return close + 1 - index
    default: result.append(letter)
    }
    return 2
  }

  /// The parts of a `"""` text: a first line that is empty and a last one that is blank fall away, and what all lines
  /// are indented by (the closing quotes' line counts) is taken from each.
  func dedented(_ pieces: [TextPiece]) -> [TextPart] {
    var raw: [String?] = pieces.map { if case .raw(let token) = $0 { withPlainLineEnds(text(token)) } else { nil } }
    var opensLine = false
    if let first = raw.first ?? nil, let lineEnd = first.firstIndex(of: "\n"), first[..<lineEnd].allSatisfy(\.isBlank) {
      raw[0] = String(first[first.index(after: lineEnd)...])
      opensLine = true
    }
    var closingIndent: Int?
    if let last = raw.last ?? nil {
      let tail = last.reversed().prefix { $0.isBlank }.count
      let rest = last.dropLast(tail)
      if rest.last == "\n" {
        closingIndent = tail
        raw[raw.count - 1] = String(rest.dropLast())
      } else if rest.isEmpty, opensLine, raw.count == 1 {
        closingIndent = tail
        raw[0] = ""
      }
    }
    let indent = min(closingIndent ?? .max, commonIndent(raw, opensLine: opensLine))
    var atLineStart = opensLine
    return zip(pieces, raw).map { piece, raw in
      defer { atLineStart = false }
      switch piece {
      case .expression(let expression): return .expression(expression)
      case .raw: return .text(Self.unescaped(removingIndent(indent, from: raw ?? "", atLineStart: atLineStart)))
      }
    }
  }

  private func withPlainLineEnds(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\r")) else { return text }
    return String(text.map { $0 == "\r\n" ? "\n" : $0 })
  }

  private func commonIndent(_ raw: [String?], opensLine: Bool) -> Int {
    var least = Int.max
    for (index, text) in raw.enumerated() {
      guard let text else { continue }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      for (number, line) in lines.enumerated() where number > 0 || (index == 0 && opensLine) {
        let blanks = line.prefix(while: \.isBlank).count
        let reachesExpression = number == lines.count - 1 && index + 1 < raw.count
        if blanks < line.count || reachesExpression { least = min(least, blanks) }
      }
    }
    return least
  }

  private func removingIndent(_ indent: Int, from text: String, atLineStart: Bool) -> String {
    guard indent > 0 else { return text }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { number, line in
      guard number > 0 || atLineStart else { return String(line) }
      return String(line.dropFirst(min(indent, line.prefix(while: \.isBlank).count)))
    }.joined(separator: "\n")
  }
}

extension Character {
  fileprivate var isBlank: Bool { self == " " || self == "\t" }
}
