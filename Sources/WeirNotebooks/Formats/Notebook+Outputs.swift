package import WeirEngine

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

  /// Puts the outputs of a run behind its cells. A cell that failed or did not run keeps what stood there, whose key
  /// tells that it is old.
  package mutating func embed(_ run: ProgramRun) {
    var outputs: [String: (key: String, text: String)] = [:]
    for result in run.results.compactMap({ $0 }) where result.status == .ran || result.status == .cached {
      let text = result.shown.all.map { $0.plainReport.endsLine ? $0.plainReport : $0.plainReport + "\n" }.joined()
      outputs[result.name] = (String((result.key?.key ?? "unkept").prefix(16)), text)
    }
    embed(outputs)
  }

  /// Puts outputs behind the cells named, in the place of those that stood there; an empty text takes them away.
  package mutating func embed(_ outputs: [String: (key: String, text: String)]) {
    let lineEnd = lineEnd
    var out: [Part] = [], index = 0
    while index < parts.count {
      guard case .cell(var cell) = parts[index] else {
        out.append(parts[index])
        index += 1
        continue
      }
      let end = endOfOutputs(behind: index)
      guard let output = outputs[cell.name] else {
        out += parts[index..<end]
        index = end
        continue
      }
      index = end
      guard !output.text.isEmpty else {
        out.append(.cell(cell))
        continue
      }
      if !cell.closing.endsLine { cell.closing += lineEnd }
      let body = (output.text.endsLine ? output.text : output.text + "\n").withLineEnds(lineEnd)
      let marks = Fence.marks(around: body)
      out += [.cell(cell), .output("\(marks)output \(output.key)\(lineEnd)\(body)\(marks)\(lineEnd)")]
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
