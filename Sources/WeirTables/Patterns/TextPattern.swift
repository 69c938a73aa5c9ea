package import WeirBase

/// A regular expression in the syntax that Perl, Python and Swift have in common, over Unicode scalars.
package struct TextPattern: Sendable {
  private let program: PatternProgram
  private let cancellation: Cancellation

  /// Throws where the pattern is malformed, with the place.
  package init(_ pattern: String, cancellation: Cancellation = Cancellation()) throws(TableError) {
    program = try PatternProgram(pattern)
    self.cancellation = cancellation
  }

  package var groupCount: Int { program.groupCount }
  /// The names of groups that have one, in their order.
  package var groupNames: [String] { program.names.sorted { $0.value < $1.value }.map(\.key) }

  /// The number of a group by its name; throws with those there are.
  package func group(named name: String) throws(TableError) -> Int {
    if let number = program.names[name] { return number }
    throw .other(
      "the regular expression has no group called `\(name)`",
      mend: groupNames.isEmpty ? "name one: `(?<\(name)>…)`" : "there are \(groupNames.joined(separator: ", "))")
  }

  /// Whether it fits somewhere. Like all that searches, it throws where it takes too long or is interrupted.
  package func matches(_ text: String) throws -> Bool {
    var matcher = PatternMatcher(program, text, cancellation)
    return try matcher.search(from: 0)
  }

  /// What a group matched: without a number the first, or the whole match where there is no group; nil without a match.
  package func extract(_ text: String, group: Int? = nil) throws -> String? {
    let group = group ?? min(1, groupCount)
    guard (0...groupCount).contains(group) else {
      throw TableError.other("the regular expression has \(groupCount) groups, and none numbered \(group)", mend: nil)
    }
    var matcher = PatternMatcher(program, text, cancellation)
    guard try matcher.search(from: 0), matcher.slots[2 * group] >= 0 else { return nil }
    return matcher.part(matcher.slots[2 * group], matcher.slots[2 * group + 1])
  }

  /// What all groups matched, the whole match first; nil without a match.
  package func groups(_ text: String) throws -> [String?]? {
    var matcher = PatternMatcher(program, text, cancellation)
    guard try matcher.search(from: 0) else { return nil }
    return (0...groupCount).map { group in
      matcher.slots[2 * group] < 0 ? nil : matcher.part(matcher.slots[2 * group], matcher.slots[2 * group + 1])
    }
  }

  /// Calls `found` for each match from left to right; none overlaps another.
  private func forEachMatch(_ text: String, _ found: (PatternMatcher) throws -> Void) throws -> PatternMatcher {
    var matcher = PatternMatcher(program, text, cancellation)
    var position = 0
    while position <= matcher.text.count, try matcher.search(from: position) {
      try found(matcher)
      // After an empty match one character goes by, or it would be found for ever.
      position = matcher.slots[1] > matcher.slots[0] ? matcher.slots[1] : matcher.slots[1] + 1
    }
    return matcher
  }

  package func count(in text: String) throws -> Int {
    var count = 0
    _ = try forEachMatch(text) { _ in count += 1 }
    return count
  }

  package func all(in text: String, group: Int? = nil) throws -> [String] {
    let group = group ?? min(1, groupCount)
    guard (0...groupCount).contains(group) else {
      throw TableError.other("the regular expression has \(groupCount) groups, and none numbered \(group)", mend: nil)
    }
    var out: [String] = []
    _ = try forEachMatch(text) { matcher in
      let start = matcher.slots[2 * group]
      if start >= 0 { out.append(matcher.part(start, matcher.slots[2 * group + 1])) }
    }
    return out
  }

  /// Every match replaced; in `new`, `$1` is what the first group matched, `${name}` one by its name, `$0` the match, `$$` a `$`.
  package func replacing(_ text: String, with new: Replacement) throws -> String {
    var out = "", last = 0
    let matcher = try forEachMatch(text) { matcher in
      out += matcher.part(last, matcher.slots[0])
      for part in new.parts {
        switch part {
        case .text(let text): out += text
        case .group(let group):
          if matcher.slots[2 * group] >= 0 { out += matcher.part(matcher.slots[2 * group], matcher.slots[2 * group + 1]) }
        }
      }
      last = matcher.slots[1]
    }
    return out + matcher.part(last, matcher.text.count)
  }

  package func splitting(_ text: String) throws -> [String] {
    var parts: [String] = [], last = 0
    let matcher = try forEachMatch(text) { matcher in
      if matcher.slots[1] == matcher.slots[0], matcher.slots[0] == 0 || matcher.slots[0] == matcher.text.count { return }
      parts.append(matcher.part(last, matcher.slots[0]))
      last = matcher.slots[1]
    }
    return parts + [matcher.part(last, matcher.text.count)]
  }

  /// What stands in the place of a match.
  package struct Replacement: Sendable {
    enum Part: Sendable {
      case text(String)
      case group(Int)
    }

    let parts: [Part]

    /// Throws where it refers to a group that the pattern has not.
    package init(_ template: String, for pattern: TextPattern) throws(TableError) {
      var parts: [Part] = [], plain = ""
      var rest = Array(template)[...]
      while let character = rest.popFirst() {
        guard character == "$", let next = rest.first else {
          plain.append(character)
          continue
        }
        if next == "$" {
          rest.removeFirst()
          plain.append("$")
        } else if next.isASCII, next.isNumber {
          var number = 0
          while let digit = rest.first, digit.isASCII, let value = digit.wholeNumberValue, number * 10 + value <= max(9, pattern.groupCount) {
            number = number * 10 + value
            rest.removeFirst()
          }
          guard number <= pattern.groupCount else {
            throw .other(
              "`$\(number)` refers to a group, and the regular expression has \(pattern.groupCount)", mend: "a plain `$` is written `$$`")
          }
          parts += [.text(plain), .group(number)]
          plain = ""
        } else if next == "{", let end = rest.firstIndex(of: "}") {
          let number = try pattern.group(named: String(rest[(rest.startIndex + 1)..<end]))
          rest = rest[(end + 1)...]
          parts += [.text(plain), .group(number)]
          plain = ""
        } else {
          plain.append(character)
        }
      }
      self.parts = parts + [.text(plain)]
    }
  }
}
