/// What is wrong, where, and how to mend it, as data. Rendering is apart.
package struct Diagnostic: Error, Sendable, Hashable {
  package enum Severity: String, Sendable, Hashable { case error, warning }

  package struct Label: Sendable, Hashable {
    /// Nil while an engine module has thrown and the caller has not yet added the place.
    package var span: SourceSpan?
    package var text: String
    package init(_ span: SourceSpan?, _ text: String = "") {
      self.span = span
      self.text = text
    }
  }

  package var code: DiagnosticCode
  package var severity: Severity
  /// One sentence in the user's words, lower case, no full stop, names in backticks.
  package var title: String
  package var primary: Label
  package var others: [Label]
  /// What to write or do instead.
  package var mend: String?
  /// What happened beneath, for errors that carry a chain (a user's function called from a cell).
  package var notes: [String]

  package init(
    _ code: DiagnosticCode, _ title: String, at span: SourceSpan? = nil, label: String = "", others: [Label] = [],
    mend: String? = nil, severity: Severity = .error, notes: [String] = []
  ) {
    self.code = code
    self.severity = severity
    self.title = title
    self.primary = Label(span, label)
    self.others = others
    self.mend = mend
    self.notes = notes
  }

  /// The same diagnostic with a place, where it had none.
  package func located(at span: SourceSpan?) -> Diagnostic {
    guard primary.span == nil else { return self }
    var copy = self
    copy.primary.span = span
    return copy
  }
}
