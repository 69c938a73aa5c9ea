import ArgumentParser
import Glibc
import WeirBase
import WeirDiagnostics
import WeirEngine
import WeirNotebooks
import WeirREPL

/// `weir repl [FILE]`, and `weir` alone: the prompt. What is piped in runs as a script does.
struct REPLCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repl", abstract: "Open the prompt, alone or on the cells of a notebook or script.")

  @Argument(help: "A notebook (.mlnb) or script (.weir) whose cells to start with.")
  var file: String?

  @Option(help: ArgumentHelp("Run only up to this cell.", valueName: "name"))
  var cell: String?

  @Flag(help: "Open the file without running it.")
  var noRun = false

  func run() throws {
    if file == nil, isatty(STDIN_FILENO) != 1 { return try runPiped() }
    let console = Console()
    let program = try file.map { try load($0, console) }
    let workspace: Workspace
    do { workspace = try Workspace(folder: program?.storeFolder ?? ".", useStore: program != nil || Self.hasStore) } catch let problem as Diagnostic {
      console.report([problem], sources: SourceMap())
      throw Ended(.usage)
    }
    if let problem = workspace.storeProblem { console.report([problem], sources: SourceMap()) }
    let repl = REPL(workspace.session(folder: program?.program.folder ?? ".")) { file, folder in
      do {
        try ExportCommand.export(file, to: folder, given: [], workspace, console)
      } catch let problem as Diagnostic {
        console.report([problem], sources: SourceMap())
      } catch {}
    }
    repl.run(greeting: "weir \(EngineVersion.text); `:help` helps, Tab completes, Ctrl-D leaves") { repl in
      if let program { repl.open(program, upTo: cell, running: !noRun) }
    }
  }

  /// A prompt in any folder leaves nothing behind in it; one beside a store uses it.
  private static var hasStore: Bool {
    if let home = getenv("WEIR_HOME"), home.pointee != 0 { return true }
    return Folder.isFolder(".weir")
  }

  private func load(_ path: String, _ console: Console) throws -> ProgramFile {
    do { return try ProgramFile.load(path) } catch let problems as FileProblems {
      console.report(problems.diagnostics, sources: problems.sources)
      // `weir rn x.mlnb` comes here as well.
      let commands = Weir.configuration.subcommands.compactMap { $0.configuration.commandName }
      if !path.contains("."), !path.contains("/"), let near = nearest(to: path, among: commands) {
        console.error("did you mean the command `weir \(near)`?")
      }
      throw Ended(problems.isMissingFile ? .missingInput : .usage)
    }
  }

  private func runPiped() throws {
    var console = Console()
    console.isQuiet = true
    do {
      let file = try ProgramFile.load("-")
      let workspace = try Workspace(folder: ".", useStore: Self.hasStore)
      let execution = try Execution(file, workspace, given: [], console: console)
      let cancellation = Cancellation()
      Interrupts.watch(cancellation)
      let outcome = try execution.perform(console, shows: true, cancellation: cancellation)
      throw Ended(outcome.run.status)
    } catch let problems as FileProblems {
      console.report(problems.diagnostics, sources: problems.sources)
      throw Ended(problems.isMissingFile ? .missingInput : .usage)
    } catch let problem as Diagnostic {
      console.report([problem], sources: SourceMap())
      throw Ended(.usage)
    }
  }
}
