/// What becomes of binary data, which a table has no type for.
package enum SQLiteBlobs: String, Sendable, CaseIterable {
  /// Two digits a byte, `FFD8`, as SQLite's `hex` has them; nothing is lost.
  case hex
  /// Four characters for three bytes; nothing is lost.
  case base64
  /// The text that the bytes are in UTF-8; other bytes are an error.
  case text
  case error
}

/// Why a database can't be read now, or not so.
package enum SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Another program kept it locked for as long as we waited.
  case locked(file: String, seconds: Double)
  /// A program ended in the middle of a write; what it began must be undone first, by one that may write.
  case unfinished(file: String)
  /// Binary data where they are not wanted, or beside values of other kinds.
  case blob(file: String, column: String, row: Int, besides: String?)

  package var description: String {
    switch self {
    case .locked(let file, let seconds):
      "`\(file)` is locked by another program" + (seconds > 0 ? ", for \(Scalar.float(seconds)) s now" : "")
    case .unfinished(let file): "`\(file)` was left in the middle of a write by a program that ended"
    case .blob(let file, let column, let row, let others):
      "column `\(column)` of `\(file)` holds binary data" + (others.map { " beside \($0)" } ?? "") + " (row \(row))"
    }
  }
}

/// Bytes written as characters.
enum BlobDigits {
  private static let hexDigits = Array("0123456789ABCDEF".utf8)
  private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func hex(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      out.append(hexDigits[Int(byte >> 4)])
      out.append(hexDigits[Int(byte & 15)])
    }
    return out
  }

  /// With padding (RFC 4648, section 4).
  static func base64(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let given = min(3, bytes.count - start)
      var group = 0
      for i in 0..<3 { group = group << 8 | (i < given ? Int(bytes[start + i]) : 0) }
      for i in 0..<4 {
        out.append(i <= given ? base64Digits[group >> (18 - 6 * i) & 63] : UInt8(ascii: "="))
      }
    }
    return out
  }
}
