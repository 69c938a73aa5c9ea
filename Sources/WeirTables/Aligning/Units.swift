/// Units of measure, by the names that end names of columns (`mass_kg`, `length (mm)`).
package struct Unit: Sendable, Hashable {
  package enum Kind: Sendable, Hashable { case mass, length, time, volume, temperature, energy, pressure }

  package let name: String
  package let kind: Kind
  /// `base = value * factor + offset`.
  let factor: Double
  let offset: Double

  private static let groups: [(Kind, [(names: [String], factor: Double, offset: Double)])] = [
    (.mass, [
      (["mg", "milligram", "milligrams"], 1e-6, 0), (["g", "gram", "grams"], 1e-3, 0), (["kg", "kilogram", "kilograms"], 1, 0),
      (["t", "tonne", "tonnes"], 1000, 0), (["lb", "lbs", "pound", "pounds"], 0.45359237, 0), (["oz", "ounce", "ounces"], 0.028349523125, 0),
    ]),
    (.length, [
      (["mm", "millimetre", "millimeter"], 1e-3, 0), (["cm", "centimetre", "centimeter"], 1e-2, 0), (["m", "metre", "meter"], 1, 0),
      (["km", "kilometre", "kilometer"], 1000, 0), (["in", "inch", "inches"], 0.0254, 0), (["ft", "foot", "feet"], 0.3048, 0),
      (["mi", "mile", "miles"], 1609.344, 0),
    ]),
    (.time, [
      (["us", "microseconds"], 1e-6, 0), (["ms", "milliseconds"], 1e-3, 0), (["s", "sec", "seconds"], 1, 0),
      (["min", "minutes"], 60, 0), (["h", "hours"], 3600, 0), (["d", "days"], 86400, 0),
    ]),
    (.volume, [(["ml", "millilitre", "milliliter"], 1e-3, 0), (["cl"], 1e-2, 0), (["l", "litre", "liter"], 1, 0), (["gal", "gallons"], 3.785411784, 0)]),
    (.temperature, [
      (["celsius", "degc", "°c"], 1, 273.15), (["kelvin"], 1, 0), (["fahrenheit", "degf", "°f"], 5.0 / 9, 273.15 - 32 * 5.0 / 9),
    ]),
    (.energy, [(["j", "joule"], 1, 0), (["kj"], 1000, 0), (["kcal"], 4184, 0), (["wh"], 3600, 0), (["kwh"], 3.6e6, 0)]),
    (.pressure, [(["pa"], 1, 0), (["hpa", "mbar"], 100, 0), (["kpa"], 1000, 0), (["bar"], 1e5, 0), (["mmhg"], 133.322387415, 0)]),
  ]

  private static let known: [String: Unit] = {
    var known: [String: Unit] = [:]
    for (kind, units) in groups {
      for (names, factor, offset) in units {
        for name in names { known[name] = Unit(name: name, kind: kind, factor: factor, offset: offset) }
      }
    }
    return known
  }()

  private init(name: String, kind: Kind, factor: Double, offset: Double) {
    (self.name, self.kind, self.factor, self.offset) = (name, kind, factor, offset)
  }

  /// Nil where no unit is called so.
  package init?(_ name: String) {
    guard let unit = Unit.known[name.lowercased()] else { return nil }
    self = unit
  }

  package static var names: [String] { known.keys.sorted() }

  /// A number in this unit as one in another of the same kind.
  package func converting(_ value: Double, to other: Unit) -> Double {
    if offset == 0, other.offset == 0 {
      // One division or one multiplication where that is exact.
      return factor >= other.factor ? value * (factor / other.factor) : value / (other.factor / factor)
    }
    return (value * factor + offset - other.offset) / other.factor
  }
}

/// The name of a column in its parts: words in small letters, and the unit that stands last.
struct ColumnWords: Hashable {
  let words: [String]
  let unit: Unit?

  /// `Body Mass (g)`, `bodyMass_g` and `body_mass_g` are the words body, mass with the unit g.
  init(_ name: String) {
    var words: [String] = [], current = ""
    var previousIsSmall = false
    for character in name {
      if character.isLetter || character.isNumber || character == "°" {
        if character.isUppercase, previousIsSmall {
          words.append(current)
          current = ""
        }
        current += character.lowercased()
        previousIsSmall = character.isLowercase
      } else {
        if !current.isEmpty { words.append(current) }
        current = ""
        previousIsSmall = false
      }
    }
    if !current.isEmpty { words.append(current) }
    if words.count > 1, let last = words.last, let unit = Unit(last) {
      self.unit = unit
      words.removeLast()
    } else {
      unit = nil
    }
    self.words = words
  }

  /// The words without what parts them.
  var joined: String { words.joined() }
}
