import WeirBase
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

extension Execution {
  /// `--embed`: writes what the cells showed behind them. A file that somebody edited during the run is left alone.
  func embed(_ run: ProgramRun, _ console: Console) {
    guard var notebook = file.notebook else {
      return console.error("--embed is for notebooks; \(file.path) is a script, and nothing was written into it")
    }
    let before = notebook.text
    notebook.embed(run)
    guard notebook.text != before else { return }
    do {
      guard try FileContents(mapping: file.path).bytes == Array(before.utf8) else {
        return console.error("\(file.path) was changed during the run, so its outputs were not written into it")
      }
      try AtomicFile.write(Array(notebook.text.utf8), to: file.path)
      console.say(console.dim("outputs written into \(file.path)"))
    } catch {
      let problem = (error as? FileFault)?.message ?? "\(error)"
      console.report([.unwritableFile(file.path, problem: problem)], sources: SourceMap())
    }
  }
}
