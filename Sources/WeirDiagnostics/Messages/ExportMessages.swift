/// What can be wrong with pipelines: their export and their locks.
extension Diagnostic {
  package static func lockDiffers(_ what: String, was: String, is now: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(901), "\(what) differs from the lock: it was \(was) and is \(now)",
      mend: "run with what the lock says, or export again to lock what is now")
  }

  package static func lockedCodeDiffers(_ stage: String, how: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(902), "the code of stage `\(stage)` differs from the lock: it \(how)",
      mend: "take the edit back, or export again to lock what is now")
  }

  package static func lockedDataDiffers(_ path: String, isMissing: Bool) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(903), "the data file `\(path)` " + (isMissing ? "is missing" : "differs from the lock"),
      mend: "bring back the file that the lock names by its hash, or export again to lock what is now")
  }

  package static func lockedDataIsNew(_ path: String) -> Diagnostic {
    Diagnostic(DiagnosticCode(903), "the data file `\(path)` is read and the lock does not know it")
  }

  package static func lockedModuleDiffers(_ name: String) -> Diagnostic {
    Diagnostic(DiagnosticCode(904), "the module `\(name)` differs from the lock", mend: "use the library of the engine that wrote the lock")
  }

  package static func lockedOutputDiffers(_ name: String, was: String, is now: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(905), "the output `\(name)` has other bytes than the lock says",
      mend: was == now ? nil : "the lock was written on \(was), and this is \(now): the last bits may differ between the two")
  }

  package static func missingLock(_ path: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(906), "there is no lock `\(path)`", mend: "`weir export` writes one beside the pipeline")
  }

  package static func nothingToExport(_ path: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(907), "`\(path)` has no `output`, so a pipeline would have nothing to deliver",
      mend: "end the notebook with `output name` for what the pipeline must deliver")
  }

  package static func unreadableLock(_ path: String, problem: String) -> Diagnostic {
    Diagnostic(DiagnosticCode(908), "the lock `\(path)` can't be read: \(problem)", mend: "export again")
  }

  package static func exportDiffers(_ outputs: [String]) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(909), "the pipeline does not give what the notebook gives: "
        + outputs.map { "`\($0)`" }.joined(separator: ", ") + " differ",
      mend: "nothing was written; this is a fault of the export, please report it with the notebook")
  }

  package static func unknownStage(_ name: String, known: [String]) -> Diagnostic {
    let meant = nearest(to: name, among: known)
    return Diagnostic(
      DiagnosticCode(910), "there is no stage `\(name)`",
      mend: meant.map { "did you mean `\($0)`?" } ?? "the stages: " + known.joined(separator: ", "))
  }

  package static func undeliverable(_ name: String, _ kind: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(911), "the output `\(name)` is \(kind), and that can't be delivered as a file",
      mend: "deliver what it gives: `output result` for `result = \(name)(…)`")
  }
}
