import Foundation
import Testing
import WeirDiagnostics

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
}
