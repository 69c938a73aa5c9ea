import WeirBase
package import WeirDiagnostics
package import WeirEngine
package import WeirStore

/// The files that a run leaves for people and build servers.
package struct ReportFiles: Sendable, Hashable {
  package var html: String?
  package var junit: String?
  package var json: String?

  package init(html: String? = nil, junit: String? = nil, json: String? = nil) {
    self.html = html
    self.junit = junit
    self.json = json
  }

  package var isEmpty: Bool { html == nil && junit == nil && json == nil }

  /// Writes each as a whole or not at all; one that can't be written keeps none of the others from it. Folders that are
  /// missing are made.
  package func write(_ report: RunReport) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    func write(_ path: String?, _ bytes: () -> [UInt8]) {
      guard let path else { return }
      do {
        let folder = Folder.parent(of: path)
        if !folder.isEmpty, !Folder.isFolder(folder) { try Folder.make(folder) }
        try AtomicFile.write(bytes(), to: path)
      } catch let fault as FileFault {
        problems.append(.unwritableFile(path, problem: fault.message))
      } catch let fault as FolderFault {
        problems.append(.unwritableFile(path, problem: fault.problem))
      } catch {
        problems.append(.unwritableFile(path, problem: "\(error)"))
      }
    }
    write(junit) { Array(JUnitReport.text(report).utf8) }
    write(json) { JSONReport.bytes(report) }
    write(html) { Array(HTMLReport.text(report).utf8) }
    return problems
  }
}

extension RunReport {
  /// The report of a run of a notebook or script.
  package init(
    _ file: ProgramFile, run: ProgramRun, parameters: [RunParameter] = [], diagnostics: [Diagnostic] = [],
    sources: SourceMap
  ) {
    let name = Folder.lastPart(of: file.path)
    var parts: [Part] = [], index = 0
    for part in file.notebook?.parts ?? [] {
      switch part {
      case .markdown(let text): parts.append(.markdown(text))
      case .cell:
        parts.append(.cell(index))
        index += 1
      case .output: break
      }
    }
    if file.notebook == nil { parts = file.program.cells.indices.map { .cell($0) } }
    self.init(
      title: file.front.title.isEmpty ? name : file.front.title, parts: parts, program: file.program, run: run,
      parameters: parameters, diagnostics: diagnostics, sources: sources)
  }
}
