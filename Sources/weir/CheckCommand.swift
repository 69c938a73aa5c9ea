import ArgumentParser
import Foundation
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

/// `weir check FILE…`: the static look, without running anything.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look for mistakes without running anything: names, calls, types, columns, leakage.")

  @Argument(help: "Notebooks (.mlnb) and scripts (.weir).")
  var files: [String]

  @Flag(help: "Diagnostics as JSON on stdout.")
  var json = false

  @Flag(help: "Exit with 3 on warnings too.")
  var strict = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    var status = ExitStatus.done
    for path in files {
      let (diagnostics, sources, isUnreadable) = try look(path)
      if json {
        console.out(Renderer(sources: sources).jsonArray(diagnostics))
      } else {
        console.report(diagnostics, sources: sources)
        let errors = diagnostics.count { $0.severity == .error }, warnings = diagnostics.count - errors
        if errors + warnings == 0 {
          console.say("\(path): no mistakes found")
        } else {
          console.say("\(path): \(errors) \(errors == 1 ? "error" : "errors"), \(warnings) \(warnings == 1 ? "warning" : "warnings")")
        }
      }
      if isUnreadable, status == .done { status = .missingInput }
      if diagnostics.contains(where: { $0.severity == .error }), !isUnreadable { status = .usage }
      if strict, !diagnostics.isEmpty, status == .done { status = .gate }
    }
    throw Ended(status)
  }

  private func look(_ path: String) throws -> ([Diagnostic], SourceMap, Bool) {
    let file: ProgramFile
    do { file = try ProgramFile.load(path) } catch let problems as FileProblems {
      return (problems.diagnostics, problems.sources, problems.isMissingFile)
    }
    let workspace: Workspace
    do { workspace = try Workspace(folder: file.storeFolder, useStore: false) } catch let problem as Diagnostic {
      return ([problem], SourceMap(), true)
    }
    let problems = ProgramCheck.run(file.program, modules: workspace.modules)
    var sources = file.program.sources
    for source in workspace.modules.sources.files.values { sources.add(source) }
    return (problems, sources, false)
  }
}
