/// The line that opens a fenced block of Markdown.
struct Fence {
  /// A backtick or a tilde.
  let mark: Character
  let count: Int
  /// The blanks before the marks.
  let indent: Int
  let words: [String]

  /// Nil where the line opens none: at most three blanks, then three or more backticks or tildes.
  init?(_ line: String) {
    let rest = line.drop { $0 == " " }
    indent = line.count - rest.count
    guard indent <= 3, let mark = rest.first, mark == "`" || mark == "~" else { return nil }
    count = rest.prefix { $0 == mark }.count
    guard count >= 3 else { return nil }
    self.mark = mark
    let info = rest.dropFirst(count)
    if mark == "`", info.contains("`") { return nil }
    words = info.split(whereSeparator: \.isWhitespace).map(String.init)
  }

  func isClosed(by line: String) -> Bool {
    let rest = line.drop { $0 == " " }
    guard line.count - rest.count <= 3 else { return false }
    let marks = rest.prefix { $0 == mark }.count
    return marks >= count && rest.dropFirst(marks).allSatisfy(\.isWhitespace)
  }

  var marks: String { String(repeating: mark, count: count) }

  /// As many of a mark as no line of the text has, and three at least.
  static func marks(around text: String, mark: Character = "`") -> String {
    var most = 2
    for line in text.linesWithEnds { most = max(most, line.drop { $0 == " " }.prefix { $0 == mark }.count) }
    return String(repeating: mark, count: most + 1)
  }

  /// The fence that is still open where a Markdown text ends.
  static func open(in text: String) -> Fence? {
    var open: Fence?
    for line in text.linesWithEnds {
      if let fence = open {
        if fence.isClosed(by: line) { open = nil }
      } else {
        open = Fence(line)
      }
    }
    return open
  }
}

extension String {
  /// The lines, each with its `\n`; joined again they are the text to the byte.
  var linesWithEnds: [String] {
    let bytes = Array(utf8)
    var lines: [String] = [], start = 0
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      lines.append(String(decoding: bytes[start...index], as: UTF8.self))
      start = index + 1
    }
    if start < bytes.count { lines.append(String(decoding: bytes[start...], as: UTF8.self)) }
    return lines
  }

  var endsLine: Bool { utf8.last == UInt8(ascii: "\n") }
  var isBlankText: Bool { utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }

  /// With the line ends that a file has.
  func withLineEnds(_ end: String) -> String {
    let plain = utf8.contains(UInt8(ascii: "\r")) ? String(map { $0 == "\r\n" ? "\n" : $0 }) : self
    return end == "\n" ? plain : String(plain.flatMap { $0 == "\n" ? Array(end) : [$0] })
  }
}
