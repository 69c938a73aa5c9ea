/// A model in the registry: one version under a name.
package struct ModelVersion: Sendable, Hashable {
  package let name: String
  /// From 1, rising by one within the name.
  package let version: Int64
  package let object: ContentHash
  /// Bytes.
  package let size: Int64
  /// Microseconds since 1970.
  package let created: Int64
  package let run: Int64?
  package let note: String
  package let metrics: [RunMetric]
  package let lineage: [LineageEntry]
  /// The tags that stand at this version now, in order of name.
  package let tags: [String]
}

/// What is written down of a model beside its bytes.
package struct ModelDetails: Sendable, Hashable {
  package var run: Int64?
  package var note: String
  package var metrics: [RunMetric]
  package var lineage: [LineageEntry]
  package var tags: [String]

  package init(
    run: Int64? = nil, note: String = "", metrics: [RunMetric] = [], lineage: [LineageEntry] = [], tags: [String] = []
  ) {
    self.run = run
    self.note = note
    self.metrics = metrics
    self.lineage = lineage
    self.tags = tags
  }
}

/// How a program names a model: `churn`, `churn@3` or `churn@production`.
package struct ModelReference: Sendable, Hashable, CustomStringConvertible {
  package enum Selector: Sendable, Hashable { case latest, version(Int64), tag(String) }
  package let name: String
  package let selector: Selector

  package init(parsing text: String) throws(StoreError) {
    guard let mark = text.lastIndex(of: "@") else {
      name = try ModelReference.checked(text)
      selector = .latest
      return
    }
    name = try ModelReference.checked(String(text[..<mark]))
    let rest = String(text[text.index(after: mark)...])
    if let version = Int64(rest) { selector = .version(version) } else if rest == "latest" { selector = .latest } else {
      selector = .tag(try ModelReference.checked(rest))
    }
  }

  package var description: String {
    switch selector {
    case .latest: name
    case .version(let version): "\(name)@\(version)"
    case .tag(let tag): "\(name)@\(tag)"
    }
  }

  /// A name or tag that can be written in a reference and read back from one.
  static func checked(_ name: String) throws(StoreError) -> String {
    if name.isEmpty { throw .unusableName(name, problem: "it is empty") }
    if name.utf8.count > 200 { throw .unusableName(name, problem: "it is longer than 200 bytes") }
    if name.contains("@") { throw .unusableName(name, problem: "`@` parts a name from its version or tag") }
    let hasBlankEnd = name.first?.isWhitespace == true || name.last?.isWhitespace == true
    if hasBlankEnd || name.unicodeScalars.contains(where: { $0.value < 32 }) {
      throw .unusableName(name, problem: "it has blanks at an end, or control characters")
    }
    return name
  }

  static func checked(tag: String) throws(StoreError) -> String {
    if Int64(tag) != nil { throw .unusableName(tag, problem: "a number names a version") }
    if tag == "latest" { throw .unusableName(tag, problem: "it always means the newest version") }
    return try checked(tag)
  }
}
