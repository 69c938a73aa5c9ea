/// Cells, numbers and names of a matrix within a rectangle.
struct MatrixLayout {
  let matrix: Matrix
  let room: Scene.Rectangle
  private let size = 12.0

  init(matrix: Matrix, room: Scene.Rectangle) {
    self.matrix = matrix
    self.room = room
  }

  func draw(into scene: inout Scene) {
    let area = self.area
    let width = area.width / Double(matrix.columns.count), height = area.height / Double(matrix.rows.count)
    let texts = matrix.texts
    let widest = texts.map { StrokeFont.width(of: $0, size: size) }.max() ?? 0
    let showsNumbers = widest + 6 <= width && height >= 14
    let gap = min(width, height) > 12 ? 1.0 : 0
    for row in matrix.rows.indices {
      for column in matrix.columns.indices {
        let index = row * matrix.columns.count + column
        guard matrix.values[index].isFinite else { continue }
        let x = area.x + Double(column) * width, y = area.y + Double(row) * height
        let shade = Palette.shade(matrix.share(matrix.values[index]), matrix.shades)
        let cell = Scene.Rectangle(x: x, y: y, width: width - gap, height: height - gap)
        scene.rectangle(cell, .color(shade), radius: gap > 0 ? 2 : 0)
        if showsNumbers {
          let ink = shade.lightness > 0.55 ? Palette.text : Palette.paper
          scene.text(texts[index], x + width / 2, y + height / 2, size: size, .middle, .color(ink))
        }
      }
    }
    drawNames(area, width, height, into: &scene)
  }

  private var area: Scene.Rectangle {
    let names = matrix.rows.map { StrokeFont.width(of: $0, size: size) }.max() ?? 0
    let left = room.x + 16 + min(names, room.width * 0.3) + 8
    let top = room.y + (matrix.rowTitle.isEmpty ? 4 : 26)
    let bottom = room.bottom - (matrix.columnTitle.isEmpty ? 26 : 44)
    return .init(x: left, y: top, width: max(20, room.right - 16 - left), height: max(20, bottom - top))
  }

  private func drawNames(_ area: Scene.Rectangle, _ width: Double, _ height: Double, into scene: inout Scene) {
    let rowStep = max(1, Int((14 / height).rounded(.up)))
    for (row, name) in matrix.rows.enumerated() where row % rowStep == 0 {
      let text = name.fitting(area.x - room.x - 20, size: size)
      scene.text(text, area.x - 8, area.y + (Double(row) + 0.5) * height, size: size, .end, opacity: Scene.quiet)
    }
    let widest = matrix.columns.map { StrokeFont.width(of: $0, size: size) }.max() ?? 0
    let columnStep = max(1, Int(((min(widest, 80) + 6) / width).rounded(.up)))
    for (column, name) in matrix.columns.enumerated() where column % columnStep == 0 {
      let text = name.fitting(max(width * Double(columnStep) - 4, 12), size: size)
      let x = area.x + (Double(column) + 0.5) * width
      scene.text(text, x, area.bottom + 14, size: size, .middle, opacity: Scene.quiet)
    }
    scene.text(matrix.rowTitle, room.x + 16, area.y - 17, size: size)
    scene.text(matrix.columnTitle, area.x + area.width / 2, area.bottom + 33, size: size, .middle)
  }
}

extension Matrix {
  /// Each value as it stands in its cell.
  var texts: [String] {
    let whole = values.allSatisfy { !$0.isFinite || $0 == $0.rounded() }
    return values.map { value in
      !value.isFinite ? "" : whole ? Numerals.short(value, digits: 7) : Numerals.short(value, digits: 2)
    }
  }
}
