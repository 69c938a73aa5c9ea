import ArgumentParser
import Glibc
import Synchronization
import WeirBase
import WeirCatalog
import WeirChecker
import WeirDiagnostics
import WeirEngine
import WeirNotebooks
import WeirStore
import WeirTables

/// `weir run FILE`: runs a notebook or a pipeline from top to bottom, without a hand on it.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a notebook (.mlnb) or a script (.weir); what did not change is not run again.")

  @Argument(help: "The notebook or script.")
  var file: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Set a parameter: -p folds=10. May be repeated.", valueName: "name=value"))
  var parameter: [String] = []

  @Option(help: ArgumentHelp("Write an HTML report.", valueName: "file"))
  var report: String?

  @Option(help: ArgumentHelp("Write the results as JUnit XML.", valueName: "file"))
  var junit: String?

  @Option(help: ArgumentHelp("Write the results as JSON; - is stdout.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Stop the run after this time (10m, 90s).", valueName: "time"))
  var timeout: String?

  @Option(help: ArgumentHelp("Stop any cell after this time.", valueName: "time"))
  var cellTimeout: String?

  @Option(help: ArgumentHelp("Stop the run when it holds more memory than this (8G, 500M).", valueName: "size"))
  var memory: String?

  @Flag(help: "Go on with the cells that do not depend on one that failed.")
  var keepGoing = false

  @Flag(inversion: .prefixedNo, help: "Take results of cells that did not change from the store, and keep new ones.")
  var cache = true

  @Option(name: .short, help: ArgumentHelp("How many cells and threads may run side by side; all cores by default.", valueName: "n"))
  var j: Int?

  @Flag(help: "Hold the run to pipeline.lock beside the script; exit with 3 and say what differs.")
  var locked = false

  @Option(help: ArgumentHelp("Run only this stage or cell and what it needs.", valueName: "name"))
  var stage: String?

  @Option(help: ArgumentHelp("Where to write what `output` delivers; `outputs` beside a pipeline by default.", valueName: "folder"))
  var outputs: String?

  @Flag(help: "Write text outputs behind the cells of the notebook.")
  var embed = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let run = try NotebookRun(self, console)
    throw Ended(try run.perform())
  }
}

/// One `weir run`, from the file to the exit status.
private struct NotebookRun {
  let command: RunCommand
  let console: Console
  let file: ProgramFile
  let workspace: Workspace
  let limits: RunLimits
  let given: [(name: String, text: String)]

