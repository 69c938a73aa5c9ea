import WeirBase

extension Step {
  /// The step as a user writes it: its name with the settings that differ from their defaults.
  package var source: String {
    let written = settings.filter { $0.defaultValue == nil || $0.value != $0.defaultValue }
    return "\(name)(" + written.map(\.source).joined(separator: ", ") + ")"
  }
}

extension Setting {
  fileprivate var source: String {
    if name == "columns", case .list(let names) = value {
      return names.map(Setting.columnSource).joined(separator: ", ")
    }
    // Layers of a network and steps of an augmentation stand first and without a name too.
    if name == "layers" || name == "steps" { return value.source }
    return "\(name): \(value.source)"
  }

  private static func columnSource(_ name: Archive) -> String {
    guard case .text(let text) = name else { return name.source }
    return WeirModels.columnSource(text)
  }
}

/// A column as a user writes it: `.age`, or ``.`body mass` `` where the name is not a word.
package func columnSource(_ name: String) -> String {
  let plain = !name.isEmpty && name.unicodeScalars.enumerated().allSatisfy { place, character in
    character == "_" || character.properties.isAlphabetic || (place > 0 && character.properties.numericType == .decimal)
  }
  return plain ? ".\(name)" : ".`\(name.replacing("`", with: "``"))`"
}

extension Archive {
  /// A setting as the language writes it.
  var source: String {
    switch self {
    case .none: return "missing"
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .float(let value): return "\(value)"
    case .text(let value): return quotedText(value)
    case .bytes(let values): return "<\(values.count) bytes>"
    case .ints(let values): return "[" + values.map { String($0) }.joined(separator: ", ") + "]"
    case .floats(let values): return "[" + values.map { "\($0)" }.joined(separator: ", ") + "]"
    case .list(let values): return "[" + values.map(\.source).joined(separator: ", ") + "]"
    case .record(let fields):
      // Source text that stands as it is.
      if fields.count == 1, case .text(let written)? = self["source"] { return written }
      // A step among the settings of another.
      if fields.count == 2, case .text(let step)? = self["step"], let settings = self["settings"] {
        guard case .record(let parts) = settings else { return step + "()" }
        return step + "(" + parts.map { "\($0.name): \($0.value.source)" }.joined(separator: ", ") + ")"
      }
      return "{" + fields.map { "\($0.name): \($0.value.source)" }.joined(separator: ", ") + "}"
    }
  }
}
