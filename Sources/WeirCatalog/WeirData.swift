import WeirBase

/// Any value that can be kept, as a file of the engine's own: a line that names the format, then the archive.
package enum WeirData {
  private static let head = Array("weirdata 1\n".utf8)

  package static func encoded(_ value: Value) throws -> [UInt8] { head + (try value.archive().encoded()) }

  /// Reads such a file; nothing in it can run, and memory is bounded by its length.
  package static func value(from bytes: [UInt8], catalog: Catalog) throws -> Value {
    guard bytes.starts(with: head) else { throw ArchiveError("it does not start as a file of this kind does") }
    return try Value(archive: try Archive(decoding: Array(bytes[head.count...])), catalog: catalog)
  }
}
