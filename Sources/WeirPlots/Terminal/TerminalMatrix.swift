/// A matrix in characters: numbers on shaded cells where they fit, shades alone where they do not.
struct TerminalMatrix {
  let matrix: Matrix
  let width: Int
  let color: Bool

  private static let shades: [Character] = [" ", "░", "▒", "▓", "█"]
  private static let mostRows = 60

  func sheet() -> TextSheet {
    let rows = min(matrix.rows.count, TerminalMatrix.mostRows)
    let left = min(matrix.rows.prefix(rows).map(\.count).max() ?? 0, width / 3) + 2
    let texts = matrix.texts
    let needed = max(texts.map(\.count).max() ?? 1, min(8, matrix.columns.map(\.count).max() ?? 1)) + 2
    let room = max(1, width - left)
    let showsNumbers = needed * matrix.columns.count <= room
    let cell = showsNumbers ? needed : max(1, min(2, room / matrix.columns.count))
    let columns = min(matrix.columns.count, room / cell)
    let top = matrix.columnTitle.isEmpty ? 1 : 2
    let cut = columns < matrix.columns.count || rows < matrix.rows.count
    var sheet = TextSheet(width: width, height: top + rows + (cut ? 1 : 0))
    writeHeads(left, cell, columns, showsNumbers, into: &sheet)
    for row in 0..<rows {
      sheet.write(matrix.rows[row].shortened(to: left - 2).indented(to: left - 2), 0, top + row)
      for column in 0..<columns {
        let index = row * matrix.columns.count + column
        let place = left + column * cell
        if showsNumbers {
          writeNumber(texts[index], matrix.values[index], place, top + row, cell, into: &sheet)
        } else {
          shade(matrix.values[index], place, top + row, cell, into: &sheet)
        }
      }
    }
    if cut {
      sheet.write("… \(matrix.rows.count) rows and \(matrix.columns.count) columns in all", 1, top + rows)
    }
    return sheet
  }

  private func writeHeads(_ left: Int, _ cell: Int, _ columns: Int, _ all: Bool, into sheet: inout TextSheet) {
    if !matrix.columnTitle.isEmpty {
      sheet.write("rows: \(matrix.rowTitle), columns: \(matrix.columnTitle)".shortened(to: width), 1, 0)
    }
    let line = matrix.columnTitle.isEmpty ? 0 : 1
    for column in 0..<columns where all || column % max(1, 12 / cell) == 0 {
      let name = matrix.columns[column].shortened(to: all ? cell - 1 : 11)
      let start = all ? left + column * cell + max(0, cell - 1 - name.count) : left + column * cell
      sheet.write(name, start, line)
    }
  }

  private func writeNumber(
    _ text: String, _ value: Double, _ x: Int, _ y: Int, _ cell: Int, into sheet: inout TextSheet
  ) {
    let padded = text.indented(to: cell - 1) + " "
    guard color, value.isFinite else { return sheet.write(padded, x, y) }
    let shade = Palette.shade(matrix.share(value), matrix.shades)
    sheet.write(padded, x, y, ink: shade.lightness > 0.55 ? 16 : 231, paper: shade.terminalIndex)
  }

  private func shade(_ value: Double, _ x: Int, _ y: Int, _ cell: Int, into sheet: inout TextSheet) {
    guard value.isFinite else { return }
    let share = matrix.share(value)
    for offset in 0..<cell {
      if color {
        sheet.put(" ", x + offset, y, paper: Palette.shade(share, matrix.shades).terminalIndex)
      } else {
        let strength = matrix.shades == .diverging ? (share - 0.5).magnitude * 2 : share
        sheet.put(TerminalMatrix.shades[Int((min(max(strength, 0), 1) * 4).rounded())], x + offset, y)
      }
    }
  }
}
