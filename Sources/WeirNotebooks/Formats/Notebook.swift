import WeirDiagnostics
package import WeirEngine

/// A notebook as its text: parts that joined again are the file to the byte.
package struct Notebook: Sendable, Hashable {
  /// A cell and the text that it is made of.
  package struct Cell: Sendable, Hashable {
    package var name: String
    /// False for a cell whose name was made up, because the file gives it none.
    package var isNamed: Bool
    package var options: CellOptions
    /// The opening fence as it stands, with its line end.
    package var opening: String
    package var code: String
    package var closing: String
    /// The line of the file (from 1) on which the code started when it was read.
    package var line: Int
  }

  package enum Part: Sendable, Hashable {
    /// As it stands, line ends and all.
    case markdown(String)
    case cell(Cell)
    /// A block that `weir run --embed` wrote behind a cell.
    case output(String)
  }

  /// The lines from `---` to `---`; empty where there are none.
  package var head: String
  package var front: FrontMatter
  package var parts: [Part]

  package init(head: String, front: FrontMatter, parts: [Part]) {
    self.head = head
    self.front = front
    self.parts = parts
  }

  package var cells: [Cell] { parts.compactMap { if case .cell(let cell) = $0 { cell } else { nil } } }

  /// The file.
  package var text: String {
    head + parts.map(Notebook.text).joined()
  }

  static func text(of part: Part) -> String {
    switch part {
    case .markdown(let text), .output(let text): text
    case .cell(let cell): cell.opening + cell.code + cell.closing
    }
  }
}
