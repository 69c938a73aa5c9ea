import Glibc

/// A small font of pen strokes for pictures: lines and arcs on a grid where capitals are 14 high and small letters 10.
enum StrokeFont {
  struct Glyph: Sendable {
    let advance: Double
    let strokes: [[Point]]
  }

  /// Units of the grid at that size.
  static func unit(_ size: Double) -> Double { size * 0.0514 }
  /// From the middle of the writing down to the baseline, in parts of the size.
  static let baseline = 0.335

  /// Between two characters, in units of the grid.
  private static let gap = 0.8

  static func width(of text: String, size: Double) -> Double {
    text.reduce(0) { $0 + glyph($1).advance + gap } * unit(size)
  }

  /// The strokes of a text whose left end and middle height are at `at`.
  static func strokes(of text: String, at: Point, size: Double) -> [[Point]] {
    let unit = unit(size), bottom = at.y + size * baseline
    var x = at.x, out: [[Point]] = []
    for character in text {
      let glyph = glyph(character)
      for stroke in glyph.strokes { out.append(stroke.map { Point(x + $0.x * unit, bottom - $0.y * unit) }) }
      x += (glyph.advance + gap) * unit
    }
    return out
  }

  private static func glyph(_ character: Character) -> Glyph {
    if let known = glyphs[character] { return known }
    if let (base, mark) = accents[character], let letter = glyphs[base] {
      let lift = base.isUppercase ? 4.0 : 0
      let middle = letter.advance / 2
      let strokes = (marks[mark] ?? []).map { stroke in stroke.map { Point($0.x + middle, $0.y + lift) } }
      return Glyph(advance: letter.advance, strokes: letter.strokes + strokes)
    }
    return glyphs["\u{FFFD}"] ?? Glyph(advance: 8, strokes: [])
  }

  private static let glyphs: [Character: Glyph] = {
    var out: [Character: Glyph] = [" ": Glyph(advance: 4.6, strokes: [])]
    for line in StrokeFont.drawings.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 2)
      guard parts.count == 3, let name = parts[0].first, let advance = Double(parts[1]) else { continue }
      out[name] = Glyph(advance: advance, strokes: parts[2].split(separator: ";").map { stroke(String($0)) })
    }
    return out
  }()

  /// `P x y x y …` joins points; `A x y width height from to` is an arc in degrees; `O x y width height` an ellipse.
  private static func stroke(_ text: String) -> [Point] {
    let words = text.split(separator: " ")
    let numbers = words.dropFirst().compactMap { Double($0) }
    switch words.first {
    case "P": return stride(from: 0, to: numbers.count - 1, by: 2).map { Point(numbers[$0], numbers[$0 + 1]) }
    case "A" where numbers.count == 6: return arc(numbers, numbers[4], numbers[5])
    case "O" where numbers.count == 4: return arc(numbers, 0, 360)
    default: return []
    }
  }

  private static func arc(_ place: [Double], _ from: Double, _ to: Double) -> [Point] {
    let steps = max(4, Int((to - from).magnitude / 15))
    return (0...steps).map { step in
      let angle = (from + (to - from) * Double(step) / Double(steps)) * .pi / 180
      return Point(place[0] + place[2] * cos(angle), place[1] + place[3] * sin(angle))
    }
  }

  private static let accents: [Character: (Character, Character)] = {
    let table: [(Character, String, String)] = [
      ("´", "áéíóúýÁÉÍÓÚÝ", "aeiouyAEIOUY"), ("`", "àèìòùÀÈÌÒÙ", "aeiouAEIOU"), ("^", "âêîôûÂÊÎÔÛ", "aeiouAEIOU"),
      ("¨", "äëïöüÿÄËÏÖÜ", "aeiouyAEIOU"), ("~", "ãñõÃÑÕ", "anoANO"), ("°", "åÅ", "aA"), (" ", "çÇøØ", "cCoO"),
    ]
    var out: [Character: (Character, Character)] = [:]
    for (mark, letters, bases) in table {
      for (letter, base) in zip(letters, bases) { out[letter] = (base, mark) }
    }
    return out
  }()

  /// About the middle of the letter, above a small one.
  private static let marks: [Character: [[Point]]] = [
    "´": [[Point(-0.8, 12), Point(1, 14)]], "`": [[Point(-1, 14), Point(0.8, 12)]],
    "^": [[Point(-2, 12), Point(0, 14), Point(2, 12)]],
    "¨": [[Point(-1.8, 13), Point(-1.8, 13.3)], [Point(1.8, 13), Point(1.8, 13.3)]],
    "~": [[Point(-2.4, 12.4), Point(-1, 13.4), Point(0.8, 12.6), Point(2.2, 13.6)]],
    "°": [arc([0, 13.4, 1.4, 1.4], 0, 360)],
  ]
}
