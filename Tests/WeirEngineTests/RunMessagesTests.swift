import Foundation
import Testing
import WeirChecker
import WeirDiagnostics
import WeirLibrary
import WeirSyntax

/// Mistakes with tensors and networks that show when a program runs: each code has a bad program and the text that it gets,
/// with code, place and mend; recorded with RECORD_SNAPSHOTS=1.
struct RunMessagesTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let folder = root.appendingPathComponent("Tests/Diagnostics")

  static func isMeant(_ code: Int) -> Bool { (670...689).contains(code) }

  static var programs: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".weir") && Int($0.dropFirst().prefix(4)).map(isMeant) == true }.sorted()
  }

  private func failures(of text: String) -> [Diagnostic] {
    ProgramRunner().run(text).compactMap { if case .failed(let problem) = $0.outcome { problem } else { nil } }
  }

  @Test(arguments: programs)
  func badProgramsGetTheirText(name: String) throws {
    let path = Self.folder.appendingPathComponent(name)
    let text = try String(contentsOf: path, encoding: .utf8), problems = failures(of: text)
    #expect(Set(problems.map(\.code.description)) == [String(name.prefix(5))])
    for problem in problems { #expect(problem.primary.span != nil) }
    // The runner calls its one file so.
    let file = SourceFile(id: FileID(0), name: "cell `bad`", text: text)
    let rendered = Renderer(sources: SourceMap([file])).render(problems)
    let golden = path.deletingPathExtension().appendingPathExtension("txt")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try rendered.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(rendered == (try? String(contentsOf: golden, encoding: .utf8)))
  }

  @Test func everyCodeHasAProgram() {
    let explained = Explanation.all.map(\.code.number).filter(Self.isMeant)
    #expect(Set(Self.programs.compactMap { Int($0.dropFirst().prefix(4)) }) == Set(explained))
  }

  @Test func explanationsShowWhatTheySay() {
    for explanation in Explanation.all where Self.isMeant(explanation.code.number) {
      #expect(failures(of: explanation.wrong).map(\.code).contains(explanation.code), "\(explanation.code)")
      #expect(failures(of: explanation.right).isEmpty, "\(explanation.code)")
    }
  }

  // MARK: Before the run

  private func checked(_ text: String) -> [Diagnostic] {
    let file = SourceFile(id: FileID(0), name: "program", text: text)
    let graph = CellGraph([Cell(name: "program", tree: parse(file).tree)])
    let surroundings = CheckSurroundings(catalog: .standard, module: { _ in nil }, prelude: nil)
    return Checker.check(graph, in: surroundings).diagnostics.filter { $0.severity == .error }
  }

  /// What the layers of a network can't take is told by the check where plan and columns are written down, in the same words.
  @Test func layersAreLookedAtBeforeTheRun() throws {
    let early = Self.programs.filter { $0.hasPrefix("W068") }
    #expect(early.count >= 5)
    for name in early {
      let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
      #expect(checked(text).map(\.title) == failures(of: text).map(\.title), "\(name)")
      #expect(checked(text).map(\.mend) == failures(of: text).map(\.mend), "\(name)")
    }
  }

  @Test(arguments: [
    // Through names, functions of several arguments, and steps that keep the columns.
    ("net = sequential(reshape(2, 2, 1), conv(2), flatten(), dense(1))\nt |> fit(net, target: .y)", "W0680"),
    ("net = sequential(reshape(2, 1, 1), flatten(), dense(1))\nt |> fit(impute() >> standardize() >> net, target: .y)", nil),
    ("fn net(n) = sequential(reshape(n, 1), lstm(4), dense(1))\nt |> fit(net(2), target: .y)\nt |> fit(net(3), target: .y)", "W0680"),
    ("t |> fit(pca(1) >> sequential(reshape(2), dense(1)), target: .y)", "W0680"),
    ("t |> fit(pca(1) >> sequential(reshape(1), dense(1)), target: .y)", nil),
    ("t |> cross_validate(sequential(conv(2), dense(1)), target: .y)", "W0680"),
    ("t |> compare([linear(), sequential(reshape(3), dense(1))], target: .y)", "W0680"),
    ("t |> compare([linear(), sequential(reshape(2), dense(1))], target: .y)", nil),
    ("t |> tune(standardize() >> sequential(reshape(3), dense(1)), target: .y, over: grid(rate: [0.1]))", "W0680"),
    ("t |> tune(pca(1) >> sequential(reshape(2), dense(1)), target: .y, over: grid(pca: {k: [2]}))", nil),
    ("t |> learning_curve(sequential(reshape(3), dense(1)), target: .y)", "W0680"),
    ("t |> fit(sequential(reshape(1), dense(1)), target: .y, features: .a)", nil),
    ("t |> fit(sequential(dense(2)), target: .y)", "W0682"),
    ("t |> fit(gan(generator: sequential(dense(2))))", "W0682"),
    ("t |> fit(gan(generator: sequential(dense(3))))", nil),
    // What is not known is left to the run, and of a function that is called with many numbers which one it is.
    ("fn net(n) = sequential(reshape(n), dense(1))\n" + (1...20).map { "a\($0) = summary(net(\($0)))\n" }.joined()
      + "t |> fit(net(2), target: .y)\nt |> fit(net(5), target: .y)", nil),
    ("t |> fit(polynomial(2) >> sequential(reshape(5), dense(1)), target: .y)", nil),
    ("[t |> fit(sequential(reshape(n), dense(1)), target: .y, epochs: 1) for n in [2]]", nil),
    ("t |> fit(sequential(dense(3), task: \"classification\"), target: .y)", nil),
    ("conv(2, kernel: [1, 2, 3])", "W0681"), ("net = [reshape(2, 0), conv(4)]", "W0681"),
    ("summary(sequential(conv(2)), input: [4, 4])", "W0680"), ("summary(sequential(dense(2), dropout(2)), input: 4)", "W0681"),
  ])
  func whatIsKnownIsLookedAt(program: String, code: String?) {
    let rows = "t = table(a: [1, 2, 3], b: [3, 1, 2], y: [1.5, 2.5, 0.5])\n"
    #expect(checked(rows + program).map(\.code.description) == (code.map { [$0] } ?? []), "\(program)")
  }
}
