import Foundation
import WeirEngine

/// Writes a notebook as `.ipynb` (nbformat 4.5), which Jupyter, GitHub and VS Code show.
///
/// What JSON cells have no place for (fences, options, blank lines, front matter) goes into `metadata.weir`, so that
/// reading it back gives the same `.mlnb` to the byte.
package struct IPYNBWriter {
  private var cells: [[String: Any]] = []
  private var ids: Set<String> = []
  /// Blank lines since the last cell.
  private var blank = ""

  package static func bytes(of notebook: Notebook) throws -> [UInt8] {
    var writer = IPYNBWriter()
    var index = 0
    while index < notebook.parts.count {
      switch notebook.parts[index] {
      case .markdown(let text): writer.add(markdown: text)
      case .output(let text): writer.add(markdown: text)
      case .cell(let cell):
        let end = notebook.endOfOutputs(behind: index)
        writer.add(cell, outputs: Array(notebook.parts[(index + 1)..<end]))
        index = end - 1
      }
      index += 1
    }
    var weir: [String: Any] = ["head": notebook.head]
    if !writer.blank.isEmpty { weir["tail"] = writer.blank }
    var metadata: [String: Any] = [
      "kernelspec": ["display_name": "Weir", "language": "weir", "name": "weir"],
      "language_info": ["name": "weir", "file_extension": ".weir", "mimetype": "text/x-weir"],
      "weir": weir,
    ]
    if !notebook.front.title.isEmpty { metadata["title"] = notebook.front.title }
    let object: [String: Any] = ["nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": writer.cells]
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return escapingMarks(Array(try JSONSerialization.data(withJSONObject: object, options: options))) + [UInt8(ascii: "\n")]
  }

  /// Byte order marks as escapes: readers take one that starts a text for a sign of its encoding.
  private static func escapingMarks(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = [], index = 0
    out.reserveCapacity(bytes.count)
    while index < bytes.count {
      if bytes[index] == 0xEF, bytes[index...].starts(with: [0xEF, 0xBB, 0xBF]) {
        out += Array("\\ufeff".utf8)
        index += 3
      } else {
        out.append(bytes[index])
        index += 1
      }
    }
    return out
  }

  private mutating func add(markdown text: String) {
    guard !text.isBlankText else {
      blank += text
      return
    }
    let bytes = Array(text.utf8)
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    // Blank lines in front go away whole; blanks that indent the first line stay with it.
    let first = bytes.firstIndex { !isBlank($0) } ?? 0
    let start = bytes[..<first].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let end = (bytes.lastIndex { !isBlank($0) } ?? 0) + 1
    let before = blank + String(decoding: bytes[..<start], as: UTF8.self)
    let source = String(decoding: bytes[start..<end], as: UTF8.self)
    let after = String(decoding: bytes[end...], as: UTF8.self)
    blank = ""
    cells.append([
      "cell_type": "markdown", "id": id("words"), "metadata": ["weir": ["before": before, "after": after]],
      "source": source.linesWithEnds,
    ])
  }

  private mutating func add(_ cell: Notebook.Cell, outputs: [Notebook.Part]) {
    var source = cell.code, end = ""
    if source.hasSuffix("\r\n") { end = "\r\n" } else if source.endsLine { end = "\n" }
    source = String(decoding: source.utf8.dropLast(end.utf8.count), as: UTF8.self)
    var weir = ["before": blank, "opening": cell.opening, "end": end, "closing": cell.closing]
    blank = ""
    if !outputs.isEmpty { weir["outputs"] = outputs.map(Notebook.text).joined() }
    var metadata: [String: Any] = ["weir": weir]
    if cell.isNamed { metadata["name"] = cell.name }
    if cell.options.isSkipped { metadata["tags"] = ["skip-execution"] }
    let streams: [[String: Any]] = outputs.compactMap { part in
      guard case .output(let block) = part, let (_, text) = Notebook.output(block) else { return nil }
      return ["output_type": "stream", "name": "stdout", "text": text.linesWithEnds]
    }
    cells.append([
      "cell_type": "code", "id": id(cell.name), "metadata": metadata, "source": source.linesWithEnds,
      "execution_count": NSNull(), "outputs": streams,
    ])
  }

  /// An id as the format wants it: 1 to 64 letters, digits, `-` and `_`, each once.
  private mutating func id(_ name: String) -> String {
    let letters = name.unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
      return isPlain ? Character(scalar) : "-"
    }
    let base = letters.isEmpty ? "cell" : String(letters.prefix(50))
    var id = base, number = 2
    while !ids.insert(id).inserted {
      id = "\(base)-\(number)"
      number += 1
    }
    return id
  }
}
