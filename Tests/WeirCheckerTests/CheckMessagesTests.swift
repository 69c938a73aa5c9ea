import Foundation
import Testing
import WeirChecker
import WeirDiagnostics
import WeirSyntax

/// Each code that the check gives has a bad program and the text that it gets, recorded with RECORD_SNAPSHOTS=1.
struct CheckMessagesTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let folder = root.appendingPathComponent("Tests/Diagnostics")
  /// Codes that programs get before they run; the others need files, a command line or values.
  static let early: Set<Int> = [
    201, 202, 203, 205, 208, 209, 210, 301, 302, 303, 304, 305, 306, 307, 308, 309, 401, 402, 501, 502, 503, 504, 505, 603, 604,
    611, 612, 614, 616, 617,
  ]

  static var programs: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { name in
      name.hasSuffix(".weir") && Int(name.dropFirst().prefix(4)).map(early.contains) == true
    }.sorted()
  }

  /// The cells of a program, which `stage name` lines part.
  private func cells(of text: String) -> [(name: String, text: String)] {
    var cells: [(name: String, text: String)] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("stage ") { cells.append((String(line.dropFirst(6)), "")); continue }
      if cells.isEmpty { cells.append(("bad", "")) }
      cells[cells.count - 1].text += line + "\n"
    }
    return cells
  }

  private func checked(_ text: String) -> Checking { Checking(cells: cells(of: text)) }

  @Test(arguments: programs)
  func badProgramsGetTheirText(name: String) throws {
    let path = Self.folder.appendingPathComponent(name)
    let checking = checked(try String(contentsOf: path, encoding: .utf8))
    #expect(Set(checking.codes) == [String(name.prefix(5))])
    let golden = path.deletingPathExtension().appendingPathExtension("txt")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try checking.rendered.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(checking.rendered == (try? String(contentsOf: golden, encoding: .utf8)))
  }

  @Test func everyCodeOfTheCheckHasAProgram() {
    #expect(Set(Self.programs.compactMap { Int($0.dropFirst().prefix(4)) }) == Self.early)
  }

  @Test func everyCodeHasAnExplanation() throws {
    let sources = Self.root.appendingPathComponent("Sources")
    let files = FileManager.default.enumerator(atPath: sources.path)?.compactMap { $0 as? String } ?? []
    var codes: Set<Int> = []
    for file in files where file.hasSuffix(".swift") {
      let text = try String(contentsOf: sources.appendingPathComponent(file), encoding: .utf8)
      codes.formUnion(text.matches(of: /DiagnosticCode\((\d{3})\)/).compactMap { Int($0.1) })
    }
    #expect(codes.count > 90)
    let explained = Explanation.all.map(\.code.number)
    #expect(codes.subtracting(explained).sorted() == [])
    #expect(Set(explained).subtracting(codes).sorted() == [])
    #expect(Set(explained).count == explained.count)
  }

  @Test func explanationsShowWhatTheySay() {
    let lists = Explanation.names + Explanation.calls + Explanation.columns + Explanation.leakage + Explanation.values
    for explanation in lists where Self.early.contains(explanation.code.number) {
      #expect(Set(checked(explanation.wrong).codes) == [explanation.code.description], "\(explanation.code)")
      #expect(!explanation.right.isEmpty)
      #expect(checked(explanation.right).codes == [], "\(explanation.code)")
    }
  }

  /// "did you mean `x`?" put in the place of what is underlined passes the check.
  @Test(arguments: programs)
  func theMendPasses(name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let checking = checked(text)
    for diagnostic in checking.result.diagnostics {
      guard let mend = diagnostic.mend?.firstMatch(of: /^did you mean [`"]\.?([^`"]+?):?[`"]\?$/), let span = diagnostic.primary.span,
        let source = checking.sources[span.file], !text.contains("stage ")
      else { continue }
      var bytes = Array(source.text.utf8)
      let old = checking.sources.text(at: span)
      var new = String(mend.1)
      if old.hasPrefix(".") { new = "." + new }
      if old.hasPrefix("\"") { new = "\"\(new)\"" }
      if diagnostic.code == DiagnosticCode(210), let dot = new.lastIndex(of: ".") { new = String(new[new.index(after: dot)...]) }
      bytes.replaceSubrange(Int(span.start)..<Int(span.end), with: Array(new.utf8))
      #expect(checked(String(decoding: bytes, as: UTF8.self)).codes == [], "\(name): \(new)")
    }
  }
}
