/// Where the parts of a plot stand on a sheet of a given size.
enum Layout {
  static func scene(_ plot: Plot, width: Double, height: Double) -> Scene {
    var scene = Scene(width: width, height: height)
    var top = 14.0
    if !plot.title.isEmpty {
      scene.text(plot.title.fitting(width - 32, size: 15), 16, 22, size: 15, isBold: true)
      top = 40
    }
    var room = Scene.Rectangle(x: 0, y: top, width: width, height: height - top)
    if !plot.caption.isEmpty {
      scene.text(plot.caption.fitting(width - 32, size: 11), 16, height - 14, size: 11, opacity: Scene.quiet)
      room.height -= 22
    }
    switch plot.content {
    case .chart(let chart): ChartLayout(chart: chart, room: room).draw(into: &scene)
    case .matrix(let matrix): MatrixLayout(matrix: matrix, room: room).draw(into: &scene)
    case .grid(let plots, let columns): draw(plots, columns, room, into: &scene)
    }
    return scene
  }

  private static func draw(_ plots: [Plot], _ columns: Int, _ room: Scene.Rectangle, into scene: inout Scene) {
    let rows = (plots.count + columns - 1) / columns
    let width = room.width / Double(columns), height = room.height / Double(max(rows, 1))
    for (index, plot) in plots.enumerated() {
      let part = Layout.scene(plot, width: width, height: height)
      scene.add(part, x: room.x + Double(index % columns) * width, y: room.y + Double(index / columns) * height)
    }
  }

  /// The size that suits a plot where nobody asks for one.
  static func naturalSize(_ plot: Plot) -> (width: Double, height: Double) {
    switch plot.content {
    case .chart(let chart):
      if ChartLayout.isTransposed(chart, width: 640), case .categories(let names) = chart.x.scale {
        return (640, min(max(200, 70 + Double(names.count) * 24), 1600))
      }
      return ["roc_plot", "precision_recall_plot", "calibration_plot"].contains(plot.kind) ? (460, 440) : (640, 380)
    case .matrix(let matrix):
      let cell = max(24.0, min(64, 560 / Double(max(matrix.columns.count, matrix.rows.count))))
      return (
        min(max(360, 150 + cell * 1.25 * Double(matrix.columns.count)), 1400),
        min(max(240, 100 + cell * Double(matrix.rows.count)), 1400)
      )
    case .grid(let plots, let columns):
      let rows = (plots.count + columns - 1) / columns
      let cell = max(180, min(420, 1100 / Double(columns)))
      return (cell * Double(columns), cell * 0.72 * Double(rows))
    }
  }
}
