import Glibc
import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct BoostingTests {
  static func gbm(_ change: (inout GradientBoosting.Options) -> Void = { _ in }) throws -> GradientBoosting {
    var options = GradientBoosting.Options()
    change(&options)
    return try GradientBoosting(options)
  }

  static func sample(_ columns: [(String, Column)], _ y: [Double], weights: [Double]? = nil) throws -> TrainingSample {
    TrainingSample(
      features: try Table(columns.map { (name: $0.0, column: $0.1) }), target: Column(.float(y)), targetName: "y", weights: weights)
  }

  @Test(arguments: ["breast_cancer", "digits", "diabetes"]) func scoresAsTheReferenceDoes(name: String) throws {
    let (data, train, isNumbers) = try ForestTests.data(name)
    let expected = try Reference.file("trees.json")[name]["histgb_100_defaults"]
    let model = try Self.gbm().fit(train, in: context(workers: 2)), score = try ForestTests.score(model, data)
    let there = try expected[isNumbers ? "r2" : "accuracy"].number
    #expect(score > there - (isNumbers ? 0.02 : 0.01), "\(score), there \(there)")
    if isNumbers {
      // The same splits, but where bins of equal worth are chosen between.
      let mine = try floats(model.predict(data.features(data.test))), others = try expected["predictions"].numbers
      let near = zip(mine, others).count { abs($0 - $1) < 10 }
      #expect(near > mine.count * 3 / 4)
    }
  }

  /// One tree of two leaves against trying everything.
  @Test func splitsWhereTryingEverythingSplits() throws {
    var random = RandomStream(seed: 8)
    for round in 0..<20 {
      let n = 50, x = (0..<n).map { _ in (0..<3).map { _ in Double(random.nextInt(below: 9)) } }
      let y = (0..<n).map { i in random.nextNormal() + (x[i][1] > 4 ? 1 : 0) }, least = 1 + round % 5
      let weights = (0..<n).map { _ in 1 + Double(random.nextInt(below: 3)) }
      let sample = try Self.sample((0..<3).map { j in ("x\(j)", Column(.float(x.map { $0[j] }))) }, y, weights: weights)
      let step = try Self.gbm { ($0.trees, $0.maxLeaves, $0.minSamplesLeaf, $0.learningRate, $0.l2) = (1, 2, least, 1, 0.7) }
      let mine = try floats(step.fit(sample, in: context()).predict(sample.features))
      let total = weights.reduce(0, +), mean = zip(y, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
      func worth(_ rows: [Int]) -> (gain: Double, value: Double) {
        let g = rows.reduce(0) { $0 + weights[$1] * (mean - y[$1]) }, h = rows.reduce(0) { $0 + weights[$1] } + 0.7
        return (g * g / h, -g / h)
      }
      var best = worth(Array(0..<n)).gain, expected = [Double](repeating: mean, count: n)
      for j in 0..<3 {
        for threshold in stride(from: 0.5, to: 8, by: 1) {
          let left = (0..<n).filter { x[$0][j] < threshold }, right = (0..<n).filter { x[$0][j] > threshold }
          guard left.count >= least, right.count >= least else { continue }
          let (a, b) = (worth(left), worth(right))
          if a.gain + b.gain > best + 1e-9 {
            best = a.gain + b.gain
            for i in left { expected[i] = mean + a.value }
            for i in right { expected[i] = mean + b.value }
          }
        }
      }
      #expect(agree(mine, expected, within: 1e-9))
    }
  }

  /// Sets of categories against trying every set.
  /// A tree of two leaves, whose values go a step of Newton's method farther than the first, by how many rows there are.
  @Test func leavesOfClassesComeNearerToTheLeastLoss() throws {
    var random = RandomStream(seed: 21)
    for round in 0..<20 {
      let n = 400 + 100 * round, share = 0.05 + 0.045 * Double(round)
      let x = (0..<n).map { _ in random.nextUniform() < 0.4 ? 1.0 : 0.0 }
      let y = x.map { random.nextUniform() < ($0 == 1 ? share : 0.3) ? 1.0 : 0.0 }
      let weights = (0..<n).map { _ in 1 + Double(random.nextInt(below: 3)) }
      let step = try Self.gbm { ($0.trees, $0.learningRate, $0.task) = (1, 1, .classification) }
      let sample = TrainingSample(
        features: try Table([("x", Column(.float(x)))]), target: Column(.int(y.map { Int64($0) })), targetName: "y", weights: weights)
      let chances = try step.fit(sample, in: context()).probabilities(sample.features)[1]
      func sum(_ rows: [Int], _ value: (Int) -> Double) -> Double { rows.reduce(0) { $0 + weights[$1] * value($1) } }
      let all = Array(0..<n), base = log(sum(all) { y[$0] } / sum(all) { 1 - y[$0] })
      for side in [0.0, 1.0] {
        let rows = all.filter { x[$0] == side }, total = sum(rows) { _ in 1 }, ones = sum(rows) { y[$0] }
        func share(_ value: Double) -> Double { 1 / (1 + exp(-base - value)) }
        func step(_ value: Double) -> Double { (ones - total * share(value)) / (total * share(value) * (1 - share(value))) }
        func loss(_ value: Double) -> Double { -ones * log(share(value)) - (total - ones) * log(1 - share(value)) }
        let first = step(0), second = step(first), length = abs(second) <= 1 ? abs(second) : max(1, log1p(abs(second)))
        let value = first + (second < 0 ? -1 : 1) * length * total / (total + 300)
        #expect(abs(chances[rows[0]] - share(value)) < 1e-6 && loss(value) <= loss(first) + 1e-9)
      }
    }
  }

  @Test func partsCategoriesWhereTryingEverySetParts() throws {
    var random = RandomStream(seed: 4)
    for k in 2...7 {
      let each = 12, n = k * each, effects = (0..<k).map { _ in random.nextNormal() * 2 }
      let codes = (0..<n).map { $0 % k }, y = codes.map { effects[$0] + 0.3 * random.nextNormal() }
      let sample = try Self.sample([("c", Column(.text(TextValues(codes.map { "k\($0)" }))))], y)
      let step = try Self.gbm { ($0.trees, $0.maxLeaves, $0.minSamplesLeaf, $0.learningRate) = (1, 2, 1, 1) }
      let mine = try floats(step.fit(sample, in: context()).predict(sample.features))
      let mean = y.reduce(0, +) / Double(n), smoothing = k > 4 ? 10.0 : 0
      var best = -1.0, chosen = 0
      for set in 1..<(1 << k) - 1 {
        let parts = [true, false].map { side in (0..<n).filter { (set >> codes[$0] & 1 == 1) == side } }
        let gain = parts.reduce(0.0) { sum, rows in
          let g = rows.reduce(0) { $0 + mean - y[$1] }
          return sum + g * g / (Double(rows.count) + smoothing)
        }
        if gain > best + 1e-9 { (best, chosen) = (gain, set) }
      }
      let expected = (0..<n).map { i in
        let rows = (0..<n).filter { chosen >> codes[$0] & 1 == chosen >> codes[i] & 1 }
        return rows.reduce(0) { $0 + y[$1] } / Double(rows.count)
      }
      #expect(agree(mine, expected, within: 1e-9), "\(k)")
    }
  }

  @Test func rowsWithoutAValueGoWhereTheyBelong() throws {
    let n = 400, hasValue = (0..<n).map { $0 % 4 != 0 }
    // Rows without a value behave as the highest, then as the lowest ones do.
    for like in [1.0, -1] {
      let x = (0..<n).map { Double($0 % 100) }, y = (0..<n).map { hasValue[$0] ? (x[$0] > 50 ? 1 : -1) : like }
      let sample = try Self.sample([("x", Column(.float(x), validity: Bitmap(hasValue)))], y)
      let model = try Self.gbm().fit(sample, in: context())
      let new = try Table([("x", Column(.float([0, 10, 90]), validity: Bitmap([false, true, true])))])
      #expect(agree(try floats(model.predict(new)), [like, -1, 1], within: 1e-3))
    }
    // Values that were never seen to lack go where most rows go.
    let whole = try Self.sample([("x", Column(.float((0..<n).map { Double($0) })))], (0..<n).map { $0 < 100 ? 5 : 1 })
    let model = try Self.gbm().fit(whole, in: context())
    #expect(try floats(model.predict(Table([("x", Column(.float([0]), validity: Bitmap([false])))])))[0] < 1.1)
    // As do categories that were never seen, and columns that are missing throughout.
    let text = try Self.sample([("c", Column(.text(TextValues((0..<n).map { $0 < 100 ? "rare" : "usual" })))),
      ("none", Column(.float([Double](repeating: 0, count: n)), validity: Bitmap(repeating: false, count: n)))],
      (0..<n).map { $0 < 100 ? 5 : 1 })
    let other = try Table([("c", Column(.text(TextValues(["rare", "new", "usual"])))), ("none", Column(.float([1, 2, 3])))])
    #expect(agree(try floats(Self.gbm().fit(text, in: context()).predict(other)), [5, 1, 1], within: 1e-3))
  }

  @Test func manyCategoriesShareABin() throws {
    let n = 3000, names = (0..<n).map { $0 < 2000 ? "common\($0 % 20)" : "rare\($0)" }
    let sample = try Self.sample([("c", Column(.text(TextValues(names))))], (0..<n).map { $0 < 2000 ? Double($0 % 20) : 100 })
    let model = try Self.gbm().fit(sample, in: context())
    let found = try floats(model.predict(Table([("c", Column(.text(TextValues(["common7", "never seen"]))))])))
    #expect(abs(found[0] - 7) < 0.5 && abs(found[1] - 100) < 1)
  }

  @Test func lossesFindTheirStatistic() throws {
    var random = RandomStream(seed: 5)
    let n = 4000, x = (0..<n).map { _ in random.nextUniform() }
    let y = x.map { 10 * $0 + (1 + $0) * random.nextNormal() }
    let sample = try Self.sample([("x", Column(.float(x)))], y)
    for q in [0.1, 0.5, 0.9] {
      let model = try Self.gbm { ($0.loss, $0.quantile, $0.trees, $0.maxLeaves) = (.quantile, q, 60, 8) }.fit(sample, in: context())
      let below = zip(y, try floats(model.predict(sample.features))).count { $0 <= $1 }
      #expect(abs(Double(below) / Double(n) - q) < 0.02)
    }
    let absolute = try Self.gbm { ($0.loss, $0.trees) = (.absolute, 40) }.fit(sample, in: context())
    let median = try Self.gbm { ($0.loss, $0.quantile, $0.trees) = (.quantile, 0.5, 40) }.fit(sample, in: context())
    let a = try floats(absolute.predict(sample.features)), b = try floats(median.predict(sample.features))
    #expect(zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(n) < 0.1)
    let counts = x.map { value in (exp(2 * value) + 0.5 * random.nextUniform()).rounded() }
    let poisson = try Self.gbm { $0.loss = .poisson }.fit(Self.sample([("x", Column(.float(x)))], counts), in: context())
    let rates = try floats(poisson.predict(sample.features))
    #expect(rates.allSatisfy { $0 > 0 } && abs(rates.reduce(0, +) - counts.reduce(0, +)) < 0.01 * counts.reduce(0, +))
    #expect(throws: ModelError.self) {
      try Self.gbm { $0.loss = .poisson }.fit(Self.sample([("x", Column(.float([1, 2])))], [-1, 2]), in: context())
    }
  }

  @Test func predictionsRiseWhereTheyMust() throws {
    var random = RandomStream(seed: 6)
    let n = 1500, x = (0..<n).map { _ in random.nextUniform() }, z = (0..<n).map { _ in random.nextUniform() }
    let y = (0..<n).map { sin(6 * x[$0]) + 2 * x[$0] - z[$0] + 0.5 * random.nextNormal() }
    let sample = try Self.sample([("x", Column(.float(x))), ("z", Column(.float(z)))], y)
    let model = try Self.gbm { $0.monotone = [(name: "x", direction: 1), (name: "z", direction: -1)] }.fit(sample, in: context())
    let grid = (0...200).map { Double($0) / 200 }
    for other in [0.1, 0.5, 0.9] {
      let same = [Double](repeating: other, count: grid.count)
      let rising = try floats(model.predict(Table([("x", Column(.float(grid))), ("z", Column(.float(same)))])))
      let falling = try floats(model.predict(Table([("x", Column(.float(same))), ("z", Column(.float(grid)))])))
      #expect(zip(rising, rising.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 } && rising[0] < rising[200])
      #expect(zip(falling, falling.dropFirst()).allSatisfy { $0 >= $1 - 1e-12 } && falling[0] > falling[200])
    }
    // Without the bound they do not.
    let free = try floats(Self.gbm().fit(sample, in: context()).predict(Table([
      ("x", Column(.float(grid))), ("z", Column(.float([Double](repeating: 0.5, count: 201)))),
    ])))
    #expect(zip(free, free.dropFirst()).contains { $0 > $1 + 0.01 })
    #expect(throws: ModelError.self) { try Self.gbm { $0.monotone = [(name: "nobody", direction: 1)] }.fit(sample, in: context()) }
  }

  @Test func stopsEarlyAndSeesPartsOfTheData() throws {
    let data = EstimatorPropertyTests.data(900)
    let sample = try EstimatorPropertyTests.sample(.gbm, Array(0..<900), data)
    let step = try Self.gbm { ($0.trees, $0.stopEarly, $0.rows, $0.features, $0.learningRate) = (300, 5, 0.7, 0.5, 0.3) }
    let model = try #require(step.fit(sample, in: context(workers: 3)) as? BoostingModel)
    #expect(model.losses.count < 100 && model.losses.count * 3 == model.trees.count)
    #expect(model.losses.last == model.losses.min())
    #expect(try step.fit(sample, in: context(workers: 1)).archive == model.archive)
    let right = zip(texts(try model.predict(sample.features)), data.classes).count { $0 == $1 }
    #expect(right > 650)
    // Where a class has few rows, weighing classes alike finds more of them.
    let rare = TrainingSample(
      features: sample.features, target: Column(.bool((0..<900).map { data.x[$0][0] + data.x[$0][1] > 3 })))
    let plain = try Self.gbm { ($0.trees, $0.maxLeaves) = (3, 4) }.fit(rare, in: context()).probabilities(rare.features)[1]
    let balanced = try Self.gbm { ($0.trees, $0.maxLeaves, $0.classWeight) = (3, 4, .balanced) }
      .fit(rare, in: context()).probabilities(rare.features)[1]
    #expect(balanced.reduce(0, +) > plain.reduce(0, +) * 1.5)
  }

  @Test func narrowAndConstantDataAreDefined() throws {
    let x = Column(.float([1, 2, 3]))
    let constant = try Self.gbm().fit(Self.sample([("x", x)], [7, 7, 7]), in: context())
    #expect(try floats(constant.predict(Table([("x", x)]))) == [7, 7, 7])
    // Fewer rows than two leaves need: the mean.
    #expect(agree(try floats(Self.gbm().fit(Self.sample([("x", x)], [1, 2, 6]), in: context()).predict(Table([("x", x)]))), [3, 3, 3], within: 1e-12))
    let one = TrainingSample(features: try Table([("x", x)]), target: Column(.text(TextValues(["a", "a", "a"]))))
    let model = try Self.gbm().fit(one, in: context())
    #expect(texts(try model.predict(one.features)) == ["a", "a", "a"])
    #expect(try model.probabilities(one.features) == [[1, 1, 1]])
    let huge = try Self.sample([("x", x)], [1e308, -1e308, 1e308])
    let far = try Self.gbm { $0.minSamplesLeaf = 1 }.fit(huge, in: context()).predict(huge.features)
    #expect(try floats(far).allSatisfy(\.isFinite))
    let infinite = try Self.sample([("x", Column(.float([1, .infinity, 3])))], [1, 2, 3])
    #expect(throws: ModelError.self) { try Self.gbm().fit(infinite, in: context()) }
  }

  @Test func refusesWhatMakesNoSense() throws {
    #expect(throws: ModelError.self) { try Self.gbm { $0.learningRate = -1 } }
    #expect(throws: ModelError.self) { try Self.gbm { $0.depth = 0 } }
    #expect(throws: ModelError.self) { try Self.gbm { $0.rows = 0 } }
    #expect(throws: ModelError.self) { try Self.gbm { $0.quantile = 0.9 } }
    #expect(throws: ModelError.self) { try Self.gbm { ($0.loss, $0.task) = (.poisson, .classification) } }
    #expect(throws: ModelError.self) { try Self.gbm { ($0.loss, $0.monotone) = (.absolute, [(name: "x", direction: 1)]) } }
  }
}

