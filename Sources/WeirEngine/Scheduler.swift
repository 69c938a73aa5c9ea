import Synchronization
package import WeirBase
package import WeirCatalog
import WeirChecker

/// What is told while a program runs, from whatever thread.
package enum RunEvent: Sendable {
  /// It was not in the cache and is evaluated; why, in the user's words.
  case began(cell: Int, reason: String)
  case shown(cell: Int, Shown)
  case progress(cell: Int, done: Int, total: Int, what: String)
  case finished(cell: Int, CellResult)
}

/// How a run of a whole program goes on.
package struct RunLimits: Sendable {
  /// How many cells may run side by side.
  package var cells: Int
  /// In seconds; nil for none.
  package var timeLimit: Double?
  package var cellTimeLimit: Double?
  /// In bytes of resident memory; nil for none.
  package var memoryLimit: Int?
  /// Go on with what does not depend on a cell that failed.
  package var keepsGoing: Bool
  package var usesCache: Bool

  package init(
    cells: Int = 1, timeLimit: Double? = nil, cellTimeLimit: Double? = nil, memoryLimit: Int? = nil, keepsGoing: Bool = false,
    usesCache: Bool = true
  ) {
    self.cells = max(1, cells)
    self.timeLimit = timeLimit
    self.cellTimeLimit = cellTimeLimit
    self.memoryLimit = memoryLimit
    self.keepsGoing = keepsGoing
    self.usesCache = usesCache
  }
}

/// Runs the cells of a program in the order of the graph, independent ones side by side.
///
/// Cells that share no names but touch files keep the order of the page where one of them writes.
package final class Scheduler: Sendable {
  private let runner: CellRunner
  private let limits: RunLimits
  private let cancellation: Cancellation
  private let observer: @Sendable (RunEvent) -> Void
  private let stackSize: Int

  private struct State {
    var results: [CellResult?]
    var waiting: Set<Int>
    var running: [Int: Cancellation] = [:]
    var isStopping = false
  }

  package init(
    _ runner: CellRunner, limits: RunLimits, cancellation: Cancellation = Cancellation(), stackSize: Int,
    observer: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) {
    self.runner = runner
    self.limits = limits
    self.cancellation = cancellation
    self.stackSize = stackSize
    self.observer = observer
  }

  /// Runs the cells with the given indices, or all; the rest get no result. Results come in the order of the page.
  package func run(_ wanted: Set<Int>? = nil) -> [CellResult?] {
    let count = runner.program.cells.count
    let chosen = wanted ?? Set(0..<count)
    let edges = order(chosen)
    let state = Mutex(State(results: Array(repeating: nil, count: count), waiting: chosen))
    let finished = Signal()
    let box = StateBox(state)
    let watch = Watch(limits: limits, cancellation: cancellation) { reason in
      for cancellation in box.state.withLock({ Array($0.running.values) }) { cancellation.cancel(reason) }
      finished.post()
    }
    watch.start()
    defer { watch.stop() }
    var active = 0
    while true {
      for index in ready(box, edges, room: limits.cells - active) {
        active += 1
        start(index, box, finished)
      }
      if active == 0 { break }
      finished.wait()
      active = box.state.withLock { $0.running.count }
    }
    return rest(box)
  }

  /// Takes the next cells that can start, lowest first.
  private func ready(_ box: StateBox, _ edges: [[Int]], room: Int) -> [Int] {
    box.state.withLock { state in
      if cancellation.isCancelled { state.isStopping = true }
      guard !state.isStopping, room > 0 else { return [] }
      let ready = state.waiting.sorted().filter { index in
        edges[index].allSatisfy { state.results[$0] != nil || !(state.waiting.contains($0) || state.running[$0] != nil) }
      }.prefix(room)
      for index in ready {
        state.waiting.remove(index)
        state.running[index] = Cancellation()
      }
      return Array(ready)
    }
  }

  private func start(_ index: Int, _ box: StateBox, _ finished: Signal) {
    let (above, cancellation) = box.state.withLock { ($0.results, $0.running[index] ?? Cancellation()) }
    let limit = runner.program.cells[index].options.timeLimit ?? limits.cellTimeLimit
    let timer = limit.map { Timer(seconds: $0) { cancellation.cancel(.timeLimit) } }
    DeepThread.start(stackSize: stackSize) { [self] in
      let result = runner.run(index, above: above, cancellation: cancellation, useCache: limits.usesCache) { [observer] event in
        switch event {
        case .began(let reason): observer(.began(cell: index, reason: reason))
        case .shown(let shown): observer(.shown(cell: index, shown))
        case .progress(let done, let total, let what):
          observer(.progress(cell: index, done: done, total: total, what: what))
        }
      }
      timer?.cancel()
      box.state.withLock { state in
        state.results[index] = result
        state.running[index] = nil
        if result.status == .failed, !limits.keepsGoing { state.isStopping = true }
      }
      observer(.finished(cell: index, result))
      finished.post()
    }
  }

  /// What never started gets a result that says why.
  private func rest(_ box: StateBox) -> [CellResult?] {
    let failed = box.state.withLock { state in
      state.results.first { $0?.status == .failed }.flatMap { $0?.name }
    }
    let reason = cancellation.isCancelled ? "the run was stopped first"
      : failed.map { "the run ended when cell `\($0)` failed" } ?? "the run ended first"
    let waiting = box.state.withLock { $0.waiting.sorted() }
    for index in waiting {
      let result = CellResult(name: runner.program.cells[index].name, status: .notRun, reason: reason)
      box.state.withLock { $0.results[index] = result }
      observer(.finished(cell: index, result))
    }
    return box.state.withLock { $0.results }
  }

  /// For each cell, the cells that have to end before it starts.
  private func order(_ chosen: Set<Int>) -> [[Int]] {
    let effects = runner.effects
    return runner.program.cells.indices.map { index in
      var before = Set(runner.program.graph.dependencies(of: index))
      for other in 0..<index where chosen.contains(other) {
        let touches = effects[other].reads || effects[other].writes
        if effects[index].writes && touches || effects[other].writes && effects[index].reads { before.insert(other) }
      }
      return before.filter { chosen.contains($0) }.sorted()
    }
  }

  private final class StateBox: Sendable {
    let state: Mutex<State>
    init(_ state: consuming Mutex<State>) { self.state = state }
  }
}
