extension Plot {
  /// A drawing that takes its colour of writing from the page around it, so that it reads on light and dark pages.
  package func svg(width: Double? = nil, height: Double? = nil) -> String {
    let natural = Layout.naturalSize(self)
    let scene = Layout.scene(self, width: width ?? natural.width, height: height ?? natural.height)
    let size = "\(SVG.number(scene.width)) \(SVG.number(scene.height))"
    let name = title.isEmpty ? kind : title
    var out = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"weir-plot\" viewBox=\"0 0 \(size)\" "
    out += "width=\"\(SVG.number(scene.width))\" height=\"\(SVG.number(scene.height))\" role=\"img\" "
    out += "style=\"max-width:100%;height:auto\" font-family=\"system-ui,'Segoe UI',Helvetica,Arial,sans-serif\">\n"
    out += "<title>\(SVG.escaped(name))</title>\n"
    var group = ""
    for shape in scene.shapes {
      let (opening, element) = SVG.parts(of: shape)
      if opening != group {
        if !group.isEmpty { out += "</g>\n" }
        out += "<g \(opening)>\n"
        group = opening
      }
      out += element + "\n"
    }
    return out + (group.isEmpty ? "" : "</g>\n") + "</svg>\n"
  }
}

/// The spelling of shapes in SVG.
enum SVG {
  /// The attributes that neighbours of one kind share, and what is the shape's own.
  static func parts(of shape: Scene.Shape) -> (group: String, element: String) {
    switch shape {
    case .rectangle(let place, let ink, let opacity, let radius):
      let corner = radius > 0 ? " rx=\"\(number(radius))\"" : ""
      return (
        fill(ink, opacity),
        "<rect x=\"\(number(place.x))\" y=\"\(number(place.y))\" width=\"\(number(place.width))\" "
          + "height=\"\(number(place.height))\"\(corner)/>"
      )
    case .line(let points, let ink, let width, let opacity, let isBroken):
      let places = points.map { number($0.x) + "," + number($0.y) }.joined(separator: " ")
      let dashes = isBroken ? " stroke-dasharray=\"5 4\"" : ""
      return (
        "fill=\"none\" stroke=\"\(name(ink))\" stroke-opacity=\"\(number(opacity))\" stroke-width=\"\(number(width))\" "
          + "stroke-linejoin=\"round\" stroke-linecap=\"\(isBroken ? "butt" : "round")\"\(dashes)",
        "<polyline points=\"\(places)\"/>"
      )
    case .disc(let middle, let radius, let ink, let opacity):
      return (
        fill(ink, opacity),
        "<circle cx=\"\(number(middle.x))\" cy=\"\(number(middle.y))\" r=\"\(number(radius))\"/>"
      )
    case .text(let text, let at, let size, let anchor, let ink, let opacity, let isBold):
      let end = anchor == .start ? "start" : anchor == .middle ? "middle" : "end"
      return (
        fill(ink, opacity) + " font-size=\"\(number(size))\" text-anchor=\"\(end)\""
          + (isBold ? " font-weight=\"600\"" : ""),
        "<text x=\"\(number(at.x))\" y=\"\(number(at.y + size * StrokeFont.baseline))\">\(escaped(text))</text>"
      )
    }
  }

  private static func fill(_ ink: Scene.Ink, _ opacity: Double) -> String {
    "fill=\"\(name(ink))\"" + (opacity < 1 ? " fill-opacity=\"\(number(opacity))\"" : "")
  }

  private static func name(_ ink: Scene.Ink) -> String {
    switch ink {
    case .text: "currentColor"
    case .color(let color): color.hex
    }
  }

  static func number(_ value: Double) -> String { Numerals.short((value * 100).rounded() / 100, digits: 6) }

  /// With the five characters that mean something in XML written as entities; control characters are left out.
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case _ where scalar.value < 32 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: out += " "
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
