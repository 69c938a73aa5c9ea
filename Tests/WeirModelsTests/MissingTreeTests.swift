import Testing
import WeirBase
import WeirModels
import WeirTables

/// Trees and forests on rows that lack values.
@Suite struct MissingTreeTests {
  /// The data of make_missing.py: holes by the number of row and column, and in the third column by the target as well.
  static func data(_ name: String) throws -> (data: DataSet, isNumbers: Bool) {
    let isNumbers = name == "diabetes"
    var data = isNumbers ? try DataSet("Reference", "data", "diabetes.csv") : try DataSet("../notebooks/data", name + ".csv")
    let targets = data.target, first = targets.first
    for i in data.rows.indices {
      let isTold = isNumbers ? (Double(targets[i]) ?? 0) > 200 : targets[i] == first
      for j in data.names.indices where (i * i + 3 * j * j + i * j) % 11 == 0 || (j == 2 && isTold && i % 3 > 0) {
        data.rows[i][j] = .nan
      }
    }
    return (data, isNumbers)
  }

  static func step(_ key: String, isNumbers: Bool) throws -> DecisionTree {
    switch key {
    case "stump": try DecisionTree(depth: 1)
    case "depth_2": try DecisionTree(depth: 2)
    case "depth_4": try DecisionTree(depth: 4, minSamplesLeaf: 5)
    case "leaf_12": try DecisionTree(minSamplesLeaf: 12)
    case "leaves_9": try DecisionTree(minSamplesLeaf: 4, maxLeaves: 9)
    case "pruned": try DecisionTree(minSamplesLeaf: 8, prune: isNumbers ? 20 : 0.01)
    case "weighted": try DecisionTree(depth: 3, minSamplesLeaf: 6)
    case "entropy": try DecisionTree(depth: 3, minSamplesLeaf: 8, criterion: .entropy)
    default: try DecisionTree(depth: 3, minSamplesLeaf: 8, classWeight: .balanced)
    }
  }

  static let trees = ["stump", "depth_2", "depth_4", "leaf_12", "leaves_9", "pruned", "weighted", "entropy", "balanced"]

