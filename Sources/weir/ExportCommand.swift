import ArgumentParser
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

/// `weir export notebook.mlnb --to pipelines/x`: from a notebook to a pipeline that gives the same bytes.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Make a pipeline of a notebook: pipeline.weir, and pipeline.lock that later runs are held to.")

  @Argument(help: "The notebook.")
  var notebook: String

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "folder"))
  var to: String

  @Option(name: .shortAndLong, help: ArgumentHelp("Set a parameter for the run that is locked.", valueName: "name=value"))
  var parameter: [String] = []

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    do {
      let file = try ProgramFile.load(notebook)
      let workspace = try Workspace(folder: file.storeFolder)
      try Self.export(file, to: to, given: try ParameterOptions.read(parameter), workspace, console)
    } catch let problems as FileProblems {
      console.report(problems.diagnostics, sources: problems.sources)
      throw Ended(problems.isMissingFile ? .missingInput : .usage)
    } catch let problem as Diagnostic {
      console.report([problem], sources: SourceMap())
      throw Ended(problem.code.number == 909 ? .gate : .usage)
    }
  }

  static func export(
    _ file: ProgramFile, to: String, given: [(name: String, text: String)], _ workspace: Workspace, _ console: Console
  ) throws {
    // The notebook as it is decides what the outputs have to be.
    let original = try Execution(file, workspace, given: given, console: console)
    let wanted = try original.perform(console, shows: false)
    guard wanted.run.status == .done else { throw Ended(wanted.run.status) }
    let export = try PipelineExport(file, to: to, modules: workspace.modules)
    let path = Folder.join(to, "pipeline.weir")
    do {
      try Folder.make(to)
      // The script runs where it will lie, so that its paths are what they will be.
      let script = try ProgramFile.load(path, text: export.script)
      let copy = try Execution(script, workspace, given: given, console: console)
      let got = try copy.perform(console, shows: false)
      guard got.run.status == .done else { throw Ended(got.run.status) }
      let differing = zip(wanted.outputs, got.outputs).filter { $0.hash != $1.hash }.map { $0.0.name }
      guard differing.isEmpty, wanted.outputs.count == got.outputs.count else { throw Diagnostic.exportDiffers(differing) }
      try AtomicFile.write(Array(export.script.utf8), to: path)
      var lock = got.lock
      lock.notebook = Folder.lastPart(of: file.path)
      try AtomicFile.write(try lock.encoded(), to: Folder.join(to, "pipeline.lock"))
    } catch let fault as FolderFault {
      throw Diagnostic.unwritableFile(fault.path, problem: fault.problem)
    } catch let fault as FileFault {
      throw Diagnostic.unwritableFile(to, problem: fault.message)
    }
    console.out("wrote \(path) with the stages \(export.stages.joined(separator: ", "))")
    if !export.dropped.isEmpty { console.out("no output needs \(export.dropped.joined(separator: ", "))") }
    console.out("wrote \(Folder.join(to, "pipeline.lock")); weir run \(path) --locked holds a run to it")
  }
}
