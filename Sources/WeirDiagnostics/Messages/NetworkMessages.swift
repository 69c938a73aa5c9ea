/// What can go wrong with the layers of a network.
extension Diagnostic {
  package static func layerMisfit(
    _ layer: String, needs: String, gets shape: String, mend: String? = nil, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(DiagnosticCode(680), "layer `\(layer)` needs \(needs), and gets \(shape)", at: span, mend: mend)
  }

  package static func layerSetting(
    _ layer: String, _ problem: String, mend: String? = nil, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(DiagnosticCode(681), "layer `\(layer)`: \(problem)", at: span, mend: mend)
  }

  package static func layerOutput(
    _ layer: String, gives shape: String, _ wanted: String, mend: String?, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(DiagnosticCode(682), "layer `\(layer)` is the last and gives \(shape), and \(wanted)", at: span, mend: mend)
  }
}
