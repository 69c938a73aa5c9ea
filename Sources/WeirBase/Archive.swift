/// A value as plain data: what the store, the lock and the model file write, and what content hashes are taken of.
///
/// A closed set of shapes; reading one never runs code. The byte form is canonical: equal archives have equal bytes.
package indirect enum Archive: Sendable, Hashable {
  case none
  case bool(Bool)
  case int(Int64)
  case float(Double)
  case text(String)
  case bytes([UInt8])
  case ints([Int64])
  case floats([Double])
  case list([Archive])
  /// Named parts, in the order written.
  case record([Field])

  package struct Field: Sendable, Hashable {
    package var name: String
    package var value: Archive
    package init(_ name: String, _ value: Archive) {
      self.name = name
      self.value = value
    }
  }

  package static func == (a: Archive, b: Archive) -> Bool { a.encoded() == b.encoded() }
  package func hash(into hasher: inout Hasher) { hasher.combine(encoded()) }
}

/// Why bytes or an archive could not be read back.
package struct ArchiveError: Error, Sendable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// A type that can be written as an archive and read back.
package protocol Archivable: Sendable {
  /// The stable name under which values of this type are stored.
  static var archiveName: String { get }
  init(archive: Archive) throws
  var archive: Archive { get }
}

// MARK: - Reading parts

extension Archive {
  package subscript(name: String) -> Archive? {
    guard case .record(let fields) = self else { return nil }
    return fields.first { $0.name == name }?.value
  }

  /// The part called `name`; throws where there is none.
  package func part(_ name: String) throws -> Archive {
    guard let value = self[name] else { throw ArchiveError("the part `\(name)` is missing") }
    return value
  }

  package func asBool() throws -> Bool {
    if case .bool(let value) = self { return value }
    throw ArchiveError("expected true or false")
  }
  package func asInt() throws -> Int {
    if case .int(let value) = self, let small = Int(exactly: value) { return small }
    throw ArchiveError("expected a whole number")
  }
  package func asFloat() throws -> Double {
    if case .float(let value) = self { return value }
    if case .int(let value) = self { return Double(value) }
    throw ArchiveError("expected a number")
  }
  package func asText() throws -> String {
    if case .text(let value) = self { return value }
    throw ArchiveError("expected a text")
  }
  package func asBytes() throws -> [UInt8] {
    if case .bytes(let value) = self { return value }
    throw ArchiveError("expected bytes")
  }
  package func asInts() throws -> [Int64] {
    if case .ints(let value) = self { return value }
    throw ArchiveError("expected whole numbers")
  }
  package func asFloats() throws -> [Double] {
    if case .floats(let value) = self { return value }
    throw ArchiveError("expected numbers")
  }
  package func asList() throws -> [Archive] {
    if case .list(let value) = self { return value }
    throw ArchiveError("expected a list")
  }
  package func asTexts() throws -> [String] { try asList().map { try $0.asText() } }
  package func asFields() throws -> [Field] {
    if case .record(let value) = self { return value }
    throw ArchiveError("expected named parts")
  }

  package static func texts(_ values: [String]) -> Archive { .list(values.map { .text($0) }) }
  package static func of(_ fields: KeyValuePairs<String, Archive>) -> Archive {
    .record(fields.map { Field($0.key, $0.value) })
  }
}

// MARK: Identity

extension Archive {
  /// The archive without what was measured. Fields whose name begins with `~` hold times and the like: they are kept, but
  /// are no part of what a value is, so that two runs that differ in nothing else give the same value.
  package var identity: Archive {
    guard holdsMeasured else { return self }
    switch self {
    case .list(let values): return .list(values.map(\.identity))
    case .record(let fields):
      return .record(fields.compactMap { $0.name.hasPrefix("~") ? nil : Field($0.name, $0.value.identity) })
    default: return self
    }
  }

  package var holdsMeasured: Bool {
    switch self {
    case .list(let values): values.contains { $0.holdsMeasured }
    case .record(let fields): fields.contains { $0.name.hasPrefix("~") || $0.value.holdsMeasured }
    default: false
    }
  }
}
