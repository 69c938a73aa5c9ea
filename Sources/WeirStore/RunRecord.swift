/// A name with its value as text.
package struct RunParameter: Sendable, Hashable {
  package let name: String
  /// As it is written in a program.
  package let value: String
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What is known of a run when it starts.
package struct RunInfo: Sendable, Hashable {
  package var notebook: String
  /// The engine's fingerprint.
  package var engine: String
  package var seed: Int64
  /// The command line, to run it again.
  package var command: String
  package var parameters: [RunParameter]

  package init(notebook: String, engine: String, seed: Int64, command: String = "", parameters: [RunParameter] = []) {
    self.notebook = notebook
    self.engine = engine
    self.seed = seed
    self.command = command
    self.parameters = parameters
  }
}

/// How a run stands or ended.
package enum RunStatus: String, Sendable, Hashable, CaseIterable {
  case running, done, failed
  /// An expectation, a validation or another gate did not hold.
  case gateFailed = "gate_failed"
  case inputMissing = "input_missing"
  case timeLimit = "time_limit"
  case interrupted
  case memoryLimit = "memory_limit"
  /// It said that it was running, and its process is gone.
  case killed
}

/// A cell within a run.
package struct RunCell: Sendable, Hashable {
  package enum State: String, Sendable, Hashable, CaseIterable {
    case done, failed, skipped
    case timeLimit = "time_limit"
    case interrupted
  }
  package enum Source: String, Sendable, Hashable, CaseIterable { case run, cache, none }

  package let position: Int
  package let name: String
  /// Nil where the cell never got far enough to have one.
  package let key: ContentHash?
  package let state: State
  package let source: Source
  /// Microseconds since 1970.
  package let started: Int64
  /// Microseconds.
  package let duration: Int64
  /// What went wrong, in one line.
  package let message: String?

  package init(
    position: Int, name: String, key: ContentHash?, state: State, source: Source, started: Int64, duration: Int64,
    message: String? = nil
  ) {
    self.position = position
    self.name = name
    self.key = key
    self.state = state
    self.source = source
    self.started = started
    self.duration = duration
    self.message = message
  }
}

/// A measured number.
package struct RunMetric: Sendable, Hashable {
  package let name: String
  package let value: Double
  /// The epoch or round, for numbers measured again and again.
  package let step: Int64?
  package let cell: String?

  package init(_ name: String, _ value: Double, step: Int64? = nil, cell: String? = nil) {
    self.name = name
    self.value = value
    self.step = step
    self.cell = cell
  }
}

/// A run in a list.
package struct RunSummary: Sendable, Hashable {
  package let id: Int64
  package let notebook: String
  package let status: RunStatus
  /// Microseconds since 1970.
  package let started: Int64
  package let finished: Int64?
  /// How many cells ran to their end, came from the cache, failed, and were stopped before their end.
  package let ran: Int
  package let cached: Int
  package let failed: Int
  package let stopped: Int
  /// The last value of each metric, in order of name.
  package let metrics: [RunMetric]
}

/// All that is known of a run.
package struct RunRecord: Sendable, Hashable {
  package let id: Int64
  package let info: RunInfo
  package let status: RunStatus
  package let started: Int64
  package let finished: Int64?
  package let cells: [RunCell]
  package let metrics: [RunMetric]
  package let notes: [String]

  /// The last value of each metric, in order of name.
  package var lastMetrics: [RunMetric] {
    var last: [String: RunMetric] = [:]
    for metric in metrics { last[metric.name] = metric }
    return last.values.sorted { $0.name < $1.name }
  }
}

/// Two runs side by side.
package struct RunComparison: Sendable, Hashable {
  package struct Difference<Content: Sendable & Hashable>: Sendable, Hashable {
    package let name: String
    /// Nil where that run has none.
    package let first: Content?
    package let second: Content?
  }

  package let first: Int64
  package let second: Int64
  /// Settings that differ: engine, seed and parameters.
  package let settings: [Difference<String>]
  /// All metrics of either.
  package let metrics: [Difference<Double>]
  /// Cells whose key differs, or that only one run has; keys are what their code and inputs come to.
  package let cells: [Difference<ContentHash>]

  init(_ a: RunRecord, _ b: RunRecord) {
    first = a.id
    second = b.id
    let fixed = [("engine", a.info.engine, b.info.engine), ("seed", "\(a.info.seed)", "\(b.info.seed)")]
    settings =
      fixed.filter { $0.1 != $0.2 }.map { Difference(name: $0.0, first: $0.1, second: $0.2) }
      + RunComparison.pairs(a.info.parameters.map { ($0.name, $0.value) }, b.info.parameters.map { ($0.name, $0.value) })
        .filter { $0.first != $0.second }
    metrics = RunComparison.pairs(a.lastMetrics.map { ($0.name, $0.value) }, b.lastMetrics.map { ($0.name, $0.value) })
    cells = RunComparison.pairs(
      a.cells.compactMap { cell in cell.key.map { (cell.name, $0) } },
      b.cells.compactMap { cell in cell.key.map { (cell.name, $0) } }
    ).filter { $0.first != $0.second }
  }

  /// Both sides by name: in the order of the first, then what only the second has.
  private static func pairs<Content>(_ a: [(String, Content)], _ b: [(String, Content)]) -> [Difference<Content>] {
    let others = Dictionary(b, uniquingKeysWith: { _, last in last })
    let own = Dictionary(a, uniquingKeysWith: { _, last in last })
    var seen: Set<String> = []
    return (a + b).filter { seen.insert($0.0).inserted }.map { name, _ in
      Difference(name: name, first: own[name], second: others[name])
    }
  }
}
