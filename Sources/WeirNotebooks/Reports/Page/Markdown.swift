/// Markdown as people write it between cells: headings, paragraphs, lists, quotes, tables, code, rules; CommonMark's rules
/// without its raw HTML, which is shown as the text that it is.
struct Markdown {
  indirect enum Block: Equatable {
    case heading(Int, String)
    case paragraph(String)
    case code(language: String, String)
    case quote([Block])
    /// `start` is nil for bullets; a loose list has space between its items.
    case list(start: Int?, isLoose: Bool, [[Block]])
    case table(Table)
    case rule
  }

  struct Table: Equatable {
    enum Alignment: String { case left, center, right }
    var alignments: [Alignment?]
    var header: [String]
    var rows: [[String]]
  }

  let blocks: [Block]

  init(_ text: String) {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { Markdown.withoutTabs(String($0)) }
    blocks = BlockReader.blocks(lines, depth: 0)
  }

  /// The blocks as a fragment of a page. `anchors` hands out the ids of headings.
  func html(_ anchors: inout Anchors) -> String { blocks.map { MarkdownPage.html($0, &anchors) }.joined() }

  /// Tabs at the front of a line reach to the next multiple of four.
  private static func withoutTabs(_ line: String) -> String {
    guard line.utf8.contains(9) else { return line }
    var out = ""
    var column = 0
    for (offset, character) in line.enumerated() {
      guard character == "\t" || character == " " else { return out + line.dropFirst(offset) }
      let width = character == "\t" ? 4 - column % 4 : 1
      out += String(repeating: " ", count: width)
      column += width
    }
    return out
  }
}

/// Hands out ids: each heading gets one that is its own, spelled as links to it are.
struct Anchors {
  struct Heading: Equatable {
    let level: Int
    let id: String
    /// As plain text.
    let text: String
  }

  private(set) var headings: [Heading] = []
  private var taken: Set<String>

  init(reserved: Set<String> = []) { taken = reserved }

  mutating func add(level: Int, text: String) -> String {
    var base = ""
    for character in text.lowercased() {
      if character.isLetter || character.isNumber || character == "-" || character == "_" { base.append(character) }
      if character == " " { base.append("-") }
    }
    if base.isEmpty { base = "section" }
    var id = base, number = 1
    while !taken.insert(id).inserted {
      id = "\(base)-\(number)"
      number += 1
    }
    headings.append(Heading(level: level, id: id, text: text))
    return id
  }
}

/// The blocks of Markdown in HTML.
private enum MarkdownPage {
  static func html(_ block: Markdown.Block, _ anchors: inout Anchors) -> String {
    switch block {
    case .heading(let level, let text):
      let id = Markup.attribute(anchors.add(level: level, text: MarkdownText.plain(text)))
      return "<h\(level) id=\"\(id)\">\(MarkdownText.html(text))</h\(level)>\n"
    case .paragraph(let text): return "<p>\(MarkdownText.html(text))</p>\n"
    case .code(let language, let text):
      let isWeir = language == "weir" || language.hasPrefix("weir ")
      return "<pre class=\"block\"><code>\(isWeir ? CodeColors.html(text) : Markup.escaped(text))</code></pre>\n"
    case .quote(let blocks):
      return "<blockquote>\n" + blocks.map { html($0, &anchors) }.joined() + "</blockquote>\n"
    case .list(let start, let isLoose, let items): return list(start, isLoose, items, &anchors)
    case .table(let table): return self.table(table)
    case .rule: return "<hr>\n"
    }
  }

  private static func list(
    _ start: Int?, _ isLoose: Bool, _ items: [[Markdown.Block]], _ anchors: inout Anchors
  ) -> String {
    let tag = start == nil ? "ul" : "ol"
    let from = start.map { $0 == 1 ? "" : " start=\"\($0)\"" } ?? ""
    var out = "<\(tag)\(from)>\n"
    for item in items {
      out += "<li>" + item.map { block in
        // The text of a tight list stands in its item without a paragraph.
        if !isLoose, case .paragraph(let text) = block { return MarkdownText.html(text) + "\n" }
        return html(block, &anchors)
      }.joined() + "</li>\n"
    }
    return out + "</\(tag)>\n"
  }

  private static func table(_ table: Markdown.Table) -> String {
    func row(_ cells: [String], _ tag: String) -> String {
      "<tr>" + table.alignments.indices.map { place in
        let side = table.alignments[place].map { " style=\"text-align:\($0.rawValue)\"" } ?? ""
        return "<\(tag)\(side)>\(cells.indices.contains(place) ? MarkdownText.html(cells[place]) : "")</\(tag)>"
      }.joined() + "</tr>\n"
    }
    return "<div class=\"box\"><table class=\"words\"><thead>" + row(table.header, "th") + "</thead><tbody>\n"
      + table.rows.map { row($0, "td") }.joined() + "</tbody></table></div>\n"
  }
}
