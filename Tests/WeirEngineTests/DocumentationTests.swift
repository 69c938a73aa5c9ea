import Foundation
import Testing

/// Every example in the documentation runs: fences that say `weir`, one after the other within a page. `weir error=W0401`
/// must be refused with that code. The examples of the reference are those of the builtins, which `CatalogTests` runs.
struct DocumentationTests {
  struct Fence {
    let words: [Substring]
    let code: String
    let line: Int
  }

  static var pages: [String] {
    let root = PageExamples.repository
    let docs = FileManager.default.enumerator(atPath: root.appendingPathComponent("docs").path)?
      .compactMap { $0 as? String }.filter { $0.hasSuffix(".md") && !$0.hasPrefix("reference/") }.map { "docs/" + $0 } ?? []
    return (docs + ["README.md"]).sorted().filter {
      FileManager.default.fileExists(atPath: root.appendingPathComponent($0).path)
    }
  }

  static func fences(of text: String) -> [Fence] {
    var fences: [Fence] = [], open: (words: [Substring], line: Int, lines: [Substring])?
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let current = open {
        if line.hasPrefix("```") {
          fences.append(Fence(words: current.words, code: current.lines.joined(separator: "\n"), line: current.line))
          open = nil
        } else {
          open?.lines.append(line)
        }
      } else if line.hasPrefix("```") {
        open = (line.dropFirst(3).split(separator: " "), number + 2, [])
      }
    }
    return fences
  }

  @Test(arguments: pages)
  func examplesRun(page: String) throws {
    let text = try String(contentsOf: PageExamples.repository.appendingPathComponent(page), encoding: .utf8)
    let examples = try PageExamples()
    for fence in Self.fences(of: text) where fence.words.first == "weir" {
      if let refusal = fence.words.first(where: { $0.hasPrefix("error=") }) {
        let code = String(refusal.dropFirst(6))
        #expect(examples.isRefused(fence.code, with: code), "\(page), line \(fence.line) is not refused with \(code)")
        continue
      }
      for problem in examples.problems(in: fence.code) { Issue.record("\(page), fence at line \(fence.line): \(problem)") }
    }
  }
}
