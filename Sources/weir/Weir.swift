import ArgumentParser
import Glibc
import WeirEngine

/// The command line: one file for each subcommand. `weir` alone opens the REPL.
@main
struct Weir: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weir",
    abstract: "Notebooks, pipelines and a REPL for machine learning.",
    discussion: """
      `weir` alone opens the REPL. Exit statuses, the same for every command: 0 done, 1 a cell failed, 2 usage or syntax, \
      3 a gate failed (an expectation, a locked result, a check), 4 an input is missing, 124 a time limit, 130 interrupted, \
      137 out of memory.
      """,
    version: EngineVersion.text,
    subcommands: [
      REPLCommand.self, RunCommand.self, CheckCommand.self, FormatCommand.self, ConvertCommand.self, ExportCommand.self,
      TestCommand.self, ProfileCommand.self, ExplainCommand.self, RunsCommand.self, ModelsCommand.self, PruneCommand.self,
      CatalogCommand.self,
    ],
    defaultSubcommand: REPLCommand.self)

  static func main() {
    Interrupts.endOnClosedPipe()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let status as Ended {
      Glibc.exit(status.status.rawValue)
    } catch {
      let code = exitCode(for: error)
      if code == .success {
        print(fullMessage(for: error))
        Glibc.exit(0)
      }
      Console.shared.error(fullMessage(for: error))
      Glibc.exit(ExitStatus.usage.rawValue)
    }
  }
}

/// Ends a command with a status; what there was to say has been said.
struct Ended: Error {
  let status: ExitStatus
  init(_ status: ExitStatus) { self.status = status }
}
