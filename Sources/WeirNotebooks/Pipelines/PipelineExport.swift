import WeirBase
import WeirDiagnostics
package import WeirEngine

/// Makes a pipeline of a notebook: a script with what its outputs need, and a lock with what it gave.
package struct PipelineExport: Sendable {
  package let script: String
  package let stages: [String]
  /// The cells that no output needs.
  package let dropped: [String]

  /// `target` is the folder that the script is written to.
  package init(_ file: ProgramFile, to target: String, modules: Modules) throws {
    let stages = try PipelineStages(of: file.program, modules)
    script = PipelineScript.text(
      stages, notebook: Folder.lastPart(of: file.path), title: file.front.title, seed: file.front.seed,
      folder: PipelineExport.relative(file.program.folder, from: target))
    self.stages = stages.stages.map(\.name)
    dropped = stages.dropped
  }

  /// A folder as seen from another.
  package static func relative(_ folder: String, from start: String) -> String {
    let there = Folder.absolute(folder).split(separator: "/"), here = Folder.absolute(start).split(separator: "/")
    var common = 0
    while common < min(there.count, here.count), there[common] == here[common] { common += 1 }
    let parts = Array(repeating: "..", count: here.count - common) + there[common...].map(String.init)
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }
}
