package import WeirBase
package import WeirTables

/// What `tokenize` learned: the words of each column that have numbers, and how many places there are.
package struct FittedTokens: ParallelTransformer {
  package static let archiveName = "fitted_tokens"
  static let unknown: Int32 = 1
  /// The number of the first word.
  static let first: Int32 = 2

  struct Coding: Sendable {
    let length: Int
    /// In the order of their numbers.
    let words: [String]
    let numbers: [String: Int32]

    init(length: Int, words: [String]) {
      self.length = length
      self.words = words
      numbers = Dictionary(
        words.enumerated().map { ($1, FittedTokens.first + Int32(truncatingIfNeeded: $0)) },
        uniquingKeysWith: { first, _ in first })
    }

    func outputs(_ name: String) -> [String] { (1...length).map { "\(name)_\($0)" } }
  }

  let names: [String]
  let units: TextUnits
  let codings: [Coding]

  init(names: [String], units: TextUnits, codings: [Coding]) {
    self.names = names
    self.units = units
    self.codings = codings
  }

  package init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    units = TextUnits(
      unit: try Tokenize.Unit(archive: archive.part("unit")), lowercase: try archive.part("lowercase").asBool())
    codings = try archive.part("tokens").asList().map { entry in
      let length = try entry.part("length").asInt(), words = try entry.part("words").asTexts()
      guard Tokenize.lengths.contains(length), words.count < Int(Int32.max) - 2 else { throw ArchiveError("tokens are out of range") }
      let coding = Coding(length: length, words: words)
      guard coding.numbers.count == words.count else { throw ArchiveError("a word stands twice") }
      return coding
    }
    guard codings.count == names.count else { throw ArchiveError("the words of each column are needed") }
  }

  package var archive: Archive {
    .of([
      "names": .texts(names), "unit": .text(units.unit.rawValue), "lowercase": .bool(units.lowercase),
      "tokens": .list(codings.map { .of(["length": .int(Int64($0.length)), "words": .texts($0.words)]) }),
    ])
  }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    let old = try features.columns(named: names, for: "tokenize")
    let cells = codings.reduce(0) { $0 + $1.length }.multipliedReportingOverflow(by: features.rowCount)
    guard !cells.overflow, cells.partialValue <= FittedWords.mostCells else {
      throw PreparationError.tooWide(
        step: "tokenize", count: cells.partialValue, most: FittedWords.mostCells, of: "cells in \(features.rowCount) rows")
    }
    let new = try names.indices.map { place in
      guard old[place].type == .text || old[place].missingCount == old[place].count else {
        throw PreparationError.typeChanged(
          step: "tokenize", column: names[place], learned: "texts", found: old[place].type.description)
      }
      return zip(codings[place].outputs(names[place]), try columns(of: old[place], codings[place], workers)).map { ($0, $1) }
    }
    return try features.putting(new, inPlaceOf: names, for: "tokenize")
  }

  /// A column for each place. Each different text is taken apart once.
  private func columns(of column: Column, _ coding: Coding, _ workers: Workers) throws -> [Column] {
    let texts = DistinctTexts(column), rowCount = column.count
    let found = try workers.mapRows(texts.entries.count, atLeast: 256) { range in
      range.map { entry in
        units.first(coding.length, of: texts.entries[entry]).map { coding.numbers[$0] ?? FittedTokens.unknown }
      }
    }.flatMap { $0 }
    return try workers.map(coding.length) { place in
      var tokens = [Int64](repeating: 0, count: rowCount)
      for (entry, numbers) in found.enumerated() where place < numbers.count {
        for row in texts.rows[entry] { tokens[row] = Int64(numbers[place]) }
      }
      return Column(.int(tokens))
    }
  }

  package var lessons: [Lesson] {
    zip(names, codings).flatMap { name, coding in
      [Lesson(name, "length", .int(Int64(coding.length)))]
        + coding.words.enumerated().map { Lesson(name, "token \(Int(FittedTokens.first) + $0)", .text($1)) }
    }
  }
}
