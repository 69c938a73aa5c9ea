import WeirCatalog
package import WeirDiagnostics
package import WeirTables

// The errors of the readers as diagnostics; the place in the program is added where they are caught.

extension JSONError: DiagnosedError {
  package var diagnostic: Diagnostic {
    .malformedJSON(file, problem: problem, line: line, column: column, offset: offset)
  }
}

extension WorkbookError: DiagnosedError {
  package var diagnostic: Diagnostic {
    switch self {
    case .noSheet(let file, let wanted, let sheets): .noSheet(wanted, file: file, sheets: sheets)
    case .malformed(let file, let problem, let mend): .malformedWorkbook(file, problem: problem, mend: mend)
    }
  }
}

extension ColumnFileError: DiagnosedError {
  package var diagnostic: Diagnostic {
    switch kind {
    case .damaged: .malformedFile(file, problem: problem, line: nil, offset: offset, column: column)
    case .unsupported: .unsupportedColumnFile(file, problem: problem, column: column)
    }
  }
}

extension SQLiteError: DiagnosedError {
  package var diagnostic: Diagnostic {
    switch self {
    case .locked: .lockedDatabase("\(self)")
    case .unfinished(let file): .unfinishedDatabase("\(self)", file: file)
    case .blob(_, let column, _, let others): .binaryData("\(self)", column: column, isAlone: others == nil)
    }
  }
}

extension LogError: DiagnosedError {
  package var diagnostic: Diagnostic {
    switch self {
    case .badPattern(let pattern, let problem): .badLogPattern(pattern, problem: problem)
    case .noMatch(let file, let line, let text): .logLineWithoutMatch(file, line: line, text: text)
    case .tooManyTries(let file, let line): .logPatternTooSlow(file, line: line)
    }
  }
}

extension TextFileError: DiagnosedError {
  package var diagnostic: Diagnostic { .notInEncoding(file, encoding: encoding.uppercased(), line: line, offset: offset) }
}
