import Synchronization
package import WeirBase
import WeirCatalog
package import WeirDiagnostics
import WeirEvaluator
package import WeirStore

/// What a run of a program came to.
package struct ProgramRun: Sendable {
  /// In the order of the page; nil for cells that were not asked for.
  package let results: [CellResult?]
  package let status: ExitStatus
  /// The number of the run in the store; nil where there is no store.
  package let id: Int64?
  /// Microseconds since 1970.
  package let started: Int64
  /// In seconds.
  package let duration: Double
  /// What went wrong with the store; the run itself is none the worse.
  package let storeProblems: [Diagnostic]

  /// The last value of each metric, by the cells' order.
  package var metrics: [(name: String, value: Double)] {
    var order: [String] = [], values: [String: Double] = [:]
    for result in results {
      for case .metric(let name, let value) in result?.notes ?? [] {
        if values[name] == nil { order.append(name) }
        values[name] = value
      }
    }
    return order.map { ($0, values[$0] ?? .nan) }
  }

  package func count(_ status: CellStatus) -> Int { results.count { $0?.status == status } }

  /// How many cells were stopped before their end, by somebody or by a time limit; they count as failed too.
  package var stoppedCount: Int {
    results.count { result in
      guard let diagnostic = result?.diagnostic, result?.status == .failed else { return false }
      return [.interrupted, .timeLimit].contains(ExitStatus(failure: diagnostic))
    }
  }
}

/// Runs a whole program and writes down in the store what became of it.
package final class ProgramRunner: Sendable {
  package let runner: CellRunner
  private let store: Store?
  private let info: RunInfo
  private let journal = Mutex(Journal())

  private struct Journal {
    var id: Int64?
    /// Cells that came from the cache before the first one ran.
    var waiting: [RunCell] = []
    var problems: [Diagnostic] = []
  }

  package init(_ runner: CellRunner, store: Store?, command: String, parameters: [RunParameter]) {
    self.runner = runner
    self.store = store
    info = RunInfo(
      notebook: runner.program.path, engine: EngineVersion.fingerprint, seed: runner.program.seed, command: command,
      parameters: parameters)
  }

  package func run(
    _ wanted: Set<Int>? = nil, limits: RunLimits, cancellation: Cancellation,
    observer: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) -> ProgramRun {
    let started = WallClock.now, clock = Stopwatch()
    let scheduler = Scheduler(
      runner, limits: limits, cancellation: cancellation, stackSize: runner.settings.limits.threadStackSize
    ) { [self] event in
      switch event {
      case .began: begin()
      case .finished(let cell, let result): note(cell, result)
      default: break
      }
      observer(event)
    }
    let results = scheduler.run(wanted)
    let status = ProgramRunner.status(results, cancellation)
    let id = finish(results, status, started)
    return ProgramRun(
      results: results, status: status, id: id, started: started, duration: clock.seconds,
      storeProblems: journal.withLock { $0.problems })
  }

  /// The first cell that failed, in the order of the page, decides; a run without a single result is no success.
  private static func status(_ results: [CellResult?], _ cancellation: Cancellation) -> ExitStatus {
    if let failure = results.lazy.compactMap({ $0?.diagnostic }).first { return ExitStatus(failure: failure) }
    if cancellation.isCancelled {
      switch cancellation.reason {
      case .timeLimit: return .timeLimit
      case .memoryLimit: return .outOfMemory
      case .interrupted, .none: return .interrupted
      }
    }
    return results.contains { $0?.isDone == true } ? .done : .usage
  }

  // MARK: The journal

  private func begin() {
    guard let store else { return }
    journal.withLock { journal in
      guard journal.id == nil else { return }
      ProgramRunner.attempt(&journal.problems) { () throws(StoreError) in
        let id = try store.beginRun(info)
        journal.id = id
        try store.finishCells(id, journal.waiting)
      }
      journal.waiting = []
    }
  }

  private func note(_ index: Int, _ result: CellResult) {
    guard let store else { return }
    let cell = runCell(index, result)
    let metrics = ProgramRunner.metrics(result)
    journal.withLock { journal in
      guard let id = journal.id else {
        journal.waiting.append(cell)
        return
      }
      ProgramRunner.attempt(&journal.problems) { () throws(StoreError) in
        try store.finishCell(id, cell)
        if !metrics.isEmpty { try store.metrics(id, metrics) }
      }
    }
  }

  private func finish(_ results: [CellResult?], _ status: ExitStatus, _ started: Int64) -> Int64? {
    guard let store else { return nil }
    return journal.withLock { journal in
      ProgramRunner.attempt(&journal.problems) { () throws(StoreError) in
        if let id = journal.id {
          try store.finishRun(id, status.runStatus)
        } else {
          let metrics = results.compactMap { $0 }.flatMap { ProgramRunner.metrics($0) }
          journal.id = try store.record(
            info, cells: journal.waiting, metrics: metrics, status: status.runStatus, started: started)
        }
      }
      return journal.id
    }
  }

  /// A store that fails is told of once and costs nothing else.
  private static func attempt(_ problems: inout [Diagnostic], _ body: () throws(StoreError) -> Void) {
    do { try body() } catch {
      if problems.isEmpty { problems.append(error.diagnostic) }
    }
  }

  private static func metrics(_ result: CellResult) -> [RunMetric] {
    result.notes.compactMap { note in
      if case .metric(let name, let value) = note { RunMetric(name, value, cell: result.name) } else { nil }
    }
  }

  private func runCell(_ index: Int, _ result: CellResult) -> RunCell {
    let state: RunCell.State = switch result.status {
    case .ran, .cached: .done
    case .skipped, .notRun: .skipped
    case .failed:
      switch result.diagnostic.map(ExitStatus.init(failure:)) {
      case .timeLimit?: .timeLimit
      case .interrupted?: .interrupted
      default: .failed
      }
    }
    let source: RunCell.Source = switch result.status {
    case .ran, .failed: .run
    case .cached: .cache
    case .skipped, .notRun: .none
    }
    let length = Int64(result.duration * 1e6)
    return RunCell(
      position: index, name: result.name, key: (result.key?.key).flatMap { ContentHash(hex: $0) }, state: state, source: source,
      started: WallClock.now - (source == .run ? length : 0), duration: length, message: result.diagnostic?.title)
  }
}

extension ExitStatus {
  fileprivate var runStatus: RunStatus {
    switch self {
    case .done: .done
    case .failed, .usage, .closedPipe: .failed
    case .gate: .gateFailed
    case .missingInput: .inputMissing
    case .timeLimit: .timeLimit
    case .interrupted: .interrupted
    case .outOfMemory: .memoryLimit
    }
  }
}
