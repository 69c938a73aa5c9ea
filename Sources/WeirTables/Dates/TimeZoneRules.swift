import Synchronization
import WeirBase

/// When clocks in a place are how far from UTC: a file of the system's time zone database (RFC 9636).
package struct TimeZoneRules: Sendable {
  package let name: String
  /// Seconds since 1970 at which the offset changes, and the offsets from then on.
  private let transitions: [Int64]
  private let offsets: [Int64]
  private let firstOffset: Int64
  /// What holds after the last of them.
  private let rest: RecurringZone?

  private static let folder = "/usr/share/zoneinfo/"
  private static let cache = Mutex<[String: TimeZoneRules]>([:])

  /// "2025b": which version of the database this machine has.
  package static let databaseVersion = version(of: folder)

  /// As the first line of `tzdata.zi` says it (`# version 2025b`), else a file of its own.
  static func version(of folder: String) -> String {
    let mark = Array("# version ".utf8)
    if let list = try? FileContents(mapping: folder + "tzdata.zi").bytes.prefix(64), list.starts(with: mark) {
      return String(decoding: list.dropFirst(mark.count).prefix { $0 > 32 }, as: UTF8.self)
    }
    if let version = try? FileContents(mapping: folder + "+VERSION").bytes.prefix(32) {
      return String(decoding: version.prefix { $0 > 32 }, as: UTF8.self)
    }
    return "unknown"
  }

  /// The rules of a place by its name in the database (`Europe/Berlin`); `UTC` needs none.
  package static func named(_ name: String) throws(TableError) -> TimeZoneRules {
    if let known = cache.withLock({ $0[name] }) { return known }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = name.utf8.count < 64 && parts.allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || [43, 45, 95].contains(byte)
      }
    }
    var rules: TimeZoneRules?
    if ["UTC", "GMT", "Z"].contains(name) {
      rules = TimeZoneRules(name)
    } else if isPlain, let file = try? FileContents(mapping: folder + name) {
      rules = TimeZoneRules(name, file.bytes)
    }
    guard let rules else { throw unknown(name) }
    cache.withLock { $0[name] = rules }
    return rules
  }

  private static func unknown(_ name: String) -> TableError {
    guard let list = try? FileContents(mapping: folder + "tzdata.zi").bytes else {
      return .other(
        "there is no time zone `\(name)` on this machine", mend: "names are those of the IANA database, as `Europe/Berlin`; is `tzdata` installed?")
    }
    // Lines `Z Europe/Berlin …` name zones, `L Europe/Berlin Europe/Copenhagen` others for the same.
    var names: [String] = []
    for line in list.split(separator: 10) where line.starts(with: [90, 32]) || line.starts(with: [76, 32]) {
      let words = line.split(separator: 32)
      let place = words[0].elementsEqual([90]) ? 1 : 2
      if words.count > place { names.append(String(decoding: words[place], as: UTF8.self)) }
    }
    func likeness(_ other: String) -> Double {
      let city = other.split(separator: "/").last.map(String.init) ?? other
      return max(
        TextSimilarity.jaroWinkler(name.lowercased(), other.lowercased()),
        TextSimilarity.jaroWinkler(name.lowercased(), city.lowercased()))
    }
    let best = names.map { (name: $0, sure: likeness($0)) }.max { ($0.sure, $1.name) < ($1.sure, $0.name) }
    return .other(
      "there is no time zone `\(name)`",
      mend: best.flatMap { $0.sure > 0.85 ? "did you mean `\($0.name)`?" : nil } ?? "names are those of the IANA database, as `Europe/Berlin`")
  }

  private init(_ name: String) {
    (self.name, transitions, offsets, firstOffset, rest) = (name, [], [], 0, nil)
  }

  /// Nil where the bytes are no such file.
  init?(_ name: String, _ bytes: [UInt8]) {
    func number(_ place: Int, _ size: Int) -> Int64? {
      guard place >= 0, place + size <= bytes.count else { return nil }
      var value = Int64(Int8(bitPattern: bytes[place]))
      for byte in bytes[(place + 1)..<(place + size)] { value = value << 8 | Int64(byte) }
      return value
    }
    func counts(_ place: Int) -> [Int]? {
      guard place + 44 <= bytes.count, bytes[place..<(place + 4)].elementsEqual(Array("TZif".utf8)) else { return nil }
      let all = (0..<6).compactMap { number(place + 20 + 4 * $0, 4) }.map { Int($0) }
      return all.count == 6 && all.allSatisfy { (0...1_000_000).contains($0) } ? all : nil
    }
    // UT marks, standard marks, leap seconds, transitions, types, letters.
    guard let old = counts(0), bytes[4] >= 50 else { return nil }
    let second = 44 + old[3] * 5 + old[4] * 6 + old[5] + old[2] * 8 + old[1] + old[0]
    guard let new = counts(second), new[4] > 0 else { return nil }
    let times = second + 44, kinds = times + 8 * new[3], types = kinds + new[3]
    var typeOffsets: [Int64] = []
    for type in 0..<new[4] {
      guard let offset = number(types + 6 * type, 4) else { return nil }
      typeOffsets.append(offset)
    }
    var transitions: [Int64] = [], offsets: [Int64] = []
    for index in 0..<new[3] {
      guard let time = number(times + 8 * index, 8), kinds + index < bytes.count, Int(bytes[kinds + index]) < typeOffsets.count else { return nil }
      transitions.append(time)
      offsets.append(typeOffsets[Int(bytes[kinds + index])])
    }
    guard zip(transitions, transitions.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
    let footer = types + 6 * new[4] + new[5] + 12 * new[2] + new[1] + new[0] + 1
    let text = footer <= bytes.count ? bytes[footer...].prefix { $0 != 10 } : []
    self.name = name
    (self.transitions, self.offsets, firstOffset) = (transitions, offsets, typeOffsets[0])
    rest = RecurringZone(String(decoding: text, as: UTF8.self))
  }

  /// Seconds to add to UTC at a moment.
  package func offset(at seconds: Int64) -> Int64 {
    guard let last = transitions.last, let first = transitions.first else { return rest?.offset(at: seconds) ?? firstOffset }
    if seconds < first { return firstOffset }
    if seconds >= last, let rest { return rest.offset(at: seconds) }
    var low = 0, high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return offsets[low - 1]
  }

  package enum Moment: Sendable, Hashable {
    case one(Int64)
    /// Clocks showed it twice, before and after they were put back.
    case two(Int64, Int64)
    /// Clocks never showed it; the moment at which they were put forward.
    case none(jump: Int64)
  }

  /// The moment, in seconds, at which clocks in the place show a time of day.
  package func moment(of local: Int64) -> Moment {
    let day: Int64 = 86_400
    let before = offset(at: local - day), after = offset(at: local + day)
    let candidates = Set([local - before, local - after]).filter { offset(at: $0) == local - $0 }.sorted()
    switch candidates.count {
    case 1: return .one(candidates[0])
    case 2: return .two(candidates[0], candidates[1])
    default:
      // Between a moment that shows less and one that shows more lies the jump.
      var low = local - day, high = local + day
      while high - low > 1 {
        let middle = low + (high - low) / 2
        if middle + offset(at: middle) < local { low = middle } else { high = middle }
      }
      return .none(jump: high)
    }
  }
}
