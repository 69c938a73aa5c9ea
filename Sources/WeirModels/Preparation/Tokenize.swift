package import WeirBase
import WeirTables

/// Puts numbered words in the place of a column of texts, for networks that read them in their order.
///
/// The columns are called `review_1`, `review_2`, …, one for each place. 0 stands where there is no word: after the last one,
/// and in all places of a missing text. 1 stands for words that have no number; those that have are numbered from 2 on, the
/// most frequent first, equally frequent ones by their bytes.
package struct Tokenize: PreparationStep {
  package static let archiveName = "tokenize"
  package enum Unit: String, Sendable, CaseIterable { case word, character }
  /// How many places there are at most where `length` is left out.
  package static let longestGuess = 256
  static let lengths = 1...65_536

  package let columns: ColumnChoice
  /// How many words of each text are kept, the first ones; nil for as many as the longest text to learn from has.
  package let length: Int?
  package let unit: Unit
  package let lowercase: Bool
  /// How often a word stands in the rows to learn from, at least.
  package let minCount: Int
  /// The most frequent words only; nil for all.
  package let maxWords: Int?

  package init(
    columns: [String] = [], length: Int? = nil, unit: Unit = .word, lowercase: Bool = true, minCount: Int = 1,
    maxWords: Int? = nil
  ) throws {
    if let length, !Tokenize.lengths.contains(length) {
      throw ModelError("`length` of `tokenize` is 1 to \(Tokenize.lengths.upperBound), not \(length)")
    }
    if minCount < 1 { throw ModelError.settingTooSmall("min_count", of: "tokenize", least: 1, found: minCount) }
    if let maxWords, maxWords < 1 {
      throw ModelError.settingTooSmall("max_words", of: "tokenize", least: 1, found: maxWords)
    }
    self.columns = ColumnChoice(columns)
    self.length = length
    self.unit = unit
    self.lowercase = lowercase
    self.minCount = minCount
    self.maxWords = maxWords
  }

  package init(archive: Archive) throws {
    let unit = try Unit(archive: archive.part("unit"))
    self = try readingSettings {
      try Tokenize(
        columns: archive.part("columns").asTexts(), length: archive.part("length").present?.asInt(), unit: unit,
        lowercase: archive.part("lowercase").asBool(), minCount: archive.part("min_count").asInt(),
        maxWords: archive.part("max_words").present?.asInt())
    }
  }

  package var settings: [Setting] {
    [
      columns.setting, Setting("length", length.map { .int(Int64($0)) } ?? .none, default: Archive.none),
      Setting("unit", .text(unit.rawValue), default: .text("word")),
      Setting("lowercase", .bool(lowercase), default: .bool(true)),
      Setting("min_count", .int(Int64(minCount)), default: .int(1)),
      Setting("max_words", maxWords.map { .int(Int64($0)) } ?? .none, default: Archive.none),
    ]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedTokens {
    let names = try columns.picked(from: sample.features, for: name, .texts)
    let found = try sample.features.columns(named: names, for: name)
    return FittedTokens(
      names: names, units: TextUnits(unit: unit, lowercase: lowercase),
      codings: try zip(names, found).map { try learn($1, named: $0, context) })
  }

  private func learn(_ column: Column, named column_: String, _ context: FitContext) throws -> FittedTokens.Coding {
    let texts = DistinctTexts(column), units = TextUnits(unit: unit, lowercase: lowercase)
    guard !texts.entries.isEmpty else { throw PreparationError.nothingToLearn(step: name, column: column_) }
    let limit = length ?? Tokenize.longestGuess
    // What no place keeps has nothing to teach, so it gets no number.
    let parts = try context.workers.mapRows(texts.entries.count, atLeast: 256, cancellation: context.cancellation) { range in
      var counts: [String: Int] = [:], longest = 0
      for entry in range {
        let found = units.first(limit, of: texts.entries[entry])
        longest = max(longest, found.count)
        for word in found { counts[word, default: 0] += texts.rows[entry].count }
      }
      return (counts: counts, longest: longest)
    }
    var all = parts.first?.counts ?? [:]
    for part in parts.dropFirst() { all.merge(part.counts) { $0 + $1 } }
    let kept = all.filter { $0.value >= minCount }
      .sorted { $0.value != $1.value ? $0.value > $1.value : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .prefix(maxWords ?? all.count)
    guard !kept.isEmpty else {
      throw ModelError(
        "`tokenize` finds no \(unit.rawValue)s in the column `\(column_)`",
        mend: all.isEmpty ? "leave the column out" : "let rarer ones count: a lower `min_count`")
    }
    return FittedTokens.Coding(
      length: length ?? parts.map(\.longest).max() ?? 1, words: kept.map(\.key))
  }
}

extension Tokenize.Unit {
  init(archive: Archive) throws {
    guard let unit = Self(rawValue: try archive.asText()) else { throw ArchiveError("an unknown `unit`") }
    self = unit
  }
}
