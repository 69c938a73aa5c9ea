/// What is to be drawn, in order, at places in units of about one pixel from the left upper corner.
struct Scene: Sendable, Hashable {
  enum Ink: Sendable, Hashable {
    /// The colour of writing: dark on paper, whatever the page says in a page.
    case text
    case color(Color)
    static func series(_ index: Int) -> Ink { .color(Palette.color(index)) }
  }

  enum Anchor: Sendable, Hashable { case start, middle, end }

  struct Rectangle: Sendable, Hashable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
    var right: Double { x + width }
    var bottom: Double { y + height }
  }

  enum Shape: Sendable, Hashable {
    case rectangle(Rectangle, Ink, opacity: Double, radius: Double)
    case line([Point], Ink, width: Double, opacity: Double, isBroken: Bool)
    case disc(Point, radius: Double, Ink, opacity: Double)
    /// `at` is the middle of the height of small letters.
    case text(String, at: Point, size: Double, Anchor, Ink, opacity: Double, isBold: Bool)
  }

  var width: Double
  var height: Double
  var shapes: [Shape] = []

  /// How strong lines and writing of lesser weight are.
  static let quiet = 0.66
  static let faint = 0.13

  mutating func rectangle(_ place: Rectangle, _ ink: Ink, opacity: Double = 1, radius: Double = 0) {
    shapes.append(.rectangle(place, ink, opacity: opacity, radius: radius))
  }

  mutating func line(_ points: [Point], _ ink: Ink, width: Double = 1, opacity: Double = 1, isBroken: Bool = false) {
    if points.count > 1 { shapes.append(.line(points, ink, width: width, opacity: opacity, isBroken: isBroken)) }
  }

  mutating func text(
    _ text: String, _ x: Double, _ y: Double, size: Double = 12, _ anchor: Anchor = .start, _ ink: Ink = .text,
    opacity: Double = 1, isBold: Bool = false
  ) {
    if text.isEmpty { return }
    shapes.append(.text(text, at: Point(x, y), size: size, anchor, ink, opacity: opacity, isBold: isBold))
  }

  /// Puts another scene into this one, moved.
  mutating func add(_ other: Scene, x: Double, y: Double) {
    for shape in other.shapes {
      switch shape {
      case .rectangle(var place, let ink, let opacity, let radius):
        place.x += x
        place.y += y
        shapes.append(.rectangle(place, ink, opacity: opacity, radius: radius))
      case .line(let points, let ink, let width, let opacity, let isBroken):
        let moved = points.map { Point($0.x + x, $0.y + y) }
        shapes.append(.line(moved, ink, width: width, opacity: opacity, isBroken: isBroken))
      case .disc(let middle, let radius, let ink, let opacity):
        shapes.append(.disc(Point(middle.x + x, middle.y + y), radius: radius, ink, opacity: opacity))
      case .text(let text, let at, let size, let anchor, let ink, let opacity, let isBold):
        let moved = Point(at.x + x, at.y + y)
        shapes.append(.text(text, at: moved, size: size, anchor, ink, opacity: opacity, isBold: isBold))
      }
    }
  }
}

extension String {
  /// The text, or its beginning and an ellipsis where it is longer than `width` at that size.
  func fitting(_ width: Double, size: Double) -> String {
    if StrokeFont.width(of: self, size: size) <= width { return self }
    var text = self
    while !text.isEmpty, StrokeFont.width(of: text + "…", size: size) > width { text.removeLast() }
    return text.isEmpty ? "" : text + "…"
  }
}
