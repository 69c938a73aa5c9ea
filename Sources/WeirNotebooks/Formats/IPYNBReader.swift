import Foundation
import WeirDiagnostics
import WeirEngine

/// Reads an `.ipynb` as the text of an `.mlnb`.
///
/// One that Weir wrote gives the text that it was written from, with what was edited since. Of another program's notebook
/// the words stay words, and code in another language becomes a block that is shown and not run; its outputs, which
/// could be made anew only by that program, are left behind.
package struct IPYNBReader {
  private let name: String
  private var text = ""
  private var names: Set<String> = []
  private var isWeir = false
  private var language = ""
  /// A block that the words above left open, and that would swallow the cells below.
  private var openFence: Fence?

  /// Throws a `Diagnostic` where the bytes are no notebook of format 4.
  package static func text(from bytes: [UInt8], name: String) throws -> String {
    var reader = IPYNBReader(name: name)
    let object: Any
    do { object = try JSONSerialization.jsonObject(with: Data(bytes)) } catch {
      throw Diagnostic.unreadableJSONNotebook(name, problem: words(error, bytes))
    }
    try reader.read(object)
    return reader.text
  }

  private init(name: String) { self.name = name }

  /// What is wrong with the JSON, and where, as far as the reader of JSON knows.
  private static func words(_ error: any Error, _ bytes: [UInt8]) -> String {
    let detail = (error as NSError).userInfo["NSDebugDescription"] as? String ?? ""
    guard let match = detail.firstMatch(of: /(?: around)? character (\d+)/), let offset = Int(match.1), offset <= bytes.count else {
      return "it is not JSON" + (detail.isEmpty ? "" : " (\(detail))")
    }
    let line = 1 + bytes[..<offset].count { $0 == UInt8(ascii: "\n") }
    let what = detail[..<match.range.lowerBound]
    return "line \(line) is not JSON (\(what.prefix(1).lowercased() + what.dropFirst()))"
  }

  private func problem(_ text: String) -> Diagnostic { .unreadableJSONNotebook(name, problem: text) }

  private mutating func read(_ object: Any) throws {
    guard let notebook = object as? [String: Any] else { throw problem("it has to be an object with a list `cells`") }
    guard let format = notebook["nbformat"] as? Int else { throw problem("`nbformat` is missing") }
    guard format == 4 else {
      throw problem("it has format \(format), and only 4 is known; `jupyter nbconvert --to notebook` brings it there")
    }
    guard let cells = notebook["cells"] as? [Any] else { throw problem("the list `cells` is missing") }
    let metadata = notebook["metadata"] as? [String: Any] ?? [:]
    let kernel = metadata["kernelspec"] as? [String: Any], info = metadata["language_info"] as? [String: Any]
    let weir = metadata["weir"] as? [String: Any]
    language = info?["name"] as? String ?? kernel?["language"] as? String ?? ""
    isWeir = weir != nil || language == "weir"
    text = head(weir?["head"] as? String) ?? Notebook.head(title: metadata["title"] as? String ?? "", seed: 0)
    for (number, cell) in cells.enumerated() { try add(cell, number + 1) }
    if let tail = weir?["tail"] as? String, tail.isBlankText { text += tail }
  }

  /// The front matter as it was, where it still is one.
  private func head(_ written: String?) -> String? {
    guard let written else { return nil }
    let (notebook, diagnostics) = MLNBReader.read(SourceFile(id: FileID(0), name: name, text: written))
    return diagnostics.isEmpty && notebook.parts.isEmpty ? written : nil
  }

  private mutating func add(_ object: Any, _ number: Int) throws {
    guard let cell = object as? [String: Any], let type = cell["cell_type"] as? String else {
      throw problem("cell \(number) has no `cell_type`")
    }
    let source: String
    if let lines = cell["source"] as? [String] {
      source = lines.joined()
    } else if let text = cell["source"] as? String {
      source = text
    } else {
      throw problem("the `source` of cell \(number) has to be a text or a list of texts")
    }
    let metadata = cell["metadata"] as? [String: Any] ?? [:]
    let weir = metadata["weir"] as? [String: Any]
    switch type {
    case "markdown": add(markdown: source, weir)
    case "code" where isWeir: add(code: source, metadata, weir)
    case "code": add(block: source, info: language.filter { !$0.isWhitespace && $0 != "`" })
    case "raw": add(block: source, info: "")
    default: throw problem("cell \(number) has the type \"\(type)\", which is none of markdown, code and raw")
    }
  }

  /// A new part starts on a line of its own, with an empty line above where nothing says otherwise.
  private mutating func separate(_ before: String?) {
    if let fence = openFence { text += (text.endsLine ? "" : "\n") + fence.marks + "\n" }
    openFence = nil
    if let before, before.isBlankText {
      text += before
      if !text.isEmpty, text != "\u{FEFF}", !text.endsLine { text += "\n" }
    } else if !text.isEmpty {
      text += text.hasSuffix("\n\n") || text.hasSuffix("\r\n\r\n") ? "" : text.endsLine ? "\n" : "\n\n"
    }
  }

  private mutating func add(markdown source: String, _ weir: [String: Any]?) {
    separate(weir?["before"] as? String)
    text += source
    openFence = Fence.open(in: source)
    if let after = weir?["after"] as? String, after.isBlankText { text += after } else if !text.endsLine { text += "\n" }
  }

  private mutating func add(block source: String, info: String) {
    separate(nil)
    let marks = Fence.marks(around: source)
    let info = info == "weir" || info == "output" ? "" : info
    text += "\(marks)\(info)\n\(source)\(source.isEmpty || source.endsLine ? "" : "\n")\(marks)\n"
  }

  private mutating func add(code source: String, _ metadata: [String: Any], _ weir: [String: Any]?) {
    separate(weir?["before"] as? String)
    var body = source + (weir?["end"] as? String ?? "\n")
    if !source.isEmpty, !body.endsLine { body = source + "\n" }
    if body.isBlankText, source.isEmpty, weir == nil { body = "" }
    let closing = weir?["closing"] as? String ?? ""
    if let opening = weir?["opening"] as? String, let fence = Fence(opening), fence.words.first == "weir",
      opening.linesWithEnds.count == 1, opening.endsLine, !body.linesWithEnds.contains(where: fence.isClosed),
      fence.isClosed(by: closing), closing.linesWithEnds.count == 1
    {
      text += opening + body + closing
      if fence.words.count > 1 { names.insert(fence.words[1]) }
      if let outputs = weir?["outputs"] as? String, IPYNBReader.areOutputs(outputs) { text += closing.endsLine ? outputs : "" }
      return
    }
    let marks = Fence.marks(around: body)
    var words = ["weir"]
    if let name = metadata["name"] as? String, CellNames.isName(name), names.insert(name).inserted { words.append(name) }
    if (metadata["tags"] as? [String])?.contains("skip-execution") == true { words.append("skip") }
    text += "\(marks)\(words.joined(separator: " "))\n\(body)\(marks)\n"
  }

  /// Whether a text read behind a cell is nothing but its outputs.
  private static func areOutputs(_ text: String) -> Bool {
    let probe = "```weir\n```\n" + text
    let parts = MLNBReader.read(SourceFile(id: FileID(0), name: "", text: probe)).notebook.parts.dropFirst()
    return parts.allSatisfy { part in
      switch part {
      case .output: true
      case .markdown(let text): text.isBlankText
      case .cell: false
      }
    }
  }
}
