package import WeirBase
package import WeirTables

/// What `target_encode` learned: for each column and target the average of each category.
package struct FittedTargetEncode: ParallelTransformer {
  package static let archiveName = "fitted_target_encode"
  let names: [String]
  /// The classes, where there is a column for each.
  let suffixes: [String]
  let labels: [ClassLabels]
  /// By column and target; one for each label, and one for missing values at the end.
  let averages: [[[Double]]]
  /// By target, of all rows.
  let overall: [Double]

  init(names: [String], suffixes: [String], labels: [ClassLabels], averages: [[[Double]]], overall: [Double]) {
    self.names = names
    self.suffixes = suffixes
    self.labels = labels
    self.averages = averages
    self.overall = overall
  }

  package init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    suffixes = try archive.part("suffixes").asTexts()
    overall = try archive.part("overall").asFiniteFloats(count: max(1, suffixes.count))
    let labels = try archive.part("labels").asList().map { try ClassLabels(archive: $0) }
    let entries = try archive.part("averages").asList()
    guard labels.count == names.count, entries.count == names.count else {
      throw ArchiveError("the categories of each column are needed")
    }
    let targets = overall.count
    averages = try zip(labels, entries).map { labels, entry in
      let parts = try entry.asList()
      guard parts.count == targets else { throw ArchiveError("an average for each target is needed") }
      return try parts.map { try $0.asFiniteFloats(count: labels.count + 1) }
    }
    self.labels = labels
  }

  package var archive: Archive {
    .of([
      "names": .texts(names), "suffixes": .texts(suffixes), "overall": .floats(overall),
      "labels": .list(labels.map(\.archive)), "averages": .list(averages.map { .list($0.map { .floats($0) }) }),
    ])
  }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    let old = try features.columns(named: names, for: "target_encode")
    let values = try workers.map(names.count) { place in
      let codes = try labels[place].categoryCodes(of: old[place], named: names[place], for: "target_encode")
      return overall.indices.map { target in
        let averages = averages[place][target]
        return codes.map { code in
          switch code {
          case CategoryCode.unknown: overall[target]
          case CategoryCode.missing: averages[averages.count - 1]
          default: averages[Int(code)]
          }
        }
      }
    }
    return try replacing(in: features, by: values)
  }

  /// The table with numbers, by column and target, in the place of the categories.
  func replacing(in features: Table, by values: [[[Double]]]) throws -> Table {
    let new = zip(names, values).map { name, values in
      values.enumerated().map { target, numbers -> NamedColumn in
        (suffixes.isEmpty ? name : "\(name)_\(suffixes[target])", Column(.float(numbers)))
      }
    }
    return try features.putting(new, inPlaceOf: names, for: "target_encode")
  }

  package var lessons: [Lesson] {
    zip(names, zip(labels, averages)).flatMap { name, learned in
      learned.1.enumerated().flatMap { target, averages in
        zip(learned.0.names, averages).map { label, average in
          Lesson(suffixes.isEmpty ? name : "\(name)_\(suffixes[target])", label, .float(average))
        }
      }
    }
  }
}
