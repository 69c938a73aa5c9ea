import WeirCatalog
import WeirChecker
import WeirDiagnostics
import WeirEngine
import WeirSyntax

/// Says of what type an expression would be at the end of a session, without running it.
struct TypeProbe: Sendable {
  private let program: Program
  private let modules: Modules
  private static let name = "it"

  init(_ session: Session) {
    program = session.program
    modules = session.modules
  }

  /// Nil where it can't be read, or nothing is known of it.
  func type(of expression: String) -> ValueType? {
    let file = SourceFile(id: FileID(.max), name: Self.name, text: "\(Self.name) = \(expression)")
    let probe = ProgramCell(name: Self.name, file: file)
    guard probe.parsed.diagnostics.allSatisfy({ $0.severity == .warning }) else { return nil }
    // Only what the expression depends on is looked at.
    let all = with(program.cells + [probe])
    let needed = all.graph.ancestors(of: [all.cells.count - 1]).map { all.cells[$0] }
    let type = ProgramCheck.check(with(needed), modules: modules).cells.last?[Self.name]
    return type == .any ? nil : type
  }

  private func with(_ cells: [ProgramCell]) -> Program {
    Program(path: program.path, folder: program.folder, seed: program.seed, cells: cells)
  }
}
