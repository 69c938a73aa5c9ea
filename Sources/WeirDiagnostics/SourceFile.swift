/// A text that diagnostics point into: a cell, a script, a module of the library.
package struct SourceFile: Sendable, Hashable {
  package let id: FileID
  /// What a reader calls it: "cell `prep`", "pipeline.weir".
  package let name: String
  package let text: String
  /// The number that the first line shows (a cell's lines count within the cell).
  package let firstLine: Int

  package init(id: FileID, name: String, text: String, firstLine: Int = 1) {
    self.id = id
    self.name = name
    self.text = text
    self.firstLine = firstLine
  }
}

package struct FileID: Sendable, Hashable, Comparable {
  package let number: UInt32
  package init(_ number: UInt32) { self.number = number }
  package static func < (a: FileID, b: FileID) -> Bool { a.number < b.number }
}

/// A stretch of a source text, as UTF-8 offsets; lines exist only in the renderer.
package struct SourceSpan: Sendable, Hashable, Comparable {
  package var file: FileID
  package var start: UInt32
  package var end: UInt32

  package init(file: FileID, start: UInt32, end: UInt32) {
    self.file = file
    self.start = start
    self.end = Swift.max(start, end)
  }

  /// The smallest span that holds both; spans of two files keep the first.
  package func merged(with other: SourceSpan) -> SourceSpan {
    guard other.file == file else { return self }
    return SourceSpan(file: file, start: Swift.min(start, other.start), end: Swift.max(end, other.end))
  }

  package static func < (a: SourceSpan, b: SourceSpan) -> Bool {
    (a.file, a.start, a.end) < (b.file, b.start, b.end)
  }
}

/// The texts of a run, looked up when a diagnostic is rendered.
package struct SourceMap: Sendable {
  package private(set) var files: [FileID: SourceFile] = [:]
  package init(_ files: [SourceFile] = []) { for file in files { add(file) } }
  package mutating func add(_ file: SourceFile) { files[file.id] = file }
  package subscript(id: FileID) -> SourceFile? { files[id] }

  /// The text under a span; empty where the span does not fit.
  package func text(at span: SourceSpan) -> String {
    guard let file = files[span.file] else { return "" }
    let utf8 = Array(file.text.utf8)
    let start = min(Int(span.start), utf8.count), end = min(Int(span.end), utf8.count)
    return String(decoding: utf8[start..<end], as: UTF8.self)
  }
}
