package import WeirDiagnostics

/// The static look at a whole program before anything runs.
package enum ProgramCheck {
  package static func run(_ program: Program, modules: Modules) -> [Diagnostic] { [] }
}
