package import WeirCatalog
import WeirDiagnostics

/// Help on one topic, drawn for the width of the terminal.
package struct HelpPage: Sendable {
  let terminal: Terminal
  private var lines: [String] = []

  init(_ terminal: Terminal) { self.terminal = terminal }

  package var text: String { lines.joined(separator: "\n") }

  /// On a builtin, or on a function written in Weir.
  package init(_ entry: CatalogInfo.Entry, _ terminal: Terminal) {
    self.init(terminal)
    add(terminal.bold(wrapped(entry.signature, indent: 4, first: 0)))
    if !entry.summary.isEmpty { add(wrapped(entry.summary)) }
    if !entry.details.isEmpty {
      space()
      for paragraph in entry.details.split(separator: "\n", omittingEmptySubsequences: false) {
        add(wrapped(String(paragraph)))
      }
    }
    parameters(entry.parameters)
    facts(entry)
    examples(entry.examples)
    if !entry.seeAlso.isEmpty {
      space()
      add(wrapped("see also: " + entry.seeAlso.joined(separator: ", "), indent: 10, first: 0))
    }
  }

  package init(_ info: CallableInfo, _ terminal: Terminal) {
    self.init(
      CatalogInfo.Entry(
        name: info.name, signature: info.signature, summary: info.summary, parameters: info.parameters), terminal)
  }

  mutating func add(_ text: String) { lines.append(text) }

  mutating func space() { if lines.last?.isEmpty == false { lines.append("") } }

  /// Names with what they are, aligned; long descriptions go on below themselves.
  mutating func table(_ rows: [(name: String, text: String)]) {
    let room = min(rows.map { displayWidth($0.name) }.max() ?? 0, max(8, terminal.width / 3))
    for row in rows {
      let gap = String(repeating: " ", count: max(1, room - displayWidth(row.name) + 2))
      add(wrapped("  " + row.name + gap + row.text, indent: room + 4, first: 0))
    }
  }

  private mutating func parameters(_ parameters: [CallableInfo.Parameter]) {
    // Of a function without descriptions the signature says it all.
    guard parameters.contains(where: { !$0.summary.isEmpty || !$0.type.isEmpty }) else { return }
    space()
    table(parameters.map { parameter in
      var notes: [String] = []
      if !parameter.type.isEmpty, parameter.type != ValueType.any.description { notes.append(parameter.type) }
      if !parameter.choices.isEmpty {
        notes.append(parameter.choices.map { "\"\($0)\"" }.joined(separator: " or "))
      }
      if let text = parameter.defaultText { notes.append("\(text) if left out") }
      if parameter.isVariadic { notes.append("any number") } else if !parameter.isRequired, parameter.defaultText == nil {
        notes.append("may be left out")
      }
      let about = notes.isEmpty ? "" : (parameter.summary.isEmpty ? "" : " ") + terminal.dim("(\(notes.joined(separator: "; ")))")
      return (parameter.name, parameter.summary + about)
    })
  }

  private mutating func facts(_ entry: CatalogInfo.Entry) {
    var facts: [(String, String)] = []
    let unsaid = [ValueType.any.description, TypeRule.computed { _ in .any }.text]
    if !entry.gives.isEmpty, !unsaid.contains(entry.gives) { facts.append(("gives", entry.gives)) }
    if entry.effect != Effect.pure.text { facts.append(("effect", entry.effect)) }
    if entry.isRandom { facts.append(("random", "the same for the same seed")) }
    guard !facts.isEmpty else { return }
    space()
    for (name, text) in facts { add(wrapped("\(name): \(text)", indent: 4, first: 0)) }
  }

  private mutating func examples(_ examples: [CatalogInfo.Example]) {
    guard !examples.isEmpty else { return }
    space()
    add(examples.count == 1 ? "example" : "examples")
    for example in examples {
      for line in example.code.split(separator: "\n", omittingEmptySubsequences: false) { add("  > \(line)") }
      guard let gives = example.gives, !gives.isEmpty else { continue }
      for line in gives.split(separator: "\n", omittingEmptySubsequences: false) { add(terminal.dim("  \(line)")) }
    }
  }

  /// Broken at blanks; the lines after the first start further in.
  func wrapped(_ text: String, indent: Int = 0, first: Int = 0) -> String {
    let width = min(terminal.width, 100)
    var lines: [String] = [], line = String(repeating: " ", count: first), used = first, fresh = true
    let lead = text.prefix { $0 == " " }
    line += lead
    used += lead.count
    for word in text.dropFirst(lead.count).split(separator: " ", omittingEmptySubsequences: false) {
      let size = displayWidth(String(word).withoutColor)
      if !fresh, used + 1 + size > width, used > indent {
        lines.append(line)
        line = String(repeating: " ", count: indent) + word
        used = indent + size
      } else {
        line += (fresh ? "" : " ") + word
        used += (fresh ? 0 : 1) + size
      }
      fresh = false
    }
    return (lines + [line]).joined(separator: "\n")
  }
}

extension String {
  /// Without `ESC [ … m`, which take no room.
  var withoutColor: String {
    guard contains("\u{1B}") else { return self }
    var out = "", skipping = false
    for character in self {
      if character == "\u{1B}" { skipping = true } else if skipping { skipping = character != "m" } else { out.append(character) }
    }
    return out
  }
}
