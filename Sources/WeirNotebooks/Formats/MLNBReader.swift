package import WeirDiagnostics
import WeirCatalog
import WeirEngine
import WeirSyntax
import WeirTables

/// Reads `.mlnb`: Markdown whose fenced blocks that start with `weir` are cells.
package struct MLNBReader {
  package private(set) var diagnostics: [Diagnostic] = []
  private let file: SourceFile
  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var parts: [Notebook.Part] = []
  private var spans: [String: SourceSpan] = [:]
  private var markdown = ""

  private init(_ file: SourceFile) {
    self.file = file
    bytes = Array(file.text.utf8)
  }

  /// The notebook, and every mistake found on the way; a damaged part is kept as it stands.
  package static func read(_ file: SourceFile) -> (notebook: Notebook, diagnostics: [Diagnostic]) {
    var reader = MLNBReader(file)
    let notebook = reader.read()
    return (notebook, reader.diagnostics)
  }

  /// The next line with its end; nil at the end of the text.
  private mutating func nextLine() -> (text: String, span: SourceSpan)? {
    guard position < bytes.count else { return nil }
    let start = position
    while position < bytes.count, bytes[position] != 10 { position += 1 }
    let visible = position
    if position < bytes.count { position += 1 }
    line += 1
    return (
      String(decoding: bytes[start..<position], as: UTF8.self),
      SourceSpan(file: file.id, start: UInt32(clamping: start), end: UInt32(clamping: visible)))
  }

  private mutating func read() -> Notebook {
    let (head, front) = readHead()
    while let (text, span) = nextLine() {
      guard let fence = Fence(text) else {
        markdown += text
        continue
      }
      readBlock(text, span, fence)
    }
    flush()
    name()
    return Notebook(head: head, front: front, parts: parts)
  }

  private mutating func flush() {
    if !markdown.isEmpty { parts.append(.markdown(markdown)) }
    markdown = ""
  }

  private mutating func readHead() -> (String, FrontMatter) {
    var head = ""
    // A byte order mark stays where it is.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      head = "\u{FEFF}"
      position = 3
    }
    let saved = (position, line)
    guard let first = nextLine(), first.text.trimmedEnd == "---" else {
      (position, line) = saved
      return (head, FrontMatter())
    }
    let start = position
    var yaml = ""
    while let (text, _) = nextLine() {
      if text.trimmedEnd == "---" {
        do { return (head + first.text + yaml + text, try FrontMatter(yaml: yaml, file: file, start: start)) } catch {
          diagnostics.append((error as? Diagnostic)?.located(at: first.span) ?? .frontMatter("\(error)", at: first.span))
          return (head + first.text + yaml + text, FrontMatter())
        }
      }
      yaml += text
    }
    diagnostics.append(.frontMatter("it has no second `---` line", at: first.span))
    (position, line) = saved
    return (head, FrontMatter())
  }

  private mutating func readBlock(_ opening: String, _ span: SourceSpan, _ fence: Fence) {
    let codeLine = line
    var body = "", closing: String?
    while let (text, _) = nextLine() {
      if fence.isClosed(by: text) {
        closing = text
        break
      }
      body += text
    }
    if fence.words.first == "output", fence.words.count == 2, closing != nil, followsCell {
      flush()
      parts.append(.output(opening + body + (closing ?? "")))
      return
    }
    guard fence.words.first == "weir" else {
      markdown += opening + body + (closing ?? "")
      return
    }
    flush()
    let options = readOptions(Array(fence.words.dropFirst()), span)
    if closing == nil { diagnostics.append(.unclosedFence(options.name ?? "without a name", at: span)) }
    if let name = options.name {
      if let first = spans[name] {
        diagnostics.append(.twoCellsOfOneName(name, at: span, first: first))
      } else {
        spans[name] = span
      }
    }
    parts.append(.cell(Notebook.Cell(
      name: options.name ?? "", isNamed: options.name != nil, options: options.options, opening: opening, code: body,
      closing: closing ?? "", line: codeLine)))
  }

  /// Whether nothing but blank lines stands between here and the cell above.
  private var followsCell: Bool {
    guard markdown.allSatisfy(\.isWhitespace), let last = parts.last else { return false }
    switch last {
    case .cell, .output: return true
    case .markdown: return false
    }
  }

  private mutating func readOptions(_ words: [String], _ span: SourceSpan) -> (name: String?, options: CellOptions) {
    var options = CellOptions(), name: String?
    for (number, word) in words.enumerated() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let value = parts.count == 2 ? parts[1] : nil
      switch (parts[0], value) {
      case ("timeout", let value?):
        guard case .duration(let time)? = ParameterValues.value(value, as: "duration"), time.microseconds > 0 else {
          diagnostics.append(.wrongCellOption("timeout", value, wanted: "a time such as `90s` or `10m`", at: span))
          continue
        }
        options.timeLimit = Double(time.microseconds) / 1e6
      case ("cache", "off"): options.isCached = false
      case ("cache", "on"): options.isCached = true
      case ("cache", let value?): diagnostics.append(.wrongCellOption("cache", value, wanted: "`on` or `off`", at: span))
      case ("skip", nil): options.isSkipped = true
      case ("skip", let value?): options.isSkipped = value != "false"
      default:
        if number == 0, value == nil {
          name = word
        } else {
          diagnostics.append(.unknownCellOption(parts[0], known: ["timeout", "cache", "skip"], at: span))
        }
      }
    }
    return (name, options)
  }

  /// Names the cells that have none after what they define, so that edits elsewhere leave their names alone.
  private mutating func name() {
    var taken = Set(spans.keys)
    for index in parts.indices {
      guard case .cell(var cell) = parts[index], !cell.isNamed else { continue }
      cell.name = CellNames.name(for: cell.code, taken: taken)
      taken.insert(cell.name)
      parts[index] = .cell(cell)
    }
  }
}

/// Names for cells that a person gave none.
package enum CellNames {
  /// A word that can stand as a name in the line that opens a cell.
  package static func isName(_ text: String) -> Bool {
    !text.isEmpty && text != "skip" && !text.contains { $0.isWhitespace || $0 == "=" || $0 == "`" }
  }

  /// The first name that the code defines, else the first word that it reads, else `cell`; with a number where it is taken.
  package static func name(for code: String, taken: Set<String>) -> String {
    let tree = parse(SourceFile(id: FileID(0), name: "", text: code)).tree
    let names = DefinedNames(of: tree.statements)
    let base = names.definitions.first?.name ?? names.references.first?.name ?? "cell"
    if !taken.contains(base) { return base }
    var number = 2
    while taken.contains("\(base)_\(number)") { number += 1 }
    return "\(base)_\(number)"
  }
}

extension String {
  var trimmedEnd: String {
    var end = endIndex
    while end > startIndex, self[index(before: end)].isWhitespace { end = index(before: end) }
    return String(self[..<end])
  }
}
