import Foundation
import Testing
import WeirCatalog
import WeirChecker
import WeirDiagnostics
import WeirLibrary
import WeirSyntax

/// The check before a run and the run itself are of one mind: what runs is not refused.
struct CheckerAgreementTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static var programs: [String] {
    let folder = root.appendingPathComponent("Tests/Programs").path
    return (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(".weir") }.sorted()
  }

  static let prelude: SyntaxTree? = {
    let path = root.appendingPathComponent("stdlib/prelude.weir")
    guard let text = try? String(contentsOf: path, encoding: .utf8) else { return nil }
    return parse(SourceFile(id: FileID(900_000), name: "prelude.weir", text: text)).tree
  }()

  private func errors(_ text: String) -> [Diagnostic] {
    diagnostics(text).filter { $0.severity == .error }
  }

  private func diagnostics(_ text: String, isModule: Bool = false) -> [Diagnostic] {
    let file = SourceFile(id: FileID(0), name: "program", text: text)
    let graph = CellGraph([Cell(name: "program", tree: parse(file).tree)])
    let surroundings = CheckSurroundings(
      catalog: .standard,
      module: { name in
        let path = Self.root.appendingPathComponent("stdlib/\(name).weir")
        guard let text = try? String(contentsOf: path, encoding: .utf8) else { return nil }
        return parse(SourceFile(id: FileID(900_001), name: "\(name).weir", text: text)).tree
      },
      prelude: Self.prelude, isModule: isModule)
    return Checker.check(graph, in: surroundings).diagnostics
  }

  @Test(arguments: Catalog.standard.all.filter { !$0.examples.isEmpty }.map(\.name))
  func examplesPassTheCheck(name: String) throws {
    for example in try #require(Catalog.standard[name]).examples {
      #expect(errors(example.code).map { "\($0.code) \($0.title)" } == [], "\(example.code)")
    }
  }

  private func lines(of diagnostic: Diagnostic, in text: String) -> [Int] {
    let bytes = Array(text.utf8)
    // The call in a later line may be what a function's body is wrong for.
    return ([diagnostic.primary] + diagnostic.others).compactMap { label in
      label.span.map { 1 + bytes.prefix(Int($0.start)).count { $0 == 10 } }
    }
  }

  private func wrongLines(of text: String) -> [Int: String] {
    var wrong: [Int: String] = [:]
    for expectation in Expectation.all(in: text) {
      if case .fails(let code, _) = expectation.kind { wrong[expectation.line] = code }
    }
    return wrong
  }

  @Test(arguments: programs)
  func onlyWrongLinesAreRefused(name: String) throws {
    let text = try String(contentsOf: Self.root.appendingPathComponent("Tests/Programs/\(name)"), encoding: .utf8)
    let wrong = wrongLines(of: text)
    for diagnostic in errors(text) {
      let lines = lines(of: diagnostic, in: text)
      #expect(lines.contains { wrong[$0] != nil }, "\(name):\(lines): \(diagnostic.code) \(diagnostic.title)")
    }
  }

  /// The modules of the library are clean: not even a warning.
  @Test func theLibraryIsClean() throws {
    let folder = Self.root.appendingPathComponent("stdlib")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".weir") }
    #expect(!names.isEmpty)
    for name in names {
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      #expect(diagnostics(text, isModule: true).map { "\(name): \($0.code) \($0.title)" } == [])
    }
  }

  /// What only values can tell: how long a list is, what a text can be read as, what a column holds two of.
  private static let ofValues: Set<String> = ["W0404", "W0406", "W0407"]

  /// Most mistakes of names, calls and columns are plain before anything runs.
  @Test func mostWrongLinesAreFoundBeforeTheRun() throws {
    var all = 0, found = 0
    for name in Self.programs {
      let text = try String(contentsOf: Self.root.appendingPathComponent("Tests/Programs/\(name)"), encoding: .utf8)
      let refused = Set(errors(text).flatMap { lines(of: $0, in: text) })
      for (line, code) in wrongLines(of: text) where ["W02", "W03", "W04"].contains(String(code.prefix(3))) {
        if Self.ofValues.contains(code) { continue }
        all += 1
        if refused.contains(line) { found += 1 }
      }
    }
    #expect(all > 20 && Double(found) > 0.7 * Double(all), "\(found) of \(all)")
  }
}
