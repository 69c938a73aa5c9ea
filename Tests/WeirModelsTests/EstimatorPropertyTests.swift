import Testing
import WeirBase
import WeirModels
import WeirTables

/// What holds for every estimator.
@Suite struct EstimatorPropertyTests {
  enum Kind: String, CaseIterable, Sendable {
    case linear, ridge, logistic, bayes, knn, knnDistance, knnNumbers, tree, treeEntropy, treeNumbers, kmeans
    case svm, svmNumbers, treeFewLeaves, forest, forestNumbers, forestBag, gbm, gbmNumbers
    case dbscan, hierarchical, hierarchicalSingle, mixture, mixtureDiag, mixtureTied, mixtureSpherical, outliers
    case lasso, logisticSparse, bayesPresence, planes, planesPlain, planesNumbers

    var step: any Estimator {
      get throws {
        switch self {
        case .linear: LinearRegression()
        case .ridge: try RidgeRegression(l2: 0.5)
        case .logistic: try LogisticRegression()
        case .bayes: try NaiveBayes()
        case .bayesPresence: try NaiveBayes(.bernoulli)
        case .lasso: try ElasticNet(l1: 0.1, l2: 0, isLasso: true)
        case .logisticSparse: try LogisticRegression(l2: 0, l1: 2)
        case .planes, .planesPlain, .planesNumbers: try LinearSVM(planeOptions)
        case .knn: try NearestNeighbors(k: 5)
        case .knnDistance: try NearestNeighbors(k: 5, weighting: .distance)
        case .knnNumbers: try NearestNeighbors(k: 4, task: .regression)
        case .tree: try DecisionTree()
        case .treeEntropy: try DecisionTree(depth: 6, criterion: .entropy)
        case .treeNumbers: try DecisionTree(depth: 7)
        case .kmeans: try KMeans(k: 3, starts: 2)
        case .svm, .svmNumbers: try SupportVectorMachine(machineOptions)
        case .dbscan: try DensityClusters(eps: 0.9, minSamples: 4)
        case .hierarchical: try HierarchicalClusters(cut: .clusters(3))
        case .mixture: try GaussianMixture(k: 2)
        case .mixtureDiag: try GaussianMixture(k: 3, covariance: .diag)
        case .mixtureTied: try GaussianMixture(k: 2, covariance: .tied)
        case .mixtureSpherical: try GaussianMixture(k: 3, covariance: .spherical, starts: 2)
        case .outliers: try OutlierForest(trees: 12, contamination: 0.1)
        case .hierarchicalSingle: try HierarchicalClusters(cut: .distance(0.8), linkage: .single)
        case .treeFewLeaves: try DecisionTree(maxLeaves: 9, prune: 0.001, classWeight: .balanced)
        case .forest, .forestNumbers, .forestBag: try RandomForest(forestOptions)
        case .gbm, .gbmNumbers: try GradientBoosting(boostingOptions)
        }
      }
    }

    private var planeOptions: LinearSVM.Options {
      var options = LinearSVM.Options()
      options.loss = self == .planesPlain ? .plain : .squared
      options.probabilities = self == .planes
      return options
    }

    private var forestOptions: RandomForest.Options {
      var options = RandomForest.Options()
      options.trees = 9
      options.bootstrap = self == .forestBag
      options.outOfBag = self == .forestBag
      options.features = .sqrt
      return options
    }

    private var machineOptions: SupportVectorMachine.Options {
      var options = SupportVectorMachine.Options()
      options.probabilities = self == .svm
      options.tolerance = self == .svm ? 1e-3 : 1e-7
      // Not by the variance of the rows, which knows no weights.
      options.gamma = .value(0.25)
      return options
    }

    private var boostingOptions: GradientBoosting.Options {
      var options = GradientBoosting.Options()
      options.trees = 12
      options.minSamplesLeaf = 1
      options.maxLeaves = 8
      options.l2 = 0.5
      return options
    }

    private static let numbers: [Kind] = [
      .linear, .ridge, .lasso, .svmNumbers, .knnNumbers, .treeNumbers, .forestNumbers, .gbmNumbers, .planesNumbers,
    ]
    var predictsNumbers: Bool { Kind.numbers.contains(self) }
  }

  /// Three blurred groups of rows, with a class and a number each; more rows than one part holds.
  static func data(_ n: Int, seed: Int64 = 5) -> (x: [[Double]], classes: [String], numbers: [Double]) {
    var random = RandomStream(seed: seed)
    var x: [[Double]] = [], classes: [String] = [], numbers: [Double] = []
    for _ in 0..<n {
      let group = random.nextInt(below: 3)
      let row = (0..<4).map { j in random.nextNormal() + (j == group ? 2 : 0) }
      x.append(row)
      classes.append(["red", "green", "blue"][group])
      numbers.append(row[0] * 3 - row[2] + random.nextNormal())
    }
    return (x, classes, numbers)
  }

