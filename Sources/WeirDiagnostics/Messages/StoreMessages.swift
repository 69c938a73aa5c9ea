/// What can be wrong with the store: the `.weir` folder with its records, objects and models.
extension Diagnostic {
  package static func busyStore(_ path: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(806), "the store `\(path)` is held by another process",
      mend: "wait for it to end; `fuser \(path)` shows which one it is")
  }

  package static func damagedObject(_ hash: String, path: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(807), "`\(path)` is not what was written there; it counts as absent and is computed again",
      severity: .warning, notes: ["object \(hash)"])
  }

  package static func damagedStore(_ path: String, problem: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(803), "the store `\(path)` is damaged: \(problem)",
      mend: "move its folder away; a new store is made, and cells are computed again")
  }

  package static func foreignStore(_ path: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(804), "`\(path)` is a database, and not a store of Weir",
      mend: "set WEIR_HOME to another folder")
  }

  package static func fullStore(_ path: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(802), "there is no room left on the disk for `\(path)`",
      mend: "make room, or set WEIR_HOME to a folder on another disk")
  }

  package static func missingObject(_ hash: String) -> Diagnostic {
    Diagnostic(DiagnosticCode(808), "the store no longer holds the object \(hash.prefix(12)) whole")
  }

  package static func newerStore(_ path: String, found: Int, known: Int) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(805), "the store `\(path)` was written by a later version (form \(found); this one knows \(known))",
      mend: "use that version, or set WEIR_HOME to another folder")
  }

  package static func unknownModel(_ name: String, models: [String], at span: SourceSpan? = nil) -> Diagnostic {
    let meant = nearest(to: name, among: models)
    return Diagnostic(
      DiagnosticCode(810), "the store has no model `\(name)`", at: span,
      label: models.isEmpty ? "none is registered" : "", mend: meant.map { "did you mean `\($0)`?" })
  }

  package static func unknownRun(_ id: Int64) -> Diagnostic {
    Diagnostic(DiagnosticCode(809), "the store has no run \(id)", mend: "`weir runs` lists them")
  }

  package static func unknownVersion(
    _ model: String, wanted: String, versions: Int64, tags: [String], at span: SourceSpan? = nil
  ) -> Diagnostic {
    let meant = nearest(to: wanted, among: tags)
    let known = versions == 0 ? "none" : versions == 1 ? "version 1" : "versions 1 to \(versions)"
    let tagged = tags.isEmpty ? "" : ", tags " + tags.map { "`\($0)`" }.joined(separator: ", ")
    return Diagnostic(
      DiagnosticCode(811), "the model `\(model)` has no version `\(wanted)`; there is \(known)\(tagged)", at: span,
      mend: meant.map { "did you mean `\(model)@\($0)`?" })
  }

  package static func unusableModelName(_ name: String, problem: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(812), "`\(name)` can't name a model or a tag: \(problem)", at: span)
  }

  package static func unwritableStore(_ path: String, problem: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(801), "the store can't use `\(path)`: \(problem)",
      mend: "set WEIR_HOME to a folder that can be written")
  }

  package static func noStore(at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(840), "there is no store here to keep models in", at: span,
      mend: "run the notebook with `weir run`, where the store is `.weir` beside it; or `save(model, \"model.weirdata\")`")
  }
}
