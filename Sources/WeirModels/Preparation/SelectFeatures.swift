package import WeirBase
package import WeirTables

/// Keeps the `k` columns of numbers that tell most of the target, each looked at alone.
///
/// `anova` compares the means of classes (F test), `f_regression` measures correlation with a number (F test),
/// `mutual_information` any dependence, `variance` how much the column varies, without a target. Of equal scores the first
/// columns are kept. Columns of other types are not judged and stay.
package struct SelectFeatures: PreparationStep {
  package static let archiveName = "select_features"
  package enum Score: String, Sendable, CaseIterable {
    /// `anova` for classes, `f_regression` for numbers.
    case auto
    case anova, fRegression = "f_regression", mutualInformation = "mutual_information", variance
  }

  package let k: Int
  package let columns: ColumnChoice
  package let how: Score

  package init(k: Int, columns: [String] = [], how: Score = .auto) throws {
    guard k >= 1 else { throw ModelError.settingTooSmall("k", of: "select_features", least: 1, found: k) }
    self.k = k
    self.columns = ColumnChoice(columns)
    self.how = how
  }

  package init(archive: Archive) throws {
    guard let how = Score(rawValue: try archive.part("how").asText()) else { throw ArchiveError("an unknown score") }
    self = try readingSettings {
      try SelectFeatures(k: archive.part("k").asInt(), columns: archive.part("columns").asTexts(), how: how)
    }
  }

  package var settings: [Setting] {
    [Setting("k", .int(Int64(k))), columns.setting, Setting("how", .text(how.rawValue), default: .text("auto"))]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedSelection {
    let names = try columns.picked(from: sample.features, for: name, .allNumbers)
    let kept = Set(sample.features.names).subtracting(names)
    guard !names.isEmpty else { return FittedSelection(kept: sample.features.names, judged: [], scores: [], chances: []) }
    let columns = try zip(names, sample.features.columns(named: names, for: name)).map {
      try $1.featureNumbers(named: $0, for: name)
    }
    let judged = try judge(columns, names, sample, context)
    let order = names.indices.sorted { a, b in
      let x = judged[a].score, y = judged[b].score
      // A column that can't be judged comes last.
      if x.isNaN || y.isNaN { return x.isNaN == y.isNaN ? a < b : y.isNaN }
      return x == y ? a < b : x > y
    }
    let best = Set(order.prefix(k).map { names[$0] })
    return FittedSelection(
      kept: sample.features.names.filter { best.contains($0) || kept.contains($0) }, judged: names,
      scores: judged.map(\.score), chances: judged.map(\.chance))
  }

  /// The score of each column, and how likely one as high is by chance (NaN where that is not known).
  private func judge(
    _ columns: [[Double]], _ names: [String], _ sample: TrainingSample, _ context: FitContext
  ) throws -> [(score: Double, chance: Double)] {
    if how == .variance {
      return try context.workers.map(columns.count) { (FeatureScore.variance(columns[$0]), .nan) }
    }
    let target: Target
    switch how {
    case .anova: target = try sample.target(for: name, as: .classification)
    case .fRegression: target = .numbers(try sample.numbers(for: name))
    default: target = try sample.target(for: name, as: .auto)
    }
    let isInformation = how == .mutualInformation
    return try context.workers.map(columns.count) { place in
      try context.cancellation.check()
      let random = context.random.child(place), values = columns[place]
      let isDiscrete = sample.features[names[place]]?.type == .bool
      switch target {
      case .classes(let labels, let codes):
        if isInformation {
          return (try MutualInformation.ofClasses(
            values, codes, classes: labels.count, isDiscrete: isDiscrete, random: random), .nan)
        }
        return FeatureScore.anova(values, codes, classes: labels.count)
      case .numbers(let numbers):
        if isInformation {
          return (try MutualInformation.ofNumbers(values, numbers, isDiscrete: isDiscrete, random: random), .nan)
        }
        return FeatureScore.regression(values, numbers)
      }
    }
  }
}

/// How much a column tells, by classical tests.
enum FeatureScore {
  static func variance(_ x: [Double]) -> Double {
    let center = mean(x)
    return x.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(max(1, x.count))
  }

  /// The F of a one-way analysis of variance.
  static func anova(_ x: [Double], _ codes: [Int32], classes: Int) -> (score: Double, chance: Double) {
    let center = mean(x)
    var sizes = [Double](repeating: 0, count: classes), sums = sizes
    for (row, code) in codes.enumerated() {
      sizes[Int(code)] += 1
      sums[Int(code)] += x[row] - center
    }
    var within = 0.0
    for (row, code) in codes.enumerated() {
      let d = x[row] - center - sums[Int(code)] / sizes[Int(code)]
      within += d * d
    }
    let between = zip(sums, sizes).reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
    let d1 = Double(classes - 1), d2 = Double(x.count - classes)
    guard d1 > 0, d2 > 0, between + within > 0 else { return (.nan, .nan) }
    let f = (between / d1) / (within / d2)
    return (f, FDistribution.upper(f, d1, d2))
  }

  /// The F of a line through the points.
  static func regression(_ x: [Double], _ y: [Double]) -> (score: Double, chance: Double) {
    let mx = mean(x), my = mean(y)
    var xx = 0.0, yy = 0.0, xy = 0.0
    for row in x.indices {
      xx += (x[row] - mx) * (x[row] - mx)
      yy += (y[row] - my) * (y[row] - my)
      xy += (x[row] - mx) * (y[row] - my)
    }
    let freedom = Double(x.count - 2)
    guard xx > 0, yy > 0, freedom > 0 else { return (.nan, .nan) }
    let r = xy / (xx.squareRoot() * yy.squareRoot())
    let f = r * r / (1 - r * r) * freedom
    return (f, FDistribution.upper(f, 1, freedom))
  }
}

/// The columns that were kept, and why.
package struct FittedSelection: FittedTransformer {
  package static let archiveName = "fitted_selection"
  let kept: [String]
  let judged: [String]
  let scores: [Double]
  /// How likely such a score is by chance; NaN where that is not known.
  let chances: [Double]

  init(kept: [String], judged: [String], scores: [Double], chances: [Double]) {
    self.kept = kept
    self.judged = judged
    self.scores = scores
    self.chances = chances
  }

  package init(archive: Archive) throws {
    kept = try archive.part("kept").asTexts()
    judged = try archive.part("judged").asTexts()
    scores = try archive.part("scores").asFloats()
    chances = try archive.part("chances").asFloats()
    guard scores.count == judged.count, chances.count == judged.count, Set(kept).count == kept.count else {
      throw ArchiveError("one score a column is needed")
    }
  }

  package var archive: Archive {
    .of(["kept": .texts(kept), "judged": .texts(judged), "scores": .floats(scores), "chances": .floats(chances)])
  }

  package func apply(to features: Table) throws -> Table {
    _ = try features.columns(named: kept, for: "select_features")
    return try features.selecting(kept)
  }

  package var lessons: [Lesson] {
    let isKept = Set(kept)
    return judged.indices.flatMap { place -> [Lesson] in
      let name = judged[place], score = Scalar.float(scores[place])
      let first = Lesson(name, isKept.contains(name) ? "score, kept" : "score, left out", score)
      return chances[place].isNaN ? [first] : [first, Lesson(name, "p", .float(chances[place]))]
    }
  }
}
