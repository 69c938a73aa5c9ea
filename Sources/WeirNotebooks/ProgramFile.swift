import WeirBase
package import WeirDiagnostics
package import WeirEngine
import WeirSyntax

/// Mistakes in a file that keep it from being run, with the texts that they point into.
package struct FileProblems: Error, Sendable {
  package let diagnostics: [Diagnostic]
  package let sources: SourceMap
  package init(_ diagnostics: [Diagnostic], sources: SourceMap = SourceMap()) {
    self.diagnostics = diagnostics
    self.sources = sources
  }

  package var isMissingFile: Bool { diagnostics.contains { $0.code.number == 701 } }
}

/// A notebook or script on disk, as a program.
package struct ProgramFile: Sendable {
  package enum Kind: Sendable, Hashable { case notebook, script }

  package let path: String
  package let kind: Kind
  package let front: FrontMatter
  /// Of a notebook.
  package let notebook: Notebook?
  package let program: Program

  /// The folder that the store lies in: that of the file.
  package var storeFolder: String {
    let folder = Folder.parent(of: path)
    return folder.isEmpty ? "." : folder
  }

  /// Reads a file; throws `FileProblems` where it can't be one, or has mistakes outside its cells. Mistakes in the code of
  /// cells are left to the check.
  package static func load(_ path: String) throws -> ProgramFile {
    try load(path, text: try SourceText.read(path))
  }

  package static func load(_ path: String, text: String) throws -> ProgramFile {
    if path.hasSuffix(".mlnb") { return try notebook(path, text) }
    if path.hasSuffix(".weir") || path == "-" { return try script(path, text) }
    throw FileProblems([.unknownFileKind(path)])
  }

  private static func folder(of path: String, _ front: FrontMatter) -> String {
    let own = Folder.parent(of: path)
    if front.folder.isEmpty { return own.isEmpty ? "." : own }
    return Folder.join(own, front.folder)
  }

  private static func notebook(_ path: String, _ text: String) throws -> ProgramFile {
    let file = SourceFile(id: FileID(0), name: Folder.lastPart(of: path), text: text)
    let (notebook, diagnostics) = MLNBReader.read(file)
    if !diagnostics.isEmpty { throw FileProblems(diagnostics, sources: SourceMap([file])) }
    return ProgramFile(
      path: path, kind: .notebook, front: notebook.front, notebook: notebook,
      program: notebook.program(path: path, folder: folder(of: path, notebook.front)))
  }

  private static func script(_ path: String, _ text: String) throws -> ProgramFile {
    let script: ScriptReader
    do { script = try ScriptReader(text, name: path == "-" ? "stdin" : Folder.lastPart(of: path)) } catch {
      let file = SourceFile(id: FileID(0), name: Folder.lastPart(of: path), text: text)
      throw FileProblems([error as? Diagnostic ?? .unreadableFile(path, problem: "\(error)")], sources: SourceMap([file]))
    }
    let program = Program(
      path: path, folder: folder(of: path, script.front), seed: script.front.seed, cells: script.cells)
    return ProgramFile(path: path, kind: .script, front: script.front, notebook: nil, program: program)
  }
}

extension Notebook {
  /// The cells as a program, with lines counted within each.
  package func program(path: String, folder: String) -> Program {
    let cells = self.cells.enumerated().map { index, cell in
      ProgramCell(
        name: cell.name, file: SourceFile(id: FileID(UInt32(index + 1)), name: "cell `\(cell.name)`", text: cell.code),
        options: cell.options)
    }
    return Program(path: path, folder: folder, seed: front.seed, cells: cells)
  }
}

/// Texts of programs on disk.
package enum SourceText {
  /// The text of a file, or of standard input for `-`; throws `FileProblems`.
  package static func read(_ path: String) throws -> String {
    let bytes: [UInt8]
    do { bytes = try FileContents(mapping: path == "-" ? "/dev/stdin" : path).bytes } catch {
      guard error.isMissing else { throw FileProblems([.unreadableFile(path, problem: error.message)]) }
      let folder = Folder.parent(of: path)
      let near = Folder.names(in: folder.isEmpty ? "." : folder).map { folder.isEmpty ? $0 : Folder.join(folder, $0) }
      throw FileProblems([.missingFile(path, near: near)])
    }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var line = 1
    for (number, part) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated()
    where String(validating: part, as: UTF8.self) == nil {
      line = number + 1
      break
    }
    throw FileProblems([.notText(path, line: line)])
  }
}
