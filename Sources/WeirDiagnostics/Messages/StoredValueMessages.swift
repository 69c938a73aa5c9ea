/// What can be wrong with values that were kept (646).
extension Diagnostic {
  /// The file is whole, and what it holds is not what this build writes.
  package static func storedElsewhere(
    _ name: String, problem: String, engine: String?, at span: SourceSpan? = nil
  ) -> Diagnostic {
    let writer = engine.map { "it was written by \($0)" } ?? "it was written by an earlier or later build, or changed since"
    return Diagnostic(
      DiagnosticCode(646), "`\(name)` holds what this build can't read: \(problem)", at: span,
      mend: "\(writer): learn or compute it anew and `save` it with this one, or read it with the build that wrote it")
  }
}

extension Explanation {
  package static var storedValues: [Explanation] {
    [
      Explanation(
        646, "a kept value is not of this build",
        """
        The file is one that `save` or `register` wrote, and its parts are not those that this build of Weir expects: it comes \
        from an earlier or a later one, in which a step had other settings, or it was changed since. Nothing of it was taken in. \
        Run what made it again and save that, or read it with the build that wrote it.
        """)
    ]
  }
}
