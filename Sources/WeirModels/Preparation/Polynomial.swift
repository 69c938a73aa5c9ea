package import WeirBase
package import WeirTables

/// Adds the products of columns up to a degree: `a^2`, `a*b`.
///
/// The columns themselves stay, as floats. A product is missing where one of its factors is.
package struct Polynomial: PreparationStep {
  package static let archiveName = "polynomial"
  static let mostColumns = 10_000
  package let degree: Int
  package let columns: ColumnChoice
  /// Whether no column is multiplied by itself.
  package let interactionOnly: Bool
  /// Whether there is a column `one`, true to its name on every row.
  package let bias: Bool

  package init(degree: Int = 2, columns: [String] = [], interactionOnly: Bool = false, bias: Bool = false) throws {
    guard (1...20).contains(degree) else { throw ModelError("the `degree` of `polynomial` is 1 to 20, not \(degree)") }
    self.degree = degree
    self.columns = ColumnChoice(columns)
    self.interactionOnly = interactionOnly
    self.bias = bias
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      try Polynomial(
        degree: archive.part("degree").asInt(), columns: archive.part("columns").asTexts(),
        interactionOnly: archive.part("interaction_only").asBool(), bias: archive.part("bias").asBool())
    }
  }

  package var settings: [Setting] {
    [
      Setting("degree", .int(Int64(degree)), default: .int(2)), columns.setting,
      Setting("interaction_only", .bool(interactionOnly), default: .bool(false)),
      Setting("bias", .bool(bias), default: .bool(false)),
    ]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedPolynomial {
    let names = try columns.picked(from: sample.features, for: name, .numbers)
    return FittedPolynomial(names: names, terms: try Polynomial.terms(of: names.count, self), bias: bias)
  }

  /// The products, each as the ascending places of its factors: by degree, and then in the order of the columns.
  private static func terms(of count: Int, _ step: Polynomial) throws -> [[Int]] {
    var all: [[Int]] = []
    var last = (0..<count).map { [$0] }
    for _ in 1..<max(step.degree, 1) {
      var next: [[Int]] = []
      for term in last {
        let first = (term.last ?? 0) + (step.interactionOnly ? 1 : 0)
        for place in first..<max(count, first) { next.append(term + [place]) }
        guard all.count + next.count <= mostColumns else {
          throw PreparationError.tooWide(step: "polynomial", count: all.count + next.count, most: mostColumns, of: "columns")
        }
      }
      all += next
      last = next
    }
    return all
  }
}

/// The products to make.
package struct FittedPolynomial: ParallelTransformer {
  package static let archiveName = "fitted_polynomial"
  let names: [String]
  /// Each as the ascending places of its factors, two at least.
  let terms: [[Int]]
  let bias: Bool

  init(names: [String], terms: [[Int]], bias: Bool) {
    self.names = names
    self.terms = terms
    self.bias = bias
  }

  package init(archive: Archive) throws {
    let names = try archive.part("names").asTexts()
    self.names = names
    bias = try archive.part("bias").asBool()
    terms = try archive.part("terms").asList().map { term in
      let places = try term.asInts().map { place in
        guard let small = Int(exactly: place), names.indices.contains(small) else {
          throw ArchiveError("a factor is out of range")
        }
        return small
      }
      guard places.count >= 2 else { throw ArchiveError("a product has two factors at least") }
      return places
    }
  }

  package var archive: Archive {
    .of([
      "names": .texts(names), "bias": .bool(bias), "terms": .list(terms.map { .ints($0.map { Int64($0) }) }),
    ])
  }

  /// The names of the new columns.
  var outputs: [String] {
    (bias ? ["one"] : []) + terms.map { term in
      var parts: [(place: Int, power: Int)] = []
      for place in term {
        if let last = parts.last, last.place == place { parts[parts.count - 1].power += 1 } else { parts.append((place, 1)) }
      }
      return parts.map { $0.power == 1 ? names[$0.place] : "\(names[$0.place])^\($0.power)" }.joined(separator: "*")
    }
  }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    let old = try features.columns(named: names, for: "polynomial")
    let values = try old.indices.map { try old[$0].amounts(named: names[$0], for: "polynomial") }
    let products = try workers.map(terms.count) { number in
      let term = terms[number]
      var product = values[term[0]]
      var validity = old[term[0]].validity
      for place in term.dropFirst() {
        let factor = values[place]
        for row in product.indices { product[row] *= factor[row] }
        if let own = old[place].validity { validity = validity.map { $0 & own } ?? own }
      }
      return Column(.float(product), validity: validity)
    }
    let constant = bias ? [Column(.float([Double](repeating: 1, count: features.rowCount)))] : []
    return try features.putting(
      names.indices.map { [(names[$0], Column(.float(values[$0]), validity: old[$0].validity))] }, inPlaceOf: names,
      adding: zip(outputs, constant + products).map { ($0, $1) }, for: "polynomial")
  }

  package var lessons: [Lesson] { outputs.map { Lesson($0, "column", .missing) } }
}
