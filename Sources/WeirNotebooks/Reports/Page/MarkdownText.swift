/// The text of a paragraph: emphasis, code, links, images, breaks. All else is escaped.
enum MarkdownText {
  static func html(_ text: String) -> String {
    var reader = InlineReader(text)
    return reader.read().map(\.html).joined()
  }

  /// The same without any marks, for lists of headings.
  static func plain(_ text: String) -> String {
    var reader = InlineReader(text)
    return reader.read().map(\.plain).joined()
  }

  /// A link that a page may follow: the web, mail, a place in the page, a file beside it.
  static func link(_ target: String) -> String? {
    let text = cleaned(target)
    guard let scheme = scheme(of: text) else { return text }
    return ["http", "https", "mailto"].contains(scheme) ? text : nil
  }

  /// An image that needs no request to another machine.
  static func image(_ target: String) -> String? {
    let text = cleaned(target)
    guard let scheme = scheme(of: text) else {
      return text.contains("\\") || text.hasPrefix("//") || text.isEmpty ? nil : text
    }
    guard scheme == "data" else { return nil }
    let kinds = ["png", "jpeg", "gif", "webp"].map { "data:image/\($0);base64," }
    return kinds.contains { text.lowercased().hasPrefix($0) } ? text : nil
  }

  /// Browsers drop these wherever they stand, so nothing may hide behind them.
  private static func cleaned(_ target: String) -> String {
    String(String.UnicodeScalarView(target.unicodeScalars.filter { $0.value > 32 && $0.value != 127 }))
  }

  private static func scheme(of target: String) -> String? {
    guard let end = target.firstIndex(where: { ":/?#".contains($0) }), target[end] == ":" else { return nil }
    return target[..<end].lowercased()
  }
}

/// A piece of text, done or still waiting for its partner.
struct InlinePiece {
  enum Kind {
    case plain
    /// A run of `*`, `_` or `~` that may open or close emphasis.
    case run(mark: Character, count: Int, opens: Bool, closes: Bool)
    /// `[` or `![`.
    case bracket(isImage: Bool)
  }

  var kind: Kind
  var html: String
  var plain: String

  static func text(_ text: String) -> InlinePiece { InlinePiece(kind: .plain, html: Markup.escaped(text), plain: text) }
}

struct InlineReader {
  private let text: [Character]
  private var at = 0
  private var pieces: [InlinePiece] = []
  private var pending = ""
  /// The places in `pieces` of brackets that are still open.
  private var brackets: [Int] = []
  /// Where the runs of so many backticks start, to find the end of code without looking through all the text each time.
  private var ticks: [Int: [Int]] = [:]
  private static let markable = Set<Character>("\\`*_~[]!<>()#+-.{}|\"'$%&,/:;=?@^")
  /// Brackets in a target go no deeper, which also bounds how far a target that never ends is looked through.
  private static let targetDepth = 32
  /// More marks than anybody nests are text.
  private static let runLimit = 30

  init(_ text: String) {
    self.text = Array(text)
    var place = 0
    while place < self.text.count {
      var end = place
      while end < self.text.count, self.text[end] == "`" { end += 1 }
      if end > place { ticks[end - place, default: []].append(place) }
      place = max(end, place + 1)
    }
    for length in ticks.keys { ticks[length]?.reverse() }
  }

  mutating func read() -> [InlinePiece] {
    while at < text.count { readPiece() }
    while pending.last == " " { pending.removeLast() }
    flush()
    Emphasis.apply(to: &pieces, from: 0)
    return pieces
  }

  private mutating func flush() {
    guard !pending.isEmpty else { return }
    pieces.append(.text(pending))
    pending = ""
  }

  private mutating func readPiece() {
    switch text[at] {
    case "\\": readEscape()
    case "`": readCode()
    case "*", "_", "~": readRun()
    case "!" where peek(1) == "[": open(isImage: true)
    case "[": open(isImage: false)
    case "]": close()
    case "<": readAutolink()
    case "\n": readLineEnd()
    case let character:
      pending.append(character)
      at += 1
    }
  }

  private func peek(_ offset: Int) -> Character? { text.indices.contains(at + offset) ? text[at + offset] : nil }

  private mutating func readEscape() {
    if peek(1) == "\n" {
      breakLine()
      at += 2
    } else if let next = peek(1), InlineReader.markable.contains(next) {
      pending.append(next)
      at += 2
    } else {
      pending.append("\\")
      at += 1
    }
  }

  private mutating func readLineEnd() {
    let blanks = pending.reversed().prefix { $0 == " " }.count
    pending.removeLast(blanks)
    if blanks >= 2 { breakLine() } else { pending.append("\n") }
    at += 1
  }

  private mutating func breakLine() {
    flush()
    pieces.append(InlinePiece(kind: .plain, html: "<br>\n", plain: " "))
  }

  private mutating func readCode() {
    let count = runLength(of: "`")
    while let next = ticks[count]?.last, next <= at { ticks[count]?.removeLast() }
    guard let end = ticks[count]?.last else {
      pending += String(repeating: "`", count: count)
      at += count
      return
    }
    var code = text[(at + count)..<end].map { $0 == "\n" ? " " : $0 }
    if code.count > 2, code.first == " ", code.last == " ", code.contains(where: { $0 != " " }) {
      code = Array(code.dropFirst().dropLast())
    }
    flush()
    pieces.append(InlinePiece(kind: .plain, html: "<code>\(Markup.escaped(String(code)))</code>", plain: String(code)))
    at = end + count
  }