  static func sample(
    _ kind: Kind, _ rows: [Int], _ data: (x: [[Double]], classes: [String], numbers: [Double]), weights: [Double]? = nil
  ) throws -> TrainingSample {
    let target = kind.predictsNumbers
      ? Column(.float(rows.map { data.numbers[$0] })) : Column(.text(TextValues(rows.map { data.classes[$0] })))
    return TrainingSample(features: try features(rows, data), target: target, targetName: "y", weights: weights)
  }

  static func features(
    _ rows: [Int], _ data: (x: [[Double]], classes: [String], numbers: [Double]), order: [Int] = [0, 1, 2, 3]
  ) throws -> Table {
    try Table(order.map { j in ("x\(j)", Column(.float(rows.map { data.x[$0][j] }))) })
  }

  /// Predictions, and probabilities where there are some, as bytes.
  static func bytes(_ model: any FittedModel, _ table: Table) throws -> [UInt8] {
    var bytes = try model.predict(table).archive.encoded()
    guard case .classification = model.task else { return bytes }
    // Planes have probabilities only where they were asked for.
    for column in model is LinearSVMModel ? (try? model.probabilities(table)) ?? [] : try model.probabilities(table) {
      bytes += Archive.floats(column).encoded()
    }
    return bytes
  }

  @Test(arguments: Kind.allCases) func givesTheSameBytesWithAnyNumberOfWorkers(kind: Kind) throws {
    // Machines take time by the square of the rows, and more than one part of them has these.
    let count = [.svm, .svmNumbers].contains(kind) ? 1300 : 5000
    let data = Self.data(count), sample = try Self.sample(kind, Array(0..<count), data)
    let rows = try Self.features(Array(0..<300), data)
    var seen: Set<[UInt8]> = [], predicted: Set<[UInt8]> = []
    for workers in [1, 2, 7] {
      let model = try kind.step.fit(sample, in: context(workers: workers))
      seen.insert(model.archive.encoded())
      predicted.insert(try Self.bytes(model, rows))
    }
    #expect(seen.count == 1 && predicted.count == 1)
  }

  @Test(arguments: Kind.allCases) func archivesPredictTheSameBytes(kind: Kind) throws {
    let data = Self.data(200), sample = try Self.sample(kind, Array(0..<200), data), kinds = ModelKinds.standard
    let step = try kind.step, model = try step.fit(sample, in: context())
    let bytes = ModelKinds.tagged(model).encoded()
    let back = try kinds.model(Archive(decoding: bytes))
    #expect(try Self.bytes(back, sample.features) == Self.bytes(model, sample.features))
    #expect(ModelKinds.tagged(back).encoded() == bytes)
    #expect(texts(Column(.text(TextValues(try back.learned().names)))) == (try model.learned().names))
    #expect(try kinds.step(ModelKinds.tagged(step)).archive == step.archive)
    #expect(back.name == step.name)
  }

