package import WeirCatalog
package import WeirDiagnostics
package import WeirEngine

/// What a run came to, as the data that every kind of report is made of.
package struct RunReport: Sendable {
  package enum Part: Sendable, Hashable {
    /// The words between cells.
    case markdown(String)
    /// A place in `cells`.
    case cell(Int)
  }

  package struct Parameter: Sendable, Hashable {
    package var name: String
    /// As a program or a command line writes it.
    package var value: String
    /// False where the default of the program counts.
    package var isGiven: Bool

    package init(_ name: String, _ value: String, isGiven: Bool = true) {
      self.name = name
      self.value = value
      self.isGiven = isGiven
    }
  }

  package struct Metric: Sendable, Hashable {
    package var name: String
    package var value: Double

    package init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// What a cell reads from one above it.
  package struct Use: Sendable, Hashable {
    package var cell: Int
    package var names: [String]

    package init(cell: Int, names: [String]) {
      self.cell = cell
      self.names = names
    }
  }

  package struct Cell: Sendable {
    package var name: String
    package var code: String
    /// Where the code stands in the sources.
    package var place: SourceSpan?
    package var status: CellStatus
    /// Why it ran, or why it did not; empty where nothing is to be said.
    package var reason = ""
    /// In seconds; of an unchanged cell, what it took when it ran.
    package var duration = 0.0
    package var shown: [Shown] = []
    package var diagnostics: [Diagnostic] = []
    package var metrics: [Metric] = []
    /// Reasons that the program gives for reading test rows all the same.
    package var leaksAllowed: [String] = []
    /// The files that it read and wrote, as the program names them.
    package var reads: [String] = []
    package var writes: [String] = []
    package var uses: [Use] = []

    package init(name: String, code: String, status: CellStatus) {
      self.name = name
      self.code = code
      self.status = status
    }

    /// The error that ended it.
    package var failure: Diagnostic? { status == .failed ? diagnostics.last { $0.severity == .error } : nil }
  }

  package var title: String
  package var path: String
  /// The number of the run in the store; nil where there is none.
  package var run: Int64?
  package var engine = EngineVersion.text
  package var fingerprint = EngineVersion.fingerprint
  package var seed: Int64 = 0
  package var parameters: [Parameter] = []
  /// Microseconds since 1970.
  package var started: Int64
  /// In seconds.
  package var duration: Double
  package var status: ExitStatus
  /// The most memory that the process held, in bytes; nil where that is not known.
  package var peakMemory: Int?
  package var parts: [Part] = []
  package var cells: [Cell] = []
  /// What belongs to no cell.
  package var diagnostics: [Diagnostic] = []
  /// The texts that diagnostics point into.
  package var sources = SourceMap()

  package init(title: String, path: String, started: Int64, duration: Double, status: ExitStatus) {
    self.title = title
    self.path = path
    self.started = started
    self.duration = duration
    self.status = status
  }

  /// The last value of each metric, in the order in which they first come.
  package var metrics: [Metric] {
    var order: [Metric] = []
    for metric in cells.flatMap(\.metrics) {
      if let place = order.firstIndex(where: { $0.name == metric.name }) { order[place] = metric } else { order.append(metric) }
    }
    return order
  }

  package func count(_ status: CellStatus) -> Int { cells.count { $0.status == status } }
}
