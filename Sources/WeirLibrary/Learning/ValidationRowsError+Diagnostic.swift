import WeirCatalog
package import WeirDiagnostics
package import WeirModels

extension ValidationRowsError: DiagnosedError {
  package var diagnostic: Diagnostic {
    switch self {
    case .watchesNone(let step):
      .watchesNone(step, isNetwork: ["sequential", "autoencoder", "gan"].contains(step))
    case .noRows(let step): .noRowsToWatch(step)
    case .sameRows: .watchesOwnRows()
    case .unknownClass(let name, let row): .classNotLearned(name, row: row)
    }
  }
}
