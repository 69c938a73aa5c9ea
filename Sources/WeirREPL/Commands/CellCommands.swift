import WeirChecker
import WeirDiagnostics
import WeirEngine

extension REPL {
  /// `:cells`
  func listCells() {
    guard !session.cells.isEmpty else { return remark("there are no cells yet") }
    let stale = Set(session.stale())
    let room = min(24, session.cells.map { displayWidth($0.name) }.max() ?? 0)
    for cell in session.cells {
      let name = cell.name + String(repeating: " ", count: max(0, room - displayWidth(cell.name)))
      let state = state(of: cell.name, isStale: stale.contains(cell.name))
      let lines = cell.file.text.split(separator: "\n", omittingEmptySubsequences: true)
      let code = (lines.first.map(String.init) ?? "") + (lines.count > 1 ? " … \(lines.count) lines" : "")
      let column = state + String(repeating: " ", count: max(0, 13 - displayWidth(state)))
      screen.show(fitted("\(name)  \(column)  \(code)", to: terminal.width))
    }
  }

  private func state(of name: String, isStale: Bool) -> String {
    guard let result = session.result(ofCell: name) else { return "not run" }
    if result.status == .failed { return "failed" }
    // Times that nobody waits for are not worth a word.
    return isStale ? "stale" : result.duration < 0.01 ? "fresh" : "fresh \(ProgressMeter.time(result.duration))"
  }

  /// `:graph`
  func drawGraph() {
    guard !session.cells.isEmpty else { return remark("there are no cells yet") }
    let graph = session.program.graph
    let nodes = session.cells.enumerated().map { index, cell in
      var reads: [(row: Int, names: [String])] = []
      for read in graph.facts[index].reads {
        guard let definition = read.definition, definition.kind != .module else { continue }
        if let place = reads.firstIndex(where: { $0.row == definition.cell }) {
          if !reads[place].names.contains(read.name) { reads[place].names.append(read.name) }
        } else {
          reads.append((definition.cell, [read.name]))
        }
      }
      let note = reads.isEmpty ? "" : "reads " + reads.flatMap(\.names).joined(separator: ", ")
      return GraphDrawing.Node(cell.name, reads: reads, note: note)
    }
    screen.show(GraphDrawing(nodes).lines(width: terminal.width).joined(separator: "\n"))
  }

  /// `:stale`
  func listStale() {
    let stale = session.stale()
    guard !stale.isEmpty else { return remark("every cell is fresh") }
    for name in stale {
      screen.show("\(name): " + session.reasons(forCell: name).joined(separator: "; "))
    }
    remark(terminal.dim("`:run` runs them"))
  }

  /// `:why`
  func explain(_ name: String) {
    let graph = session.program.graph
    let versions = graph.definitions(of: name)
    guard let last = versions.last, session.cells.indices.contains(last.cell) else {
      if session.program.index(ofCell: name) != nil { return explain(cell: name) }
      let near = nearest(to: name, among: Array(graph.names) + session.cells.map(\.name))
      return remark("nothing here is called `\(name)`" + (near.map { "; did you mean `\($0)`?" } ?? ""))
    }
    let cell = session.cells[last.cell].name
    var place = "`\(name)` is defined in cell `\(cell)`"
    if versions.count > 1 {
      let before = versions.dropLast().map { "`\(session.cells[$0.cell].name)`" }.joined(separator: ", ")
      place += ", over " + (versions.count == 2 ? "the version" : "the versions") + " in \(before)"
    }
    screen.show(place)
    explain(cell: cell)
  }

  private func explain(cell name: String) {
    guard let index = session.program.index(ofCell: name) else { return }
    let graph = session.program.graph
    var seen: Set<String> = []
    for read in graph.facts[index].reads {
      guard let definition = read.definition, seen.insert(read.name).inserted else { continue }
      let from = definition.cell == index ? "" : " of cell `\(session.cells[definition.cell].name)`"
      screen.show("  reads `\(read.name)`\(from)")
    }
    let result = session.result(ofCell: name)
    for file in result?.reads ?? [] { screen.show("  reads file `\(file.path)`") }
    let reasons = session.reasons(forCell: name)
    if reasons.isEmpty {
      screen.show("  up to date" + (result.map { "; it took \(ProgressMeter.time($0.duration))" } ?? ""))
    } else {
      screen.show("  stale: " + reasons.joined(separator: "; "))
    }
    let readers = graph.dependents(of: index).map { "`\(session.cells[$0].name)`" }
    if !readers.isEmpty { screen.show("  read by " + readers.joined(separator: ", ")) }
  }

  /// `:run`
  func runCells(_ name: String) {
    if !name.isEmpty {
      guard let cell = cell(called: name) else { return }
      run(cell: cell)
      return
    }
    let stale = session.stale()
    if stale.isEmpty { return remark("every cell is fresh") }
    for name in stale where session.stale().contains(name) {
      guard let result = run(cell: name), result.isDone else { break }
    }
  }

  /// The name of a cell, given itself or a name that it defines; says so where there is none.
  func cell(called name: String) -> String? {
    if name.isEmpty {
      if session.cells.isEmpty { remark("there are no cells yet") }
      return session.cells.last?.name
    }
    if session.program.index(ofCell: name) != nil { return name }
    if let definition = session.program.graph.definitions(of: name).last { return session.cells[definition.cell].name }
    let near = nearest(to: name, among: session.cells.map(\.name))
    remark("there is no cell `\(name)`" + (near.map { "; did you mean `\($0)`?" } ?? "; `:cells` lists them"))
    return nil
  }

  /// `:remove`
  func remove(_ name: String) {
    guard let cell = cell(called: name) else { return }
    session.remove(cell)
    sayStale(besides: nil)
  }

  /// `:undo`
  func undo() {
    let before = session.cells
    guard session.undo() else { return remark("there is nothing to take back") }
    let now = session.cells
    if now.count < before.count, zip(now, before).allSatisfy({ $0.file.id == $1.file.id }) {
      let gone = before[now.count...].map { "`\($0.name)`" }.joined(separator: ", ")
      remark(terminal.dim("took back \(gone)"))
    } else {
      remark(terminal.dim("took the last change back; \(now.count) cell\(now.count == 1 ? "" : "s")"))
    }
  }

  /// `:time`
  func time(_ text: String) {
    guard let result = evaluate(text, keeping: false), result.isDone else { return }
    screen.show(terminal.dim(result.status == .cached ? "known from before" : ProgressMeter.time(result.duration)))
  }

  /// What an edit made stale, so that nobody trusts an old result.
  func sayStale(besides cell: String?) {
    let stale = session.stale().filter { $0 != cell }
    guard !stale.isEmpty else { return }
    let names = stale.prefix(8).map { "`\($0)`" }.joined(separator: ", ") + (stale.count > 8 ? ", …" : "")
    remark(terminal.dim("stale now: \(names); `:run` runs \(stale.count == 1 ? "it" : "them")"))
  }
}
