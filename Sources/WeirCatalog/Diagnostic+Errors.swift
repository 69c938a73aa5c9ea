import WeirBase
package import WeirDiagnostics
import WeirModels
import WeirTables

extension Diagnostic {
  /// Any error of the engine as a diagnostic with a place: the one table from typed errors to codes.
  package static func from(_ error: any Error, at span: SourceSpan?) -> Diagnostic {
    switch error {
    case let diagnostic as Diagnostic: diagnostic.located(at: span)
    case let error as TableError: from(error, at: span)
    case let error as ModelError: .learningProblem(error.message, mend: error.mend, at: span)
    case let error as Cancelled: from(error, at: span)
    case let error as ArchiveError: .failure(error.description, at: span)
    case let error as any DiagnosedError: error.diagnostic.located(at: span)
    default: .failure("\(error)", at: span)
    }
  }

  private static func from(_ error: Cancelled, at span: SourceSpan?) -> Diagnostic {
    switch error.reason {
    case .timeLimit: .timeLimit(nil, at: span)
    case .memoryLimit: .memoryLimit(at: span)
    case .interrupted, .none: .interrupted(at: span)
    }
  }

  private static func from(_ error: TableError, at span: SourceSpan?) -> Diagnostic {
    switch error {
    case .noColumn(let name, let columns): .unknownColumn(name, columns: columns, at: span)
    case .duplicateColumn(let name): .duplicateColumn(name, at: span)
    case .lengthDiffers(let name, let count, let expected): .lengthsDiffer(name, count, expected: expected, at: span)
    case .wrongType(let operation, let column, let type, let expected):
      .wrongColumnType(operation: operation, column: column, type: type, expected: expected, at: span)
    case .overflow(let operation): .overflow(operation, at: span)
    case .divisionByZero: .divisionByZero(at: span)
    case .unreadable(let value, let type, let column, let row):
      .unreadableValue(value, type: type, column: column, row: row, at: span)
    case .malformed(let file, let problem, let line, let offset, let column):
      .malformedFile(file, problem: problem, line: line, offset: offset, column: column, at: span)
    case .other(let message, let mend): .tableProblem(message, mend: mend, at: span)
    }
  }
}
