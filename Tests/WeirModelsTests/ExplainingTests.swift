import Glibc
import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct ExplainingTests {
  /// Shapley values by their definition: over all coalitions, with features outside of one sending the row both ways.
  static func shapley(_ features: Int, _ value: ([Bool]) -> Double) -> [Double] {
    func factorial(_ n: Int) -> Double { n < 2 ? 1 : Double(n) * factorial(n - 1) }
    return (0..<features).map { j in
      var sum = 0.0
      for set in 0..<(1 << features) where set >> j & 1 == 0 {
        let size = set.nonzeroBitCount
        let inside = (0..<features).map { set >> $0 & 1 == 1 }
        var with = inside
        with[j] = true
        sum += factorial(size) * factorial(features - size - 1) / factorial(features) * (value(with) - value(inside))
      }
      return sum
    }
  }

  /// What an exact tree gives a row of which only some features are known.
  static func expected(_ tree: TreeNodes, _ x: [Double], _ known: [Bool], output: Int, node: Int = 0) -> Double {
    guard tree.feature[node] >= 0 else { return tree.values[node * tree.width + output] }
    let feature = Int(tree.feature[node]), left = Int(tree.left[node]), right = Int(tree.right[node])
    if known[feature] { return expected(tree, x, known, output: output, node: x[feature] <= tree.threshold[node] ? left : right) }
    let a = expected(tree, x, known, output: output, node: left), b = expected(tree, x, known, output: output, node: right)
    return (tree.weight[left] * a + tree.weight[right] * b) / (tree.weight[left] + tree.weight[right])
  }

  @Test(arguments: [EstimatorPropertyTests.Kind.tree, .treeNumbers, .treeFewLeaves])
  func treesAgreeWithTheDefinition(kind: EstimatorPropertyTests.Kind) throws {
    let data = EstimatorPropertyTests.data(150), sample = try EstimatorPropertyTests.sample(kind, Array(0..<150), data)
    let model = try #require(kind.step.fit(sample, in: context()) as? TreeModel)
    for row in [0, 1, 5, 77] {
      let table = try EstimatorPropertyTests.features([row], data)
      for output in 0..<model.tree.width {
        let found = try model.contributions(table, toward: model.labels == nil ? nil : output, background: nil)
        let x = data.x[row]
        let truth = Self.shapley(4) { Self.expected(model.tree, x, $0, output: output) }
        #expect(agree(found.contributions, truth, within: 1e-10))
        #expect(abs(found.base - Self.expected(model.tree, x, [false, false, false, false], output: output)) < 1e-12)
      }
    }
  }

  /// The bases and contributions of each model add up to what it predicts.
  @Test(arguments: EstimatorPropertyTests.Kind.allCases) func contributionsAddUp(kind: EstimatorPropertyTests.Kind) throws {
    let data = EstimatorPropertyTests.data(200), sample = try EstimatorPropertyTests.sample(kind, Array(0..<200), data)
    let model = try kind.step.fit(sample, in: context())
    guard let model = model as? any ExplainableModel else {
      let opaque: [EstimatorPropertyTests.Kind] = [
        .bayes, .bayesPresence, .knn, .knnDistance, .knnNumbers, .svm, .svmNumbers, .kmeans, .dbscan, .hierarchical,
        .hierarchicalSingle, .mixture, .mixtureDiag, .mixtureTied, .mixtureSpherical, .outliers,
      ]
      #expect(opaque.contains(kind))
      return
    }
    let table = try EstimatorPropertyTests.features([3], data), predicted = try model.predict(table)
    let found = try model.contributions(table, toward: nil, background: nil)
    if case .classification(let classes) = model.task {
      let labels = ClassLabels(classes), code = Int(labels.codes(of: predicted)[0])
      #expect(found.className == labels.names[code])
      if found.scale == .probability { #expect(abs(found.result - (try model.probabilities(table)[code][0])) < 1e-10) }
      if found.scale == .decision, let machine = model as? LinearSVMModel {
        let decisions = try machine.decisions(table).map { $0[0] }
        let own = decisions.count == 1 ? (code == 1 ? decisions[0] : -decisions[0]) : decisions[code]
        #expect(abs(found.result - own) < 1e-9)
      }
      // Scores differ by what is common to all classes.
      if found.scale == .score {
        let chances = try model.probabilities(table).map { $0[0] }
        for other in chances.indices where other != code {
          let against = try model.contributions(table, toward: other, background: nil)
          #expect(abs((found.result - against.result) - log(chances[code] / chances[other])) < 1e-6)
        }
      }
    } else {
      #expect(abs(found.result - (try floats(predicted)[0])) < 1e-9)
    }
  }

  @Test func boostedTreesAgreeWithTheDefinition() throws {
    var random = RandomStream(seed: 2)
    let n = 300, present = (0..<n).map { $0 % 5 != 0 }
    let a = (0..<n).map { _ in random.nextUniform() }, b = (0..<n).map { _ in random.nextInt(below: 4) }, c = (0..<n).map { _ in random.nextUniform() }
    let y = (0..<n).map { (present[$0] ? 3 * a[$0] : 2) + Double(b[$0] * b[$0]) * c[$0] }
    let features = try Table([
      ("a", Column(.float(a), validity: Bitmap(present))), ("b", Column(.text(TextValues(b.map { "k\($0)" })))), ("c", Column(.float(c))),
    ])
    var options = GradientBoosting.Options()
    (options.trees, options.maxLeaves) = (1, 8)
    options.learningRate = 1
    let model = try #require(
      GradientBoosting(options).fit(TrainingSample(features: features, target: Column(.float(y))), in: context()) as? BoostingModel)
    for row in [0, 1, 17] {
      let one = try features.taking([row]), found = try model.contributions(one, toward: nil, background: nil)
      // A single tree: what is known of the row decides, the rest is averaged over the training rows at each node. So the
      // sum over all rows of the same known values of a feature that is asked first is what the tree says of them.
      #expect(abs(found.result - (try floats(model.predict(one))[0])) < 1e-9)
      #expect(abs(found.base - y.reduce(0, +) / Double(n)) < 1e-6)
    }
  }

  @Test func linearContributionsAreDistancesFromTheMean() throws {
    let rows = try Table([("x", Column(.float([1, 2, 3, 4]))), ("z", Column(.float([1, 0, 0, 1])))])
    let model = LinearModel(name: "linear", features: ["x", "z"], coefficients: [2, -4], intercept: 1, inference: nil)
    let found = try RowContributions(of: model, row: rows.taking([3]), toward: nil, background: rows)
    #expect(found.contributions == [3, -2] && found.base == 4 && found.result == 5)
    #expect(throws: ModelError.self) { try RowContributions(of: model, row: rows, toward: nil, background: nil) }
  }

  @Test func columnsThatMatterAreImportant() throws {
    let data = EstimatorPropertyTests.data(400), sample = try EstimatorPropertyTests.sample(.linear, Array(0..<400), data)
    let model = try LinearRegression().fit(sample, in: context()), truth = try #require(sample.target)
    func table(_ workers: Int) throws -> Table {
      try PermutationImportance.table(
        of: model, on: sample.features, truth: truth, columns: ["x0", "x1", "x2", "x3"], metric: Metric.named("rmse"), repeats: 3,
        in: context(workers: workers))
    }
    let found = try table(1)
    #expect(Array(texts(try found.column("feature")).prefix(2)) == ["x0", "x2"])
    #expect(abs(try floats(found.column("importance"))[3]) < 0.05)
    #expect(try table(7).archive == found.archive)
    #expect(throws: ModelError.self) {
      try PermutationImportance.table(
        of: model, on: sample.features, truth: truth, columns: ["x0"], metric: nil, repeats: 0, in: context())
    }
  }

  @Test func dependenceFollowsALinearModel() throws {
    let rows = try Table([("x", Column(.float((0..<100).map { Double($0) }))), ("z", Column(.float((0..<100).map { Double($0 % 2) })))])
    let model = LinearModel(name: "linear", features: ["x", "z"], coefficients: [2, 10], intercept: 1, inference: nil)
    let found = try PartialDependence.table(of: model, on: rows, column: "x", points: 5, in: context(workers: 2))
    let x = try floats(found.column("x"))
    #expect(agree(x, [4.95, 27.225, 49.5, 71.775, 94.05], within: 1e-12))
    #expect(agree(try floats(found.column("prediction")), x.map { 1 + 2 * $0 + 5 }, within: 1e-12))
    #expect(try PartialDependence.table(of: model, on: rows, column: "z", points: 5, in: context()).rowCount == 2)
  }
}
