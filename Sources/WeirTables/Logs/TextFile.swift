package import WeirBase

/// A file as one text.
package enum TextFile {
  /// The whole text; gzip is unpacked, and a byte order mark counts more than the encoding given.
  package static func text(
    of contents: FileContents, name: String, encoding: CSVOptions.Encoding = .utf8
  ) throws -> String {
    let text = try CSVText(contents, name: name, encoding: encoding)
    return try text.contents.withUnsafeBytes { bytes in
      if let bad = UTF8Check.firstFault(in: bytes, text.start..<bytes.count) {
        throw TextFileError(file: name, encoding: encoding.rawValue, line: text.line(at: bad), offset: bad)
      }
      return String(decoding: bytes[text.start...], as: UTF8.self)
    }
  }
}

/// A text in another encoding than was said.
package struct TextFileError: Error, Sendable, Hashable {
  package let file: String
  package let encoding: String
  package let line: Int
  package let offset: Int
}
