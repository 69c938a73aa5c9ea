/// Cells of counted points in characters: shades where there is one series, else the series with most points there.
struct TerminalDensity {
  let chart: Chart
  let frame: TerminalFrame

  private static let shades: [Character] = ["░", "▒", "▓", "█"]

  /// Series are told apart by `symbol` where it gives one; else by `ink`.
  func draw(on sheet: inout TextSheet, ink: (Series) -> Int?, symbol: (Series) -> Character?) {
    var most = [Double](repeating: 0, count: frame.width * frame.height)
    var winners = [Int](repeating: 0, count: most.count)
    for (index, series) in chart.series.enumerated() {
      guard case .cells(let tiles) = series.marks else { continue }
      var counts = [Double](repeating: 0, count: most.count)
      for tile in tiles { spread(tile, over: &counts) }
      for place in counts.indices where counts[place] > most[place] {
        most[place] = counts[place]
        winners[place] = index
      }
    }
    let top = most.max() ?? 0
    for (place, count) in most.enumerated() where count > 0 {
      let series = chart.series[winners[place]]
      let level = Tile(left: 0, right: 0, low: 0, high: 0, count: count).level(of: top)
      let shade = TerminalDensity.shades[min((level - 1) * 4 / Tile.levels, 3)]
      sheet.put(
        symbol(series) ?? shade, frame.left + place % frame.width, frame.top + place / frame.width, ink: ink(series))
    }
  }

  /// Shares a tile's points among the characters it covers.
  private func spread(_ tile: Tile, over counts: inout [Double]) {
    let a = frame.dot(Point(tile.left, tile.high)), b = frame.dot(Point(tile.right, tile.low))
    let left = Int(a.x) / 2, right = max(left, Int(b.x - 1) / 2), up = Int(a.y) / 4, down = max(up, Int(b.y - 1) / 4)
    let share = tile.count / Double((right - left + 1) * (down - up + 1))
    for row in up...min(down, frame.height - 1) {
      for column in left...min(right, frame.width - 1) { counts[row * frame.width + column] += share }
    }
  }
}
