package import WeirChecker
package import WeirDiagnostics
package import WeirSyntax

/// How a cell is to be treated beside its code.
package struct CellOptions: Sendable, Hashable {
  /// In seconds; nil for the limit of the run.
  package var timeLimit: Double?
  package var isCached = true
  package var isSkipped = false
  package init(timeLimit: Double? = nil, isCached: Bool = true, isSkipped: Bool = false) {
    self.timeLimit = timeLimit
    self.isCached = isCached
    self.isSkipped = isSkipped
  }
}

/// A cell with its text parsed.
package struct ProgramCell: Sendable {
  package let name: String
  package let file: SourceFile
  package let options: CellOptions
  package let parsed: ParseResult

  package init(name: String, file: SourceFile, options: CellOptions = CellOptions()) {
    self.init(name: name, file: file, options: options, parsed: parse(file))
  }

  package init(name: String, file: SourceFile, options: CellOptions, parsed: ParseResult) {
    self.name = name
    self.file = file
    self.options = options
    self.parsed = parsed
  }

  package var statements: [Statement] { parsed.tree.statements }

  /// The statements alone, as written: a script has many cells in one file.
  package var code: String {
    let bytes = Array(file.text.utf8)
    guard let first = statements.first?.span, let last = statements.last?.span, last.end <= bytes.count else { return "" }
    return String(decoding: bytes[Int(first.start)..<Int(max(first.start, last.end))], as: UTF8.self)
  }
}

/// A notebook, script or session as the engine runs it: cells in the order of the page, and which feeds which.
package struct Program: Sendable {
  /// What it is called in the store: the path of the file, or nothing for a session.
  package let path: String
  /// Where relative paths start.
  package let folder: String
  package let seed: Int64
  package let cells: [ProgramCell]
  package let graph: CellGraph

  package init(path: String, folder: String, seed: Int64, cells: [ProgramCell]) {
    self.path = path
    self.folder = folder
    self.seed = seed
    self.cells = cells
    graph = CellGraph(cells.map { Cell(name: $0.name, tree: $0.parsed.tree) })
  }

  package var sources: SourceMap { SourceMap(cells.map(\.file)) }

  package func index(ofCell name: String) -> Int? { cells.firstIndex { $0.name == name } }
}
