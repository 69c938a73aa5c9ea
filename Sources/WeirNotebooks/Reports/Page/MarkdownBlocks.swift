/// Reads lines of Markdown into blocks; containers are read by reading what is in them.
struct BlockReader {
  /// Deeper quotes and lists are text.
  private static let depthLimit = 12

  private let lines: [String]
  private let depth: Int
  private var at = 0
  private var blocks: [Markdown.Block] = []
  private var paragraph: [String] = []

  static func blocks(_ lines: [String], depth: Int) -> [Markdown.Block] {
    var reader = BlockReader(lines: lines, depth: depth)
    while reader.at < lines.count { reader.readBlock() }
    reader.endParagraph()
    return reader.blocks
  }

  private init(lines: [String], depth: Int) {
    self.lines = lines
    self.depth = depth
  }

  private mutating func endParagraph() {
    guard !paragraph.isEmpty else { return }
    blocks.append(.paragraph(paragraph.joined(separator: "\n")))
    paragraph = []
  }

  private mutating func add(_ block: Markdown.Block) {
    endParagraph()
    blocks.append(block)
  }

  private mutating func readBlock() {
    let line = MarkdownLine(lines[at])
    if line.isBlank {
      endParagraph()
      at += 1
    } else if line.indent >= 4 && paragraph.isEmpty {
      readIndentedCode()
    } else if line.indent >= 4 {
      takeText(line)
    } else if let fence = line.fence {
      readFence(fence, indent: line.indent)
    } else if line.text.hasPrefix("<!--") {
      skipComment()
    } else if let (level, text) = line.heading {
      add(.heading(level, text))
      at += 1
    } else if let level = line.underline, !paragraph.isEmpty {
      blocks.append(.heading(level, paragraph.joined(separator: "\n")))
      paragraph = []
      at += 1
    } else if line.isRule {
      add(.rule)
      at += 1
    } else if line.text.hasPrefix(">"), depth < BlockReader.depthLimit {
      readQuote()
    } else if let marker = line.marker, depth < BlockReader.depthLimit, paragraph.isEmpty || marker.mayInterrupt {
      readList(marker)
    } else if !readTable(line) {
      takeText(line)
    }
  }

  private mutating func takeText(_ line: MarkdownLine) {
    // Blanks at the end are kept: two of them break the line.
    paragraph.append(line.text)
    at += 1
  }

  private mutating func readIndentedCode() {
    var code: [String] = []
    while at < lines.count {
      let line = MarkdownLine(lines[at])
      guard line.isBlank || line.indent >= 4 else { break }
      code.append(String(lines[at].dropFirst(4)))
      at += 1
    }
    while code.last?.allSatisfy({ $0 == " " }) == true { code.removeLast() }
    add(.code(language: "", code.joined(separator: "\n")))
  }

  private mutating func readFence(_ fence: MarkdownLine.Fence, indent: Int) {
    var code: [String] = []
    at += 1
    while at < lines.count {
      let line = MarkdownLine(lines[at])
      if line.indent < 4, let end = line.fence, end.mark == fence.mark, end.count >= fence.count, end.info.isEmpty {
        at += 1
        break
      }
      code.append(String(lines[at].dropFirst(min(indent, line.indent))))
      at += 1
    }
    add(.code(language: fence.info, code.joined(separator: "\n")))
  }

  private mutating func skipComment() {
    endParagraph()
    while at < lines.count {
      at += 1
      if lines[at - 1].contains("-->") { return }
    }
  }

  private mutating func readQuote() {
    var inner: [String] = []
    while at < lines.count {
      let line = MarkdownLine(lines[at])
      if line.indent < 4, line.text.hasPrefix(">") {
        let rest = line.text.dropFirst()
        inner.append(String(rest.first == " " ? rest.dropFirst() : rest))
      } else if line.isBlank || line.startsBlock || inner.last.map({ MarkdownLine($0).isBlank }) == true {
        break
      } else {
        // A paragraph goes on without the mark.
        inner.append(lines[at])
      }
      at += 1
    }
    add(.quote(BlockReader.blocks(inner, depth: depth + 1)))
  }

  private mutating func readList(_ first: MarkdownLine.Marker) {
    var items: [[Markdown.Block]] = []
    var isLoose = false, endsBlank = false
    while at < lines.count {
      let line = MarkdownLine(lines[at])
      guard let marker = line.marker, marker.isSibling(of: first), !line.isRule else { break }
      if endsBlank { isLoose = true }
      let inner = readItem(marker)
      let blocks = BlockReader.blocks(inner.lines, depth: depth + 1)
      // A blank line between two blocks of an item makes the list loose too.
      if inner.hasBlank, blocks.count > 1 { isLoose = true }
      items.append(blocks)
      endsBlank = inner.endsBlank
    }
    add(.list(start: first.number, isLoose: isLoose, items))
  }

  private mutating func readItem(_ marker: MarkdownLine.Marker) -> (lines: [String], hasBlank: Bool, endsBlank: Bool) {
    var inner = [marker.rest]
    var blanks = 0, hasBlank = false
    at += 1
    while at < lines.count {
      let line = MarkdownLine(lines[at])
      if line.isBlank {
        blanks += 1
      } else if line.indent >= marker.width {
        hasBlank = hasBlank || blanks > 0
        inner += Array(repeating: "", count: blanks) + [String(lines[at].dropFirst(marker.width))]
        blanks = 0
      } else if blanks > 0 || line.startsBlock || line.marker?.isSibling(of: marker) == true {
        break
      } else {
        inner.append(line.text)
      }
      at += 1
    }
    return (inner, hasBlank, blanks > 0)
  }

  /// False where no table starts here.
  private mutating func readTable(_ line: MarkdownLine) -> Bool {
    guard paragraph.isEmpty, line.text.contains("|"), at + 1 < lines.count,
      let alignments = MarkdownLine(lines[at + 1]).alignments
    else { return false }
    let header = line.cells
    guard header.count == alignments.count else { return false }
    at += 2
    var rows: [[String]] = []
    while at < lines.count {
      let row = MarkdownLine(lines[at])
      guard !row.isBlank, row.text.contains("|"), !row.startsBlock else { break }
      rows.append(Array(row.cells.prefix(alignments.count)))
      at += 1
    }
    add(.table(Markdown.Table(alignments: alignments, header: header, rows: rows)))
    return true
  }
}
