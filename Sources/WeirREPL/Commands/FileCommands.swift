import WeirBase
import WeirChecker
import WeirDiagnostics
import WeirEngine
package import WeirNotebooks
import WeirSyntax

extension REPL {
  /// `:save`: the words of a notebook that was loaded stay as they are.
  func save(_ path: String) {
    let path = path.expandingHome
    guard path.hasSuffix(".mlnb") || path.hasSuffix(".weir") else {
      return remark("write a name that ends in .mlnb (a notebook) or .weir (a script)")
    }
    guard !session.cells.isEmpty else { return remark("there are no cells to save yet") }
    if path != file?.path, Folder.isFile(path) {
      guard confirm("there is a `\(path)`; replace it?") else { return remark("nothing was written") }
    }
    let text = path.hasSuffix(".mlnb") ? notebook(for: path).text : script(for: path)
    do {
      try AtomicFile.write(Array(text.utf8), to: path)
      file = try? ProgramFile.load(path, text: text)
      let count = session.cells.count
      remark(terminal.dim("wrote \(count) cell\(count == 1 ? "" : "s") to \(path)"))
    } catch {
      report([.unwritableFile(path, problem: (error as? FileFault)?.message ?? "\(error)")])
    }
  }

  /// The session as a notebook: the one that was loaded, with what has changed.
  private func notebook(for path: String) -> Notebook {
    var notebook = file?.notebook ?? Notebook(title: "", seed: session.program.seed, cells: [])
    let now = Set(session.cells.map(\.name)), before = Set(notebook.cells.map(\.name))
    for gone in before.subtracting(now) { notebook.remove(gone) }
    for cell in session.cells {
      if !before.contains(cell.name) {
        notebook.append(name: cell.name, code: cell.file.text)
      } else if notebook.cells.first(where: { $0.name == cell.name })?.code.trimmed != cell.file.text.trimmed {
        notebook.setCode(of: cell.name, to: cell.file.text)
      }
    }
    if path != file?.path { notebook.head = head(notebook.head, for: path) }
    return notebook
  }

  /// Relative paths go on meaning the same files, wherever the notebook lies.
  private func head(_ head: String, for path: String) -> String {
    var lines = head.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("folder:") }
    let folder = PipelineExport.relative(session.program.folder, from: Folder.parent(of: path))
    if folder != ".", let end = lines.lastIndex(of: "---"), end > 0 { lines.insert("folder: \"\(folder)\"", at: end) }
    return lines.joined(separator: "\n")
  }

  private func script(for path: String) -> String {
    let plain = head("---\nseed: \(session.program.seed)\n---\n", for: path)
    let head = session.program.seed == 0 && !plain.contains("folder:") ? "" : plain + "\n"
    return head + session.cells.map { $0.file.text.trimmed + "\n" }.joined(separator: "\n")
  }

  private func confirm(_ question: String) -> Bool {
    let answer = ask("\(question) [y/N] ")?.lowercased() ?? ""
    return answer == "y" || answer == "yes"
  }

  /// `:load`
  func load(_ path: String) {
    do { open(try ProgramFile.load(path.expandingHome)) } catch { report(loading: error) }
  }

  func report(loading error: any Error) {
    switch error {
    case let problems as FileProblems:
      let renderer = Renderer(sources: problems.sources, style: terminal.color ? .ansi : .plain)
      screen.remark(renderer.render(problems.diagnostics))
    case let diagnostic as Diagnostic: report([diagnostic])
    default: remark("\(error)")
    }
  }

  /// Takes the cells of a file and runs them; up to the one called `last` where that is given, which sees its names as
  /// they are there.
  package func open(_ file: ProgramFile, upTo last: String? = nil, running: Bool = true) {
    var cells = file.cellTexts
    if let last {
      guard let end = cells.firstIndex(where: { $0.name == last }) else {
        let near = nearest(to: last, among: cells.map(\.name))
        return remark("\(file.path) has no cell `\(last)`" + (near.map { "; did you mean `\($0)`?" } ?? ""))
      }
      cells = Array(cells[...end])
    }
    session.load(cells, seed: file.front.seed, folder: file.program.folder, path: file.path)
    self.file = file
    let mistakes = ProgramCheck.run(session.program, modules: session.modules)
    // What a session does not use now it may use in the next line.
    report(mistakes.filter { $0.code.number != 203 })
    if mistakes.contains(where: { $0.severity == .error }) {
      return remark("nothing was run; `:edit CELL` mends a cell, `:run` runs them all")
    }
    let count = "\(session.cells.count) cell\(session.cells.count == 1 ? "" : "s")"
    if !running { return remark(terminal.dim("\(count), none run yet; `:run` runs them")) }
    if let last {
      run(cell: last)
    } else if session.stale().isEmpty {
      remark(terminal.dim("\(count), all fresh"))
    } else {
      runCells("")
    }
  }

  /// `:export`
  func export(_ folder: String) {
    guard let exporter else { return remark("this session can't export; save it and use `weir export`") }
    guard !session.program.graph.outputs.isEmpty else {
      return remark("write `output NAME` first: a pipeline is what the outputs need")
    }
    let path = file?.notebook == nil ? Folder.join(session.program.folder, "session.mlnb") : file?.path ?? "session.mlnb"
    do {
      exporter(try ProgramFile.load(path, text: notebook(for: path).text), folder.expandingHome)
    } catch { report(loading: error) }
  }
}

extension ProgramFile {
  /// The cells with the text of each.
  var cellTexts: [(name: String, text: String, options: CellOptions)] {
    guard kind == .script else { return program.cells.map { ($0.name, $0.file.text.trimmed, $0.options) } }
    // The cells of a script share its text: each has what stands between the end of the one above and its own.
    var start = 0
    return program.cells.map { cell in
      let bytes = Array(cell.file.text.utf8)
      let end = cell.statements.last.map { Int($0.span.end) } ?? (cell.statements.isEmpty ? bytes.count : start)
      let text = String(decoding: bytes[min(start, end)..<min(max(start, end), bytes.count)], as: UTF8.self)
      start = end
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      while let first = lines.first, first.allSatisfy(\.isWhitespace) || first.hasPrefix("stage ") { lines.removeFirst() }
      return (cell.name, lines.joined(separator: "\n").trimmed, cell.options)
    }
  }
}

extension String {
  /// `~/` is the user's folder.
  var expandingHome: String {
    guard hasPrefix("~/"), let home = environment("HOME") else { return self }
    return home + dropFirst()
  }
}
