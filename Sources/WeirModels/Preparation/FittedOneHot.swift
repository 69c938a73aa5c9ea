package import WeirBase
package import WeirTables

/// What `one_hot` learned: the categories of each column.
package struct FittedOneHot: ParallelTransformer {
  package static let archiveName = "fitted_one_hot"

  struct Encoding: Sendable {
    let labels: ClassLabels
    /// The categories that share a column.
    let rare: ClassLabels
    let hasMissing: Bool
    let drop: OneHot.Dropped
    let unknown: OneHot.Unknown
    /// The names of the new columns.
    let outputs: [String]
    /// The output that stands for each.
    let rareOutput: Int?
    let missingOutput: Int?

    init(
      labels: ClassLabels, rare: ClassLabels, hasMissing: Bool, drop: OneHot.Dropped, unknown: OneHot.Unknown,
      column: String
    ) throws {
      self.labels = labels
      self.rare = rare
      self.hasMissing = hasMissing
      self.drop = drop
      self.unknown = unknown
      var taken = labels.names
      var outputs = taken.map { "\(column)_\($0)" }
      func add(_ word: String) -> Int {
        let word = taken.contains(word) ? "is_\(word)" : word
        taken.append(word)
        outputs.append("\(column)_\(word)")
        return outputs.count - 1
      }
      rareOutput = rare.count > 0 ? add("rare") : nil
      missingOutput = hasMissing ? add("missing") : nil
      self.outputs = outputs
      if let twin = PreparationError.firstTwin(outputs) { throw PreparationError.clash(step: "one_hot", column: twin) }
    }

    /// Which of the outputs are made.
    var kept: Range<Int> {
      switch drop {
      case .none: 0..<outputs.count
      case .first: min(1, outputs.count)..<outputs.count
      case .ifBinary: (outputs.count == 2 ? 1 : 0)..<outputs.count
      }
    }

    /// The output that is true on each row; none where it is beyond the last.
    func outputs(of column: Column, named name: String) throws -> [Int32] {
      let none = Int32(outputs.count)
      var codes = try labels.categoryCodes(of: column, named: name, for: "one_hot")
      guard codes.contains(where: { $0 < 0 }) else { return codes }
      let rareCodes = rare.count > 0 ? try rare.categoryCodes(of: column, named: name, for: "one_hot") : nil
      for row in codes.indices where codes[row] < 0 {
        if codes[row] == CategoryCode.missing {
          codes[row] = missingOutput.map { Int32($0) } ?? none
        } else if let rareCodes, rareCodes[row] >= 0 {
          codes[row] = rareOutput.map { Int32($0) } ?? none
        } else {
          switch unknown {
          case .ignore: codes[row] = none
          case .rare: codes[row] = rareOutput.map { Int32($0) } ?? none
          case .error:
            throw PreparationError.unknownCategory(
              step: "one_hot", column: name, value: formatScalar(column.scalar(at: row)))
          }
        }
      }
      return codes
    }
  }

  let names: [String]
  let encodings: [Encoding]

  init(names: [String], encodings: [Encoding]) {
    self.names = names
    self.encodings = encodings
  }

  package init(archive: Archive) throws {
    let names = try archive.part("names").asTexts()
    self.names = names
    let entries = try archive.part("categories").asList()
    guard entries.count == names.count else { throw ArchiveError("the categories of each column are needed") }
    encodings = try zip(names, entries).map { name, entry in
      guard let drop = OneHot.Dropped(rawValue: try entry.part("drop").asText()),
        let unknown = OneHot.Unknown(rawValue: try entry.part("unknown").asText())
      else { throw ArchiveError("an unknown setting of `one_hot`") }
      let labels = try ClassLabels(archive: entry.part("labels")), rare = try ClassLabels(archive: entry.part("rare"))
      do {
        return try Encoding(
          labels: labels, rare: rare, hasMissing: try entry.part("missing").asBool(), drop: drop, unknown: unknown,
          column: name)
      } catch is PreparationError { throw ArchiveError("a category stands twice") }
    }
  }

  package var archive: Archive {
    .of([
      "names": .texts(names),
      "categories": .list(encodings.map {
        .of([
          "labels": $0.labels.archive, "rare": $0.rare.archive, "missing": .bool($0.hasMissing),
          "drop": .text($0.drop.rawValue), "unknown": .text($0.unknown.rawValue),
        ])
      }),
    ])
  }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    let old = try features.columns(named: names, for: "one_hot")
    let codes = try workers.columns(names.count, rows: features.rowCount, splits: { old[$0].type == .text }) {
      try encodings[$0].rowOutputs(of: old[$0], named: names[$0], workers: $1)
    }
    // One task for each new column, whichever column it comes from.
    let tasks = encodings.indices.flatMap { place in encodings[place].kept.map { (place: place, output: $0) } }
    let made = workers.results(tasks.count) { codes[tasks[$0].place].column(of: tasks[$0].output) }
    var new = [[NamedColumn]](repeating: [], count: names.count)
    for (task, column) in zip(tasks, made) {
      new[task.place].append((encodings[task.place].outputs[task.output], column))
    }
    return try features.putting(new, inPlaceOf: names, for: "one_hot")
  }

  package var lessons: [Lesson] {
    zip(names, encodings).flatMap { name, encoding -> [Lesson] in
      encoding.kept.map { Lesson(name, "column", .text(encoding.outputs[$0])) }
        + (encoding.rare.count > 0 ? encoding.rare.names.map { Lesson(name, "rare", .text($0)) } : [])
    }
  }
}

extension PreparationError {
  /// The first name that stands twice.
  static func firstTwin(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
  }
}
