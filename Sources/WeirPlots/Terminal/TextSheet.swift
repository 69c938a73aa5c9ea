/// Characters in rows and columns, some in colour: what a plot is in a terminal.
struct TextSheet {
  struct Cell: Hashable {
    var character: Character = " "
    /// Among the 256 colours of terminals.
    var ink: Int?
    var paper: Int?
    var isBold = false
  }

  let width: Int
  private(set) var rows: [[Cell]]

  init(width: Int, height: Int) {
    self.width = max(1, width)
    rows = Array(repeating: Array(repeating: Cell(), count: max(1, width)), count: max(0, height))
  }

  var height: Int { rows.count }

  mutating func put(
    _ character: Character, _ x: Int, _ y: Int, ink: Int? = nil, paper: Int? = nil, isBold: Bool = false
  ) {
    guard rows.indices.contains(y), rows[y].indices.contains(x) else { return }
    rows[y][x] = Cell(character: character, ink: ink, paper: paper, isBold: isBold)
  }

  /// Writes a text from column `x`; what does not fit is cut, and control characters become spaces.
  mutating func write(_ text: String, _ x: Int, _ y: Int, ink: Int? = nil, paper: Int? = nil, isBold: Bool = false) {
    for (offset, character) in text.enumerated() {
      let shown = character.unicodeScalars.contains { $0.value < 32 || $0.value == 127 } ? " " : character
      put(shown, x + offset, y, ink: ink, paper: paper, isBold: isBold)
    }
  }

  mutating func copy(_ other: TextSheet, x: Int, y: Int) {
    for (row, cells) in other.rows.enumerated() {
      for (column, cell) in cells.enumerated() {
        put(cell.character, x + column, y + row, ink: cell.ink, paper: cell.paper, isBold: cell.isBold)
      }
    }
  }

  /// The sheet with another below it.
  func above(_ other: TextSheet) -> TextSheet {
    var out = TextSheet(width: max(width, other.width), height: height + other.height)
    out.copy(self, x: 0, y: 0)
    out.copy(other, x: 0, y: height)
    return out
  }

  /// Lines without spaces at their ends; escape sequences only with `color`.
  func text(color: Bool) -> String {
    rows.map { row in
      let last = row.lastIndex { $0.character != " " || (color && $0.paper != nil) } ?? -1
      guard color else { return String(row[..<(last + 1)].map(\.character)) }
      var out = "", style = ""
      for cell in row[..<(last + 1)] {
        let wanted = TextSheet.style(cell)
        if wanted != style { out += wanted.isEmpty ? "\u{1B}[0m" : "\u{1B}[0m" + wanted }
        style = wanted
        out.append(cell.character)
      }
      return style.isEmpty ? out : out + "\u{1B}[0m"
    }.joined(separator: "\n")
  }

  private static func style(_ cell: Cell) -> String {
    var codes: [String] = []
    if cell.isBold { codes.append("1") }
    if let ink = cell.ink { codes.append("38;5;\(ink)") }
    if let paper = cell.paper { codes.append("48;5;\(paper)") }
    return codes.isEmpty ? "" : "\u{1B}[" + codes.joined(separator: ";") + "m"
  }
}

extension String {
  /// At most `width` characters, the last an ellipsis where some are left out.
  func shortened(to width: Int) -> String {
    count <= width ? self : width < 1 ? "" : prefix(width - 1) + "…"
  }

  func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }

  func indented(to width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
}

extension Color {
  /// The nearest of the colour cube and the grays of terminals.
  var terminalIndex: Int {
    let steps = [0, 95, 135, 175, 215, 255]
    func nearest(_ level: Int) -> Int { steps.indices.min { abs(steps[$0] - level) < abs(steps[$1] - level) } ?? 0 }
    let levels = levels, cube = levels.map(nearest)
    return 16 + 36 * cube[0] + 6 * cube[1] + cube[2]
  }
}
