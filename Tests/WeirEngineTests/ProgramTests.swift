import Foundation
import Testing
import WeirCatalog
import WeirEvaluator

/// Programs that say what their statements show or how they fail: Tests/Programs/<area>/*.weir.
struct ProgramTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Programs")

  static var programs: [String] {
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return files.filter { $0.hasSuffix(".weir") }.sorted()
  }

  /// The files beside the program, for those that read some.
  private func host(for program: String) throws -> MemoryHost {
    let folder = Self.folder.appendingPathComponent(program).deletingLastPathComponent()
    var files: [String: [UInt8]] = [:]
    for path in FileManager.default.enumerator(atPath: folder.path)?.compactMap({ $0 as? String }) ?? []
    where !path.hasSuffix(".weir") {
      if let data = try? Data(contentsOf: folder.appendingPathComponent(path)) { files[path] = Array(data) }
    }
    return MemoryHost(bytes: files)
  }

  @Test(arguments: programs)
  func statementsDoWhatTheySay(program: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(program), encoding: .utf8)
    let expectations = Expectation.all(in: text)
    try #require(!expectations.isEmpty)
    let steps = ProgramRunner(host: try host(for: program)).run(text)
    for expectation in expectations {
      let step = steps.first { $0.line == expectation.line }
      if let problem = expectation.contradiction(to: step?.outcome) { Issue.record("\(program), \(problem)") }
    }
    let expected = Set(expectations.map(\.line))
    for step in steps where !expected.contains(step.line) {
      if case .failed = step.outcome { Issue.record("\(program), line \(step.line): \(step.outcome.text)") }
    }
  }

  /// One cell with all statements must not differ from a cell for each.
  @Test(arguments: programs)
  func oneCellGivesTheSame(program: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(program), encoding: .utf8)
    guard !text.contains("# !! ") else { return }
    let runner = ProgramRunner(host: try host(for: program))
    let alone = runner.run(text).last?.outcome.text
    let whole = ProgramRunner(host: try host(for: program)).runAsCell(text)
    if case .failed = whole { Issue.record("\(program): \(whole.text)") }
    #expect(whole.text == alone)
  }

  @Test func expectationsCanFail() {
    let steps = ProgramRunner().run("1 + 1 # => 3\n1 / 2 # => 0.51\n1 + \"a\" # !! W0302\n2 # => 2.0")
    let expectations = Expectation.all(in: "1 + 1 # => 3\n1 / 2 # => 0.51\n1 + \"a\" # !! W0302\n2 # => 2.0")
    #expect(expectations.count == 4)
    for (expectation, step) in zip(expectations, steps) { #expect(expectation.contradiction(to: step.outcome) != nil) }
    #expect(Expectation.agree("0.666667", "0.67"))
    #expect(!Expectation.agree("0.666667", "0.66"))
    #expect(!Expectation.agree("1", "1.0"))
  }
}
