import ArgumentParser
import WeirBase
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

/// `weir convert FROM TO`: between notebooks, Jupyter's notebooks, scripts and pages; the ends of the names say which.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Turn a notebook (.mlnb) into a Jupyter notebook (.ipynb), a script (.weir) or a page (.html), and back.",
    discussion: """
      A Jupyter notebook that Weir wrote gives the notebook that it was written from, to the byte. A page shows what the \
      cells show: it takes that from the store, and runs the cells that have changed.
      """)

  @Argument(help: "The file to read: .mlnb or .ipynb.")
  var file: String

  @Argument(help: "The file to write: .mlnb, .ipynb, .weir or .html; - writes to stdout in the form that --to names.")
  var target: String

  @Option(help: ArgumentHelp("The form to write, where the name does not say it: mlnb, ipynb, weir or html.", valueName: "form"))
  var to: String?

  @Flag(help: "Replace the file that is there.")
  var force = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let form = to ?? (target.lastIndex(of: ".").map { String(target[target.index(after: $0)...]) } ?? "")
    guard ["mlnb", "ipynb", "weir", "html"].contains(form) else {
      throw ValidationError("a notebook can be written as .mlnb, .ipynb, .weir or .html, not as `\(target)`")
    }
    do {
      if target != "-", !force, (try? FileContents(mapping: target)) != nil {
        throw ValidationError("`\(target)` is there already; --force replaces it")
      }
      let (bytes, status) = form == "html" ? try page(console) : (try convert(try notebook(), to: form), .done)
      if target == "-" {
        console.out(String(decoding: bytes, as: UTF8.self), terminator: "")
        throw Ended(status)
      }
      do { try AtomicFile.write(bytes, to: target) } catch {
        throw FileProblems([.unwritableFile(target, problem: (error as? FileFault)?.message ?? "\(error)")])
      }
      console.say("wrote \(target)")
      throw Ended(status)
    } catch let problems as FileProblems {
      console.report(problems.diagnostics, sources: problems.sources)
      throw Ended(problems.isMissingFile ? .missingInput : .usage)
    } catch let problem as Diagnostic {
      console.report([problem], sources: SourceMap())
      throw Ended(.usage)
    }
  }

  /// The page of a run, in which only cells that changed run again; a cell that fails is on the page with its error.
  private func page(_ console: Console) throws -> ([UInt8], ExitStatus) {
    let file = try ProgramFile.load(file)
    let execution = try Execution(file, try Workspace(folder: file.storeFolder), given: [], console: console)
    let cancellation = Cancellation()
    Interrupts.watch(cancellation)
    let run = try execution.perform(console, shows: false, cancellation: cancellation).run
    let report = RunReport(file, run: run, diagnostics: execution.problems, sources: execution.sources)
    return (Array(HTMLReport.text(report).utf8), run.status)
  }

  private func notebook() throws -> Notebook {
    var text = try SourceText.read(file)
    if file.hasSuffix(".ipynb") {
      text = try IPYNBReader.text(from: Array(text.utf8), name: file)
    } else if !file.hasSuffix(".mlnb") {
      throw ValidationError("`\(file)` is neither a notebook (.mlnb) nor a Jupyter notebook (.ipynb)")
    }
    let source = SourceFile(id: FileID(0), name: file, text: text)
    let (notebook, diagnostics) = MLNBReader.read(source)
    if !diagnostics.isEmpty { throw FileProblems(diagnostics, sources: SourceMap([source])) }
    return notebook
  }

  private func convert(_ notebook: Notebook, to form: String) throws -> [UInt8] {
    switch form {
    case "ipynb": try IPYNBWriter.bytes(of: notebook)
    case "weir": Array(notebook.script.utf8)
    default: Array(notebook.text.utf8)
    }
  }
}
