/// What can go wrong with the layers of a network.
extension Diagnostic {
  package static func layerMisfit(_ layer: String, needs: String, gets shape: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(680), "layer `\(layer)` needs \(needs), and gets \(shape)", at: span)
  }

  package static func layerSetting(_ layer: String, _ problem: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(681), "layer `\(layer)`: \(problem)", at: span)
  }
}
