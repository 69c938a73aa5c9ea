import WeirStore

/// What the result of a cell depends on, part by part: equal parts give equal bytes, and the first part that differs is
/// the reason to run again.
package struct KeyParts: Sendable, Hashable, Codable {
  package enum Kind: String, Sendable, Hashable, Codable {
    case engine, timeZones, code, seed, parameter, name, module, file
  }

  package struct Part: Sendable, Hashable, Codable {
    package let kind: Kind
    /// Of the parameter, name, module or file; empty for the rest.
    package let name: String
    package let hash: String
  }

  package private(set) var parts: [Part] = []

  package init() {}

  package mutating func add(_ kind: Kind, _ name: String, _ hash: String) {
    parts.append(Part(kind: kind, name: name, hash: hash))
  }

  package func with(files: [FileRead]) -> KeyParts {
    var copy = self
    for file in files { copy.add(.file, file.path, file.hash) }
    return copy
  }

  package var withoutFiles: KeyParts {
    var copy = self
    copy.parts.removeAll { $0.kind == .file }
    return copy
  }

  /// The hash of all parts.
  package var key: String {
    let text = parts.map { "\($0.kind.rawValue)\u{1}\($0.name)\u{1}\($0.hash)" }.joined(separator: "\u{2}")
    return ContentHash(of: Array(text.utf8)).hex
  }

  /// Why a cell with these parts has to run although it ran with `old` before, in the user's words.
  package func reasons(since old: KeyParts) -> [String] {
    var reasons: [String] = []
    let before = Dictionary(old.parts.map { ([$0.kind.rawValue, $0.name], $0.hash) }, uniquingKeysWith: { first, _ in first })
    for part in parts {
      let known = before[[part.kind.rawValue, part.name]]
      if known == part.hash { continue }
      switch part.kind {
      case .engine: reasons.append("the engine is another")
      case .timeZones: if known != nil { reasons.append("the time zone database is another") }
      case .code: reasons.append("its code changed")
      case .seed: reasons.append("the seed changed")
      case .parameter: reasons.append("parameter `\(part.name)` changed")
      case .name: reasons.append(known == nil ? "it reads `\(part.name)` now" : "`\(part.name)` changed")
      case .module: reasons.append("module `\(part.name)` changed")
      case .file:
        if known != nil { reasons.append(part.hash == "missing" ? "`\(part.name)` is gone" : "file `\(part.name)` changed") }
      }
    }
    return reasons
  }
}
