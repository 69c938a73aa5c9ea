import Synchronization
import WeirCatalog
import WeirEngine
import WeirTables

/// Shows what cells show in the order of the page, although they run side by side: the topmost cell that is not done shows
/// at once, the others wait.
final class RunPrinter: Sendable {
  private struct State {
    var head = 0
    var waiting: [Int: [Shown]] = [:]
    var done: [Int: CellResult] = [:]
    /// How many outputs of the head cell are on the screen.
    var shownOfHead = 0
  }
  private let state = Mutex(State())
  private let program: Program
  private let console: Console
  private let shows: Bool
  private let progress: ProgressLine

  init(_ program: Program, _ console: Console, shows: Bool) {
    self.program = program
    self.console = console
    self.shows = shows
    progress = ProgressLine(isOn: console.errorIsTerminal && !console.isQuiet)
  }

  func note(_ event: RunEvent) {
    switch event {
    case .began(let cell, _):
      progress.begin(cell: cell, name: program.cells[cell].name)
    case .progress(let cell, let done, let total, let what):
      progress.update(cell: cell, done: done, total: total, what: what)
    case .shown(let cell, let shown):
      state.withLock { state in
        if cell == state.head {
          show(shown)
          state.shownOfHead += 1
        } else {
          state.waiting[cell, default: []].append(shown)
        }
      }
    case .finished(let cell, let result):
      progress.end(cell: cell)
      state.withLock { state in
        state.done[cell] = result
        advance(&state)
      }
    }
  }

  func finish() { progress.clear() }

  private func advance(_ state: inout State) {
    while let result = state.done.removeValue(forKey: state.head) {
      // A cached cell showed nothing while it ran; its outputs come with the result.
      if result.status == .cached {
        for shown in result.shown.all { show(shown) }
      }
      state.head += 1
      state.shownOfHead = 0
      for shown in state.waiting.removeValue(forKey: state.head) ?? [] { show(shown) }
    }
  }

  private func show(_ shown: Shown) {
    guard shows else { return }
    progress.clear()
    console.out(shown.rendered(console.style))
  }
}

extension Shown {
  /// As text for a terminal.
  func rendered(_ style: DisplayStyle) -> String {
    switch self {
    case .printed(let text): text
    case .value(let value): value.rendered(style)
    case .table(let table, let rowCount):
      table.rendered(width: style.width, rows: style.rows, color: style.color, totalRows: rowCount)
    }
  }
}
