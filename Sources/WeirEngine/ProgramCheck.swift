import WeirBase
package import WeirChecker
package import WeirDiagnostics
import WeirSyntax

/// The static look at a whole program before anything runs.
package enum ProgramCheck {
  /// Mistakes and warnings, those of the syntax first, in the order of the page.
  package static func run(_ program: Program, modules: Modules) -> [Diagnostic] {
    let syntax = program.cells.flatMap(\.parsed.diagnostics)
    // A text that could not be read gives false alarms about what it defines.
    guard syntax.allSatisfy({ $0.severity == .warning }) else { return syntax }
    var problems = syntax + check(program, modules: modules).diagnostics
    for cell in program.graph.facts {
      for use in cell.modules {
        do { _ = try modules.module(use.name) } catch let problem as Diagnostic { problems.append(problem) } catch {}
      }
    }
    return problems
  }

  /// What the checker finds, and what is known of each name.
  package static func check(_ program: Program, modules: Modules) -> CheckResult {
    Checker.check(program.graph, in: CheckSurroundings(
      catalog: modules.catalog,
      module: { (try? modules.module($0))?.tree },
      moduleNames: modules.names,
      prelude: modules.prelude?.tree,
      file: { path in
        let place = Folder.join(program.folder, path)
        return Folder.isFile(place) ? try? FileContents(mapping: place) : nil
      }))
  }
}
