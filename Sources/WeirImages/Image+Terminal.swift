extension Image {
  /// As characters within so many columns and lines: two pixels a character as half blocks in 24-bit colour, or,
  /// without colour, a ramp from dark to light. Images that fit are not enlarged.
  package func rendered(width columns: Int, lines: Int, color: Bool) -> String {
    let columns = max(1, columns), lines = max(1, lines)
    let shrink = max(1, Double(width) / Double(columns), Double(height) / Double(lines * 2))
    let across = max(1, Int(Double(width) / shrink)), down = max(1, Int(Double(height) / shrink))
    let flat = flattened(over: .black).narrowed()
    guard let small = try? flat.resized(width: across, height: color ? down : max(1, (down + 1) / 2)) else { return "" }
    return color ? small.halfBlocks() : small.ramp()
  }

  private func halfBlocks() -> String {
    func code(_ x: Int, _ y: Int) -> String {
      (0..<3).map { String(self[x, y, isColor ? $0 : 0]) }.joined(separator: ";")
    }
    return stride(from: 0, to: height, by: 2).map { y in
      var line = "", last = ""
      for x in 0..<width {
        let lower = y + 1 < height ? "\u{1B}[48;2;\(code(x, y + 1))m" : "\u{1B}[49m"
        let style = "\u{1B}[38;2;\(code(x, y))m" + lower
        line += style == last ? "▀" : style + "▀"
        last = style
      }
      return line + "\u{1B}[0m"
    }.joined(separator: "\n")
  }

  private func ramp() -> String {
    let characters = Array(" .:-=+*#%@"), gray = grayscaled()
    return (0..<height).map { y in
      String((0..<width).map { characters[min(9, gray[$0, y, 0] * 10 / 256)] })
    }.joined(separator: "\n")
  }
}
