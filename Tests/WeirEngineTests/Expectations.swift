import WeirCatalog
import WeirDiagnostics

/// What a program says of itself: `mean([1, 2]) # => 1.5`, `1 + "a" # !! W0307 some words of the message`.
///
/// A comment of its own on the line below counts for the statement above it, and lines that start with `#  |` carry a
/// shown text on.
struct Expectation: Sendable {
  enum Kind: Sendable, Equatable {
    case shows(String)
    case fails(code: String, words: String)
  }

  /// The line of the statement, from 1.
  let line: Int
  let kind: Kind

  static func all(in text: String) -> [Expectation] {
    var found: [Expectation] = []
    var lastCode = 0
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let trimmed = line.drop { $0 == " " }
      let isComment = trimmed.hasPrefix("#")
      if !isComment, !trimmed.isEmpty { lastCode = index + 1 }
      if isComment, trimmed.hasPrefix("#  |"), let last = found.last, case .shows(let shown) = last.kind {
        let rest = trimmed.dropFirst(4).hasPrefix(" ") ? trimmed.dropFirst(5) : trimmed.dropFirst(4)
        found[found.count - 1] = Expectation(line: last.line, kind: .shows(shown + "\n" + rest))
      } else if let shown = line.after("# => ") {
        found.append(Expectation(line: lastCode, kind: .shows(String(shown))))
      } else if let failure = line.after("# !! ") {
        let parts = failure.split(separator: " ", maxSplits: 1)
        let words = parts.count > 1 ? String(parts[1]) : ""
        found.append(Expectation(line: lastCode, kind: .fails(code: String(parts.first ?? ""), words: words)))
      }
    }
    return found
  }

  /// Nil where the outcome is as expected, and else what came instead.
  func contradiction(to outcome: ProgramRunner.Outcome?) -> String? {
    guard let outcome else { return "line \(line): no statement ends here" }
    switch (kind, outcome) {
    case (.shows(let wanted), .shown(let value)):
      let shown = value.rendered(.plain)
      return Self.agree(shown, wanted) ? nil : "line \(line): shows\n\(shown)\nand not\n\(wanted)"
    case (.fails(let code, let words), .failed(let problem)):
      let text = outcome.text
      if problem.code.description == code, words.isEmpty || text.contains(words) { return nil }
      return "line \(line): fails with \(text), and not with \(code) \(words)"
    default: return "line \(line): \(outcome.text), and not \(kind)"
    }
  }

  /// Texts are equal but for blanks at line ends; a number has the digits that are written.
  static func agree(_ shown: String, _ wanted: String) -> Bool {
    func lines(_ text: String) -> [Substring] {
      text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        var line = line
        while line.last == " " { line.removeLast() }
        return line
      }
    }
    if lines(shown) == lines(wanted) { return true }
    guard let point = wanted.firstIndex(of: "."), let a = Double(shown), let b = Double(wanted) else { return false }
    let digits = wanted[wanted.index(after: point)...]
    guard digits.allSatisfy(\.isNumber), shown.contains(".") else { return false }
    var unit = 1.0
    for _ in digits { unit /= 10 }
    return (a - b).magnitude <= unit * 0.5000001
  }
}

extension Substring {
  /// What follows the last occurrence of a mark.
  fileprivate func after(_ mark: String) -> Substring? {
    guard let range = ranges(of: mark).last else { return nil }
    return self[range.upperBound...]
  }
}
