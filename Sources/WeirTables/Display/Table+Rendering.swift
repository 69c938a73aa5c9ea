/// Tables as a person wants to see them in a terminal.
extension Table {
  /// Names, types underneath, aligned values with sensible digits; what does not fit is named below. `totalRows` is the
  /// number of rows where these are only the first. A report leaves the types and the count of rows out.
  package func rendered(
    width: Int, rows limit: Int, color: Bool, totalRows: Int? = nil, isReport: Bool = false
  ) -> String {
    let total = totalRows ?? rowCount
    guard columnCount > 0 else { return "a table of \(total) rows without columns" }
    let shownRows = rowsToShow(limit)
    var blocks: [ShownColumn] = []
    var used = 0
    for (name, column) in zip(names, columns) {
      let block = ShownColumn(name, column, rows: shownRows.rows)
      if used + block.width + 2 > width, !blocks.isEmpty { break }
      used += block.width + 2
      blocks.append(block)
    }
    var lines = [blocks.map { padded($0.name, to: $0.width, right: $0.alignsRight).bold(color) }.joined(separator: "  ")]
    if !isReport {
      lines.append(blocks.map { padded($0.type, to: $0.width, right: $0.alignsRight).dim(color) }.joined(separator: "  "))
    }
    for (place, _) in shownRows.rows.enumerated() {
      if place == shownRows.gap { lines.append("⋮".dim(color)) }
      lines.append(blocks.map { padded($0.cells[place], to: $0.width, right: $0.alignsRight) }.joined(separator: "  "))
    }
    var foot = "\(total) row\(total == 1 ? "" : "s"), \(columnCount) column\(columnCount == 1 ? "" : "s")"
    if blocks.count < columnCount {
      let rest = names[blocks.count...]
      let named = rest.prefix(8).joined(separator: ", ")
      foot += "; not shown: \(named)" + (rest.count > 8 ? " and \(rest.count - 8) more" : "")
    }
    if !isReport || blocks.count < columnCount || shownRows.gap != nil {
      lines.append(fitted(foot, to: max(width, 40)).dim(color))
    }
    return lines.map { $0.trimmedEnd }.joined(separator: "\n")
  }

  /// The first rows, and the last two where there are many.
  func rowsToShow(_ limit: Int) -> (rows: [Int], gap: Int?) {
    guard rowCount > limit else { return (Array(0..<rowCount), nil) }
    let last = limit >= 6 ? 2 : 0
    return (Array(0..<(limit - last)) + Array((rowCount - last)..<rowCount), limit - last)
  }
}

/// One column of a shown table: its cells as texts of one width.
struct ShownColumn {
  let name: String
  let type: String
  let cells: [String]
  let width: Int
  let alignsRight: Bool

  init(_ name: String, _ column: Column, rows: [Int], cellLimit: Int = 32) {
    self.name = fitted(name, to: cellLimit)
    type = column.type.description
    cells = column.shownCells(rows).map { fitted($0, to: cellLimit) }
    width = ([self.name, type] + cells).map(displayWidth).max() ?? 0
    switch column.type {
    case .int, .float, .duration: alignsRight = true
    default: alignsRight = false
    }
  }
}

extension Column {
  /// The values of these rows as texts; the floats of a column share their number of decimals.
  package func shownCells(_ rows: [Int]) -> [String] {
    switch storage {
    case .float(let values):
      let present = rows.filter { !isMissing($0) }.map { values[$0] }.filter(\.isFinite)
      let decimals = sharedDecimals(present)
      return rows.map { row in
        if isMissing(row) { return "·" }
        guard let decimals, values[row].isFinite else { return formatNumber(values[row]) }
        return fixed(values[row], decimals: decimals)
      }
    case .objects(let objects, _): return rows.map { isMissing($0) ? "·" : objects[$0].shortDescription }
    default: return rows.map { isMissing($0) ? "·" : formatScalar(scalar(at: $0)) }
    }
  }

  /// A column by itself: name-less, one value a line.
  package func rendered(width: Int, rows limit: Int, color: Bool) -> String {
    guard let table = try? Table([("value", self)]) else { return "" }
    let cells = shownCells(Array(0..<min(count, 400)))
    let line = "[" + cells.joined(separator: ", ") + "]"
    if count <= 400, displayWidth(line) <= width { return line }
    return table.rendered(width: width, rows: limit, color: color)
  }
}

/// How many decimals show the values of a column with about six digits; nil where their sizes are too far apart.
private func sharedDecimals(_ values: [Double]) -> Int? {
  guard let largest = values.map(\.magnitude).max() else { return 1 }
  let smallest = values.map(\.magnitude).filter { $0 > 0 }.min() ?? largest
  if largest >= 1e9 || (smallest < 1e-4 && smallest > 0) { return nil }
  var most = 1
  for value in values {
    let text = formatNumber(value)
    if let point = text.firstIndex(of: ".") { most = max(most, text[text.index(after: point)...].utf8.count) }
  }
  let whole = String(Int64(largest)).utf8.count
  return min(most, max(1, 7 - whole))
}

extension String {
  fileprivate func bold(_ on: Bool) -> String { on ? "\u{1B}[1m\(self)\u{1B}[0m" : self }
  fileprivate func dim(_ on: Bool) -> String { on ? "\u{1B}[2m\(self)\u{1B}[0m" : self }
  fileprivate var trimmedEnd: String {
    var out = self
    while out.last == " " { out.removeLast() }
    return out
  }
}
