/// JSON as data, written with sorted keys: equal values have equal bytes.
indirect enum JSONText: Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case float(Double)
  case string(String)
  case array([JSONText])
  case object([String: JSONText])
  /// A value that is JSON already.
  case written(String)

  var text: String {
    var out = ""
    write(to: &out, indent: "")
    return out + "\n"
  }

  private func write(to out: inout String, indent: String) {
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .int(let value): out += String(value)
    case .float(let value):
      // JSON has no word for these.
      if value.isNaN { out += "\"NaN\"" } else if value.isInfinite { out += value < 0 ? "\"-Infinity\"" : "\"Infinity\"" } else {
        out += "\(value)"
      }
    case .string(let value): JSONText.quote(value, to: &out)
    case .array(let items): writeArray(items, to: &out, indent: indent)
    case .object(let fields):
      guard !fields.isEmpty else { return out += "{}" }
      out += "{"
      for (place, key) in fields.keys.sorted().enumerated() {
        out += (place == 0 ? "\n" : ",\n") + indent + "  "
        JSONText.quote(key, to: &out)
        out += ": "
        fields[key]?.write(to: &out, indent: indent + "  ")
      }
      out += "\n" + indent + "}"
    case .written(let text): out += text
    }
  }

  private func writeArray(_ items: [JSONText], to out: inout String, indent: String) {
    let isFlat = items.allSatisfy(\.isScalar)
    out += "["
    for (place, item) in items.enumerated() {
      if isFlat { out += place == 0 ? "" : ", " } else { out += (place == 0 ? "\n" : ",\n") + indent + "  " }
      item.write(to: &out, indent: indent + "  ")
    }
    out += isFlat ? "]" : "\n" + indent + "]"
  }

  private var isScalar: Bool {
    switch self {
    case .array, .object, .written: false
    default: true
    }
  }

  private static func quote(_ text: String, to out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0x2028 || scalar.value == 0x2029 {
          let digits = String(scalar.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    out += "\""
  }
}
