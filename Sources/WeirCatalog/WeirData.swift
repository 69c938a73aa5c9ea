import WeirBase
import WeirDiagnostics

/// Any value that can be kept, as a file of the engine's own: a line that names the format, then the archive.
package enum WeirData {
  private static let head = Array("weirdata 1\n".utf8)

  package static func encoded(_ value: Value) throws -> [UInt8] { head + (try value.archive().encoded()) }

  /// Reads such a file; nothing in it can run, and memory is bounded by its length. `name` is for messages.
  package static func value(from bytes: [UInt8], named name: String, catalog: Catalog) throws -> Value {
    let archive: Archive
    do {
      guard bytes.starts(with: head) else { throw ArchiveError("it does not start as a file of this kind does") }
      archive = try Archive(decoding: Array(bytes[head.count...]))
    } catch {
      throw Diagnostic.malformedFile(name, problem: "\(error)", line: nil, offset: nil, column: nil)
    }
    do { return try Value(archive: archive, catalog: catalog) } catch {
      throw Diagnostic.storedElsewhere(name, problem: "\(error)", engine: engine(of: archive))
    }
  }

  /// The build that a model says it comes from.
  private static func engine(of archive: Archive) -> String? {
    guard case .record(let fields) = archive else { return nil }
    for field in fields {
      if field.name == "card", case .text(let engine)? = field.value["engine"] { return engine.isEmpty ? nil : engine }
      if let found = engine(of: field.value) { return found }
    }
    return nil
  }
}
