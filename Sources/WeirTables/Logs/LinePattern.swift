/// A regular expression whose named groups are the columns of a log.
package struct LinePattern: Sendable {
  package let text: String
  /// The names of the groups, in order.
  package let names: [String]
  /// Finds the same as `regex`, for texts in ASCII; nil where the pattern has what it does not know.
  let program: LineProgram?
  // Safety: made once and never changed; matching keeps what it needs in places of its own.
  nonisolated(unsafe) let regex: Regex<AnyRegexOutput>

  /// `direct: false` leaves all to Swift, for tests.
  package init(_ pattern: String, direct: Bool = true) throws(LogError) {
    text = pattern
    do { regex = try Regex(pattern) } catch {
      throw .badPattern(pattern, problem: "it is not a regular expression: \(error)")
    }
    program = direct ? LineProgram(pattern) : nil
    names = program?.names ?? LinePattern.groupNames(of: pattern)
    guard !names.isEmpty else { throw .badPattern(pattern, problem: "it has no named groups, so there would be no columns") }
    for (place, name) in names.enumerated() where names[..<place].contains(name) {
      throw .badPattern(pattern, problem: "two groups are called `\(name)`")
    }
  }

  /// The names after `(?<` and `(?P<`, outside of brackets and escapes.
  private static func groupNames(of pattern: String) -> [String] {
    let characters = Array(pattern)
    var names: [String] = [], i = 0, bracketDepth = 0
    while i < characters.count {
      switch characters[i] {
      case "\\": i += 1
      case "[": bracketDepth += 1
      case "]": bracketDepth = max(0, bracketDepth - 1)
      case "(" where bracketDepth == 0 && i + 2 < characters.count && characters[i + 1] == "?":
        var start = i + 2
        if characters[start] == "P" { start += 1 }
        if start + 1 < characters.count, characters[start] == "<", characters[start + 1] != "=", characters[start + 1] != "!" {
          let name = characters[(start + 1)...].prefix { $0 != ">" }
          names.append(String(name))
        }
      default: break
      }
      i += 1
    }
    return names
  }
}

/// What can be wrong with a log or with how it is to be read.
package enum LogError: Error, Sendable, Hashable {
  case badPattern(String, problem: String)
  case noMatch(file: String, line: Int, text: String)
  case tooManyTries(file: String, line: Int)
}

/// Matches lines, and gives the bytes of the groups.
struct LineReader {
  private let pattern: LinePattern
  private var matcher: LineMatcher?
  /// The parts of the line by group; nil where a group took no part. With Swift's own they are in `copies`.
  private(set) var ranges: [Range<Int>?]
  private var copies: [UInt8] = []
  private var isCopied = false

  init(_ pattern: LinePattern) {
    self.pattern = pattern
    matcher = pattern.program.map { LineMatcher($0) }
    ranges = Array(repeating: nil, count: pattern.names.count)
  }

  /// Whether the pattern fits somewhere in the line; nil where it took too many tries.
  mutating func read(_ line: UnsafeRawBufferPointer) -> Bool? {
    if matcher != nil, LineReader.isASCII(line) {
      isCopied = false
      switch matcher?.find(in: line) {
      case .found:
        for group in ranges.indices {
          let start = matcher?.places[2 * group] ?? -1, end = matcher?.places[2 * group + 1] ?? -1
          ranges[group] = start >= 0 && end >= start ? start..<end : nil
        }
        return true
      case .givenUp: return nil
      default: return false
      }
    }
    return readWithSwift(String(decoding: line, as: UTF8.self))
  }

  private mutating func readWithSwift(_ line: String) -> Bool {
    guard let match = (try? pattern.regex.firstMatch(in: line)) ?? nil else { return false }
    isCopied = true
    copies.removeAll(keepingCapacity: true)
    for (group, name) in pattern.names.enumerated() {
      guard let part = match.output.first(where: { $0.name == name })?.substring else {
        ranges[group] = nil
        continue
      }
      let start = copies.count
      copies.append(contentsOf: part.utf8)
      ranges[group] = start..<copies.count
    }
    return true
  }

  /// The bytes of a group that took part in the line read last.
  @inline(__always) func withGroup(_ range: Range<Int>, of line: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
    if isCopied { copies.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) } } else {
      body(UnsafeRawBufferPointer(rebasing: line[range]))
    }
  }

  private static func isASCII(_ line: UnsafeRawBufferPointer) -> Bool {
    var i = 0
    while i + 8 <= line.count {
      if line.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { return false }
      i += 8
    }
    while i < line.count {
      if line[i] >= 0x80 { return false }
      i += 1
    }
    return true
  }
}

extension LinePattern {
  /// Whether lines in ASCII are matched without Swift's own.
  package var isDirect: Bool { program != nil }

  /// What the groups match in one line; nil where the pattern does not fit.
  package func groups(in line: String) -> [String?]? {
    var reader = LineReader(self)
    let bytes = Array(line.utf8)
    return bytes.withUnsafeBytes { bytes in
      guard reader.read(bytes) == true else { return nil }
      return reader.ranges.map { range in
        range.map { range in
          var text = ""
          reader.withGroup(range, of: bytes) { text = String(decoding: $0, as: UTF8.self) }
          return text
        }
      }
    }
  }
}
