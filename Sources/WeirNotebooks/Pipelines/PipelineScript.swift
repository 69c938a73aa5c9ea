import WeirEngine
import Yams

/// The text of `pipeline.weir`: a plain script that a person can read and edit.
package enum PipelineScript {
  /// `folder` is where relative paths start, seen from the folder of the script.
  package static func text(_ stages: PipelineStages, notebook: String, title: String, seed: Int64, folder: String) -> String {
    var lines = ["---"]
    if !title.isEmpty { lines.append("title: \(quoted(title))") }
    lines += ["seed: \(seed)", "folder: \(quoted(folder))", "---", ""]
    lines.append("# Made by `weir export` from \(notebook). Yours to read and to edit: `weir run pipeline.weir` runs it,")
    lines.append("# and with `--locked` holds it to what pipeline.lock says.")
    if !stages.head.isEmpty { lines += [""] + stages.head }
    for stage in stages.stages {
      lines += ["", "stage \(stage.name)"]
      lines += stage.statements
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ text: String) -> String {
    // Yams decides how a text has to be written so that it reads back as one.
    let written = (try? Yams.dump(object: text)) ?? "\"\""
    return written.split(separator: "\n").first.map(String.init) ?? "\"\""
  }
}
