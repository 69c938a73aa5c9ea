import ArgumentParser
import WeirBase
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

/// `weir fmt FILE…`: the one form that programs are written in.
struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Lay out the code of notebooks and scripts; comments, words and meaning stay as they are.")

  @Argument(help: "Notebooks (.mlnb) and scripts (.weir); - reads a script from stdin and writes it to stdout.")
  var files: [String]

  @Flag(help: "Write nothing; exit with 3 where a file would change.")
  var check = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    var status = ExitStatus.done
    for path in files {
      let next = try format(path, console)
      if status == .done || (status == .gate && next != .done) { status = next }
    }
    throw Ended(status)
  }

  private func format(_ path: String, _ console: Console) throws -> ExitStatus {
    let before: String, outcome: ProgramFormatter.Outcome
    do {
      guard path == "-" || path.hasSuffix(".mlnb") || path.hasSuffix(".weir") else { throw FileProblems([.unknownFileKind(path)]) }
      before = try SourceText.read(path)
      outcome = try ProgramFormatter.format(path: path == "-" ? "stdin" : path, text: before)
    } catch let problems as FileProblems {
      console.report(problems.diagnostics, sources: problems.sources)
      return problems.isMissingFile ? .missingInput : .usage
    }
    console.report(outcome.diagnostics, sources: outcome.sources)
    let isChanged = outcome.text != before
    if path == "-" {
      if !check, outcome.diagnostics.isEmpty { console.out(outcome.text, terminator: "") }
    } else if isChanged && !check {
      do { try AtomicFile.write(Array(outcome.text.utf8), to: path) } catch {
        let problem = (error as? FileFault)?.message ?? "\(error)"
        console.report([.unwritableFile(path, problem: problem)], sources: SourceMap())
        return .failed
      }
      console.say("\(path): formatted")
    }
    if !outcome.diagnostics.isEmpty { return .usage }
    if isChanged && check {
      console.out("\(path) is not formatted; `weir fmt \(path)` does it")
      return .gate
    }
    return .done
  }
}
