package import WeirCatalog
package import WeirDiagnostics

/// How a cell ended.
package enum CellStatus: String, Sendable, Hashable, Codable {
  case ran
  /// Nothing that it depends on had changed, so what it gave before counts.
  case cached
  case failed
  /// Its own options say so.
  case skipped
  /// Something that it needs failed or was skipped, or the run stopped first.
  case notRun
}

/// What running a cell gave.
package struct CellResult: Sendable {
  package let name: String
  package let status: CellStatus
  /// Why it ran, or why it did not, in the user's words.
  package let reason: String
  package let key: KeyParts?
  package let values: KeptValues
  package let shown: ShownOutputs
  package var diagnostic: Diagnostic?
  package let notes: [RunNote]
  package let reads: [FileRead]
  package let writes: [FileRead]
  /// In seconds; of a cached cell, what it took when it ran.
  package let duration: Double

  init(
    name: String, status: CellStatus, reason: String, key: KeyParts? = nil, values: KeptValues = KeptValues([]),
    shown: ShownOutputs = ShownOutputs([]), diagnostic: Diagnostic? = nil, notes: [RunNote] = [], reads: [FileRead] = [],
    writes: [FileRead] = [], duration: Double = 0
  ) {
    self.name = name
    self.status = status
    self.reason = reason
    self.key = key
    self.values = values
    self.shown = shown
    self.diagnostic = diagnostic
    self.notes = notes
    self.reads = reads
    self.writes = writes
    self.duration = duration
  }

  /// Whether cells that read its names can go on.
  package var isDone: Bool { status == .ran || status == .cached }
}
