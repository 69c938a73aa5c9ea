import ArgumentParser
import WeirBase
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

/// `weir test [FOLDER]`: runs every script of a folder; what its `expect` lines say must hold.
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Run the test scripts (.weir) of a folder: every `expect` in them must hold.")

  @Argument(help: "The folder, or one script.")
  var folder = "tests"

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let files = Folder.isFile(folder)
      ? [folder] : Folder.files(in: folder, ending: ".weir").map { Folder.join(folder, "\($0).weir") }
    guard !files.isEmpty else {
      console.error("there are no test scripts in \(folder)")
      throw Ended(.missingInput)
    }
    var failed = 0
    for path in files {
      let status = try run(path, console)
      if status != .done { failed += 1 }
      console.say("\(status == .done ? "passed" : "failed")  \(path)")
    }
    console.out("\(files.count - failed) passed, \(failed) failed")
    if failed > 0 { throw Ended(.gate) }
  }

  private func run(_ path: String, _ console: Console) throws -> ExitStatus {
    do {
      let file = try ProgramFile.load(path)
      let execution = try Execution(file, try Workspace(folder: file.storeFolder, useStore: false), given: [], console: console)
      var quiet = console
      quiet.isQuiet = true
      let limits = RunLimits(cells: 1, keepsGoing: true, usesCache: false)
      return try execution.perform(quiet, limits: limits, shows: false).run.status
    } catch let problems as FileProblems {
      console.report(problems.diagnostics, sources: problems.sources)
      return .usage
    } catch let ended as Ended {
      return ended.status
    }
  }
}
