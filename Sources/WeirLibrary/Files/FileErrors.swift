import WeirCatalog
package import WeirDiagnostics
package import WeirTables

// The errors of the readers as diagnostics; the place in the program is added where they are caught.

extension JSONError: DiagnosedError {
  package var diagnostic: Diagnostic {
    .malformedJSON(file, problem: problem, line: line, column: column, offset: offset)
  }
}
