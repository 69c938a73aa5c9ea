package import WeirImages

extension Plot {
  /// Drawn as an image: `scale` pixels for each unit of the drawing.
  package func image(width: Double? = nil, height: Double? = nil, scale: Double = 2) throws(PlotError) -> Image {
    let natural = Layout.naturalSize(self)
    let scene = Layout.scene(self, width: width ?? natural.width, height: height ?? natural.height)
    let pixelsWide = (scene.width * scale).rounded(), pixelsHigh = (scene.height * scale).rounded()
    guard pixelsWide >= 1, pixelsHigh >= 1, pixelsWide * pixelsHigh <= 64e6 else {
      throw PlotError(
        "a plot of \(scene.width)x\(scene.height) cannot be drawn", mend: "ask for a size up to 4000x4000")
    }
    var canvas = Canvas(width: Int(pixelsWide), height: Int(pixelsHigh), paper: Palette.paper)
    for shape in scene.shapes { canvas.draw(shape, scale: scale) }
    guard let image = canvas.image else { throw PlotError("the plot could not be drawn") }
    return image
  }
}

extension Canvas {
  fileprivate mutating func draw(_ shape: Scene.Shape, scale: Double) {
    switch shape {
    case .rectangle(let place, let ink, let opacity, let radius):
      draw(ink.color, opacity: opacity) {
        $0.rectangle(
          place.x * scale, place.y * scale, place.right * scale, place.bottom * scale, radius: radius * scale)
      }
    case .line(let points, let ink, let width, let opacity, let isBroken):
      let places = points.map { Point($0.x * scale, $0.y * scale) }
      let runs = isBroken ? Dashes.of(places, on: 5 * scale, off: 4 * scale) : [places]
      draw(ink.color, opacity: opacity) { canvas in
        for run in runs { canvas.stroke(run, width: width * scale) }
      }
    case .disc(let middle, let radius, let ink, let opacity):
      draw(ink.color, opacity: opacity) {
        $0.disc(Point(middle.x * scale, middle.y * scale), radius: radius * scale)
      }
    case .text(let text, let at, let size, let anchor, let ink, let opacity, let isBold):
      let width = StrokeFont.width(of: text, size: size)
      let left = anchor == .start ? at.x : anchor == .middle ? at.x - width / 2 : at.x - width
      let place = Point(left * scale, at.y * scale)
      let strokes = StrokeFont.strokes(of: text, at: place, size: size * scale)
      draw(ink.color, opacity: opacity) { canvas in
        for stroke in strokes { canvas.stroke(stroke, width: size * scale * (isBold ? 0.135 : 0.095)) }
      }
    }
  }
}

extension Scene.Ink {
  /// On paper.
  var color: Color {
    switch self {
    case .text: Palette.text
    case .color(let color): color
    }
  }
}

/// A line cut into pieces.
enum Dashes {
  static func of(_ points: [Point], on: Double, off: Double) -> [[Point]] {
    var out: [[Point]] = [], run: [Point] = [], left = on, draws = true
    guard var here = points.first, on > 0, off > 0 else { return [] }
    run.append(here)
    for next in points.dropFirst() {
      var length = ((next.x - here.x) * (next.x - here.x) + (next.y - here.y) * (next.y - here.y)).squareRoot()
      while length > left, out.count < 10_000 {
        let share = left / length
        here = Point(here.x + share * (next.x - here.x), here.y + share * (next.y - here.y))
        length -= left
        if draws { out.append(run + [here]) }
        draws.toggle()
        run = [here]
        left = draws ? on : off
      }
      left -= length
      here = next
      run.append(next)
    }
    if draws, run.count > 1 { out.append(run) }
    return out
  }
}
