import WeirImages

/// Paper on which shapes are drawn with smooth edges: each pixel takes the share of it that a shape covers.
struct Canvas {
  let width: Int
  let height: Int
  /// Red, green, blue, 0 to 1, row by row.
  private var pixels: [Float]
  /// How much of each pixel the shape being drawn covers.
  private var cover: [Float]
  private var touched: (left: Int, top: Int, right: Int, bottom: Int)?

  init(width: Int, height: Int, paper: Color) {
    self.width = width
    self.height = height
    cover = Array(repeating: 0, count: width * height)
    pixels = []
    pixels.reserveCapacity(width * height * 3)
    for _ in 0..<width * height {
      pixels.append(Float(paper.red))
      pixels.append(Float(paper.green))
      pixels.append(Float(paper.blue))
    }
  }

  /// The shares of pixels inside; more than one area in one call cover as their union.
  mutating func draw(_ color: Color, opacity: Double, _ shape: (inout Canvas) -> Void) {
    touched = nil
    shape(&self)
    guard let area = touched else { return }
    let ink = [Float(color.red), Float(color.green), Float(color.blue)], strength = Float(opacity)
    for y in area.top...area.bottom {
      for x in area.left...area.right {
        let index = y * width + x, share = cover[index] * strength
        if share == 0 { continue }
        for c in 0..<3 { pixels[3 * index + c] += share * (ink[c] - pixels[3 * index + c]) }
        cover[index] = 0
      }
    }
  }

  /// Covers the pixels about a box by a share that depends on their middle; `nil` where the box is off the paper.
  private mutating func mark(
    _ left: Double, _ top: Double, _ right: Double, _ bottom: Double, _ share: (Double, Double) -> Double
  ) {
    func limited(_ value: Double, _ most: Int) -> Int { Int(min(max(value.isFinite ? value : 0, -1), Double(most))) }
    let x0 = max(0, limited(left.rounded(.down), width)), x1 = min(width - 1, limited(right.rounded(.up), width))
    let y0 = max(0, limited(top.rounded(.down), height)), y1 = min(height - 1, limited(bottom.rounded(.up), height))
    guard x0 <= x1, y0 <= y1 else { return }
    for y in y0...y1 {
      for x in x0...x1 {
        let value = Float(min(max(share(Double(x) + 0.5, Double(y) + 0.5), 0), 1))
        let index = y * width + x
        if value > cover[index] { cover[index] = value }
      }
    }
    let old = touched ?? (x0, y0, x1, y1)
    touched = (min(old.left, x0), min(old.top, y0), max(old.right, x1), max(old.bottom, y1))
  }

  /// A rectangle; where `radius` is 0 its edges cover exactly what they cover.
  mutating func rectangle(_ x: Double, _ y: Double, _ right: Double, _ bottom: Double, radius: Double) {
    if radius > 0 {
      let round = min(radius, (right - x) / 2, (bottom - y) / 2)
      mark(x, y, right, bottom) { px, py in
        let dx = max(x + round - px, px - right + round, 0), dy = max(y + round - py, py - bottom + round, 0)
        return round + 0.5 - (dx * dx + dy * dy).squareRoot()
      }
    } else {
      mark(x, y, right, bottom) { px, py in
        let across = min(px + 0.5, right) - max(px - 0.5, x), down = min(py + 0.5, bottom) - max(py - 0.5, y)
        return max(across, 0) * max(down, 0)
      }
    }
  }

  mutating func disc(_ middle: Point, radius: Double) {
    mark(middle.x - radius - 1, middle.y - radius - 1, middle.x + radius + 1, middle.y + radius + 1) { x, y in
      let dx = x - middle.x, dy = y - middle.y
      return radius + 0.5 - (dx * dx + dy * dy).squareRoot()
    }
  }

  /// A line with round ends and joints.
  mutating func stroke(_ points: [Point], width: Double) {
    let half = width / 2
    if points.count == 1 { return disc(points[0], radius: half) }
    for (a, b) in zip(points, points.dropFirst()) {
      let dx = b.x - a.x, dy = b.y - a.y, length = dx * dx + dy * dy
      // Lines thinner than a pixel are fainter, not thinner.
      let reach = max(half, 0.5), strength = min(1, width)
      mark(min(a.x, b.x) - reach - 1, min(a.y, b.y) - reach - 1, max(a.x, b.x) + reach + 1, max(a.y, b.y) + reach + 1) {
        x, y in
        let along = length > 0 ? min(max(((x - a.x) * dx + (y - a.y) * dy) / length, 0), 1) : 0
        let offX = x - a.x - along * dx, offY = y - a.y - along * dy
        return min(reach + 0.5 - (offX * offX + offY * offY).squareRoot(), 1) * strength
      }
    }
  }

  var image: Image? {
    let samples = pixels.map { UInt8(min(max($0 * 255 + 0.5, 0), 255)) }
    return try? Image(width: width, height: height, channels: 3, samples: .bytes(samples))
  }
}