  @Test(arguments: Kind.allCases) func columnsAreTakenByName(kind: Kind) throws {
    let data = Self.data(200), model = try kind.step.fit(Self.sample(kind, Array(0..<200), data), in: context())
    let rows = Array(0..<50)
    #expect(
      try Self.bytes(model, Self.features(rows, data, order: [2, 0, 3, 1])) == Self.bytes(model, Self.features(rows, data)))
    #expect(throws: ModelError.self) { try model.predict(Self.features(rows, data, order: [0, 1])) }
    #expect(try model.predict(Self.features([], data)).count == 0)
  }

  @Test(arguments: Kind.allCases) func weightsAreRepeatedRows(kind: Kind) throws {
    // Drawing rows, or folds for probabilities, is drawing other rows where there are more.
    guard ![.forestBag, .planes, .svm].contains(kind) else { return }
    // Each row of a tree of merges stands for itself.
    guard kind != .hierarchical, kind != .hierarchicalSingle, kind != .outliers else { return }
    // From given centres, since drawing from other rows draws others.
    let data = Self.data(120), rows = Array(0..<120)
    let weights = rows.map { Double(($0 * 7) % 4) }
    let repeated = rows.flatMap { [Int](repeating: $0, count: Int(weights[$0])) }
    let a: any FittedModel, b: any FittedModel
    if kind == .kmeans {
      let step = try KMeans(k: 3), centers = [2.0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]
      a = try step.fit(Self.sample(kind, rows, data, weights: weights), in: context(), from: centers)
      b = try step.fit(Self.sample(kind, repeated, data), in: context(), from: centers)
    } else if let step = try kind.step as? GaussianMixture {
      func labels(_ rows: [Int]) -> [Int32] { rows.map { data.classes[$0] == "red" ? 0 : 1 } }
      a = try step.fit(Self.sample(kind, rows, data, weights: weights), in: context(), from: labels(rows))
      b = try step.fit(Self.sample(kind, repeated, data), in: context(), from: labels(repeated))
    } else {
      a = try kind.step.fit(Self.sample(kind, rows, data, weights: weights), in: context())
      b = try kind.step.fit(Self.sample(kind, repeated, data), in: context())
    }
    let new = Self.data(60, seed: 9), table = try Self.features(Array(0..<60), new)
    if kind.predictsNumbers {
      #expect(agree(try floats(a.predict(table)), try floats(b.predict(table)), within: kind == .svmNumbers ? 1e-5 : 1e-9))
    } else {
      #expect(texts(try a.predict(table)) == texts(try b.predict(table)))
      if case .classification = a.task, kind != .planesPlain {
        for (p, q) in zip(try a.probabilities(table), try b.probabilities(table)) { #expect(agree(p, q, within: 1e-8)) }
      }
    }
    if kind == .linear {
      #expect(agree(
        try floats(a.learned().column("standard_error")), try floats(b.learned().column("standard_error")), within: 1e-9))
    }
  }

  /// Archives with one part gone, emptied, of another kind or of another length: an error or a model that predicts.
  @Test(arguments: Kind.allCases) func hostileArchivesAreRefused(kind: Kind) throws {
    let data = Self.data(60), sample = try Self.sample(kind, Array(0..<60), data)
    let model = try kind.step.fit(sample, in: context()), step = try kind.step
    try Self.damage(step.archive) { archive in
      _ = try ModelKinds.standard.step(.of(["kind": .text(type(of: step).archiveName), "value": archive]))
    }
    try Self.damage(model.archive) { archive in
      let back = try ModelKinds.standard.model(.of(["kind": .text(type(of: model).archiveName), "value": archive]))
      do {
        _ = try back.predict(sample.features)
        _ = try back.learned()
      } catch is ModelError {} catch is TableError {}
    }
  }

  @Test func hostileComponentsAreRefused() throws {
    let data = Self.data(60), features = try Self.features(Array(0..<60), data)
    let step = try PrincipalComponents(k: 2)
    let (fitted, _) = try step.fit(TrainingSample(features: features, target: nil), in: context())
    let bytes = ModelKinds.tagged(fitted)
    let back = try ModelKinds.standard.transformer(bytes)
    #expect(try back.apply(to: features)["pca2"]?.archive == fitted.apply(to: features)["pca2"]?.archive)
    try Self.damage(fitted.archive) { archive in
      let back = try ModelKinds.standard.transformer(.of(["kind": .text("fitted_pca"), "value": archive]))
      do { _ = try back.apply(to: features) } catch is ModelError {} catch is TableError {}
    }
  }

  /// Calls `read` with damaged copies; it may throw `ArchiveError` and nothing else.
  static func damage(_ archive: Archive, _ read: (Archive) throws -> Void) throws {
    func attempt(_ archive: Archive) throws { do { try read(archive) } catch is ArchiveError {} }
    let replacements: [Archive] = [
      .none, .int(-1), .int(.max), .float(.nan), .text("?"), .ints([]), .ints([-5, 1 << 40]), .floats([]),
      .floats([.infinity]), .list([]), .record([]), .list([.text("a"), .text("a")]),
    ]
    guard case .record(let fields) = archive else { return try attempt(archive) }
    for (place, field) in fields.enumerated() {
      var copy = fields
      copy.remove(at: place)
      try attempt(.record(copy))
      var values = replacements
      switch field.value {
      case .floats(let numbers):
        values += [.floats(numbers + [1]), .floats(Array(numbers.dropLast())), .floats(numbers.map { _ in .nan })]
      case .ints(let numbers):
        values += [.ints(numbers + [1]), .ints(numbers.reversed()), .ints(numbers.map { _ in 0 }), .ints(numbers.map { _ in 1 << 33 })]
      case .record:
        try damage(field.value) { inner in
          var copy = fields
          copy[place].value = inner
          try read(.record(copy))
        }
      default: break
      }
      for value in values {
        var copy = fields
        copy[place].value = value
        try attempt(.record(copy))
      }
    }
  }

  @Test func settingsOutOfRangeAreRefused() throws {
    #expect(throws: ModelError.self) { try RidgeRegression(l2: -1) }
    #expect(throws: ModelError.self) { try LogisticRegression(l2: .nan) }
    #expect(throws: ModelError.self) { try NearestNeighbors(k: 0) }
    #expect(throws: ModelError.self) { try DecisionTree(depth: 0) }
    #expect(throws: ModelError.self) { try KMeans(k: 0) }
    #expect(throws: ModelError.self) { try PrincipalComponents(k: 0) }
    #expect(throws: ModelError.self) { try NaiveBayes(varSmoothing: -1e-9) }
  }

  /// Numbers at the edge of what doubles hold give an error or an answer, never a trap.
  @Test(arguments: Kind.allCases) func enormousNumbersDoNotTrap(kind: Kind) throws {
    let huge = [1e308, -1e308, 0, 1e-308, 5, 1e200], classes = ["a", "b", "a", "b", "a", "b"]
    let features = try Table([("u", Column(.float(huge))), ("v", Column(.float(huge.reversed())))])
    let target = kind.predictsNumbers ? Column(.float(huge)) : Column(.text(TextValues(classes)))
    do {
      let model = try kind.step.fit(TrainingSample(features: features, target: target), in: context())
      #expect(try model.predict(features).count == 6)
    } catch is ModelError {}
  }
}
