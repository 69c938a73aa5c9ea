import WeirDiagnostics
import WeirTables

/// A set of rows that the rule against leakage tells apart: all rows of a source, or one part of a split.
struct RowSet: Hashable, Comparable {
  /// Sources and splits are numbered together, so that a split has a higher number than what it splits.
  let number: Int
  /// Nil for all rows of a source.
  let part: Lineage.Part?

  static func < (a: RowSet, b: RowSet) -> Bool {
    (a.number, a.part?.rawValue ?? "") < (b.number, b.part?.rawValue ?? "")
  }
}

/// Which rows a value holds, and from which rows it was learned.
struct Provenance {
  /// Where something was learned from rows.
  struct Site {
    let function: String
    let span: SourceSpan
    /// The place in the order of evaluation, to tell before from after.
    let order: Int
    /// By a fit, not by a mere statistic.
    let isFit: Bool
  }

  struct Entry {
    /// Where the rows were first read by name.
    var span: SourceSpan?
    /// Chosen by their values: then how many they are tells something of these.
    var isChosen = false
  }

  static let none = Provenance()
  /// More sets than this are not told apart: a program that has them is not written by hand.
  static let limit = 64

  private(set) var rows: [RowSet: Entry] = [:]
  private(set) var learned: [RowSet: Site] = [:]

  init(rows: [RowSet: Entry] = [:], learned: [RowSet: Site] = [:]) {
    self.rows = rows
    self.learned = learned
  }

  var isEmpty: Bool { rows.isEmpty && learned.isEmpty }

  mutating func add(_ set: RowSet, _ entry: Entry = Entry()) {
    if let known = rows[set] {
      rows[set] = Entry(span: known.span ?? entry.span, isChosen: known.isChosen || entry.isChosen)
    } else if rows.count < Self.limit {
      rows[set] = entry
    }
  }

  mutating func learn(_ set: RowSet, at site: Site) {
    guard learned[set] == nil || (site.isFit && learned[set]?.isFit == false) else { return }
    if learned[set] != nil || learned.count < Self.limit { learned[set] = site }
  }

  mutating func unite(_ other: Provenance) {
    if other.isEmpty { return }
    for set in other.rows.keys.sorted() { add(set, other.rows[set] ?? Entry()) }
    uniteLearned(other)
  }

  func uniting(_ other: Provenance) -> Provenance {
    var both = self
    both.unite(other)
    return both
  }

  mutating func uniteLearned(_ other: Provenance) {
    if other.learned.isEmpty { return }
    for set in other.learned.keys.sorted() { if let site = other.learned[set] { learn(set, at: site) } }
  }

  /// A fact about the rows: it holds none, and was learned from all of them.
  func asFact(at site: Site) -> Provenance {
    var fact = Provenance(learned: learned)
    for set in rows.keys.sorted() { fact.learn(set, at: site) }
    return fact
  }

  /// The same rows after some were chosen by their values.
  var chosen: Provenance {
    Provenance(rows: rows.mapValues { Entry(span: $0.span, isChosen: true) }, learned: learned)
  }

  /// The same without the rows that do not fit.
  func keepingRows(where fits: (RowSet, Entry) -> Bool) -> Provenance {
    Provenance(rows: rows.filter { fits($0.key, $0.value) }, learned: learned)
  }

  /// The same where facts about the given rows themselves do not count.
  func forgetting(_ own: Provenance) -> Provenance {
    Provenance(rows: rows, learned: learned.filter { own.rows[$0.key] == nil || $0.key.part == .test })
  }

  /// The same, read under a name at `span`.
  func read(at span: SourceSpan) -> Provenance {
    guard rows.values.contains(where: { $0.span == nil }) else { return self }
    return Provenance(rows: rows.mapValues { Entry(span: $0.span ?? span, isChosen: $0.isChosen) }, learned: learned)
  }

  /// The same with the places at which the rows in `other` were read: what a remembered call gives for new arguments.
  func reentered(from other: Provenance) -> Provenance {
    var copy = self
    for (set, entry) in other.rows where copy.rows[set] != nil { copy.rows[set]?.span = entry.span }
    for (set, site) in other.learned where copy.learned[set] != nil { copy.learned[set] = site }
    return copy
  }
}

/// The sources and splits of a program, and what was found out about them.
struct RowLedger {
  struct Split {
    let span: SourceSpan
    let order: Int
    /// What it splits.
    let over: [RowSet]
    let parts: [Lineage.Part]
    /// The names that the parts were given.
    var names: [Lineage.Part: String]
    /// A test part among what it splits.
    let test: RowSet?
    /// The test parts that its rows were parted from: its own, and those of the splits above it.
    let tests: [RowSet]
    /// In how many loops it stands.
    let loops: Int
    let depth: Int
  }

  private struct Pair: Hashable {
    let a: RowSet
    let b: RowSet
  }

  /// Splits of splits of splits are followed this far.
  private static let depthLimit = 32

  private var next = 0
  private var sources: [String: Int] = [:]
  private(set) var splits: [Int: Split] = [:]
  private var numbers: [String: Int] = [:]
  private var overlapping: [Pair: Bool] = [:]

  /// The rows of a source; the same key means the same rows.
  mutating func source(_ key: String) -> RowSet {
    if let known = sources[key] { return RowSet(number: known, part: nil) }
    next += 1
    sources[key] = next
    return RowSet(number: next, part: nil)
  }

  /// Notes a split of `over` at a place; the same place and rows give the same split. Returns its number.
  mutating func split(at span: SourceSpan, order: Int, over: [RowSet], parts: [Lineage.Part], loops: Int) -> Int {
    let depth = 1 + (over.compactMap { splits[$0.number]?.depth }.max() ?? 0)
    let over = depth > Self.depthLimit ? [] : over
    let key = "\(span.file.number):\(span.start):\(span.end) " + over.map { "\($0.number)\($0.part?.rawValue ?? "")" }
      .joined(separator: " ")
    if let known = numbers[key] { return known }
    next += 1
    numbers[key] = next
    let names = Dictionary(parts.map { ($0, $0.rawValue) }, uniquingKeysWith: { a, _ in a })
    let own = parts.contains(.test) ? [RowSet(number: next, part: .test)] : []
    let tests = own + over.flatMap { splits[$0.number]?.tests ?? [] }
    splits[next] = Split(
      span: span, order: order, over: over, parts: parts, names: names,
      test: over.compactMap { test(in: $0) }.first, tests: Array(tests.prefix(16)), loops: loops, depth: depth)
    return next
  }

  mutating func name(_ set: RowSet, _ name: String) {
    if let part = set.part { splits[set.number]?.names[part] = name }
  }

  func name(of set: RowSet) -> String { set.part.flatMap { splits[set.number]?.names[$0] } ?? "test" }

  /// The test part that the rows are of, directly or because it was split again.
  func test(in set: RowSet) -> RowSet? { set.part == .test ? set : splits[set.number]?.test }

  /// Whether two sets may have rows in common. Parts of one split have none.
  mutating func overlaps(_ a: RowSet, _ b: RowSet) -> Bool {
    if a == b { return true }
    if a.number == b.number { return a.part == nil || b.part == nil }
    let (younger, older) = a.number > b.number ? (a, b) : (b, a)
    guard let split = splits[younger.number] else { return false }
    let pair = Pair(a: younger, b: older)
    if let known = overlapping[pair] { return known }
    var result = false
    for set in split.over where overlaps(set, older) {
      result = true
      break
    }
    overlapping[pair] = result
    return result
  }
}
