import WeirDiagnostics
package import WeirEngine
import WeirSyntax

/// A `.weir` script as cells: each `stage` starts one, and what stands above the first is one of its own. A script without
/// stages is one cell for each top-level statement, so that an edit re-runs what depends on it and nothing else.
package struct ScriptReader: Sendable {
  package let front: FrontMatter
  package let cells: [ProgramCell]

  package init(_ text: String, name: String) throws {
    let file = SourceFile(id: FileID(0), name: name, text: text)
    let body = try ScriptReader.front(file)
    front = body.front
    // The front matter becomes blank lines, so that places in the code keep their lines.
    let code = SourceFile(id: FileID(1), name: name, text: body.code)
    let parsed = parse(code)
    guard parsed.diagnostics.allSatisfy({ $0.severity == .warning }) else {
      cells = [ProgramCell(name: "script", file: code, options: CellOptions(), parsed: parsed)]
      return
    }
    cells = ScriptReader.groups(parsed.tree.statements).map { name, statements in
      let tree = SyntaxTree(file: code, statements: statements, nodeCount: parsed.tree.nodeCount)
      return ProgramCell(
        name: name, file: code, options: CellOptions(), parsed: ParseResult(tree: tree, diagnostics: [], isIncomplete: false))
    }
  }

  private static func front(_ file: SourceFile) throws -> (front: FrontMatter, code: String) {
    let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first.map(String.init)?.trimmedEnd == "---",
      let end = lines.dropFirst().firstIndex(where: { String($0).trimmedEnd == "---" })
    else { return (FrontMatter(), file.text) }
    let yaml = lines[1..<end].joined(separator: "\n")
    let front = try FrontMatter(yaml: yaml, file: file, start: lines[0].utf8.count + 1)
    let blank = String(repeating: "\n", count: end + 1)
    return (front, blank + lines[(end + 1)...].joined(separator: "\n"))
  }

  private static func groups(_ statements: [Statement]) -> [(name: String, statements: [Statement])] {
    let hasStages = statements.contains { if case .stage = $0.kind { true } else { false } }
    var groups: [(name: String, statements: [Statement])] = []
    var names = CellNames()
    if hasStages {
      for statement in statements {
        if case .stage(let name) = statement.kind {
          groups.append((names.unique(name.name), []))
        } else if groups.isEmpty {
          groups.append(("head", [statement]))
        } else {
          groups[groups.count - 1].statements.append(statement)
        }
      }
      return groups
    }
    for statement in statements {
      let own = DefinedNames(of: statement)
      let base = own.definitions.first?.name ?? own.uses.first?.name ?? own.references.first?.name ?? "line"
      groups.append((names.unique(base), [statement]))
    }
    return groups
  }

  /// Names for cells, each given once: a number makes the second of one name another.
  private struct CellNames {
    private var taken: Set<String> = []
    private var last: [String: Int] = [:]

    mutating func unique(_ name: String) -> String {
      if taken.insert(name).inserted { return name }
      var number = last[name] ?? 1
      repeat { number += 1 } while !taken.insert("\(name)_\(number)").inserted
      last[name] = number
      return "\(name)_\(number)"
    }
  }
}
