/// What `weir explain CODE` says: the long text behind a diagnostic, with a program that gets it and one that does not.
package struct Explanation: Sendable {
  package let code: DiagnosticCode
  package let title: String
  /// What it means and why the language is so, in a few sentences.
  package let meaning: String
  package let wrong: String
  package let right: String

  package init(_ number: Int, _ title: String, _ meaning: String, wrong: String = "", right: String = "") {
    code = DiagnosticCode(number)
    self.title = title
    self.meaning = meaning
    self.wrong = wrong
    self.right = right
  }

  /// The whole text as it is shown.
  package var text: String {
    var text = "\(code): \(title)\n\n\(meaning)\n"
    if !wrong.isEmpty { text += "\nInstead of\n\n\(indented(wrong))" }
    if !right.isEmpty { text += "\nwrite\n\n\(indented(right))" }
    return text
  }

  private func indented(_ program: String) -> String {
    program.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
  }

  /// One list for each hundred.
  package static var all: [Explanation] {
    syntax + names + calls + columns + leakage + values + preparation + clusters + storedValues + verbs + files + notebooks + store + export
      + readers + looking + tensors + networks + watching
  }

  package static func of(_ code: DiagnosticCode) -> Explanation? { all.first { $0.code == code } }
}
