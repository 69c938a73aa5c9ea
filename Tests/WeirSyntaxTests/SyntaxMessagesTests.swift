import Foundation
import Testing
import WeirDiagnostics
import WeirSyntax

/// Each code of the hundred has a bad program and the text that it gets, recorded with RECORD_SNAPSHOTS=1.
struct SyntaxMessagesTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let folder = root.appendingPathComponent("Tests/Diagnostics")

  static var programs: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasPrefix("W01") && $0.hasSuffix(".weir") }.sorted()
  }

  private func rendered(_ text: String, name: String) -> (codes: Set<String>, text: String) {
    let file = SourceFile(id: FileID(0), name: name, text: text)
    let diagnostics = parse(file).diagnostics
    return (Set(diagnostics.map(\.code.description)), Renderer(sources: SourceMap([file])).render(diagnostics))
  }

  @Test(arguments: programs)
  func badProgramsGetTheirText(name: String) throws {
    let path = Self.folder.appendingPathComponent(name)
    let (codes, text) = rendered(try String(contentsOf: path, encoding: .utf8), name: "bad.weir")
    #expect(codes == [String(name.prefix(5))])
    let golden = path.deletingPathExtension().appendingPathExtension("txt")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try text.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(text == (try? String(contentsOf: golden, encoding: .utf8)))
  }

  @Test func everyCodeHasAProgramAndAnExplanation() throws {
    let source = try String(
      contentsOf: Self.root.appendingPathComponent("Sources/WeirDiagnostics/Messages/SyntaxMessages.swift"),
      encoding: .utf8)
    let codes = Set(source.matches(of: /DiagnosticCode\((1\d\d)\)/).compactMap { Int($0.1) })
    #expect(codes.count > 20)
    #expect(codes == Set(Explanation.syntax.map(\.code.number)))
    #expect(codes == Set(Self.programs.compactMap { Int($0.dropFirst().prefix(4)) }))
  }

  @Test func explanationsShowWhatTheySay() {
    for explanation in Explanation.syntax where explanation.code.number != 106 {
      #expect(rendered(explanation.wrong, name: "wrong").codes == [explanation.code.description])
      #expect(rendered(explanation.right, name: "right").text == "", "\(explanation.code)")
      #expect(explanation.text.hasPrefix("\(explanation.code): "))
    }
    #expect(Set(Explanation.all.map(\.code)).count == Explanation.all.count)
  }
}
