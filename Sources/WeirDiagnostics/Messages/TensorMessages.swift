/// What can go wrong with tensors and derivatives.
extension Diagnostic {
  package static func shapesDiffer(
    _ operation: String, _ a: String, _ b: String, mend: String? = nil, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(DiagnosticCode(670), "`\(operation)`: the shapes \(a) and \(b) do not fit together", at: span, mend: mend)
  }

  package static func noAxis(_ axis: Int, shape: String, axes: Int, of operation: String, at span: SourceSpan? = nil) -> Diagnostic {
    let known = axes == 0 ? "it has no axes" : axes == 1 ? "its only axis is 0" : "its axes are 0 to \(axes - 1), or -1 for the last"
    return Diagnostic(DiagnosticCode(671), "`\(operation)`: a tensor of shape \(shape) has no axis \(axis)", at: span, label: known)
  }

  package static func tensorTooLarge(_ operation: String, _ sizes: [Int], at span: SourceSpan? = nil) -> Diagnostic {
    let shape = "[" + sizes.map(String.init).joined(separator: ", ") + "]"
    return Diagnostic(
      DiagnosticCode(672), "`\(operation)`: a tensor of shape \(shape) does not fit into memory", at: span,
      mend: "the sizes multiply: look for one that was meant for another axis")
  }

  package static func singularMatrix(_ operation: String, matrix: Int?, at span: SourceSpan? = nil) -> Diagnostic {
    let which = matrix.map { "matrix \($0)" } ?? "the matrix"
    return Diagnostic(
      DiagnosticCode(673), "`\(operation)`: \(which) is singular, or so near to it that the result would be noise", at: span,
      mend: "`svd` shows which directions are lost")
  }

  package static func wrongNumbers(_ operation: String, found: String, wanted: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(674), "`\(operation)` needs \(wanted), not a tensor of \(found)", at: span,
      mend: wanted.hasPrefix("truths") ? "a comparison gives truths: `t > 0`" : "`tensor(t, dtype: \"f64\")` makes floats of it")
  }

  package static func notDifferentiable(_ operation: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(675), "`\(operation)` has no derivative, and stands in a function that `grad` differentiates", at: span,
      mend: "compute what does not depend on the argument outside of the function")
  }

  package static func noDerivativeHere(
    _ operation: String, _ why: String, mend: String?, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(DiagnosticCode(678), "`\(operation)` has no derivative here: \(why)", at: span, mend: mend)
  }

  package static func tensorProblem(_ message: String, mend: String? = nil, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(676), message, at: span, mend: mend)
  }

  package static func gradientOfMany(_ what: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(677), "a function to differentiate must give one number, and this one gives \(what)", at: span,
      mend: "`sum` or `mean` makes one number of many")
  }
}
