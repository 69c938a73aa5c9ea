package import WeirBase
import WeirTables

/// Puts a column for each term in the place of a column of texts: how often it stands there.
///
/// Columns are called `review_good`, terms ascending. Words that were not seen in training count for nothing; a missing
/// text holds no words.
package struct CountWords: PreparationStep {
  package static let archiveName = "count_words"
  package let columns: ColumnChoice
  package let rules: WordRules
  /// Whether each term counts once a text.
  package let binary: Bool

  package init(columns: [String] = [], rules: WordRules = WordRules(), binary: Bool = false) throws {
    self.columns = ColumnChoice(columns)
    self.rules = try rules.checked(for: "count_words")
    self.binary = binary
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      try CountWords(
        columns: archive.part("columns").asTexts(), rules: WordRules(archive: archive),
        binary: archive.part("binary").asBool())
    }
  }

  package var settings: [Setting] {
    [columns.setting] + rules.settings + [Setting("binary", .bool(binary), default: .bool(false))]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedWords {
    let names = try columns.picked(from: sample.features, for: name, .texts)
    let vocabularies = try names.map {
      try Vocabulary(sample.features.column($0), named: $0, rules, for: name, context)
    }
    return FittedWords(step: name, names: names, vocabularies: vocabularies, rules: rules, binary: binary, weighing: nil)
  }
}

/// As `count_words`, with rare terms weighing more: the count times `ln((1 + n) / (1 + rows with the term)) + 1`, and each
/// text brought to length one (scikit-learn's `TfidfVectorizer`).
package struct TermWeights: PreparationStep {
  package static let archiveName = "tf_idf"
  package enum Norm: String, Sendable, CaseIterable { case l1, l2, none }

  package let columns: ColumnChoice
  package let rules: WordRules
  package let weighing: Weighing

  /// How counts become weights.
  package struct Weighing: Sendable, Hashable {
    /// `1 + ln(count)` in the place of the count.
    package var sublinear = false
    /// As if one more text held every term.
    package var smooth = true
    package var norm = Norm.l2
    package init() {}
  }

  package init(columns: [String] = [], rules: WordRules = WordRules(), weighing: Weighing = Weighing()) throws {
    self.columns = ColumnChoice(columns)
    self.rules = try rules.checked(for: "tf_idf")
    self.weighing = weighing
  }

  package init(archive: Archive) throws {
    let weighing = try Weighing(archive: archive)
    self = try readingSettings {
      try TermWeights(
        columns: archive.part("columns").asTexts(), rules: WordRules(archive: archive), weighing: weighing)
    }
  }

  package var settings: [Setting] { [columns.setting] + rules.settings + weighing.settings }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedWords {
    let names = try columns.picked(from: sample.features, for: name, .texts)
    let vocabularies = try names.map {
      try Vocabulary(sample.features.column($0), named: $0, rules, for: name, context)
    }
    return FittedWords(
      step: name, names: names, vocabularies: vocabularies, rules: rules, binary: false, weighing: weighing)
  }
}

extension TermWeights.Weighing {
  init(archive: Archive) throws {
    guard let norm = TermWeights.Norm(rawValue: try archive.part("norm").asText()) else {
      throw ArchiveError("an unknown `norm`")
    }
    self.norm = norm
    sublinear = try archive.part("sublinear").asBool()
    smooth = try archive.part("smooth").asBool()
  }

  var settings: [Setting] {
    [
      Setting("sublinear", .bool(sublinear), default: .bool(false)), Setting("smooth", .bool(smooth), default: .bool(true)),
      Setting("norm", .text(norm.rawValue), default: .text("l2")),
    ]
  }
}

/// The terms of a column of texts that count.
struct Vocabulary: Sendable {
  /// Ascending by their bytes.
  let terms: [String]
  /// How many texts hold each.
  let rowsWith: [Int]
  let rowCount: Int

  init(terms: [String], rowsWith: [Int], rowCount: Int) {
    self.terms = terms
    self.rowsWith = rowsWith
    self.rowCount = rowCount
  }

  init(_ column: Column, named name: String, _ rules: WordRules, for step: String, _ context: FitContext) throws {
    let texts = DistinctTexts(column)
    let tokenizer = Tokenizer(rules)
    typealias Tally = [String: (rows: Int, total: Int)]
    let parts = try context.workers.mapRows(texts.entries.count, atLeast: 256, cancellation: context.cancellation) { range in
      var tally: Tally = [:]
      for entry in range {
        let rows = texts.rows[entry].count
        for (term, count) in tokenizer.counts(of: texts.entries[entry]) {
          tally[term, default: (0, 0)].rows += rows
          tally[term, default: (0, 0)].total += rows * count
        }
      }
      return tally
    }
    var all: Tally = parts.first ?? [:]
    for part in parts.dropFirst() { all.merge(part) { ($0.rows + $1.rows, $0.total + $1.total) } }
    let least = rules.minRows.count(of: column.count), most = rules.maxRows.count(of: column.count)
    var kept = all.filter { Double($0.value.rows) >= least && Double($0.value.rows) <= most }
      .map { (term: $0.key, rows: $0.value.rows, total: $0.value.total) }
      .sorted { $0.term.utf8.lexicographicallyPrecedes($1.term.utf8) }
    if let limit = rules.maxFeatures, kept.count > limit {
      // Of equally frequent terms the first ones stay.
      let byTotal = kept.indices.sorted { (-kept[$0].total, $0) < (-kept[$1].total, $1) }
      kept = byTotal.prefix(limit).sorted().map { kept[$0] }
    }
    guard !kept.isEmpty else {
      if column.missingCount == column.count { throw PreparationError.nothingToLearn(step: step, column: name) }
      throw ModelError(
        "`\(step)` finds no words in the column `\(name)`",
        mend: all.isEmpty ? "leave the column out" : "let more words count: a lower `min_df`, a higher `max_df`")
    }
    let limit = FittedWords.mostCells / max(1, column.count)
    guard kept.count <= limit else {
      throw PreparationError.tooWide(step: step, count: kept.count, most: limit, of: "terms")
    }
    terms = kept.map(\.term)
    rowsWith = kept.map(\.rows)
    rowCount = column.count
  }
}

/// The different texts of a column, each with the rows that hold it; missing ones left out.
struct DistinctTexts: Sendable {
  private(set) var entries: [String] = []
  private(set) var rows: [[Int]] = []

  init(_ column: Column) {
    guard case .text(let texts) = column.storage else { return }
    let coded = texts.dictionaryCoded
    var held = [[Int]](repeating: [], count: coded.entryCount)
    for (row, code) in (coded.codes ?? []).enumerated() where !column.isMissing(row) { held[Int(code)].append(row) }
    for (entry, rows) in held.enumerated() where !rows.isEmpty {
      entries.append(coded.entry(entry))
      self.rows.append(rows)
    }
  }
}
