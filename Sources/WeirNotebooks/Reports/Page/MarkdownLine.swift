/// A line of Markdown and what its first characters make it.
struct MarkdownLine {
  struct Fence {
    let mark: Character
    let count: Int
    let info: String
  }

  struct Marker {
    let number: Int?
    let mark: Character
    /// Columns up to where the text of the item starts.
    let width: Int
    let rest: String

    func isSibling(of other: Marker) -> Bool { mark == other.mark && (number == nil) == (other.number == nil) }
    /// What may start a list in the midst of a paragraph.
    var mayInterrupt: Bool { !rest.isEmpty && (number == nil || number == 1) }
  }

  let indent: Int
  /// Without the blanks in front.
  let text: String

  init(_ line: String) {
    indent = line.prefix { $0 == " " }.count
    text = String(line.dropFirst(indent))
  }

  var isBlank: Bool { text.allSatisfy(\.isWhitespace) }

  private var trimmed: Substring {
    var rest = text[...]
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }

  var heading: (level: Int, text: String)? {
    let level = text.prefix { $0 == "#" }.count
    guard (1...6).contains(level) else { return nil }
    var rest = trimmed.dropFirst(level)
    guard rest.isEmpty || rest.first == " " else { return nil }
    // `## Title ##` is closed by marks that are not part of it.
    var closed = rest
    while closed.last == "#" { closed.removeLast() }
    if closed.isEmpty || closed.last == " " { rest = closed }
    return (level, rest.drop { $0 == " " }.reversedTrim)
  }

  /// The level of the heading that a line of `===` or `---` makes of the text above it.
  var underline: Int? {
    let marks = trimmed
    guard let first = marks.first, first == "=" || first == "-", marks.allSatisfy({ $0 == first }) else { return nil }
    return first == "=" ? 1 : 2
  }

  var isRule: Bool {
    guard let first = text.first, first == "-" || first == "*" || first == "_" else { return false }
    return text.count { $0 == first } >= 3 && text.allSatisfy { $0 == first || $0.isWhitespace }
  }

  var fence: Fence? {
    guard let mark = text.first, mark == "`" || mark == "~" else { return nil }
    let count = text.prefix { $0 == mark }.count
    let info = trimmed.dropFirst(count).drop { $0 == " " }
    guard count >= 3, mark == "~" || !info.contains("`") else { return nil }
    return Fence(mark: mark, count: count, info: String(info))
  }

  var marker: Marker? {
    guard indent < 4, let first = text.first else { return nil }
    if first == "-" || first == "*" || first == "+" { return marker(first, nil, length: 1) }
    let digits = text.prefix { ("0"..."9").contains($0) }
    guard !digits.isEmpty, digits.count <= 9, let number = Int(digits), let mark = text.dropFirst(digits.count).first,
      mark == "." || mark == ")"
    else { return nil }
    return marker(mark, number, length: digits.count + 1)
  }

  private func marker(_ mark: Character, _ number: Int?, length: Int) -> Marker? {
    let after = text.dropFirst(length)
    let blanks = after.prefix { $0 == " " }.count
    if after.allSatisfy(\.isWhitespace) { return Marker(number: number, mark: mark, width: indent + length + 1, rest: "") }
    guard blanks > 0 else { return nil }
    // Five blanks or more start indented code one column behind the mark.
    let gap = blanks > 4 ? 1 : blanks
    return Marker(number: number, mark: mark, width: indent + length + gap, rest: String(after.dropFirst(gap)))
  }

  /// Whether the line ends a paragraph that it would otherwise carry on.
  var startsBlock: Bool {
    indent < 4 && (heading != nil || fence != nil || isRule || text.hasPrefix(">") || marker?.mayInterrupt == true)
  }

  // MARK: Tables

  /// `|:--|--:|`: the sides of the columns; nil where the line is none of these.
  var alignments: [Markdown.Table.Alignment?]? {
    guard text.contains("-"), text.allSatisfy({ "|:- ".contains($0) || $0.isWhitespace }) else { return nil }
    var all: [Markdown.Table.Alignment?] = []
    for cell in cells {
      let marks = cell.drop { $0 == ":" }.prefix { $0 == "-" }
      guard !marks.isEmpty, cell.count - marks.count <= 2, !cell.contains(" ") else { return nil }
      let left = cell.hasPrefix(":"), right = cell.hasSuffix(":")
      all.append(left && right ? .center : right ? .right : left ? .left : nil)
    }
    return all.isEmpty ? nil : all
  }

  /// The parts between `|`; a bar behind a backslash is text.
  var cells: [String] {
    var cells: [String] = [], current = "", isEscaped = false
    for character in trimmed {
      if character == "|", !isEscaped {
        cells.append(current)
        current = ""
      } else {
        if character == "|" { current.removeLast() }
        current.append(character)
      }
      isEscaped = character == "\\" && !isEscaped
    }
    if !current.allSatisfy(\.isWhitespace) || cells.isEmpty { cells.append(current) }
    if text.hasPrefix("|") { cells.removeFirst() }
    return cells.map { $0.drop(while: \.isWhitespace).reversedTrim }
  }
}

extension Substring {
  /// Without the blanks at its end.
  fileprivate var reversedTrim: String {
    var rest = self
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
