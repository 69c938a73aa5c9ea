import Glibc
import WeirBase
import WeirCatalog
import WeirDiagnostics
package import WeirEngine
package import WeirNotebooks
import WeirTables

/// The prompt: each input becomes a cell of a session.
///
/// An input that fails leaves no cell behind, so that what `:save` writes is what worked.
package final class REPL {
  let session: Session
  let screen: Screen
  let builtins: [CatalogInfo.Entry]
  private var editor: LineEditor?
  private var isLeaving = false
  /// Typed ahead in the next line (a text that `:edit` could not place).
  var draft: String?
  /// What was loaded or saved last.
  var file: ProgramFile?
  /// Writes the pipeline of a notebook into a folder, and says so.
  let exporter: ((ProgramFile, _ folder: String) -> Void)?

  package init(
    _ session: Session, screen: Screen = Screen(), exporter: ((ProgramFile, _ folder: String) -> Void)? = nil
  ) {
    self.session = session
    self.exporter = exporter
    self.screen = screen
    builtins = CatalogInfo(session.catalog).builtins
  }

  var terminal: Terminal { Terminal.current() }

  var vocabulary: Vocabulary { Vocabulary(session, commands: Command.all.map(\.info), builtins: builtins) }

  /// Reads and answers until Ctrl-D or `:quit`.
  ///
  /// `start` is done before the first prompt.
  package func run(greeting: String? = nil, start: (REPL) -> Void = { _ in }) {
    Interrupts.takeOver()
    if let greeting { screen.remark(terminal.dim(greeting)) }
    let editor = LineEditor(history: History(path: History.standardPath)) { [unowned self] text, cursor in
      Completer(vocabulary).complete(text, cursor: cursor)
    }
    self.editor = editor
    start(self)
    while !isLeaving {
      let initial = draft
      draft = nil
      switch editor.read(prompt, continuation: continuation, initial: initial) {
      case .text(let text): answer(text)
      case .interrupted: continue
      case .end:
        screen.remark("")
        return
      }
    }
  }

  /// The marks tell readline which bytes take no room.
  private var prompt: String { terminal.color ? "\u{1}\u{1B}[1;34m\u{2}weir>\u{1}\u{1B}[0m\u{2} " : "weir> " }
  private var continuation: String { terminal.color ? "\u{1}\u{1B}[2m\u{2}  ...\u{1}\u{1B}[0m\u{2} " : "  ... " }

  func leave() { isLeaving = true }

  /// Asks for a line that is no program; nil where none is given.
  func ask(_ prompt: String, initial: String = "") -> String? {
    editor?.ask(prompt, initial: initial)
  }

  /// Does what one input asks for.
  package func answer(_ input: String) {
    let text = input.trimmed
    if text.isEmpty { return }
    if text.hasPrefix("?") {
      screen.show(HelpTopics(vocabulary, terminal).page(on: String(text.dropFirst())))
    } else if text.hasPrefix(":") {
      command(String(text.dropFirst()))
    } else if let meant = habit(text) {
      command(meant)
    } else if text.hasPrefix("|>") || text.hasPrefix(">>"), let last = session.cells.last {
      extend(last, with: text)
    } else {
      evaluate(text)
    }
  }

  /// The command that is meant by what other prompts take: `exit`, `quit()`, `help(fit)`, `fit?`.
  ///
  /// A name of the session's own is what it says.
  private func habit(_ text: String) -> String? {
    if text.hasSuffix("?"), text.dropLast().allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) {
      return "help \(text.dropLast())"
    }
    let name = text.prefix { $0.isLetter }, rest = text.dropFirst(name.count)
    guard ["exit", "quit", "help"].contains(name), !vocabulary.names.contains(where: { $0.name == name }) else { return nil }
    if rest.isEmpty || rest == "()" { return name == "help" ? "help" : "quit" }
    guard name == "help", rest.hasPrefix("("), rest.hasSuffix(")") else { return nil }
    return "help \(rest.dropFirst().dropLast())"
  }

  private func command(_ text: String) {
    let name = text.prefix { !$0.isWhitespace }
    let argument = String(text.dropFirst(name.count)).trimmed
    let fitting = Command.all.filter { $0.info.name.hasPrefix(name) && !name.isEmpty }
    let exact = fitting.first { $0.info.name == name }
    if let command = exact ?? (fitting.count == 1 ? fitting[0] : nil) {
      if argument.isEmpty, !command.info.usage.isEmpty, !command.info.usage.hasPrefix("[") {
        return remark("write `:\(command.info.name) \(command.info.usage)`")
      }
      return command.body(self, argument)
    }
    let meant = nearest(to: String(name), among: Command.all.map(\.info.name))
    let offer = fitting.isEmpty ? meant.map { "; did you mean `:\($0)`?" } ?? "; `:help` lists them"
      : "; did you mean " + fitting.map { "`:\($0.info.name)`" }.joined(separator: " or ") + "?"
    remark("there is no command `:\(name)`\(offer)")
  }

  func remark(_ text: String) { screen.remark(text) }

  // MARK: Evaluation

  /// Runs a text as a new cell; one that fails is taken away again.
  @discardableResult
  func evaluate(_ text: String, keeping: Bool = true) -> CellResult? {
    let (result, wasInterrupted) = watched { observer in session.evaluate(text, observer: observer) }
    report(result.diagnostics)
    guard let ran = result.result else { return nil }
    present(ran, wasInterrupted: wasInterrupted)
    if !ran.isDone || !keeping { _ = session.undo() }
    return ran
  }

  /// `|> …` carries on the cell above, which gets the new text.
  private func extend(_ cell: ProgramCell, with text: String) {
    let mistakes = session.edit(cell.name, to: cell.file.text + "\n  " + text)
    report(mistakes)
    if mistakes.contains(where: { $0.severity == .error }) {
      if session.cells.last?.file.text != cell.file.text { _ = session.undo() }
      return
    }
    if run(cell: cell.name)?.isDone != true { _ = session.undo() }
  }

  /// Runs a cell and what it needs, and shows what it gives.
  @discardableResult
  func run(cell name: String) -> CellResult? {
    guard let index = session.program.index(ofCell: name) else { return nil }
    let (result, wasInterrupted) = watched { observer in session.run(index, observer: observer) }
    if let result { present(result, wasInterrupted: wasInterrupted) }
    return result
  }

  /// Lets the session work while Ctrl-C and progress are looked after.
  private func watched<Result>(
    _ work: (@escaping @Sendable (CellHost.HostEvent) -> Void) -> Result
  ) -> (Result, wasInterrupted: Bool) {
    let watch = EvaluationWatch(screen, session.cancellation), screen = screen
    watch.start()
    let result = work { event in
      switch event {
      case .shown(let shown): screen.show(shown.text(Terminal.current()))
      case .began: break
      case .progress(let done, let total, let what): watch.note(done, of: total, what)
      }
    }
    watch.stop()
    return (result, watch.wasInterrupted)
  }

  private func present(_ result: CellResult, wasInterrupted: Bool) {
    // What ran was shown as it came.
    if result.status == .cached { for shown in result.shown.all { screen.show(shown.text(terminal)) } }
    guard let diagnostic = result.diagnostic else {
      if !result.isDone { remark("`\(result.name)` did not run: \(result.reason)") }
      return
    }
    if wasInterrupted, diagnostic.code == .interrupted {
      remark(terminal.dim("stopped"))
    } else {
      report([diagnostic])
    }
  }

  func report(_ diagnostics: [Diagnostic]) {
    guard !diagnostics.isEmpty else { return }
    let renderer = Renderer(sources: session.allSources, style: terminal.color ? .ansi : .plain)
    screen.remark(renderer.render(diagnostics))
  }
}

extension DiagnosticCode {
  static let interrupted = DiagnosticCode(613)
}

extension Shown {
  /// As a person wants to see it in a terminal.
  func text(_ terminal: Terminal) -> String {
    switch self {
    case .printed(let text): text
    case .value(let value): value.rendered(terminal.style)
    case .table(let table, let rowCount):
      table.rendered(
        width: terminal.style.width, rows: terminal.style.rows, color: terminal.style.color, totalRows: rowCount)
    }
  }
}
