/// A colour with samples from 0 to 1.
package struct Color: Sendable, Hashable {
  package let red: Double
  package let green: Double
  package let blue: Double

  package init(_ red: Double, _ green: Double, _ blue: Double) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  init(hex: UInt32) {
    self.init(Double(hex >> 16 & 255) / 255, Double(hex >> 8 & 255) / 255, Double(hex & 255) / 255)
  }

  func mixed(_ other: Color, _ share: Double) -> Color {
    Color(red + share * (other.red - red), green + share * (other.green - green), blue + share * (other.blue - blue))
  }

  var levels: [Int] { [red, green, blue].map { Int((min(max($0, 0), 1) * 255).rounded()) } }

  /// `#3b7dd8`.
  var hex: String { "#" + levels.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }

  /// How light it looks, 0 to 1.
  var lightness: Double { 0.299 * red + 0.587 * green + 0.114 * blue }
}

/// The colours of plots: of middle lightness, so that they stand out on white and on black, and told apart by people
/// who see red and green alike.
enum Palette {
  static let series = [
    0x3b7dd8, 0xe8832a, 0x2f9e6b, 0xd64550, 0x8e63c7, 0x1fa3b8, 0xc8a022, 0xd16bb0, 0x8a6d55, 0x7d8790,
  ].map { Color(hex: $0) }

  /// The same colours among the 256 of terminals.
  static let terminal = [68, 208, 35, 167, 98, 38, 178, 169, 95, 245]

  static func color(_ index: Int) -> Color { series[slot(index)] }
  static func slot(_ index: Int) -> Int { Int(index.magnitude % UInt(series.count)) }

  static let text = Color(hex: 0x1f2933)
  static let paper = Color(hex: 0xffffff)

  private static let sequential = [0xeef3fb, 0xa9c8f0, 0x5b94dc, 0x2a62b0, 0x12305f].map { Color(hex: $0) }
  private static let diverging = [0xb63a45, 0xea9a8c, 0xf6f3f0, 0x8db6e6, 0x2d65b5].map { Color(hex: $0) }

  /// The shade at `share` of the way, 0 to 1.
  static func shade(_ share: Double, _ kind: Matrix.Shades) -> Color {
    let stops = kind == .sequential ? sequential : diverging
    let place = min(max(share.isFinite ? share : 0, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    return stops[index].mixed(stops[index + 1], place - Double(index))
  }
}
