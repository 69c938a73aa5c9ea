package import WeirBase
import WeirTables

/// A random forest (Breiman 2001): trees grown from rows drawn with replacement, each split chosen among a few features
/// drawn anew; their class shares, or their numbers, are averaged.
///
/// Features are cut into at most 255 bins once for all trees. With `splits: .random` each feature is cut at a random place
/// (extremely randomised trees, Geurts, Ernst and Wehenkel 2006).
package struct RandomForest: Estimator {
  package enum Splits: String, Sendable, CaseIterable { case best, random }

  /// How many features each split chooses among.
  package enum FeatureChoice: Sendable, Hashable {
    /// The square root of their number for classes, all for numbers.
    case auto
    case sqrt, log2, all
    case part(Double)
    case count(Int)
  }

  package static let archiveName = "forest"

  package struct Options: Sendable {
    package var trees = 100
    package var depth: Int?
    package var features = FeatureChoice.auto
    package var minSamplesSplit = 2
    package var minSamplesLeaf = 1
    package var criterion = DecisionTree.Criterion.gini
    package var bootstrap = true
    package var splits = Splits.best
    /// Whether to score each row by the trees that did not see it.
    package var outOfBag = false
    package var classWeight = LogisticRegression.ClassWeight.none
    package var task = TaskChoice.auto
    package init() {}
  }

  package let options: Options

  package init(_ options: Options = Options()) throws {
    self.options = options
    for (name, value, least) in [
      ("trees", options.trees, 1), ("depth", options.depth ?? 1, 1), ("min_samples_split", options.minSamplesSplit, 2),
      ("min_samples_leaf", options.minSamplesLeaf, 1),
    ] where value < least { throw ModelError.settingTooSmall(name, of: "forest", least: least, found: value) }
    guard options.trees <= 1 << 20 else { throw ModelError("`trees` of `forest` is at most \(1 << 20), not \(options.trees)") }
    switch options.features {
    case .part(let part) where !(part > 0 && part <= 1):
      throw ModelError("`features` of `forest` is a part above 0 and up to 1, or a whole number, not \(part)")
    case .count(let count) where count < 1: throw ModelError.settingTooSmall("features", of: "forest", least: 1, found: count)
    default: break
    }
    guard options.bootstrap || !options.outOfBag else {
      throw ModelError(
        "`oob` of `forest` scores rows by the trees that did not see them, and without `bootstrap` all trees see all rows",
        mend: "leave `bootstrap: false` out")
    }
  }

  package var name: String { "forest" }

  package var settings: [Setting] {
    let o = options
    return [
      Setting("trees", .int(Int64(o.trees)), default: .int(100)),
      Setting("depth", o.depth.map { .int(Int64($0)) } ?? .none, default: Archive.none),
      Setting("features", o.features.archive, default: .text("auto")),
      Setting("min_samples_split", .int(Int64(o.minSamplesSplit)), default: .int(2)),
      Setting("min_samples_leaf", .int(Int64(o.minSamplesLeaf)), default: .int(1)),
      Setting("criterion", .text(o.criterion.rawValue), default: .text("gini")),
      Setting("bootstrap", .bool(o.bootstrap), default: .bool(true)),
      Setting("splits", .text(o.splits.rawValue), default: .text("best")),
      Setting("oob", .bool(o.outOfBag), default: .bool(false)),
      Setting("class_weight", .text(o.classWeight.rawValue), default: .text("none")),
      Setting("task", .text(o.task.rawValue), default: .text("auto")),
    ]
  }

  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }

  package init(archive: Archive) throws {
    self = try readingSettings {
      var o = Options()
      o.trees = try archive.part("trees").asInt()
      o.depth = try archive.part("depth").present?.asInt()
      o.features = try FeatureChoice(archive: archive.part("features"))
      o.minSamplesSplit = try archive.part("min_samples_split").asInt()
      o.minSamplesLeaf = try archive.part("min_samples_leaf").asInt()
      o.bootstrap = try archive.part("bootstrap").asBool()
      o.outOfBag = try archive.part("oob").asBool()
      guard let criterion = DecisionTree.Criterion(rawValue: try archive.part("criterion").asText()),
        let splits = Splits(rawValue: try archive.part("splits").asText()),
        let weight = LogisticRegression.ClassWeight(rawValue: try archive.part("class_weight").asText()),
        let task = TaskChoice(rawValue: try archive.part("task").asText())
      else { throw ArchiveError("an unknown setting of `forest`") }
      (o.criterion, o.splits, o.classWeight, o.task) = (criterion, splits, weight, task)
      return try RandomForest(o)
    }
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    guard sample.rowCount > 0 else { throw ModelError.noRows(name) }
    guard sample.rowCount < Int(Int32.max) else { throw ModelError("the data are too large for this model: \(sample.rowCount) rows") }
    guard sample.features.columnCount > 0 else { throw ModelError("`forest` has no columns to learn from") }
    let target = try sample.target(for: name, as: options.task)
    var weights = try sample.checkedWeights(for: name)
    var labels: ClassLabels?
    var y: [Double]
    var mean = 0.0
    switch target {
    case .classes(let classes, let codes):
      labels = classes
      y = codes.map { Double($0) }
      if options.classWeight == .balanced { weights = balancedWeights(weights, codes, classes: classes.count) }
    case .numbers(let numbers):
      guard options.classWeight == .none else { throw ModelError("`class_weight` of `forest` goes with classes, and the target holds numbers") }
      // Around the mean, sums lose fewer digits.
      mean = try columnMeans(numbers, rows: numbers.count, columns: 1, weights: weights, workers: .one)[0]
      y = numbers.map { $0 - mean }
      guard y.allSatisfy({ ($0 * $0 * Double(y.count)).isFinite }) else { throw ModelError("the target holds numbers too large to square") }
    }
    var features = sample.features
    if let given = weights, given.contains(0) {
      let kept = given.indices.filter { given[$0] > 0 }
      features = try features.taking(kept)
      weights = kept.map { given[$0] }
      y = kept.map { y[$0] }
    }
    let binned = try BinnedColumns(features, for: name, workers: context.workers)
    let planting = ForestPlanting(
      columns: binned, y: y, weights: weights, classes: labels?.count ?? 0, mean: mean, options: options, context: context)
    let forest = try planting.grow()
    return ForestModel(
      features: sample.features.names, labels: labels, trees: forest.trees, importances: forest.importances,
      outOfBag: forest.outOfBag)
  }
}

extension RandomForest.FeatureChoice {
  /// How many of `p` features, one at least.
  func count(of p: Int, classes: Bool) -> Int {
    let wanted: Double = switch self {
    case .auto: classes ? Double(p).squareRoot() : Double(p)
    case .sqrt: Double(p).squareRoot()
    case .log2: Double(Int.bitWidth - 1 - max(p, 1).leadingZeroBitCount)
    case .all: Double(p)
    case .part(let part): Double(p) * part
    case .count(let count): Double(count)
    }
    return min(p, max(1, Int(min(wanted, Double(p)))))
  }

  var archive: Archive {
    switch self {
    case .auto: .text("auto")
    case .sqrt: .text("sqrt")
    case .log2: .text("log2")
    case .all: .text("all")
    case .part(let part): .float(part)
    case .count(let count): .int(Int64(count))
    }
  }

  init(archive: Archive) throws {
    switch archive {
    case .text("auto"): self = .auto
    case .text("sqrt"): self = .sqrt
    case .text("log2"): self = .log2
    case .text("all"): self = .all
    case .float(let part): self = .part(part)
    case .int(let count): self = .count(Int(clamping: count))
    default: throw ArchiveError("an unknown number of features")
    }
  }
}
