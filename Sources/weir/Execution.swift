import ArgumentParser
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirNotebooks
import WeirStore

/// `-p name=value`, as given.
enum ParameterOptions {
  static func read(_ texts: [String]) throws -> [(name: String, text: String)] {
    try texts.map { text in
      guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
        throw ValidationError("-p wants name=value, not `\(text)`")
      }
      return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }
  }
}

/// A program that has been checked and is ready to run: what `run` and `export` share.
struct Execution {
  let file: ProgramFile
  let workspace: Workspace
  let given: [(name: String, text: String)]
  let parameters: [String: Value]
  let sources: SourceMap
  /// Warnings of the check.
  let problems: [Diagnostic]
  let runner: CellRunner

  /// What a run came to.
  struct Outcome {
    let run: ProgramRun
    /// Of a run that is done.
    let outputs: [DeliveredOutput]
    let lock: PipelineLock
  }

  /// Checks the program and reports what is found; throws `Ended` where it can't run.
  init(
    _ file: ProgramFile, _ workspace: Workspace, given: [(name: String, text: String)], workers: Workers = .cores,
    console: Console
  ) throws {
    self.file = file
    self.workspace = workspace
    self.given = given
    let program = file.program
    problems = ProgramCheck.run(program, modules: workspace.modules)
    var sources = program.sources
    for source in workspace.modules.sources.files.values { sources.add(source) }
    self.sources = sources
    console.report(problems, sources: sources)
    if problems.contains(where: { $0.severity == .error }) { throw Ended(.usage) }
    do { parameters = try ParameterValues.read(given, for: program) } catch let problem as Diagnostic {
      console.report([problem], sources: sources)
      throw Ended(.usage)
    }
    runner = CellRunner(
      program, modules: workspace.modules, cache: workspace.cache, hashing: workspace.hashing,
      settings: RunSettings(parameters: parameters, workers: workers))
  }

  /// What the run would be held to, as far as it is known before.
  var lockBefore: PipelineLock {
    PipelineRecord.before(
      file.program, notebook: Folder.lastPart(of: file.path), parameters: parameters, modules: workspace.modules)
  }

  func perform(
    _ console: Console, wanted: Set<Int>? = nil, limits: RunLimits = RunLimits(cells: Workers.cores.count), shows: Bool,
    cancellation: Cancellation = Cancellation()
  ) throws -> Outcome {
    let programRunner = ProgramRunner(
      runner, store: workspace.store, command: CommandLine.arguments.joined(separator: " "),
      parameters: given.map { RunParameter($0.name, $0.text) })
    let printer = RunPrinter(file.program, console, shows: shows)
    let run = programRunner.run(wanted, limits: limits, cancellation: cancellation) { printer.note($0) }
    printer.finish()
    console.report(run.storeProblems + (workspace.store?.takeNotices().map(\.diagnostic) ?? []), sources: sources)
    report(run, console)
    var outputs: [DeliveredOutput] = []
    if run.status == .done {
      do { outputs = try PipelineRecord.outputs(of: runner, run) } catch let problem as Diagnostic {
        console.report([problem], sources: sources)
        throw Ended(.failed)
      }
    }
    return Outcome(run: run, outputs: outputs, lock: PipelineRecord.after(lockBefore, run, outputs: outputs))
  }

  private func report(_ run: ProgramRun, _ console: Console) {
    let failures = run.results.compactMap { $0 }.filter { $0.status == .failed }
    console.report(failures.compactMap(\.diagnostic), sources: sources)
    for result in run.results.compactMap({ $0 }) where result.status == .notRun {
      console.say(console.dim("cell `\(result.name)` did not run: \(result.reason)"))
    }
    if let failed = failures.first { console.say("to look at it: weir repl \(file.path) --cell \(failed.name)") }
    if run.status == .usage, failures.isEmpty { console.error("there is nothing to run in \(file.path)") }
    console.say(console.dim(summary(run)))
  }

  private func summary(_ run: ProgramRun) -> String {
    let stopped = run.stoppedCount
    let counts = [
      (run.count(.ran), "ran"), (run.count(.cached), "unchanged"), (run.count(.failed) - stopped, "failed"),
      (stopped, "stopped"), (run.count(.skipped), "skipped"), (run.count(.notRun), "not run"),
    ]
    let parts = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let id = run.id.map { "run \($0): " } ?? ""
    return "\(id)\(parts.joined(separator: ", ")) in \(duration(run.duration))"
  }
}