  init(_ command: RunCommand, _ console: Console) throws {
    self.command = command
    self.console = console
    given = try command.parameter.map { text in
      guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
        throw ValidationError("-p wants name=value, not `\(text)`")
      }
      return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }
    let cores = Workers.cores.count
    if let j = command.j, j < 1 { throw ValidationError("-j wants a number from 1 on") }
    limits = RunLimits(
      cells: command.j ?? cores, timeLimit: try command.timeout.map { try NotebookRun.seconds($0, "--timeout") },
      cellTimeLimit: try command.cellTimeout.map { try NotebookRun.seconds($0, "--cell-timeout") },
      memoryLimit: try command.memory.map { try NotebookRun.bytes($0) } ?? NotebookRun.defaultMemoryLimit,
      keepsGoing: command.keepGoing, usesCache: command.cache)
    do { file = try ProgramFile.load(command.file) } catch let problems as FileProblems {
      console.report(problems.diagnostics, sources: problems.sources)
      throw Ended(problems.isMissingFile ? .missingInput : .usage)
    }
    do { workspace = try Workspace(folder: file.storeFolder, useStore: true) } catch let problem as Diagnostic {
      console.report([problem], sources: SourceMap())
      throw Ended(.usage)
    }
    if let problem = workspace.storeProblem {
      console.report([problem], sources: SourceMap())
      console.say("going on without a store: nothing is kept")
    }
  }

  func perform() throws -> ExitStatus {
    let program = file.program
    var sources = program.sources
    let problems = ProgramCheck.run(program, modules: workspace.modules)
    for source in workspace.modules.sources.files.values { sources.add(source) }
    console.report(problems, sources: sources)
    if problems.contains(where: { $0.severity == .error }) { return .usage }
    let parameters: [String: Value]
    do { parameters = try ParameterValues.read(given, for: program) } catch let problem as Diagnostic {
      console.report([problem], sources: sources)
      return .usage
    }
    let wanted = try chosenCells(program)
    let settings = RunSettings(parameters: parameters, workers: Workers(command.j ?? Workers.cores.count))
    let runner = CellRunner(
      program, modules: workspace.modules, cache: workspace.cache, hashing: workspace.hashing, settings: settings)
    let programRunner = ProgramRunner(
      runner, store: workspace.store, command: CommandLine.arguments.joined(separator: " "),
      parameters: given.map { RunParameter($0.name, $0.text) })
    let cancellation = Cancellation()
    Interrupts.watch(cancellation)
    let printer = RunPrinter(program, console, shows: command.json != "-")
    let run = programRunner.run(wanted, limits: limits, cancellation: cancellation) { printer.note($0) }
    printer.finish()
    console.report(run.storeProblems, sources: SourceMap())
    return try conclude(run, program, sources)
  }

  private func chosenCells(_ program: Program) throws -> Set<Int>? {
    guard let stage = command.stage else { return nil }
    guard let index = program.index(ofCell: stage) else {
      console.report([.unknownStage(stage, known: program.cells.map(\.name))], sources: SourceMap())
      throw Ended(.usage)
    }
    return Set(program.graph.ancestors(of: [index]))
  }

  private func conclude(_ run: ProgramRun, _ program: Program, _ sources: SourceMap) throws -> ExitStatus {
    let failures = run.results.compactMap { $0 }.filter { $0.status == .failed }
    console.report(failures.compactMap(\.diagnostic), sources: sources)
    for result in run.results.compactMap({ $0 }) where result.status == .notRun {
      console.say(console.dim("cell `\(result.name)` did not run: \(result.reason)"))
    }
    if let failed = failures.first {
      console.say("to look at it: weir repl \(command.file) --cell \(failed.name)")
    }
    if run.status == .usage, failures.isEmpty { console.error("there is nothing to run in \(command.file)") }
    console.say(console.dim(summary(run)))
    return run.status
  }

  private func summary(_ run: ProgramRun) -> String {
    var parts: [String] = []
    let counts: [(CellStatus, String)] = [
      (.ran, "ran"), (.cached, "unchanged"), (.failed, "failed"), (.skipped, "skipped"), (.notRun, "not run"),
    ]
    for (status, word) in counts where run.count(status) > 0 { parts.append("\(run.count(status)) \(word)") }
    let id = run.id.map { "run \($0): " } ?? ""
    return "\(id)\(parts.joined(separator: ", ")) in \(duration(run.duration))"
  }

  // MARK: Reading options

  private static func seconds(_ text: String, _ option: String) throws -> Double {
    guard case .duration(let span)? = ParameterValues.value(text, as: "duration"), span.microseconds > 0 else {
      if let number = Double(text), number > 0, number.isFinite { return number }
      throw ValidationError("\(option) wants a time such as 90s, 10m or 2h, not `\(text)`")
    }
    return Double(span.microseconds) / 1e6
  }

  private static func bytes(_ text: String) throws -> Int {
    let units: [Character: Double] = ["K": 1024, "M": 1_048_576, "G": 1_073_741_824, "T": 1_099_511_627_776]
    let last = text.uppercased().last
    let unit = last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? text : String(text.dropLast())), number > 0, number * (unit ?? 1) < 1e18 else {
      throw ValidationError("--memory wants a size such as 500M or 8G, not `\(text)`")
    }
    return Int(number * (unit ?? 1))
  }

  /// Nine tenths of the machine's memory: beyond it the system would end the process without a word.
  private static var defaultMemoryLimit: Int? {
    let pages = sysconf(Int32(_SC_PHYS_PAGES)), size = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && size > 0 ? pages / 10 * 9 * size : nil
  }
}
