/// A source text cut into lines, to find places in it as a reader counts them.
struct SourceLines {
  let file: SourceFile
  private let bytes: [UInt8]
  private let starts: [Int]

  init(_ file: SourceFile) {
    self.file = file
    bytes = Array(file.text.utf8)
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
    self.starts = starts
  }

  /// The line, counted from 0, that holds a byte; places past the end are in the last.
  func line(of offset: UInt32) -> Int {
    var low = 0, high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= Int(offset) { low = middle } else { high = middle }
    }
    return low
  }

  /// What the reader calls a line.
  func number(of line: Int) -> Int { file.firstLine + line }

  /// The bytes of a line without its end.
  func range(of line: Int) -> Range<Int> {
    guard line >= 0, line < starts.count else { return bytes.count..<bytes.count }
    var end = line + 1 < starts.count ? starts[line + 1] - 1 : bytes.count
    if end > starts[line], bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return starts[line]..<max(end, starts[line])
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self) }

  /// Line and column, both counted from 1, the column in characters.
  func place(of offset: UInt32) -> (line: Int, column: Int) {
    let line = line(of: offset)
    let start = range(of: line).lowerBound
    let end = min(max(Int(offset), start), bytes.count)
    return (number(of: line), text(start..<end).count + 1)
  }
}

/// A line of source as a terminal shows it, with the part that a span marks.
struct Excerpt {
  let text: String
  /// Blanks before the underline, and its length.
  let indent: Int
  let length: Int

  /// Cuts a line longer than `width` columns around the span.
  init(_ lines: SourceLines, line: Int, span: SourceSpan, width: Int) {
    let range = lines.range(of: line)
    var cells: [(text: String, width: Int)] = []
    var marked: Range<Int>?
    var offset = range.lowerBound
    var column = 0
    for character in lines.text(range) {
      let length = String(character).utf8.count
      let cell = Self.shown(character, at: column)
      if offset < Int(span.end), offset + length > Int(span.start) {
        marked = (marked?.lowerBound ?? cells.count)..<(cells.count + 1)
      }
      cells.append(cell)
      column += cell.width
      offset += length
    }
    let mark = marked ?? Self.emptyMark(lines, range, span, count: cells.count)
    let window = Self.window(cells.map(\.width), mark, width)
    let before = window.lowerBound > 0 ? "…" : "", after = window.upperBound < cells.count ? "…" : ""
    text = before + cells[window].map(\.text).joined() + after
    let inside = mark.clamped(to: window)
    indent = before.count + cells[window.lowerBound..<inside.lowerBound].reduce(0) { $0 + $1.width }
    length = max(1, cells[inside].reduce(0) { $0 + $1.width })
  }

  private static func shown(_ character: Character, at column: Int) -> (text: String, width: Int) {
    if character == "\t" {
      let width = 4 - column % 4
      return (String(repeating: " ", count: width), width)
    }
    // Control characters would move the cursor or recolour the terminal.
    let isControl = character.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    return isControl ? ("\u{FFFD}", 1) : (String(character), displayWidth(character))
  }

  /// A span without characters marks the place where it stands.
  private static func emptyMark(_ lines: SourceLines, _ range: Range<Int>, _ span: SourceSpan, count: Int) -> Range<Int> {
    let end = min(max(Int(span.start), range.lowerBound), range.upperBound)
    let before = min(lines.text(range.lowerBound..<end).count, count)
    return before..<before
  }

  private static func window(_ widths: [Int], _ mark: Range<Int>, _ limit: Int) -> Range<Int> {
    guard widths.reduce(0, +) > limit else { return 0..<widths.count }
    var low = mark.lowerBound, high = mark.lowerBound, used = 0
    while high < mark.upperBound, used + widths[high] <= limit - 2 { used += widths[high]; high += 1 }
    // What remains of the width goes to both sides, the left first up to a third of it.
    let left = max((limit - used) / 3, 0)
    var taken = 0
    while low > 0, taken + widths[low - 1] <= left { low -= 1; taken += widths[low] }
    used += taken
    while high < widths.count, used + widths[high] <= limit - 2 { used += widths[high]; high += 1 }
    while low > 0, used + widths[low - 1] <= limit - 2 { low -= 1; used += widths[low] }
    return low..<high
  }
}
