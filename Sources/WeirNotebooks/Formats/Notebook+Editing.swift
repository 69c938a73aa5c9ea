package import WeirEngine
import WeirTables

/// Edits change the part that they are about; all else stays as it is to the byte.
extension Notebook {
  /// A notebook with the cells one below the other and nothing between.
  package init(title: String, seed: Int64, cells: [(name: String, code: String)]) {
    self.init(head: Notebook.head(title: title, seed: seed), front: FrontMatter(), parts: [])
    front.title = title
    front.seed = seed
    for cell in cells { append(name: cell.name, code: cell.code) }
  }

  static func head(title: String, seed: Int64) -> String {
    let name = title.isEmpty ? "" : "title: \(yaml(title))\n"
    return "---\nmlnb: 1\n\(name)seed: \(seed)\n---\n"
  }

  /// A text as YAML writes it on one line.
  static func yaml(_ text: String) -> String {
    let plain = text.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("A"..."Z").contains($0) || $0 == " " }
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    if plain, !reserved, !text.hasPrefix(" "), !text.hasSuffix(" ") { return text }
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}":
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  /// The line ends of the file, after its first.
  var lineEnd: String {
    let bytes = text.utf8
    guard let first = bytes.firstIndex(of: UInt8(ascii: "\n")), first > bytes.startIndex else { return "\n" }
    return bytes[bytes.index(before: first)] == UInt8(ascii: "\r") ? "\r\n" : "\n"
  }

  private func index(of name: String) -> Int? {
    parts.firstIndex { if case .cell(let cell) = $0 { cell.name == name } else { false } }
  }

  /// The line of the file that a line of a cell is, both from 1; nil where there is no such cell.
  package func fileLine(_ line: Int, of name: String) -> Int? {
    guard let index = index(of: name), case .cell(let cell) = parts[index] else { return nil }
    var above = head
    for part in parts[..<index] { above += Notebook.text(of: part) }
    return (above + cell.opening).utf8.count { $0 == UInt8(ascii: "\n") } + line
  }

  // MARK: Cells

  /// Adds a cell at the end, with an empty line above it.
  package mutating func append(name: String, code: String) { insert(name: name, code: code, at: parts.count) }

  /// Adds a cell behind another and its outputs; at the end where there is no such cell.
  package mutating func insert(name: String, code: String, after other: String) {
    guard let index = index(of: other) else { return append(name: name, code: code) }
    insert(name: name, code: code, at: endOfOutputs(behind: index))
  }

  private mutating func insert(name: String, code: String, at index: Int) {
    let end = lineEnd
    let body = (code.isEmpty || code.endsLine ? code : code + "\n").withLineEnds(end)
    let marks = Fence.marks(around: body)
    let cell = Cell(
      name: name, isNamed: true, options: CellOptions(), opening: "\(marks)weir \(name)\(end)", code: body,
      closing: marks + end, line: 0)
    let above = head + parts[..<index].map(Notebook.text).joined()
    let gap = above.isEmpty || above.hasSuffix("\n\n") || above.hasSuffix("\r\n\r\n") ? "" : above.endsLine ? end : end + end
    parts.insert(contentsOf: (gap.isEmpty ? [] : [.markdown(gap)]) + [.cell(cell)], at: index)
  }

  /// Puts other code into a cell; the rest of the file stays as it is. False where there is no such cell.
  @discardableResult
  package mutating func setCode(of name: String, to code: String) -> Bool {
    guard let index = index(of: name), case .cell(var cell) = parts[index] else { return false }
    let end = cell.opening.hasSuffix("\r\n") ? "\r\n" : "\n"
    let body = (code.isEmpty || code.endsLine ? code : code + "\n").withLineEnds(end)
    guard body != cell.code else { return true }
    cell.code = body
    if let fence = Fence(cell.opening) {
      if body.linesWithEnds.contains(where: fence.isClosed) {
        let indent = String(repeating: " ", count: fence.indent), marks = Fence.marks(around: body, mark: fence.mark)
        let lastEnd = cell.closing.isEmpty || cell.closing.endsLine ? end : ""
        cell.opening = indent + marks + cell.opening.dropFirst(fence.indent + fence.count)
        cell.closing = indent + marks + lastEnd
      }
    }
    parts[index] = .cell(cell)
    return true
  }

  /// Gives a cell another name; false where there is no such cell, or the name is taken or can't be one.
  @discardableResult
  package mutating func rename(_ name: String, to other: String) -> Bool {
    guard let index = index(of: name), case .cell(var cell) = parts[index], CellNames.isName(other),
      other == name || self.index(of: other) == nil, let fence = Fence(cell.opening)
    else { return false }
    let start = cell.opening.index(cell.opening.startIndex, offsetBy: fence.indent + fence.count)
    var info = cell.opening[start...]
    let blanks = info.prefix { $0 == " " || $0 == "\t" }
    info = info.dropFirst(blanks.count + "weir".count)
    if cell.isNamed {
      let gap = info.prefix { $0 == " " || $0 == "\t" }
      info = info.dropFirst(gap.count).drop { !$0.isWhitespace }
    }
    cell.opening = cell.opening[..<start] + blanks + "weir \(other)" + info
    (cell.name, cell.isNamed) = (other, true)
    parts[index] = .cell(cell)
    return true
  }

  /// Writes the options of a cell anew where they differ from those it has.
  @discardableResult
  package mutating func setOptions(of name: String, to options: CellOptions) -> Bool {
    guard let index = index(of: name), case .cell(var cell) = parts[index], let fence = Fence(cell.opening) else { return false }
    guard cell.options != options else { return true }
    let start = cell.opening.index(cell.opening.startIndex, offsetBy: fence.indent + fence.count)
    var words = ["weir"] + (cell.isNamed ? [cell.name] : [])
    if let limit = options.timeLimit, let time = Notebook.time(limit) { words.append("timeout=\(time)") }
    if !options.isCached { words.append("cache=off") }
    if options.isSkipped { words.append("skip") }
    let end = cell.opening.hasSuffix("\r\n") ? "\r\n" : "\n"
    cell.opening = cell.opening[..<start] + words.joined(separator: " ") + end
    cell.options = options
    parts[index] = .cell(cell)
    return true
  }

  /// "90s", "10m", "1500ms".
  private static func time(_ seconds: Double) -> String? {
    guard let milliseconds = Int64(exactly: (seconds * 1000).rounded()), milliseconds > 0 else { return nil }
    for (unit, size) in [("h", Int64(3_600_000)), ("m", 60_000), ("s", 1000)] where milliseconds % size == 0 {
      return "\(milliseconds / size)\(unit)"
    }
    return "\(milliseconds)ms"
  }

  /// Takes a cell away, with the outputs behind it.
  package mutating func remove(_ name: String) {
    guard let index = index(of: name) else { return }
    parts.removeSubrange(index..<endOfOutputs(behind: index))
  }

  /// Moves a cell with its outputs behind another, or to the top where none is named. False where one does not exist.
  @discardableResult
  package mutating func move(_ name: String, after other: String?) -> Bool {
    guard let index = index(of: name), other != name, other.map({ self.index(of: $0) != nil }) ?? true else { return false }
    var moved = Array(parts[index..<endOfOutputs(behind: index)])
    parts.removeSubrange(index..<(index + moved.count))
    // The empty line behind it goes along.
    var gap = Part.markdown(lineEnd)
    if index < parts.count, case .markdown(let text) = parts[index], text.isBlankText, text.endsLine {
      gap = parts.remove(at: index)
    }
    // Only the last cell of a file may lack its line end.
    if case .cell(var cell)? = moved.first, !cell.closing.endsLine {
      cell.closing += lineEnd
      moved[0] = .cell(cell)
    }
    if let other, let place = self.index(of: other) {
      let end = endOfOutputs(behind: place)
      closeLine(before: end)
      parts.insert(contentsOf: [gap] + moved, at: end)
    } else {
      let place = parts.firstIndex { if case .cell = $0 { true } else { false } } ?? parts.count
      parts.insert(contentsOf: moved + [gap], at: place)
    }
    return true
  }

  /// The part before a place ends its line.
  private mutating func closeLine(before index: Int) {
    guard index > 0, !Notebook.text(of: parts[index - 1]).endsLine else { return }
    switch parts[index - 1] {
    case .markdown(let text): parts[index - 1] = .markdown(text + lineEnd)
    case .output(let text): parts[index - 1] = .output(text + lineEnd)
    case .cell(var cell):
      cell.closing += lineEnd
      parts[index - 1] = .cell(cell)
    }
  }
}
