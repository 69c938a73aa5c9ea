package import WeirBase

/// A regular expression whose named groups are the columns of a log.
package struct LinePattern: Sendable {
  package let text: String
  /// The names of the groups, in order.
  package let names: [String]
  /// Finds the same as `pattern`, sooner, in texts in ASCII; nil where the pattern has what it does not know.
  let program: LineProgram?
  let pattern: TextPattern
  /// Among all groups of the pattern, the numbers of those with a name.
  let numbers: [Int]

  /// `direct: false` leaves all to the engine that knows every pattern, for tests.
  package init(_ text: String, direct: Bool = true, cancellation: Cancellation = Cancellation()) throws(LogError) {
    self.text = text
    do throws(TableError) {
      let pattern = try TextPattern(text, cancellation: cancellation)
      let names = pattern.groupNames
      var numbers: [Int] = []
      for name in names { numbers.append(try pattern.group(named: name)) }
      (self.pattern, self.names, self.numbers) = (pattern, names, numbers)
    } catch {
      if case .other(let message, _) = error { throw .badPattern(text, problem: message) }
      throw .badPattern(text, problem: "it is not a regular expression")
    }
    guard !names.isEmpty else { throw .badPattern(text, problem: "it has no named groups, so there would be no columns") }
    let program = direct ? LineProgram(text) : nil
    self.program = program?.names == names ? program : nil
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
  /// The parts of the line by group; nil where a group took no part. With the general engine they are in `copies`.
  private(set) var ranges: [Range<Int>?]
  private var copies: [UInt8] = []
  private var isCopied = false

  init(_ pattern: LinePattern) {
    self.pattern = pattern
    matcher = pattern.program.map { LineMatcher($0) }
    ranges = Array(repeating: nil, count: pattern.names.count)
  }

  /// Whether the pattern fits somewhere in the line; nil where it took too many tries.
  mutating func read(_ line: UnsafeRawBufferPointer) throws -> Bool? {
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
    return try readInGeneral(String(decoding: line, as: UTF8.self))
  }

  private mutating func readInGeneral(_ line: String) throws -> Bool {
    guard let groups = try pattern.pattern.groups(line) else { return false }
    isCopied = true
    copies.removeAll(keepingCapacity: true)
    for (place, number) in pattern.numbers.enumerated() {
      guard let part = groups[number] else {
        ranges[place] = nil
        continue
      }
      let start = copies.count
      copies.append(contentsOf: part.utf8)
      ranges[place] = start..<copies.count
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
  /// Whether lines in ASCII are matched without the general engine.
  package var isDirect: Bool { program != nil }

  /// What the groups match in one line; nil where the pattern does not fit.
  package func groups(in line: String) throws -> [String?]? {
    var reader = LineReader(self)
    let bytes = Array(line.utf8)
    return try bytes.withUnsafeBytes { bytes in
      guard try reader.read(bytes) == true else { return nil }
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
