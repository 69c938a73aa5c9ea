import Glibc
package import WeirBase
package import WeirTables

/// What `count_words` and `tf_idf` learned: the terms of each column.
package struct FittedWords: ParallelTransformer {
  package static let archiveName = "fitted_words"
  /// More cells than this are an error: a table keeps every zero.
  static let mostCells = 1 << 27

  let step: String
  let names: [String]
  let vocabularies: [Vocabulary]
  let rules: WordRules
  let binary: Bool
  /// Nil for plain counts.
  let weighing: TermWeights.Weighing?

  init(
    step: String, names: [String], vocabularies: [Vocabulary], rules: WordRules, binary: Bool,
    weighing: TermWeights.Weighing?
  ) {
    self.step = step
    self.names = names
    self.vocabularies = vocabularies
    self.rules = rules
    self.binary = binary
    self.weighing = weighing
  }

  package init(archive: Archive) throws {
    step = try archive.part("step").asText()
    names = try archive.part("names").asTexts()
    let rules = try WordRules(archive: archive.part("rules"))
    self.rules = try readingSettings { try rules.checked(for: "count_words") }
    binary = try archive.part("binary").asBool()
    weighing = try archive.part("weighing").present.map { try TermWeights.Weighing(archive: $0) }
    vocabularies = try archive.part("vocabularies").asList().map { entry in
      let terms = try entry.part("terms").asTexts(), rows = try entry.part("rows_with").asInts()
      let count = try entry.part("rows").asInt()
      guard terms.count == rows.count, Set(terms).count == terms.count, count >= 1,
        rows.allSatisfy({ $0 >= 1 && $0 <= Int64(count) })
      else { throw ArchiveError("a vocabulary is out of range") }
      return Vocabulary(terms: terms, rowsWith: rows.map { Int($0) }, rowCount: count)
    }
    guard vocabularies.count == names.count else { throw ArchiveError("the words of each column are needed") }
  }

  package var archive: Archive {
    .of([
      "step": .text(step), "names": .texts(names), "binary": .bool(binary),
      "rules": .record(rules.settings.map { Archive.Field($0.name, $0.value) }),
      "weighing": weighing.map { .record($0.settings.map { Archive.Field($0.name, $0.value) }) } ?? .none,
      "vocabularies": .list(vocabularies.map {
        .of([
          "terms": .texts($0.terms), "rows_with": .ints($0.rowsWith.map { Int64($0) }), "rows": .int(Int64($0.rowCount)),
        ])
      }),
    ])
  }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    let old = try features.columns(named: names, for: step)
    let cells = vocabularies.reduce(0) { $0 + $1.terms.count }.multipliedReportingOverflow(by: features.rowCount)
    guard !cells.overflow, cells.partialValue <= FittedWords.mostCells else {
      throw PreparationError.tooWide(
        step: step, count: cells.partialValue, most: FittedWords.mostCells, of: "cells in \(features.rowCount) rows")
    }
    let new = try names.indices.map { place in
      guard old[place].type == .text || old[place].missingCount == old[place].count else {
        throw PreparationError.typeChanged(
          step: step, column: names[place], learned: "texts", found: old[place].type.description)
      }
      let columns = try columns(of: old[place], vocabularies[place], workers)
      return zip(vocabularies[place].terms, columns).map { ("\(names[place])_\($0)", $1) }
    }
    return try features.putting(new, inPlaceOf: names, for: step)
  }

  /// A column for each term. Only what is not zero is kept while counting.
  private func columns(of column: Column, _ vocabulary: Vocabulary, _ workers: Workers) throws -> [Column] {
    let texts = DistinctTexts(column), tokenizer = Tokenizer(rules), rowCount = column.count
    let numbers = Dictionary(vocabulary.terms.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let weights = termWeights(of: vocabulary)
    let found = try workers.mapRows(texts.entries.count, atLeast: 256) { range in
      range.map { entry -> [(term: Int, value: Double)] in
        let known = tokenizer.counts(of: texts.entries[entry]).compactMap { term, count in
          numbers[term].map { (term: $0, value: binary ? 1 : Double(count)) }
        }
        // A dictionary has no order, and the sum for the length must have one.
        return weighed(known.sorted { $0.term < $1.term }, weights)
      }
    }.flatMap { $0 }
    var holders: [[(entry: Int, value: Double)]] = Array(repeating: [], count: vocabulary.terms.count)
    for (entry, terms) in found.enumerated() { for (term, value) in terms { holders[term].append((entry, value)) } }
    let held = holders
    return try workers.map(vocabulary.terms.count) { term in
      if weighing == nil {
        var counts = [Int64](repeating: 0, count: rowCount)
        for (entry, value) in held[term] { for row in texts.rows[entry] { counts[row] = Int64(value) } }
        return Column(.int(counts))
      }
      var values = [Double](repeating: 0, count: rowCount)
      for (entry, value) in held[term] { for row in texts.rows[entry] { values[row] = value } }
      return Column(.float(values))
    }
  }

  /// The inverse document frequencies; empty for plain counts.
  private func termWeights(of vocabulary: Vocabulary) -> [Double] {
    guard let weighing else { return [] }
    let more = weighing.smooth ? 1.0 : 0
    return vocabulary.rowsWith.map { log((Double(vocabulary.rowCount) + more) / (Double($0) + more)) + 1 }
  }

  private func weighed(_ counts: [(term: Int, value: Double)], _ weights: [Double]) -> [(term: Int, value: Double)] {
    guard let weighing else { return counts }
    let values = counts.map { (weighing.sublinear ? 1 + log($0.value) : $0.value) * weights[$0.term] }
    let length = switch weighing.norm {
    case .none: 1.0
    case .l1: values.reduce(0) { $0 + abs($1) }
    case .l2: values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    return zip(counts, values).map { ($0.term, length > 0 ? $1 / length : $1) }
  }

  package var lessons: [Lesson] {
    zip(names, vocabularies).flatMap { name, vocabulary -> [Lesson] in
      let weights = termWeights(of: vocabulary)
      return vocabulary.terms.indices.map { term in
        weights.isEmpty
          ? Lesson("\(name)_\(vocabulary.terms[term])", "rows with it", .int(Int64(vocabulary.rowsWith[term])))
          : Lesson("\(name)_\(vocabulary.terms[term])", "weight", .float(weights[term]))
      }
    }
  }
}