  private func runLength(of mark: Character) -> Int {
    var end = at
    while end < text.count, text[end] == mark { end += 1 }
    return end - at
  }

  private mutating func readRun() {
    let mark = text[at], count = runLength(of: mark)
    let before = at > 0 ? text[at - 1] : " ", after = peek(count) ?? " "
    func isMark(_ character: Character) -> Bool { character.isPunctuation || character.isSymbol }
    let left = !after.isWhitespace && (!isMark(after) || before.isWhitespace || isMark(before))
    let right = !before.isWhitespace && (!isMark(before) || after.isWhitespace || isMark(after))
    // `snake_case` is a name, not emphasis.
    let opens = mark == "_" ? left && (!right || isMark(before)) : left
    let closes = mark == "_" ? right && (!left || isMark(after)) : right
    flush()
    let run = String(repeating: mark, count: count)
    let isLive = (opens || closes) && (mark != "~" || count == 2) && count <= InlineReader.runLimit
    pieces.append(
      InlinePiece(kind: isLive ? .run(mark: mark, count: count, opens: opens, closes: closes) : .plain, html: run, plain: run))
    at += count
  }

  // MARK: Links and images

  private mutating func open(isImage: Bool) {
    flush()
    brackets.append(pieces.count)
    let mark = isImage ? "![" : "["
    pieces.append(InlinePiece(kind: .bracket(isImage: isImage), html: mark, plain: mark))
    at += mark.count
  }

  private mutating func close() {
    flush()
    guard let start = brackets.popLast(), case .bracket(let isImage) = pieces[start].kind else {
      pending.append("]")
      at += 1
      return
    }
    pieces[start].kind = .plain
    guard let (target, title, end) = target(from: at + 1) else {
      pending.append("]")
      at += 1
      return
    }
    Emphasis.apply(to: &pieces, from: start + 1)
    let label = pieces[(start + 1)...]
    let html = label.map(\.html).joined(), plain = label.map(\.plain).joined()
    pieces.removeSubrange(start...)
    let tip = title.isEmpty ? "" : " title=\"\(Markup.attribute(title))\""
    var piece = InlinePiece(kind: .plain, html: html, plain: plain)
    if isImage {
      // What may not be loaded leaves the words that describe it.
      piece.html = MarkdownText.image(target).map {
        "<img src=\"\(Markup.attribute($0))\" alt=\"\(Markup.attribute(plain))\"\(tip)>"
      } ?? "<em>\(Markup.escaped(plain))</em>"
    } else {
      piece.html = MarkdownText.link(target).map {
        "<a href=\"\(Markup.attribute($0))\"\(tip) rel=\"noreferrer\">\(html)</a>"
      } ?? html
      // A link holds no other link.
      for place in brackets { if case .bracket(false) = pieces[place].kind { pieces[place].kind = .plain } }
      brackets.removeAll { if case .plain = pieces[$0].kind { true } else { false } }
    }
    pieces.append(piece)
    at = end
  }

  /// Reads `(target "title")`.
  private func target(from start: Int) -> (target: String, title: String, end: Int)? {
    guard start < text.count, text[start] == "(" else { return nil }
    var place = start + 1
    let limit = text.count
    func skipBlanks() { while place < limit, text[place].isWhitespace { place += 1 } }
    skipBlanks()
    var target = "", depth = 0
    if place < limit, text[place] == "<" {
      place += 1
      while place < limit, !"<>\n".contains(text[place]) { target.append(text[place]); place += 1 }
      guard place < limit, text[place] == ">" else { return nil }
      place += 1
    } else {
      while place < limit, !text[place].isWhitespace {
        if text[place] == "(" { depth += 1 }
        if depth > InlineReader.targetDepth { return nil }
        if text[place] == ")" {
          if depth == 0 { break }
          depth -= 1
        }
        target.append(text[place])
        place += 1
      }
    }
    skipBlanks()
    var title = ""
    if place < limit, text[place] == "\"" || text[place] == "'" {
      let quote = text[place]
      place += 1
      while place < limit, text[place] != quote { title.append(text[place]); place += 1 }
      place += 1
      skipBlanks()
    }
    guard place < limit, text[place] == ")" else { return nil }
    return (target, title, place + 1)
  }

  private mutating func readAutolink() {
    var end = at + 1
    let limit = min(text.count, at + 1000)
    while end < limit, text[end] != ">", text[end] != "<", !text[end].isWhitespace { end += 1 }
    let target = String(text[(at + 1)..<end])
    let isMail = target.contains("@") && !target.contains("/") && !target.contains(":")
    guard end < limit, text[end] == ">", isMail || target.hasPrefix("https://") || target.hasPrefix("http://"),
      let link = MarkdownText.link(isMail ? "mailto:" + target : target)
    else {
      pending.append("<")
      at += 1
      return
    }
    flush()
    let html = "<a href=\"\(Markup.attribute(link))\" rel=\"noreferrer\">\(Markup.escaped(target))</a>"
    pieces.append(InlinePiece(kind: .plain, html: html, plain: target))
    at = end + 1
  }
}
