package import WeirCatalog

/// The reference as Markdown, one page for each family of builtins, from their declarations alone.
package struct ReferencePages {
  package struct Page {
    package let name: String
    package let text: String
  }

  package let pages: [Page]

  package init(_ info: CatalogInfo) {
    var families: [String] = []
    for entry in info.builtins where !families.contains(entry.family) { families.append(entry.family) }
    var index = "# Reference\n\nEvery builtin, by family. These pages are written by `make docs` from the declarations.\n"
    var pages: [Page] = []
    for family in families {
      let entries = info.builtins.filter { $0.family == family }
      let file = family.lowercased().map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined() + ".md"
      index += "\n## [\(family)](\(file))\n\n"
      for entry in entries { index += "- [`\(entry.name)`](\(file)#\(entry.name)): \(entry.summary)\n" }
      let sections = entries.map(ReferencePages.section).joined(separator: "\n")
      pages.append(Page(name: file, text: "# \(family)\n\n\(sections)"))
    }
    self.pages = [Page(name: "index.md", text: index)] + pages
  }

  /// One builtin.
  package static func section(_ entry: CatalogInfo.Entry) -> String {
    var text = "## \(entry.name)\n\n```text\n\(entry.signature)\n```\n\n\(entry.summary)\n"
    if !entry.details.isEmpty { text += "\n\(entry.details)\n" }
    if !entry.parameters.isEmpty {
      text += "\n| argument | kind | default | |\n|---|---|---|---|\n"
      for parameter in entry.parameters {
        let fallback = parameter.defaultText.map { "`\($0)`" } ?? (parameter.isRequired ? "must be given" : "")
        let choices = parameter.choices.isEmpty ? "" : " One of " + parameter.choices.map { "`\"\($0)\"`" }.joined(separator: ", ") + "."
        let name = parameter.isVariadic ? "\(parameter.name)…" : parameter.name
        text += "| `\(name)` | \(parameter.type) | \(fallback) | \(cell(parameter.summary + choices)) |\n"
      }
    }
    text += "\nGives: \(entry.gives)."
    if entry.effect != "none" { text += " Effect: \(entry.effect)." }
    if entry.isRandom { text += " Draws random numbers, the same on every run." }
    text += "\n"
    for example in entry.examples {
      text += "\n```weir\n\(example.code)"
      if let gives = example.gives { text += gives.contains("\n") ? "" : "  # => \(gives)" }
      text += "\n```\n"
    }
    if !entry.seeAlso.isEmpty { text += "\nSee also: " + entry.seeAlso.map { "`\($0)`" }.joined(separator: ", ") + ".\n" }
    return text
  }

  private static func cell(_ text: String) -> String {
    text.split(separator: "\n").joined(separator: " ").split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}