  @Test(arguments: ["wine", "breast_cancer", "digits", "diabetes"]) func growsTheReferenceTrees(name: String) throws {
    let (data, isNumbers) = try Self.data(name), reference = try Reference.file("missing.json")[name]
    #expect(Double(data.rows.joined().count { $0.isNaN }) == (try reference["holes"].number))
    var seen = 0
    for key in Self.trees where reference[key].value != nil {
      let expected = reference[key]
      seen += 1
      let weights = key == "weighted" ? data.train.indices.map { 0.5 + Double($0 % 3) } : nil
      let train = isNumbers ? try data.numberSample(data.train, weights: weights) : try data.classSample(data.train, weights: weights)
      let step = try Self.step(key, isNumbers: isNumbers)
      let model = try #require(step.fit(train, in: context(workers: 2)) as? TreeModel), tree = model.tree
      #expect(tree.left.map { Double($0) } == (try expected["left"].numbers), "\(key)")
      #expect(tree.right.map { Double($0) } == (try expected["right"].numbers), "\(key)")
      #expect(tree.feature.map { $0 < 0 ? -2 : Double($0) } == (try expected["feature"].numbers), "\(key)")
      #expect(tree.missingLeft.map { $0 ? 1 : 0 } == (try expected["missing_left"].numbers), "\(key)")
      #expect(tree.rows.map { Double($0) } == (try expected["n"].numbers), "\(key)")
      #expect(agree(tree.impurity, try expected["impurity"].numbers, within: 1e-9), "\(key)")
      #expect(agree(model.importances, try expected["importances"].numbers, within: 1e-9), "\(key)")
      for (node, there) in try #require(expected["threshold"].value as? [Any]).enumerated() where tree.feature[node] >= 0 {
        let mine = tree.threshold[node]
        guard let number = (there as? Double) else {
          #expect(mine == .infinity, "\(key)")
          continue
        }
        #expect(abs(mine - number) <= 2e-7 * max(1, abs(number)), "\(key)")
      }
      let nothing = try Table(data.names.map { ($0, Column(.float([.nan]))) })
      for (rows, there) in [(try data.features(data.test), "predictions"), (nothing, "all_missing")] {
        let predicted = try model.predict(rows)
        if isNumbers {
          let mine = try floats(predicted), others = try expected[there].numbers
          // The reference rounds features to single precision, which moves a row that stands on a threshold.
          let odd = mine.indices.filter { abs(mine[$0] - others[$0]) > 1e-9 * abs(others[$0]) }.filter { row in
            !(0..<tree.count).contains { node in
              tree.feature[node] >= 0 && abs(data.rows[data.test[row]][Int(tree.feature[node])] - tree.threshold[node]) < 1e-8
            }
          }
          #expect(mine.count == others.count && odd.isEmpty, "\(key) \(there) \(odd)")
        } else {
          #expect(texts(predicted) == (try #require(expected[there].value as? [String])), "\(key)")
        }
      }
    }
    #expect(seen >= 3)
  }

  /// The mean over seeds lies where the reference's seeds do.
  @Test(arguments: ["wine", "breast_cancer", "digits", "diabetes"], [false, true])
  func forestsScoreAsTheReferenceDoes(name: String, extra: Bool) throws {
    let (data, isNumbers) = try Self.data(name), expected = try Reference.file("missing.json")[name][extra ? "extra" : "forest"]
    let train = isNumbers ? try data.numberSample(data.train) : try data.classSample(data.train)
    let step = try ForestTests.forest { if extra { ($0.bootstrap, $0.splits) = (false, .random) } }
    let scores = try (0..<2).map { seed in
      try ForestTests.score(step.fit(train, in: FitContext(random: RandomStream(seed: Int64(seed)), workers: Workers(2))), data)
    }
    let mean = scores.reduce(0, +) / 2, low = try expected["min"].number, high = try expected["max"].number
    let spread = try expected["sd"].number
    #expect(mean > low - spread && mean < high + spread, "\(scores), there \(low) to \(high)")
  }

  /// Few values, some of them missing, and a number or a class of three, without ties between features.
  static func table(_ n: Int, seed: Int64) throws -> (features: Table, numbers: Column, classes: Column) {
    var random = RandomStream(seed: seed)
    let x = (0..<3).map { j in
      (0..<n).map { _ in random.nextInt(below: 4) == 0 && j < 2 ? Double.nan : Double(random.nextInt(below: 7)) }
    }
    let y = (0..<n).map { i in
      (x[0][i].isNaN ? 3 : x[0][i]) - (x[1][i].isNaN ? -2 : x[1][i]) * 0.5 + 0.3 * x[2][i] + random.nextUniform()
    }
    let features = try Table(x.enumerated().map { j, values in
      // Missing as a table says it, with any number below, or as NaN.
      let column = j == 0
        ? Column(.float(values.map { $0.isNaN ? 99 : $0 }), validity: Bitmap(values.map { !$0.isNaN })) : Column(.float(values))
      return ("x\(j)", column)
    })
    return (features, Column(.float(y)), Column(.text(TextValues(y.map { $0 < 1 ? "low" : $0 < 4 ? "middle" : "high" }))))
  }

  /// One tree of all rows and all features is the exact tree, where each bin holds one value.
  @Test func aForestOfOneTreeIsTheExactTree() throws {
    for seed in 0..<6 {
      let (features, numbers, _) = try Self.table(160, seed: Int64(seed))
      let sample = TrainingSample(features: features, target: numbers), leaf = 1 + seed
      for depth in [1, 6] {
        let forest = try ForestTests.forest {
          ($0.trees, $0.bootstrap, $0.features, $0.depth, $0.minSamplesLeaf) = (1, false, .all, depth, leaf)
        }.fit(sample, in: context())
        let tree = try DecisionTree(depth: depth, minSamplesLeaf: leaf).fit(sample, in: context())
        // Where a column that was never missing is, deeper trees would meet values that their bins part elsewhere.
        let others = depth > 1 ? features : try features.setting("x2", to: Column(.float(.init(repeating: .nan, count: 160))))
        #expect(agree(try floats(forest.predict(others)), try floats(tree.predict(others)), within: 1e-9), "\(seed)")
      }
    }
  }

  /// Against trying every threshold of every feature with the rows that have none on either side.
  @Test func splitsWhereTryingEverythingSplits() throws {
    for seed in 0..<12 {
      let n = 60, leaf = 1 + seed % 5, (features, numbers, _) = try Self.table(n, seed: Int64(seed)), y = try floats(numbers)
      let weights = (0..<n).map { 1 + Double($0 % 3) }
      let sample = TrainingSample(features: features, target: numbers, weights: weights)
      let model = try #require(DecisionTree(depth: 1, minSamplesLeaf: leaf).fit(sample, in: context()) as? TreeModel)
      func scatter(_ rows: [Int]) -> Double {
        let weight = rows.reduce(0) { $0 + weights[$1] }, mean = rows.reduce(0) { $0 + weights[$1] * y[$1] } / weight
        return rows.reduce(0) { $0 + weights[$1] * (y[$1] - mean) * (y[$1] - mean) }
      }
      var best = Double.infinity
      for name in features.names {
        let column = try features.column(name)
        let x = try (0..<n).map { try column.isMissing($0) ? .nan : floats(column)[$0] }
        for threshold in Set(x.filter { !$0.isNaN }) {
          for missingLeft in [false, true] {
            let left = (0..<n).filter { x[$0].isNaN ? missingLeft : x[$0] <= threshold }
            let right = Set(0..<n).subtracting(left).sorted()
            guard left.count >= leaf, right.count >= leaf else { continue }
            best = min(best, scatter(left) + scatter(right))
          }
        }
      }
      let left = (1...2).reduce(0) { $0 + model.tree.impurity[$1] * model.tree.weight[$1] }
      #expect(abs(left - best) < 1e-9 * max(1, best), "\(seed)")
    }
  }

  /// Trees, forests and boosting: the same bytes with any number of workers, and after a stay in a file.
  @Test func bytesStayTheSame() throws {
    let (features, numbers, classes) = try Self.table(5000, seed: 3), kinds = ModelKinds.standard
    let steps: [any Estimator] = [
      try DecisionTree(), try DecisionTree(maxLeaves: 30), try ForestTests.forest { ($0.trees, $0.outOfBag) = (7, true) },
      try ForestTests.forest { ($0.trees, $0.bootstrap, $0.splits) = (7, false, .random) },
    ]
    for (step, target) in steps.flatMap({ step in [(step, numbers), (step, classes)] }) {
      let sample = TrainingSample(features: features, target: target, targetName: "y")
      let models = try [1, 2, 7].map { try step.fit(sample, in: context(workers: $0)) }
      let bytes = models.map { ModelKinds.tagged($0).encoded() }
      #expect(bytes[0] == bytes[1] && bytes[0] == bytes[2])
      let back = try kinds.model(ModelKinds.tagged(models[0]))
      #expect(try back.predict(features).archive.encoded() == models[1].predict(features).archive.encoded())
    }
  }

  /// Shapley values by their definition, on rows that lack values.
  @Test func explanationsAgreeWithTheDefinition() throws {
    let (features, numbers, _) = try Self.table(200, seed: 8)
    let sample = TrainingSample(features: features, target: numbers)
    let model = try #require(DecisionTree(depth: 5).fit(sample, in: context()) as? TreeModel), tree = model.tree
    #expect(model.lacking == [true, true, false])
    func expected(_ x: [Double], _ known: [Bool], _ node: Int) -> Double {
      guard tree.feature[node] >= 0 else { return tree.values[node] }
      let j = Int(tree.feature[node]), left = Int(tree.left[node]), right = Int(tree.right[node])
      let goesLeft = x[j].isNaN ? tree.missingLeft[node] : x[j] <= tree.threshold[node]
      if known[j] { return expected(x, known, goesLeft ? left : right) }
      let sum = tree.weight[left] * expected(x, known, left) + tree.weight[right] * expected(x, known, right)
      return sum / tree.weight[node]
    }
    for row in [[Double.nan, 2, 5], [3, .nan, 1], [.nan, .nan, 4], [6, 0, .nan]] {
      let table = try Table(row.enumerated().map { ("x\($0)", Column(.float([$1]))) })
      let found = try model.contributions(table, toward: nil, background: nil)
      #expect(agree(found.contributions, ExplainingTests.shapley(3) { expected(row, $0, 0) }, within: 1e-10))
      #expect(abs(found.result - (try floats(model.predict(table))[0])) < 1e-10)
      let forest = try #require(ForestTests.forest { $0.trees = 5 }.fit(sample, in: context()) as? ForestModel)
      let parts = try forest.contributions(table, toward: nil, background: nil)
      #expect(abs(parts.result - (try floats(forest.predict(table))[0])) < 1e-10)
    }
  }

  @Test func rulesSayWhereRowsWithoutAValueGo() throws {
    let x = Column(.float([1, 2, .nan, .nan, 8, 9])), y = Column(.text(TextValues(["a", "a", "b", "b", "b", "b"])))
    let asked = TrainingSample(features: try Table([("x", x)]), target: y)
    let model = try #require(DecisionTree().fit(asked, in: context()) as? TreeModel)
    #expect(model.rules == "x <= 5.0: a (2 rows)\nx > 5.0 or missing: b (4 rows)")
    let told = TrainingSample(features: try Table([("x", x)]), target: Column(.text(TextValues(["a", "a", "b", "b", "a", "a"]))))
    let other = try #require(DecisionTree().fit(told, in: context()) as? TreeModel)
    #expect(other.rules == "x is there: a (4 rows)\nx is missing: b (2 rows)")
    let table = try other.learned()
    #expect(texts(try table.column("missing"))[0] == "right" && table["missing"]?.missingCount == 2)
  }

  @Test func oddDataAreDefined() throws {
    let none = Column(.float([.nan, .nan, .nan, .nan])), y = Column(.float([1, 2, 3, 5]))
    let blank = Column(.text(TextValues(["", "", "", ""])), validity: Bitmap([false, false, false, false]))
    for column in [none, blank] {
      let sample = TrainingSample(features: try Table([("x", column)]), target: y)
      for step in [try DecisionTree() as any Estimator, try ForestTests.forest { ($0.trees, $0.bootstrap) = (3, false) }] {
        #expect(try floats(step.fit(sample, in: context()).predict(sample.features)) == [2.75, 2.75, 2.75, 2.75])
      }
    }
    let infinite = TrainingSample(features: try Table([("x", Column(.float([1, .nan, .infinity, 2])))]), target: y)
    let words = TrainingSample(features: try Table([("x", Column(.text(TextValues(["a", "b", "a", "b"]))))]), target: y)
    for step in [try DecisionTree() as any Estimator, try ForestTests.forest { $0.trees = 3 }] {
      #expect(throws: ModelError.self) { try step.fit(infinite, in: context()) }
      let error = #expect(throws: ModelError.self) { try step.fit(words, in: context()) }
      #expect(error?.mend?.contains("one_hot()") == true && error?.mend?.contains("gbm") == true)
    }
  }
}
