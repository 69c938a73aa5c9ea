package import WeirBase

/// Finds all pairs of alike texts among many without comparing each with each.
///
/// Two texts within `d` edits share all but `3 d` of their runs of three letters, `d` places apart at most; so among the
/// `3 d + 1` rarest of either, at least one is shared (Xiao, Wang and Lin 2008, "Ed-Join"). Only texts that share such a
/// rare run are compared. Nothing is missed for similarities of 0.7 and more; below, runs of two letters do the same down to
/// 0.5.
struct SimilarTexts {
  private let texts: [[UInt32]]
  private let least: Double
  private let runLength: Int

  init(_ texts: [String], least: Double) {
    self.texts = texts.map { $0.unicodeScalars.map(\.value) }
    self.least = least
    runLength = least >= 0.7 ? 3 : 2
  }

  /// Calls `found` with each pair of different positions whose texts are alike, and how much.
  func forEachPair(_ cancellation: Cancellation, _ found: (Int, Int, Double) -> Void) throws(Cancelled) {
    let runs = texts.map { self.runs(of: $0) }
    let signatures = texts.map { SimilarTexts.signature($0) }
    var counts: [UInt64: Int] = [:]
    for own in runs { for run in own { counts[run, default: 0] += 1 } }
    // Shorter texts first: a text is looked up among those that are not longer.
    let order = texts.indices.sorted { (texts[$0].count, $0) < (texts[$1].count, $1) }
    var holders: [UInt64: [(text: Int, place: Int)]] = [:]
    var lastSeen = [Int](repeating: -1, count: texts.count)
    for (step, text) in order.enumerated() {
      if step & 255 == 0 { try cancellation.check() }
      let length = texts[text].count
      if length == 0 { continue }
      let edits = TextSimilarity.allowedEdits(length, least: least), signature = signatures[text]
      let byRarity = runs[text].enumerated().map { (count: counts[$1] ?? 0, run: $1, place: $0) }
        .sorted { ($0.count, $0.run) < ($1.count, $1.run) }
      for (_, run, place) in byRarity[..<SimilarTexts.end(of: byRarity.map(\.run), runLength * edits + 1)] {
        for other in holders[run] ?? [] {
          // Edits move what is alike by as many places at most, and change four pairs of letters each at most.
          guard lastSeen[other.text] != text, abs(other.place - place) <= edits, length - texts[other.text].count <= edits,
            (signatures[other.text] ^ signature).nonzeroBitCount <= 4 * edits
          else { continue }
          lastSeen[other.text] = text
          if let similarity = TextSimilarity.edits(texts[text], texts[other.text], least: least) { found(text, other.text, similarity) }
        }
      }
      // Longer texts that it may be alike to leave more edits.
      let longest = Int((Double(length) / least).rounded(.up))
      let kept = runLength * TextSimilarity.allowedEdits(longest, least: least) + 1
      for (_, run, place) in byRarity[..<SimilarTexts.end(of: byRarity.map(\.run), kept)] { holders[run, default: []].append((text, place)) }
    }
  }

  /// Which pairs of neighbouring letters a text has, hashed to 64 bits.
  private static func signature(_ text: [UInt32]) -> UInt64 {
    var bits: UInt64 = 0
    var previous: UInt32 = 0
    for letter in text + [0] {
      bits |= 1 << UInt64((previous &* 0x9E37_79B1 ^ letter &* 0x85EB_CA77) >> 26)
      previous = letter
    }
    return bits
  }

  /// Where the first so many runs end; equal ones are not parted.
  private static func end(of runs: [UInt64], _ count: Int) -> Int {
    var end = min(count, runs.count)
    while end > 0, end < runs.count, runs[end] == runs[end - 1] { end += 1 }
    return end
  }

  /// The runs of letters of a text, with marks before its beginning and after its end.
  private func runs(of text: [UInt32]) -> [UInt64] {
    let mark: UInt32 = 0x1F_FFFF
    let padded = Array(repeating: mark, count: runLength - 1) + text + Array(repeating: mark, count: runLength - 1)
    return (0...(padded.count - runLength)).map { start in
      padded[start..<(start + runLength)].reduce(0 as UInt64) { $0 << 21 | UInt64($1 & 0x1F_FFFF) }
    }
  }
}

