import Foundation
import Testing
import WeirDiagnostics
import WeirEngine
import WeirLibrary
import WeirSyntax

/// The standard library: each function is documented, its example runs, and its tests hold.
struct StandardLibraryTests {
  static let folder = PageExamples.repository.appendingPathComponent("stdlib")

  static func scripts(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".weir") }.sorted()
  }

  static let modules = scripts(in: folder)
  static let tests = scripts(in: folder.appendingPathComponent("tests"))

  @Test(arguments: modules)
  func functionsAreDocumentedAndTheirExamplesRun(module: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(module), encoding: .utf8)
    let parsed = parse(SourceFile(id: FileID(0), name: module, text: text))
    #expect(parsed.diagnostics.isEmpty)
    let examples = try PageExamples()
    if module != "prelude.weir" {
      #expect(examples.problems(in: "use \(module.dropLast(5))").isEmpty)
    }
    for statement in parsed.tree.statements {
      guard case .function(let function) = statement.kind, !function.name.name.hasPrefix("_") else { continue }
      let documentation = statement.documentation ?? ""
      #expect(!documentation.isEmpty, "\(module): `\(function.name.name)` has no `##` lines")
      for line in documentation.split(separator: "\n") where line.contains("# =>") {
        for problem in examples.problems(in: String(line)) { Issue.record("\(module), \(function.name.name): \(problem)") }
      }
    }
  }

  @Test(arguments: tests)
  func testsHold(script: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent("tests/\(script)"), encoding: .utf8)
    let problems = try PageExamples().problems(in: text)
    #expect(problems.isEmpty)
  }

  @Test func everyModuleHasTests() {
    #expect(Set(Self.modules).subtracting(Self.tests) == [])
  }
}
