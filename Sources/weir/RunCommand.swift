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
  let execution: Execution
  let limits: RunLimits

  init(_ command: RunCommand, _ console: Console) throws {
    self.command = command
    self.console = console
    let given = try ParameterOptions.read(command.parameter)
    let cores = Workers.cores.count
    if let j = command.j, j < 1 { throw ValidationError("-j wants a number from 1 on") }
    limits = RunLimits(
      cells: command.j ?? cores, timeLimit: try command.timeout.map { try spanInSeconds($0, for: "--timeout") },
      cellTimeLimit: try command.cellTimeout.map { try spanInSeconds($0, for: "--cell-timeout") },
      memoryLimit: try command.memory.map { try NotebookRun.bytes($0) } ?? NotebookRun.defaultMemoryLimit,
      keepsGoing: command.keepGoing, usesCache: command.cache)
    let file: ProgramFile
    do { file = try ProgramFile.load(command.file) } catch let problems as FileProblems {
      console.report(problems.diagnostics, sources: problems.sources)
      throw Ended(problems.isMissingFile ? .missingInput : .usage)
    }
    let workspace: Workspace
    do { workspace = try Workspace(folder: file.storeFolder) } catch let problem as Diagnostic {
      console.report([problem], sources: SourceMap())
      throw Ended(.usage)
    }
    if let problem = workspace.storeProblem {
      console.report([problem], sources: SourceMap())
      console.say("going on without a store: nothing is kept")
    }
    execution = try Execution(
      file, workspace, given: given, workers: Workers(command.j ?? cores), console: console)
  }

  func perform() throws -> ExitStatus {
    let wanted = try chosenCells()
    let lock = command.locked ? try readLock() : nil
    if let lock, let status = refusal(lock) { return status }
    let cancellation = Cancellation()
    Interrupts.watch(cancellation)
    let outcome = try execution.perform(
      console, wanted: wanted, limits: limits, shows: command.json != "-", cancellation: cancellation)
    if command.embed { execution.embed(outcome.run, console) }
    var status = outcome.run.status
    if status == .done, let lock, wanted == nil {
      let causes = lock.causesAfter(outcome.lock)
      console.report(causes, sources: execution.sources)
      if causes.isEmpty { console.say(console.dim("everything is as the lock says")) } else { status = .gate }
    }
    let isWritten = writeReports(outcome.run, status)
    if status == .done {
      try deliver(outcome)
      if !isWritten { status = .failed }
    }
    return status
  }

  /// Writes the reports asked for, whether the run passed or not; false where one can't be written.
  private func writeReports(_ run: ProgramRun, _ status: ExitStatus) -> Bool {
    let files = ReportFiles(html: command.report, junit: command.junit, json: command.json == "-" ? nil : command.json)
    guard !files.isEmpty || command.json == "-" else { return true }
    var report = RunReport(
      execution.file, run: run, parameters: execution.given.map { RunParameter($0.name, $0.text) },
      diagnostics: execution.problems, sources: execution.sources)
    report.status = status
    report.peakMemory = peakMemory()
    if command.json == "-" { console.out(String(decoding: JSONReport.bytes(report), as: UTF8.self), terminator: "") }
    let problems = files.write(report)
    console.report(problems, sources: execution.sources)
    for path in [files.html, files.junit, files.json].compactMap({ $0 }) where problems.isEmpty {
      console.say(console.dim("wrote \(path)"))
    }
    return problems.isEmpty
  }

  private func chosenCells() throws -> Set<Int>? {
    guard let stage = command.stage else { return nil }
    let program = execution.file.program
    guard let index = program.index(ofCell: stage) else {
      console.report([.unknownStage(stage, known: program.cells.map(\.name))], sources: SourceMap())
      throw Ended(.usage)
    }
    return Set(program.graph.ancestors(of: [index]))
  }

  // MARK: The lock

  private func readLock() throws -> PipelineLock {
    let folder = Folder.parent(of: execution.file.path)
    let path = Folder.join(folder.isEmpty ? "." : folder, "pipeline.lock")
    do { return try PipelineLock(decoding: try FileContents(mapping: path).bytes, path: path) } catch let problem as Diagnostic {
      console.report([problem], sources: SourceMap())
      throw Ended(.usage)
    } catch {
      console.report([.missingLock(path)], sources: SourceMap())
      throw Ended(.missingInput)
    }
  }

  /// What differs from the lock before anything runs.
  private func refusal(_ lock: PipelineLock) -> ExitStatus? {
    let program = execution.file.program
    let causes = lock.causesBefore(execution.lockBefore)
      + lock.dataCauses { execution.workspace.hashing.currentHash(of: $0, in: program.folder) }
    console.report(causes, sources: execution.sources)
    return causes.isEmpty ? nil : .gate
  }

  /// Writes what `output` delivers: beside a pipeline, or where `--outputs` says.
  private func deliver(_ outcome: Execution.Outcome) throws {
    let file = execution.file
    guard !outcome.outputs.isEmpty, command.outputs != nil || file.kind == .script else { return }
    let beside = Folder.join(file.storeFolder, "outputs")
    let folder = command.outputs ?? beside
    do {
      try Folder.make(folder)
      for output in outcome.outputs { try AtomicFile.write(output.bytes, to: Folder.join(folder, output.fileName)) }
    } catch {
      let problem = (error as? FolderFault)?.problem ?? (error as? FileFault)?.message ?? "\(error)"
      console.report([.unwritableFile(folder, problem: problem)], sources: SourceMap())
      throw Ended(.failed)
    }
    console.say(console.dim("outputs in \(folder): " + outcome.outputs.map(\.fileName).joined(separator: ", ")))
  }

  // MARK: Reading options

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

/// A length of time as options have it: `90s`, `10m`, `2h`, `30d`, or seconds without a unit.
func spanInSeconds(_ text: String, for option: String) throws -> Double {
  guard case .duration(let span)? = ParameterValues.value(text, as: "duration"), span.microseconds > 0 else {
    if let number = Double(text), number > 0, number.isFinite { return number }
    throw ValidationError("\(option) wants a time such as 90s, 10m or 2h, not `\(text)`")
  }
  return Double(span.microseconds) / 1e6
}
