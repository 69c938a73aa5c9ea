import Testing
import WeirDiagnostics

/// What files may look like, and what may not stand in code that a program reaches.
struct StyleTests {
  @Test func filesAreShort() {
    for file in SourceTree.sources + SourceTree.tests {
      let isLong = file.path.hasPrefix("Tests/") || file.path.contains("/Messages/") || file.path.contains("/Ops/")
      #expect(file.lines.count <= (isLong ? 600 : 400) + 1, "\(file.path) has \(file.lines.count) lines")
    }
  }

  @Test func namesSayWhatThingsAre() {
    for file in SourceTree.sources {
      let name = file.path.split(separator: "/").last ?? ""
      for word in ["Manager", "Helper", "Utils", "Common"] { #expect(!name.contains(word), "\(file.path)") }
    }
  }

  @Test func nothingEndsTheProcess() {
    let forced = /[A-Za-z0-9_\)\]\}]!(?:$|[^=])/, words = ["try!", "as!", "fatalError(", "assertionFailure("]
    for file in SourceTree.sources {
      for line in file.code {
        let place: Comment = "\(file.path):\(line.number): \(line.text)"
        for word in words where line.text.contains(word) { Issue.record("\(word) in \(place)") }
        if line.text.utf8.contains(UInt8(ascii: "!")), line.text.contains(forced) { Issue.record(place) }
      }
    }
  }

  /// Where a class is said to be safe to share, or a property, the file argues why: `Safety:` in a comment.
  @Test func promisesToTheCompilerAreArgued() {
    // The nodes of the evaluator share one argument, at their base class, and so do the operations of networks.
    let argued = ["Sources/WeirEvaluator/", "Sources/WeirNetworks/"]
    var arguments: [String: Bool] = [:]
    for file in SourceTree.sources {
      if file.text.contains("Safety:") { for folder in argued where file.path.hasPrefix(folder) { arguments[folder] = true } }
      let promises = file.code.filter { $0.text.contains("@unchecked Sendable") || $0.text.contains("nonisolated(unsafe)") }
      guard let first = promises.first, !argued.contains(where: { file.path.hasPrefix($0) }) else { continue }
      if !file.text.contains("Safety:") { Issue.record("\(file.path):\(first.number)") }
    }
    for folder in argued { #expect(arguments[folder] == true, "no file of \(folder) has the argument") }
    for file in SourceTree.sources {
      for word in ["@preconcurrency", "Task.detached"] { #expect(!file.code.contains { $0.text.contains(word) }, "\(file.path)") }
    }
  }

  @Test func nothingIsPublic() {
    for file in SourceTree.sources where file.target != "weir" {
      for line in file.code where line.text.contains("public ") {
        if line.text.contains(/\bpublic (func|var|let|struct|class|enum|protocol|init|static)/) { Issue.record("\(file.path):\(line.number)") }
      }
    }
  }
}

/// Codes of diagnostics: each is used by one message and explained.
struct DiagnosticCodeTests {
  private static let messages: [(number: Int, place: String)] = SourceTree.sources.flatMap { file in
    file.code.filter { $0.text.contains("DiagnosticCode(") }.flatMap { line in
      line.text.matches(of: /DiagnosticCode\(([1-9][0-9]{2})\b/).compactMap { match in
        Int(match.output.1).map { ($0, "\(file.path):\(line.number)") }
      }
    }
  }

  @Test func everyCodeIsExplained() {
    let explained = Set(Explanation.all.map(\.code.number))
    #expect(Set(Self.messages.map(\.number)).count > 60)
    for (number, place) in Self.messages { if !explained.contains(number) { Issue.record("W0\(number) of \(place) has no explanation") } }
  }

  @Test func noCodeIsExplainedTwiceOrForNothing() {
    let used = Set(Self.messages.map(\.number))
    var seen: Set<Int> = []
    for explanation in Explanation.all {
      #expect(seen.insert(explanation.code.number).inserted, "\(explanation.code) is explained twice")
      if !used.contains(explanation.code.number) { Issue.record("\(explanation.code) is explained and never used") }
      #expect(!explanation.title.isEmpty && explanation.meaning.count > 20, "\(explanation.code)")
    }
  }
}
