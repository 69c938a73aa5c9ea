import WeirDiagnostics
package import WeirEngine

/// A notebook as its text: parts that joined again are the file to the byte.
package struct Notebook: Sendable, Hashable {
  /// A cell and the text that it is made of.
  package struct Cell: Sendable, Hashable {
    package var name: String
    /// False for a cell whose name was made up, because the file gives it none.
    package var isNamed: Bool
    package var options: CellOptions
    /// The opening fence as it stands, with its line end.
    package var opening: String
    package var code: String
    package var closing: String
    /// The line of the file (from 1) on which the code starts.
    package var line: Int
  }

  package enum Part: Sendable, Hashable {
    /// As it stands, line ends and all.
    case markdown(String)
    case cell(Cell)
    /// A block that `weir run --embed` wrote behind a cell.
    case output(String)
  }

  /// The lines from `---` to `---`; empty where there are none.
  package var head: String
  package var front: FrontMatter
  package var parts: [Part]

  package init(head: String, front: FrontMatter, parts: [Part]) {
    self.head = head
    self.front = front
    self.parts = parts
  }

  package var cells: [Cell] { parts.compactMap { if case .cell(let cell) = $0 { cell } else { nil } } }

  /// The file.
  package var text: String {
    head + parts.map { part in
      switch part {
      case .markdown(let text), .output(let text): text
      case .cell(let cell): cell.opening + cell.code + cell.closing
      }
    }.joined()
  }
}

// MARK: - Editing

extension Notebook {
  /// A notebook with the cells one below the other and nothing between.
  package init(title: String, seed: Int64, cells: [(name: String, code: String)]) {
    self.init(head: Notebook.head(title: title, seed: seed), front: FrontMatter(), parts: [])
    front.title = title
    front.seed = seed
    for cell in cells { append(name: cell.name, code: cell.code) }
  }

  private static func head(title: String, seed: Int64) -> String {
    let name = title.isEmpty ? "" : "title: \(yaml(title))\n"
    return "---\nmlnb: 1\n\(name)seed: \(seed)\n---\n"
  }

  /// A text as YAML writes it on one line.
  static func yaml(_ text: String) -> String {
    let plain = text.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || ("A"..."Z").contains($0) || $0 == " " }
    return plain && !text.hasPrefix(" ") && !text.hasSuffix(" ") ? text : "\"" + text.flatMap { character -> [Character] in
      switch character {
      case "\"": ["\\", "\""]
      case "\\": ["\\", "\\"]
      case "\n", "\r\n": ["\\", "n"]
      case "\t": ["\\", "t"]
      default: [character]
      }
    } + "\""
  }

  /// Adds a cell at the end, with an empty line above it.
  package mutating func append(name: String, code: String) {
    let body = code.isEmpty || code.hasSuffix("\n") ? code : code + "\n"
    let fence = Notebook.fence(for: body)
    let end = text
    parts.append(.markdown(end.isEmpty || end.hasSuffix("\n\n") ? "" : end.hasSuffix("\n") ? "\n" : "\n\n"))
    parts.append(.cell(Cell(
      name: name, isNamed: true, options: CellOptions(), opening: "\(fence)weir \(name)\n", code: body, closing: fence + "\n",
      line: 0)))
  }

  /// Puts other code into a cell; the rest of the file stays as it is. False where there is no such cell.
  @discardableResult
  package mutating func setCode(of name: String, to code: String) -> Bool {
    for (index, part) in parts.enumerated() {
      guard case .cell(var cell) = part, cell.name == name else { continue }
      cell.code = code.isEmpty || code.hasSuffix("\n") ? code : code + "\n"
      let needed = Notebook.fence(for: cell.code)
      if cell.opening.prefix(while: { $0 == "`" }).count < needed.count {
        cell.opening = needed + cell.opening.drop { $0 == "`" }
        cell.closing = needed + "\n"
      }
      parts[index] = .cell(cell)
      return true
    }
    return false
  }

  /// Takes a cell away, with the outputs behind it.
  package mutating func remove(_ name: String) {
    guard let index = parts.firstIndex(where: { if case .cell(let cell) = $0 { cell.name == name } else { false } }) else { return }
    parts.remove(at: index)
    while index < parts.count, case .output = parts[index] { parts.remove(at: index) }
  }

  /// Puts the outputs of cells behind them in the place of those that stood there; a cell without any gets none.
  package mutating func embed(_ outputs: [String: (key: String, text: String)]) {
    var out: [Part] = []
    for part in parts {
      if case .output = part { continue }
      out.append(part)
      guard case .cell(let cell) = part, let output = outputs[cell.name], !output.text.isEmpty else { continue }
      let body = output.text.hasSuffix("\n") ? output.text : output.text + "\n"
      let fence = Notebook.fence(for: body)
      out.append(.output("\(fence)output \(output.key)\n\(body)\(fence)\n"))
    }
    parts = out
  }

  /// Backticks enough that no line of the text closes it.
  private static func fence(for text: String) -> String {
    var most = 2
    for line in text.split(separator: "\n") { most = max(most, line.drop { $0 == " " }.prefix { $0 == "`" }.count) }
    return String(repeating: "`", count: most + 1)
  }
}
