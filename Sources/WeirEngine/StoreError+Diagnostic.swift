import WeirCatalog
package import WeirDiagnostics
package import WeirStore

extension StoreError: DiagnosedError {
  package var diagnostic: Diagnostic {
    switch self {
    case .unwritable(let path, let problem): .unwritableStore(path, problem: problem)
    case .full(let path): .fullStore(path)
    case .damaged(let path, let problem): .damagedStore(path, problem: problem)
    case .foreign(let path): .foreignStore(path)
    case .newer(let path, let found, let known): .newerStore(path, found: found, known: known)
    case .busy(let path): .busyStore(path)
    case .noObject(let hash): .missingObject(hash.hex)
    case .noRun(let id): .unknownRun(id)
    case .noModel(let name, let models): .unknownModel(name, models: models)
    case .noVersion(let model, let wanted, let versions, let tags):
      .unknownVersion(model, wanted: wanted, versions: versions, tags: tags)
    case .unusableName(let name, let problem): .unusableModelName(name, problem: problem)
    }
  }
}

extension StoreNotice {
  /// The same as a warning.
  package var diagnostic: Diagnostic {
    switch self {
    case .damagedObject(let hash, let path): .damagedObject(hash.hex, path: path)
    }
  }
}
