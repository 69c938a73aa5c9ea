import WeirDiagnostics
import WeirSyntax

/// Weir code with its words coloured by what they are.
enum CodeColors {
  /// A stretch of the code that a diagnostic is about.
  struct Mark {
    let range: Range<Int>
    let isError: Bool
  }

  private enum Ink: UInt8 {
    case plain, keyword, text, number, comment, column, call, pipe

    var name: String? {
      switch self {
      case .plain: nil
      case .keyword: "k"
      case .text: "s"
      case .number: "n"
      case .comment: "c"
      case .column: "f"
      case .call: "u"
      case .pipe: "p"
      }
    }
  }

  static func html(_ code: String, marks: [Mark] = []) -> String {
    let bytes = Array(code.utf8)
    let inks = self.inks(code, count: bytes.count)
    // 0 for none, 1 for a warning, 2 for an error.
    var marked = [UInt8](repeating: 0, count: bytes.count)
    for mark in marks {
      for place in mark.range.clamped(to: bytes.indices) { marked[place] = max(marked[place], mark.isError ? 2 : 1) }
    }
    var out = "", start = 0
    while start < bytes.count {
      var end = start + 1
      while end < bytes.count, inks[end] == inks[start], marked[end] == marked[start] { end += 1 }
      var classes: [String] = []
      if let name = inks[start].name { classes.append(name) }
      if marked[start] > 0 { classes.append(marked[start] == 2 ? "bad" : "odd") }
      let text = Markup.escaped(String(decoding: bytes[start..<end], as: UTF8.self))
      out += classes.isEmpty ? text : "<span class=\"\(classes.joined(separator: " "))\">\(text)</span>"
      start = end
    }
    return out
  }

  private static func inks(_ code: String, count: Int) -> [Ink] {
    var inks = [Ink](repeating: .plain, count: count)
    func paint(_ start: UInt32, _ end: UInt32, _ ink: Ink) {
      guard start < end else { return }
      for place in (Int(start)..<Int(end)).clamped(to: 0..<count) { inks[place] = ink }
    }
    let list = tokens(of: SourceFile(id: FileID(0), name: "", text: code))
    for (place, token) in list.tokens.enumerated() {
      let next = list.tokens.indices.contains(place + 1) ? list.tokens[place + 1] : nil
      switch token.kind {
      case .textStart, .textPart, .textEnd: paint(token.start, token.end, .text)
      case .number: paint(token.start, token.end, .number)
      case .column: paint(token.start, token.end, .column)
      case .pipe, .then, .arrow: paint(token.start, token.end, .pipe)
      case .name where next?.kind == .leftParenthesis && next?.start == token.end: paint(token.start, token.end, .call)
      case .name where token.startsLine && next?.kind == .name && next?.startsLine == false:
        paint(token.start, token.end, .keyword)
      case let kind where kind.isKeyword: paint(token.start, token.end, .keyword)
      default: break
      }
    }
    for comment in list.comments { paint(comment.start, comment.end, .comment) }
    return inks
  }
}
