/// How names, texts and numbers are written.
enum Written {
  /// A word as the lexer reads one, reserved or not.
  static func isWord(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first else { return false }
    return (first == "_" || first.properties.isXIDStart)
      && text.unicodeScalars.dropFirst().allSatisfy { $0 == "_" || $0.properties.isXIDContinue }
  }

  static func isName(_ text: String) -> Bool { isWord(text) && Token.Kind(keyword: text) == nil }

  /// `.name`, with backticks where it must have them.
  static func column(_ name: String) -> String {
    if isWord(name) { return "." + name }
    return ".`" + name.unicodeScalars.reduce(into: "") { $0 += $1 == "`" ? "``" : String($1) } + "`"
  }

  /// The name of an argument or field with its colon.
  static func label(_ name: String) -> String {
    (isWord(name) && name != "_" ? name : quoted(name)) + ": "
  }

  static func stage(_ name: String) -> String { stageName(name) }

  static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// A text with the escapes it needs between quotes.
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "{": out += "{{"
      case "}": out += "}}"
      default:
        if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
          out += "\\u{" + String(scalar.value, radix: 16) + "}"
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out
  }

  static func literal(_ literal: Literal) -> String {
    switch literal {
    case .missing: "missing"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .float(let value): "\(value)"
    case .string(let value): quoted(value)
    case .duration(let value): duration(value)
    }
  }

  /// In the largest unit that leaves a whole number.
  private static func duration(_ microseconds: Int64) -> String {
    let units: [(String, Int64)] = [("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000)]
    for (unit, size) in units where microseconds != 0 && microseconds % size == 0 { return "\(microseconds / size)\(unit)" }
    if microseconds % 1000 == 0 { return "\(microseconds / 1000)ms" }
    let fraction = String((microseconds % 1000).magnitude)
    let sign = microseconds < 0 ? "-" : ""
    return sign + String((microseconds / 1000).magnitude) + "."
      + String(repeating: "0", count: 3 - fraction.count) + fraction + "ms"
  }
}

/// The name of a stage as a script writes it: in quotes where it is no name of the language.
package func stageName(_ name: String) -> String { Written.isName(name) ? name : Written.quoted(name) }
