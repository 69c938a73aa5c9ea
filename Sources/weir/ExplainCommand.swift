import ArgumentParser
import WeirDiagnostics
import WeirEngine

/// `weir explain W0401`: the long text behind a diagnostic.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explain a diagnostic by its code, with a program that gets it and one that does not.")

  @Argument(help: "A code such as W0401; none lists them all.")
  var code: String?

  func run() throws {
    guard let code else {
      for explanation in Explanation.all.sorted(by: { $0.code < $1.code }) {
        Console.shared.out("\(explanation.code)  \(explanation.title)")
      }
      return
    }
    guard let parsed = DiagnosticCode(parsing: code), let explanation = Explanation.of(parsed) else {
      let codes = Explanation.all.map(\.code.description)
      let meant = nearest(to: code.uppercased(), among: codes).map { "; did you mean \($0)?" } ?? ""
      Console.shared.error("there is no diagnostic \(code)\(meant); `weir explain` lists them all")
      throw Ended(.usage)
    }
    Console.shared.out(explanation.text, terminator: "")
  }
}
