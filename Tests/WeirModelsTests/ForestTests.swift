import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct ForestTests {
  static func forest(_ change: (inout RandomForest.Options) -> Void = { _ in }) throws -> RandomForest {
    var options = RandomForest.Options()
    change(&options)
    return try RandomForest(options)
  }

  static func data(_ name: String) throws -> (data: DataSet, train: TrainingSample, isNumbers: Bool) {
    let isNumbers = name == "diabetes"
    let data = isNumbers ? try DataSet("Reference", "data", "diabetes.csv") : try DataSet("../notebooks/data", name + ".csv")
    return (data, isNumbers ? try data.numberSample(data.train) : try data.classSample(data.train), isNumbers)
  }

  /// Accuracy, or r2, on the test rows.
  static func score(_ model: any FittedModel, _ data: DataSet) throws -> Double {
    let predicted = try model.predict(data.features(data.test))
    guard case .regression = model.task else {
      return Double(zip(texts(predicted), texts(data.texts(data.test))).count { $0 == $1 }) / Double(data.test.count)
    }
    let truth = try floats(data.numbers(data.test)), mean = truth.reduce(0, +) / Double(truth.count)
    let left = zip(try floats(predicted), truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return 1 - left / truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  /// The mean over seeds lies where the reference's seeds do.
  @Test(arguments: ["breast_cancer", "digits", "diabetes"], [false, true])
  func scoresAsTheReferenceDoes(name: String, extra: Bool) throws {
    let (data, train, _) = try Self.data(name)
    let expected = try Reference.file("trees.json")[name][(extra ? "extra_trees" : "random_forest") + "_100_seeds0-9"]
    let step = try Self.forest {
      if extra { ($0.bootstrap, $0.splits) = (false, .random) }
    }
    let scores = try (0..<2).map { seed in
      let context = FitContext(random: RandomStream(seed: Int64(seed)), workers: Workers(2))
      return try Self.score(step.fit(train, in: context), data)
    }
    let mean = scores.reduce(0, +) / Double(scores.count)
    let low = try expected["min"].number, high = try expected["max"].number, spread = try expected["sd"].number
    #expect(mean > low - spread && mean < high + spread, "\(scores), there \(low) to \(high)")
  }

  @Test(arguments: ["breast_cancer", "digits", "diabetes"]) func scoresRowsOutOfBag(name: String) throws {
    let (_, train, isNumbers) = try Self.data(name)
    let expected = try Reference.file("trees.json")[name]["random_forest_200_seed0"]
    let step = try Self.forest { ($0.trees, $0.outOfBag) = (80, true) }
    let model = try #require(step.fit(train, in: context(workers: 2)) as? ForestModel), oob = try #require(model.outOfBag)
    #expect(abs(oob.score - (try expected["oob_score"].number)) < (isNumbers ? 0.04 : 0.015))
    #expect(oob.rowCount == train.features.rowCount)
    for (mine, there) in zip(model.importances, try expected["importances"].numbers) { #expect(abs(mine - there) < 0.05) }
    #expect(abs(model.importances.reduce(0, +) - 1) < 1e-12)
  }

  /// A single tree of all rows and all features is the exact tree, where bins hold one value each.
  @Test func aTreeOfAllRowsIsTheExactTree() throws {
    let (data, train, _) = try Self.data("digits")
    let one = try Self.forest { ($0.trees, $0.bootstrap, $0.features, $0.depth) = (1, false, .all, 4) }
    let forest = try one.fit(train, in: context()), tree = try DecisionTree(depth: 4).fit(train, in: context())
    let rows = try data.features(data.train)
    // Equal splits are taken by chance of the draw, so that few rows may differ.
    let same = zip(texts(try forest.predict(rows)), texts(try tree.predict(rows))).count { $0 == $1 }
    #expect(Double(same) > 0.97 * Double(rows.rowCount))
  }

  @Test func refusesWhatMakesNoSense() throws {
    #expect(throws: ModelError.self) { try Self.forest { $0.trees = 0 } }
    #expect(throws: ModelError.self) { try Self.forest { $0.depth = 0 } }
    #expect(throws: ModelError.self) { try Self.forest { $0.features = .part(1.5) } }
    #expect(throws: ModelError.self) { try Self.forest { ($0.bootstrap, $0.outOfBag) = (false, true) } }
  }

  @Test func narrowAndConstantDataAreDefined() throws {
    let features = try Table((0..<30).map { j in ("x\(j)", Column(.float([1, 2, Double(j)]))) })
    let one = TrainingSample(features: features, target: Column(.text(TextValues(["a", "a", "a"]))))
    let model = try Self.forest { $0.trees = 5 }.fit(one, in: context())
    #expect(texts(try model.predict(features)) == ["a", "a", "a"])
    #expect(try model.probabilities(features) == [[1, 1, 1]])
    let numbers = TrainingSample(features: features, target: Column(.float([4, 4, 4])))
    #expect(try floats(Self.forest { $0.trees = 5 }.fit(numbers, in: context()).predict(features)) == [4, 4, 4])
  }
}
