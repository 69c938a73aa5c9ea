/// Dots of a fineness of two by four a character, as braille.
struct Dots {
  let width: Int
  let height: Int
  private var bits: [UInt8]
  private var inks: [Int?]

  /// In characters.
  init(width: Int, height: Int) {
    self.width = max(1, width)
    self.height = max(1, height)
    bits = Array(repeating: 0, count: self.width * self.height)
    inks = Array(repeating: nil, count: bits.count)
  }

  private static let masks: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  mutating func dot(_ x: Int, _ y: Int, ink: Int?) {
    guard x >= 0, y >= 0, x < width * 2, y < height * 4 else { return }
    let cell = y / 4 * width + x / 2
    bits[cell] |= Dots.masks[y % 4][x % 2]
    inks[cell] = ink
  }

  /// A line of dots between two places given in dots.
  mutating func line(_ a: Point, _ b: Point, ink: Int?) {
    let most = Double(max(width * 2, height * 4))
    guard [a.x, a.y, b.x, b.y].allSatisfy({ $0.magnitude <= 4 * most }) else { return }
    let steps = max(1, Int(max((b.x - a.x).magnitude, (b.y - a.y).magnitude).rounded(.up)))
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      dot(Int((a.x + share * (b.x - a.x)).rounded()), Int((a.y + share * (b.y - a.y)).rounded()), ink: ink)
    }
  }

  func draw(on sheet: inout TextSheet, x: Int, y: Int) {
    for row in 0..<height {
      for column in 0..<width {
        let cell = row * width + column
        guard bits[cell] != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(bits[cell])) else { continue }
        sheet.put(Character(scalar), x + column, y + row, ink: inks[cell])
      }
    }
  }
}
