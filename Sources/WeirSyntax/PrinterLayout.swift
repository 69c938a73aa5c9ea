import WeirDiagnostics

/// Text whose line breaks are still open: what the printer builds and what is then laid out to a width.
struct Layout: Sendable {
  indirect enum Kind: Sendable {
    case text(String)
    case sequence([Layout])
    /// All its open breaks are taken together: as blanks where everything up to the next break fits, else as line ends.
    case group(Layout)
    case indented(Layout)
    /// A blank or a line end; without the blank for `soft`.
    case line(soft: Bool)
    case lineEnd
    /// What stands only where the group around it is broken.
    case ifBroken(String)
    /// What stands only where it is not.
    case ifFlat(String)
    /// Waits for the end of the line.
    case comment(String)
    /// As many items on a line as fit.
    case filled([String])
  }

  let kind: Kind
  /// Holds a line end that must be taken, so that groups around it are broken.
  let breaks: Bool

  private init(_ kind: Kind, breaks: Bool = false) {
    self.kind = kind
    self.breaks = breaks
  }

  static func text(_ text: String) -> Layout { Layout(.text(text)) }
  static func sequence(_ parts: [Layout]) -> Layout { Layout(.sequence(parts), breaks: parts.contains(where: \.breaks)) }
  static func group(_ parts: Layout..., broken: Bool = false) -> Layout {
    let inner = parts.count == 1 ? parts[0] : sequence(parts)
    return Layout(.group(inner), breaks: broken || inner.breaks)
  }
  static func indented(_ inner: Layout) -> Layout { Layout(.indented(inner), breaks: inner.breaks) }
  static func filled(_ items: [String]) -> Layout { Layout(.filled(items)) }
  static func ifBroken(_ text: String) -> Layout { Layout(.ifBroken(text)) }
  static func ifFlat(_ text: String) -> Layout { Layout(.ifFlat(text)) }
  /// Ends the line too, as nothing can follow a comment.
  static func comment(_ text: String) -> Layout { Layout(.comment(text), breaks: true) }

  static let empty = Layout(.sequence([]))
  static let blank = Layout(.text(" "))
  static let line = Layout(.line(soft: false))
  static let softLine = Layout(.line(soft: true))
  static let lineEnd = Layout(.lineEnd, breaks: true)

  static func + (a: Layout, b: Layout) -> Layout { sequence([a, b]) }
}

extension Layout {
  /// All on one line, with `;` where only a line end would do.
  var flat: String {
    var text = ""
    appendFlat(to: &text)
    return text
  }

  private func appendFlat(to text: inout String) {
    switch kind {
    case .text(let part), .ifFlat(let part): text += part
    case .sequence(let parts): for part in parts { part.appendFlat(to: &text) }
    case .group(let inner), .indented(let inner): inner.appendFlat(to: &text)
    case .line(let soft): if !soft { text += " " }
    case .lineEnd: text += "; "
    case .filled(let items): text += items.joined(separator: " ")
    case .ifBroken, .comment: break
    }
  }

  /// Laid out to a width, two blanks for each indentation.
  func rendered(width: Int) -> String {
    var renderer = LayoutRenderer(width: width)
    renderer.run(self)
    return renderer.output
  }
}

private struct LayoutRenderer {
  struct Task {
    let layout: Layout
    let indent: Int
    let isFlat: Bool
  }

  let width: Int
  var output = ""
  private var column = 0
  private var tasks: [Task] = []
  private var comments: [String] = []
  /// Blanks owed to the line, written once something stands on it.
  private var owed = 0

  init(width: Int) { self.width = width }

  mutating func run(_ layout: Layout) {
    tasks = [Task(layout: layout, indent: 0, isFlat: false)]
    while let task = tasks.popLast() { take(task) }
    endComments()
  }

  private mutating func take(_ task: Task) {
    switch task.layout.kind {
    case .text(let text): write(text)
    case .sequence(let parts):
      for part in parts.reversed() { push(part, task) }
    case .group(let inner):
      let flat = task.isFlat || (!task.layout.breaks && fits(inner))
      tasks.append(Task(layout: inner, indent: task.indent, isFlat: flat))
    case .indented(let inner):
      tasks.append(Task(layout: inner, indent: task.indent + 2, isFlat: task.isFlat))
    case .line(let soft):
      if !task.isFlat { endLine(task.indent) } else if !soft { write(" ") }
    case .lineEnd: endLine(task.indent)
    case .ifBroken(let text): if !task.isFlat { write(text) }
    case .ifFlat(let text): if task.isFlat { write(text) }
    case .comment(let text): comments.append(text)
    case .filled(let items): fill(items, task)
    }
  }

  private mutating func push(_ layout: Layout, _ task: Task) {
    tasks.append(Task(layout: layout, indent: task.indent, isFlat: task.isFlat))
  }

  private mutating func fill(_ items: [String], _ task: Task) {
    for (number, item) in items.enumerated() {
      if number > 0 {
        let fits = task.isFlat || column + 1 + displayWidth(item) <= width
        if fits { write(" ") } else { endLine(task.indent) }
      }
      write(item)
    }
  }

  private mutating func write(_ text: String) {
    guard !text.isEmpty else { return }
    output += String(repeating: " ", count: owed)
    owed = 0
    output += text
    // A long text brings line ends of its own.
    if let lineEnd = text.utf8.lastIndex(of: UInt8(ascii: "\n")) {
      column = displayWidth(String(text[text.index(after: lineEnd)...]))
    } else {
      column += displayWidth(text)
    }
  }

  private mutating func endComments() {
    for comment in comments {
      output += (output.isEmpty || output.last == "\n" ? String(repeating: " ", count: owed) : "  ") + comment
      owed = 0
    }
    comments = []
  }

  private mutating func endLine(_ indent: Int) {
    endComments()
    output += "\n"
    owed = indent
    column = indent
  }

  /// Whether a group, flat, and what follows it up to the next line end fit in what is left of the line.
  private func fits(_ inner: Layout) -> Bool {
    var left = width - column
    var stack = [Task(layout: inner, indent: 0, isFlat: true)]
    var below = tasks.count
    while left >= 0 {
      if stack.isEmpty {
        guard below > 0 else { return true }
        below -= 1
        stack.append(tasks[below])
      }
      guard let task = stack.popLast() else { return true }
      switch task.layout.kind {
      case .text(let text):
        if let lineEnd = text.firstIndex(of: "\n") { return displayWidth(String(text[..<lineEnd])) <= left }
        left -= displayWidth(text)
      case .sequence(let parts):
        for part in parts.reversed() { stack.append(Task(layout: part, indent: 0, isFlat: task.isFlat)) }
      case .group(let inner):
        stack.append(Task(layout: inner, indent: 0, isFlat: task.isFlat || !task.layout.breaks))
      case .indented(let inner): stack.append(Task(layout: inner, indent: 0, isFlat: task.isFlat))
      case .line(let soft):
        if !task.isFlat { return true }
        if !soft { left -= 1 }
      case .lineEnd: return true
      case .ifBroken(let text): if !task.isFlat { left -= displayWidth(text) }
      case .ifFlat(let text): if task.isFlat { left -= displayWidth(text) }
      case .comment: break
      case .filled(let items):
        if !task.isFlat { return displayWidth(items.first ?? "") <= left }
        left -= items.reduce(items.count - 1) { $0 + displayWidth($1) }
      }
    }
    return false
  }
}
