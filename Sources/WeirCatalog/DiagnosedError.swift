package import WeirDiagnostics

/// An error of a module below the language that knows its own diagnostic; the place is added above.
package protocol DiagnosedError: Error {
  var diagnostic: Diagnostic { get }
}