/// Boosting that is watched on rows of its own.
@Suite struct WatchedBoostingTests {
  @Test func keepsTheTreesThatServeTheWatchedRowsBest() throws {
    let data = EstimatorPropertyTests.data(600)
    for kind in [EstimatorPropertyTests.Kind.gbm, .gbmNumbers] {
      let sample = try EstimatorPropertyTests.sample(kind, Array(0..<300), data)
      let held = try EstimatorPropertyTests.sample(kind, Array(300..<600), data)
      let step = try BoostingTests.gbm { ($0.trees, $0.minSamplesLeaf, $0.learningRate) = (60, 5, 0.3) }
      let whole = try #require(step.fit(sample, in: context()) as? BoostingModel)
      let model = try #require(step.fit(sample, watching: held, in: context(workers: 2)) as? BoostingModel)
      // Its trees are the first of those that are grown without a look, and the loss is least after the last of them.
      let outputs = whole.trees.count / 60
      #expect(model.losses.count == model.trees.count / outputs && model.trees.count < whole.trees.count)
      #expect(model.losses.last == model.losses.min())
      let scores = try whole.scores(held.features), fewer = try model.scores(held.features)
      #expect(scores != fewer)
      var options = step.options
      options.trees = model.trees.count / outputs
      let cut = try #require(GradientBoosting(options).fit(sample, in: context()) as? BoostingModel)
      #expect(try cut.scores(held.features) == fewer)
      // The loss that was watched is that of the predictions.
      if kind == .gbmNumbers {
        let truth = try floats(#require(held.target)), squares = zip(fewer, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        #expect(abs(squares / 600 - (model.losses.last ?? 0)) < 1e-9 * squares)
      }
      let patient = try BoostingTests.gbm {
        ($0.trees, $0.minSamplesLeaf, $0.learningRate, $0.stopEarly) = (60, 5, 0.3, 60)
      }
      let same = try #require(patient.fit(sample, watching: held, in: context()) as? BoostingModel)
      #expect(try same.scores(held.features) == fewer)
    }
  }

  @Test func weighsTheWatchedRows() throws {
    let data = EstimatorPropertyTests.data(600), rows = Array(300..<600)
    let sample = try EstimatorPropertyTests.sample(.gbmNumbers, Array(0..<300), data)
    let weights = rows.map { Double($0 % 4) }
    let weighted = try EstimatorPropertyTests.sample(.gbmNumbers, rows, data, weights: weights)
    let repeated = try EstimatorPropertyTests.sample(.gbmNumbers, rows.flatMap { [Int](repeating: $0, count: $0 % 4) }, data)
    let step = try BoostingTests.gbm { $0.trees = 15 }
    let a = try #require(step.fit(sample, watching: weighted, in: context()) as? BoostingModel)
    let b = try #require(step.fit(sample, watching: repeated, in: context()) as? BoostingModel)
    #expect(agree(a.losses, b.losses, within: 1e-12) && !a.losses.isEmpty)
  }
}

/// Small trees are asked as masks where the processor can, and walked elsewhere: to the same bytes.
@Suite struct MaskedTreeTests {
  @Test(arguments: [2, 3, 17, 32, 33]) func rowsTogetherAndOneByOneGiveTheSame(leaves: Int) throws {
    var random = RandomStream(seed: Int64(leaves))
    let n = 700, x = (0..<6).map { j in
      (0..<n).map { _ in
        let value = random.nextUniform()
        // Few values, many, and some that are missing.
        return j < 2 ? (value * 3).rounded() : j == 2 && value < 0.2 ? Double.nan : j == 5 ? 4 : value
      }
    }
    let features = try Table(x.enumerated().map { ("x\($0)", Column(.float($1))) })
    let y = (0..<n).map { i in x[0][i] * x[3][i] + (x[2][i].isNaN ? 1 : x[2][i]) + 0.1 * random.nextUniform() }
    let classes = Column(.text(TextValues(y.map { $0 < 0.7 ? "low" : $0 < 1.5 ? "middle" : "high" })))
    let step = try BoostingTests.gbm { ($0.trees, $0.maxLeaves, $0.minSamplesLeaf) = (9, leaves, 2) }
    for target in [Column(.float(y)), classes] {
      let sample = TrainingSample(features: features, target: target, targetName: "y")
      let model = try #require(step.fit(sample, in: context()) as? BoostingModel), together = try model.scores(features)
      var single: [Double] = []
      for row in 0..<n { single += try model.scores(features.taking([row])) }
      #expect(together == single)
      // Of every number of rows that are left over.
      let outputs = together.count / n
      for count in [15, 16, 63, 64, 65, 127, 130] {
        #expect(try model.scores(features.taking(Array(0..<count))) == Array(together.prefix(count * outputs)))
      }
    }
  }
}
