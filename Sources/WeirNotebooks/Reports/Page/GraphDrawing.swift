import WeirEngine
import WeirTables

/// Which cell reads what from which, as a drawing.
enum GraphDrawing {
  /// Beyond it a drawing shows nothing to anybody.
  private static let cellLimit = 80
  private static let rowHeight = 40.0
  private static let nodeHeight = 26.0
  private static let gap = 46.0

  /// Nil where there is nothing to draw.
  static func svg(_ report: RunReport) -> String? {
    let cells = report.cells
    guard cells.count > 1, cells.count <= cellLimit, cells.contains(where: { !$0.uses.isEmpty }) else { return nil }
    let edges = cells.enumerated().map { index, cell in
      Array(Set(cell.uses.map(\.cell).filter { $0 >= 0 && $0 < index })).sorted()
    }
    let layout = GraphLayout(edges)
    let names = cells.map { shortened($0.name) }
    var widths = [Double](repeating: 0, count: layout.layerCount)
    for (name, place) in zip(names, layout.places) {
      widths[place.layer] = max(widths[place.layer], Double(displayWidth(name)) * 7.3 + 34)
    }
    var lefts: [Double] = [], left = 2.0
    for width in widths {
      lefts.append(left)
      left += width + gap
    }
    let size = "\(number(left - gap + 2)) \(number((layout.rowCount - 1) * rowHeight + nodeHeight + 4))"
    let parts = size.split(separator: " ")
    var out = "<svg class=\"graph\" viewBox=\"0 0 \(size)\" width=\"\(parts[0])\" height=\"\(parts[1])\" role=\"img\">\n"
    out += "<title>What each cell reads from the cells before it</title>\n"
    for route in layout.routes { out += path(route, cells, layout, lefts, widths) }
    for (index, place) in layout.places.enumerated() {
      out += node(index, names[index], cells[index], x: lefts[place.layer], width: widths[place.layer], row: place.row)
    }
    return out + "</svg>\n"
  }

  private static func path(
    _ route: (from: Int, to: Int, points: [GraphLayout.Place]), _ cells: [RunReport.Cell], _ layout: GraphLayout,
    _ lefts: [Double], _ widths: [Double]
  ) -> String {
    var path = "", last = (x: 0.0, y: 0.0)
    for (step, place) in route.points.enumerated() {
      let y = middle(place.row), x = lefts[place.layer], width = widths[place.layer]
      if step == 0 {
        last = (x + width, y)
        path = "M\(number(last.x)) \(number(y))"
        continue
      }
      let half = (last.x + x) / 2
      path += "C\(number(half)) \(number(last.y)) \(number(half)) \(number(y)) \(number(x)) \(number(y))"
      last = (x, y)
      if step < route.points.count - 1 {
        path += "H\(number(x + width))"
        last.x = x + width
      }
    }
    let names = cells[route.to].uses.filter { $0.cell == route.from }.flatMap(\.names).joined(separator: ", ")
    let tip = "\(cells[route.to].name) reads \(names) from \(cells[route.from].name)"
    return "<path d=\"\(path)\"><title>\(Markup.escaped(tip))</title></path>\n"
  }

  private static func node(
    _ index: Int, _ name: String, _ cell: RunReport.Cell, x: Double, width: Double, row: Double
  ) -> String {
    let y = middle(row)
    var out = "<a href=\"#\(HTMLReport.anchor(ofCell: index))\" class=\"\(cell.status.rawValue)\">"
    out += "<title>\(Markup.escaped("\(cell.name): \(cell.status.word)"))</title>"
    out += "<rect x=\"\(number(x))\" y=\"\(number(y - nodeHeight / 2))\" width=\"\(number(width))\" "
    out += "height=\"\(number(nodeHeight))\" rx=\"6\"/>"
    out += "<circle cx=\"\(number(x + 13))\" cy=\"\(number(y))\" r=\"3.5\"/>"
    out += "<text x=\"\(number(x + 24))\" y=\"\(number(y + 4))\">\(Markup.escaped(name))</text></a>\n"
    return out
  }

  private static func middle(_ row: Double) -> Double { row * rowHeight + nodeHeight / 2 + 2 }
  private static func number(_ value: Double) -> String { fixed(value, decimals: 1, trimming: true) }
  private static func shortened(_ name: String) -> String { name.count > 24 ? name.prefix(23) + "…" : name }
}
