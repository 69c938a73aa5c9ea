import WeirCatalog
import WeirDiagnostics
import WeirTables

/// Finds the page for what a user asks about.
package struct HelpTopics: Sendable {
  let known: Vocabulary
  let terminal: Terminal

  package init(_ known: Vocabulary, _ terminal: Terminal) {
    self.known = known
    self.terminal = terminal
  }

  /// The page on a topic: a name, a builtin, a module, a command, a family of builtins; without one the overview.
  package func page(on topic: String) -> String {
    let topic = topic.trimmed
    if topic.isEmpty { return overview() }
    if topic.hasPrefix(":"), let command = known.commands.first(where: { $0.name == topic.dropFirst() }) {
      return "\(terminal.bold(":" + command.name + (command.usage.isEmpty ? "" : " " + command.usage)))\n\(command.summary)"
    }
    if let name = known.names.last(where: { $0.name == topic }) {
      return name.info.map { HelpPage($0, terminal).text } ?? about(name)
    }
    if let entry = known.builtins.first(where: { $0.name == topic }) { return HelpPage(entry, terminal).text }
    if let module = known.modules.first(where: { $0.name == topic }) { return page(on: module) }
    if let info = known.callable(topic) { return HelpPage(info, terminal).text }
    let family = known.builtins.filter { $0.family.lowercased() == topic.lowercased() }
    if !family.isEmpty { return list(family, title: family[0].family) }
    return search(topic)
  }

  private func about(_ name: Vocabulary.Name) -> String {
    guard case .table(let table) = name.type, let columns = table.columns else {
      return "\(terminal.bold(name.name)): \(name.type.description)"
    }
    var page = HelpPage(terminal)
    page.add("\(terminal.bold(name.name)): table of \(columns.count) column\(columns.count == 1 ? "" : "s")")
    page.table(columns.prefix(40).map { ($0.name, $0.type?.description ?? "") })
    if columns.count > 40 { page.add("  … and \(columns.count - 40) more") }
    return page.text
  }

  private func page(on module: Vocabulary.Module) -> String {
    var page = HelpPage(terminal)
    page.add(terminal.bold("use \(module.name)"))
    if !module.summary.isEmpty { page.add(page.wrapped(module.summary)) }
    page.space()
    page.table(module.functions.map { (module.name + "." + $0.name, $0.summary) })
    return page.text
  }

  private func list(_ entries: [CatalogInfo.Entry], title: String) -> String {
    var page = HelpPage(terminal)
    page.add(terminal.bold(title))
    page.table(entries.map { ($0.name, $0.summary) })
    return page.text
  }

  /// What is near by name, or mentions the word.
  private func search(_ topic: String) -> String {
    let names = known.names.map(\.name) + known.builtins.map(\.name) + known.modules.map(\.name)
    var page = HelpPage(terminal)
    let near = nearest(to: topic, among: names)
    page.add("there is no help on `\(topic)`" + (near.map { "; did you mean `\($0)`?" } ?? ""))
    let lower = topic.lowercased()
    let mentioned = known.builtins.filter {
      $0.name.contains(lower) || $0.summary.lowercased().contains(lower) || $0.details.lowercased().contains(lower)
    }
    if !mentioned.isEmpty {
      page.space()
      page.add("these mention it:")
      page.table(mentioned.prefix(12).map { ($0.name, $0.summary) })
    }
    return page.text
  }

  private func overview() -> String {
    var page = HelpPage(terminal)
    page.add(page.wrapped("Type a definition (`x = 1`) or an expression (`mean([1, 2, 3])`). Tab completes names, columns, "
      + "arguments and files. An input stays open while a bracket is; an empty line gives up waiting."))
    page.space()
    page.table([
      ("?NAME", "help on a function, module, command or family"), ("Ctrl-C", "drops the line, or stops what runs"),
      ("Ctrl-D", "leaves"),
    ])
    page.space()
    page.add(terminal.bold("commands"))
    page.table(known.commands.map { (":" + $0.name + ($0.usage.isEmpty ? "" : " " + $0.usage), $0.summary) })
    var families: [(name: String, members: [String])] = []
    for entry in known.builtins {
      if let index = families.firstIndex(where: { $0.name == entry.family }) {
        families[index].members.append(entry.name)
      } else {
        families.append((entry.family, [entry.name]))
      }
    }
    for family in families {
      page.space()
      page.add(terminal.bold(family.name))
      page.add(page.wrapped("  " + family.members.joined(separator: " "), indent: 2))
    }
    return page.text
  }
}
