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
    case let error as PreparationError: from(error, at: span)
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

  private static func from(_ error: PreparationError, at span: SourceSpan?) -> Diagnostic {
    switch error {
    case .wrongType(let step, let column, let found, let wanted):
      .stepColumnType(step, column: column, found: found, wanted: wanted, at: span)
    case .nothingToLearn(let step, let column): .nothingToLearn(step, column: column, at: span)
    case .clash(let step, let column): .stepColumnClash(step, column: column, at: span)
    case .tooManyCategories(let step, let column, let count, let most):
      .tooManyCategories(step, column: column, count: count, most: most, at: span)
    case .unknownCategory(let step, let column, let value):
      .unknownCategory(step, column: column, value: value, at: span)
    case .typeChanged(let step, let column, let learned, let found):
      .columnTypeChanged(step, column: column, learned: learned, found: found, at: span)
    case .outOfDomain(let step, let column, let row, let wanted):
      .outOfDomain(step, column: column, row: row, wanted: wanted, at: span)
    case .tooWide(let step, let count, let most, let things):
      .tooManyColumns(step, count: count, most: most, of: things, at: span)
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
    case .floatOverflow(let operation): .overflow(operation, of: "float", at: span)
    case .divisionByZero: .divisionByZero(at: span)
    case .unreadable(let value, let type, let column, let row):
      .unreadableValue(value, type: type, column: column, row: row, at: span)
    case .malformed(let file, let problem, let line, let offset, let column):
      .malformedFile(file, problem: problem, line: line, offset: offset, column: column, at: span)
    case .other(let message, let mend): .tableProblem(message, mend: mend, at: span)
    }
  }
}
