package import WeirDiagnostics

/// How a command ends, the same for every command.
package enum ExitStatus: Int32, Sendable, Hashable {
  case done = 0
  /// A cell or stage failed.
  case failed = 1
  /// The command line, a parameter or the text was wrong, and nothing ran.
  case usage = 2
  /// An expectation, a locked result or another gate does not hold.
  case gate = 3
  /// An input is missing.
  case missingInput = 4
  case timeLimit = 124
  case interrupted = 130
  case outOfMemory = 137
  case closedPipe = 141

  /// What a cell that stopped with `diagnostic` means for the run.
  package init(failure diagnostic: Diagnostic) {
    switch diagnostic.code.number {
    case 610, 651: self = .gate
    case 701, 706: self = .missingInput
    case 607: self = .timeLimit
    case 608: self = .outOfMemory
    case 613: self = .interrupted
    default: self = .failed
    }
  }
}
