/// Text outputs that stand in the file, each with the key of the run that it belongs to.
extension Notebook {
  /// Where the outputs behind a cell end, blank lines between them included.
  func endOfOutputs(behind index: Int) -> Int {
    var end = index + 1, next = index + 1
    while next < parts.count {
      switch parts[next] {
      case .output:
        next += 1
        end = next
      case .markdown(let text) where text.isBlankText: next += 1
      default: return end
      }
    }
    return end
  }

  /// Puts the outputs of cells behind them in the place of those that stood there; a cell without any gets none.
  package mutating func embed(_ outputs: [String: (key: String, text: String)]) {
    let end = lineEnd
    var out: [Part] = [], index = 0
    while index < parts.count {
      guard case .cell(var cell) = parts[index] else {
        if case .markdown = parts[index] { out.append(parts[index]) }
        index += 1
        continue
      }
      index = endOfOutputs(behind: index)
      guard let output = outputs[cell.name], !output.text.isEmpty else {
        out.append(.cell(cell))
        continue
      }
      if !cell.closing.endsLine { cell.closing += end }
      let body = (output.text.endsLine ? output.text : output.text + "\n").withLineEnds(end)
      let marks = Fence.marks(around: body)
      out += [.cell(cell), .output("\(marks)output \(output.key)\(end)\(body)\(marks)\(end)")]
    }
    parts = out
  }

  /// The outputs that stand behind a cell, with their keys.
  package func embedded(of name: String) -> [(key: String, text: String)] {
    guard let index = parts.firstIndex(where: { if case .cell(let cell) = $0 { cell.name == name } else { false } })
    else { return [] }
    return parts[index..<endOfOutputs(behind: index)].compactMap { part in
      guard case .output(let text) = part else { return nil }
      return Notebook.output(text)
    }
  }

  static func output(_ block: String) -> (key: String, text: String)? {
    let lines = block.linesWithEnds
    guard let opening = lines.first, let fence = Fence(opening), let key = fence.words.dropFirst().first else { return nil }
    let body = lines.dropFirst().prefix { !fence.isClosed(by: $0) }
    return (key, body.joined().withLineEnds("\n"))
  }
}