extension Table {
  /// The rows that others are alike to, group by group: the number of the group, the number of the row, how alike it is to
  /// the nearest other row of its group, and the row.
  ///
  /// Rows are compared in the columns given (all where none are). Without `least` they must be equal. With it, the
  /// texts of the columns, in small letters and with single blanks between, must be alike by that much at least, by the share of
  /// letters that needs no edit; what is alike to something alike is in its group.
  package func duplicates(
    in names: [String] = [], least: Double? = nil, cancellation: Cancellation = Cancellation()
  ) throws -> Table {
    if let least, !(least >= 0.5 && least <= 1) {
      throw TableError.other(
        "rows can be alike by 0.5 to 1, and \(formatNumber(least)) is not that", mend: "`fuzzy: 0.9` is a good start")
    }
    let looked = try names.isEmpty ? columns : picked(names)
    guard !looked.isEmpty else { return try duplicateTable([], [], []) }
    var similar = RowSets(rowCount)
    var similarity = [Double](repeating: 0, count: rowCount)
    let exact = Grouping(by: looked, count: rowCount)
    if let least {
      let texts = comparedTexts(looked, exact)
      var distinct: [String: Int] = [:]
      var firsts: [Int] = []
      for row in exact.firstRows.prefix(exact.count) where row < rowCount {
        let text = texts[Int(exact.groups[row])]
        if let first = distinct[text], !text.isEmpty {
          similar.join(first, row)
          (similarity[first], similarity[row]) = (1, 1)
        } else if !text.isEmpty {
          distinct[text] = row
          firsts.append(row)
        }
      }
      let pairs = SimilarTexts(firsts.map { texts[Int(exact.groups[$0])] }, least: least)
      try pairs.forEachPair(cancellation) { a, b, much in
        similar.join(firsts[a], firsts[b])
        similarity[firsts[a]] = max(similarity[firsts[a]], much)
        similarity[firsts[b]] = max(similarity[firsts[b]], much)
      }
    }
    for row in 0..<rowCount {
      let first = exact.firstRows[Int(exact.groups[row])]
      if first != row {
        similar.join(first, row)
        (similarity[first], similarity[row]) = (1, 1)
      }
    }
    return try duplicateTable(names, similar.groups(), similarity)
  }

  private func comparedTexts(_ looked: [Column], _ exact: Grouping) -> [String] {
    guard rowCount > 0 else { return [] }
    return exact.firstRows.map { row in
      let parts = looked.compactMap { column -> String? in
        let value = column.scalar(at: row)
        return value == .missing ? nil : value.exactText.lowercased()
      }
      return parts.joined(separator: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
  }

  private func duplicateTable(_ names: [String], _ groups: [[Int]], _ similarity: [Double]) throws(TableError) -> Table {
    let rows = groups.flatMap { $0 }
    let numbers = groups.enumerated().flatMap { number, rows in repeatElement(Int64(number + 1), count: rows.count) }
    let taken = Set(self.names)
    func free(_ name: String) -> String { taken.contains(name) ? "duplicate_" + name : name }
    var out: [(name: String, column: Column)] = [
      (free("group"), Column(.int(numbers))), (free("row"), Column(.int(rows.map { Int64($0) }))),
      (free("similarity"), Column(.float(rows.map { similarity[$0] }))),
    ]
    for (name, column) in zip(self.names, columns) { out.append((name, column.taking(rows))) }
    return try Table(out, lineage: lineage)
  }
}

/// Rows joined into sets.
private struct RowSets {
  private var parents: [Int]

  init(_ count: Int) { parents = Array(0..<count) }

  private mutating func root(_ row: Int) -> Int {
    var row = row
    while parents[row] != row {
      parents[row] = parents[parents[row]]
      row = parents[row]
    }
    return row
  }

  /// The least row stands for its set, so that the order of joining does not matter.
  mutating func join(_ a: Int, _ b: Int) {
    let (x, y) = (root(a), root(b))
    if x != y { parents[max(x, y)] = min(x, y) }
  }

  /// The sets of more than one row, by their first rows.
  mutating func groups() -> [[Int]] {
    var members: [Int: [Int]] = [:]
    for row in parents.indices { members[root(row), default: []].append(row) }
    return members.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
  }
}
