import Foundation
import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct LinearModelTests {
  static func linear(_ model: any FittedModel) throws -> LinearModel { try #require(model as? LinearModel) }

  @Test func agreesWithTheReferenceOnDiabetes() throws {
    let data = try DataSet("Reference", "data", "diabetes.csv"), reference = try Reference.file("linear_diabetes.json")
    let steps: [(String, any Estimator)] = [
      ("ols", LinearRegression()), ("ridge1", try RidgeRegression(l2: 1)), ("ridge01", try RidgeRegression(l2: 0.1)),
    ]
    for (key, step) in steps {
      let model = try Self.linear(step.fit(data.numberSample(data.train), in: context()))
      #expect(agree(model.coefficients, try reference[key]["coef"].numbers, within: 1e-9), "\(key)")
      #expect(agree([model.intercept], [try reference[key]["intercept"].number], within: 1e-9), "\(key)")
      let predictions = try floats(model.predict(data.features(data.test)))
      #expect(agree(predictions, try reference[key]["predictions"].numbers, within: 1e-9), "\(key)")
    }
  }

  /// lasso01 is Lasso(alpha=0.1), elasticnet ElasticNet(alpha=0.01, l1_ratio=0.5), as the reference file says.
  @Test func penaltiesOnSizesAgreeWithTheReference() throws {
    let data = try DataSet("Reference", "data", "diabetes.csv"), reference = try Reference.file("linear_diabetes.json")
    let steps: [(String, ElasticNet)] = [
      ("lasso01", try ElasticNet(l1: 0.1, l2: 0, isLasso: true)), ("elasticnet", try ElasticNet(l1: 0.005, l2: 0.005)),
    ]
    for (key, step) in steps {
      for workers in [1, 3] {
        let model = try Self.linear(
          step.fit(data.numberSample(data.train), in: FitContext(random: RandomStream(key: 1), workers: Workers(workers))))
        #expect(agree(model.coefficients, try reference[key]["coef"].numbers, within: 1e-6), "\(key)")
        #expect(agree([model.intercept], [try reference[key]["intercept"].number], within: 1e-6), "\(key)")
      }
    }
  }

  /// At the least value the slope of the errors balances the penalties: the conditions of Karush, Kuhn and Tucker.
  @Test(arguments: 0..<12) func theConditionsOfTheLeastValueHold(_ seed: Int) throws {
    var random = RandomStream(key: UInt64(seed))
    let n = 5 + random.nextInt(below: 40), p = 1 + random.nextInt(below: 30)
    var columns = (0..<p).map { _ in (0..<n).map { _ in random.nextUniform(-1, 1) } }
    if p > 2 { columns[1] = columns[0] }  // two alike
    let y = (0..<n).map { i in columns[0][i] * 3 + random.nextUniform(-1, 1) }
    let weights = seed % 2 == 0 ? nil : (0..<n).map { _ in Double(random.nextInt(below: 3)) + (random.nextUniform() < 0.1 ? 0 : 0.5) }
    let l1 = random.nextUniform(0.001, 0.3), l2 = seed % 3 == 0 ? 0 : random.nextUniform(0, 0.5)
    let table = try Table(columns.enumerated().map { (name: "x\($0)", column: Column(.float($1))) })
    let sample = TrainingSample(features: table, target: Column(.float(y)), weights: weights)
    let model = try Self.linear(ElasticNet(l1: l1, l2: l2).fit(sample, in: context()))
    let total = weights?.reduce(0, +) ?? Double(n)
    let residual = (0..<n).map { i in y[i] - model.intercept - (0..<p).reduce(0) { $0 + model.coefficients[$1] * columns[$1][i] } }
    for j in 0..<p {
      let slope = (0..<n).reduce(0) { $0 + (weights?[$1] ?? 1) * columns[j][$1] * residual[$1] } / total - l2 * model.coefficients[j]
      let beta = model.coefficients[j]
      #expect(beta == 0 ? abs(slope) <= l1 + 1e-6 : abs(slope - (beta > 0 ? l1 : -l1)) < 1e-6)
    }
    let errors = (0..<n).reduce(0) { $0 + (weights?[$1] ?? 1) * residual[$1] }
    #expect(abs(errors) < 1e-8)
  }

  @Test func givesStandardErrorsTAndP() throws {
    let data = try DataSet("Reference", "data", "diabetes.csv")
    let reference = try Reference.file("linear_diabetes.json")["ols_inference_all_rows"]
    let all = Array(data.rows.indices)
    let model = try Self.linear(LinearRegression().fit(data.numberSample(all), in: context()))
    let table = try model.learned()
    #expect(table.names == ["term", "value", "standard_error", "t", "p"])
    for (name, key) in [("value", "beta"), ("standard_error", "se"), ("t", "t")] {
      #expect(agree(try floats(table.column(name)), try reference[key].numbers, within: 1e-9), "\(name)")
    }
    // Relative, for some are as small as 1e-208.
    for (mine, theirs) in zip(try floats(table.column("p")), try reference["p"].numbers) {
      #expect(abs(mine - theirs) <= 1e-9 * theirs)
    }
    let inference = try #require(model.inference)
    #expect(agree([inference.residualError], [try reference["residual_se"].number], within: 1e-9))
    #expect(agree([try #require(inference.r2)], [try reference["r2"].number], within: 1e-9))
  }

  /// Digits that the worst coefficient, and the worst standard error, must have right: what was reached, less one.
  static let nist: [(name: String, degree: Int, intercept: Bool, digits: Double, errorDigits: Double)] = [
    ("Norris", 1, true, 12, 12), ("NoInt1", 1, false, 13.5, 13), ("NoInt2", 1, false, 13.5, 13),
    ("Pontius", 2, true, 11, 11), ("Longley", 1, true, 12, 11), ("Filip", 10, true, 6, 6),
    ("Wampler1", 5, true, 13, 0), ("Wampler2", 5, true, 12, 0), ("Wampler3", 5, true, 12, 11),
    ("Wampler4", 5, true, 12, 11), ("Wampler5", 5, true, 12, 11),
  ]

  @Test(arguments: nist.indices) func reachesTheCertifiedValues(index: Int) throws {
    let set = Self.nist[index]
    let text = try String(
      contentsOf: Reference.tests("Conformance", "nist", set.name + ".csv"), encoding: .utf8)
    let cells = try text.split(whereSeparator: \.isNewline).dropFirst().map { line in
      try line.split(separator: ",").map { try #require(Double($0)) }
    }
    let width = (cells.first?.count ?? 2) - 1
    var columns: [(name: String, column: Column)] = []
    for j in 0..<width {
      for power in 1...set.degree {
        columns.append(("x\(j)^\(power)", Column(.float(cells.map { pow($0[j + 1], Double(power)) }))))
      }
    }
    let sample = TrainingSample(features: try Table(columns), target: Column(.float(cells.map { $0[0] })))
    let model = try Self.linear(LinearRegression(intercept: set.intercept).fit(sample, in: context()))
    let certified = try Reference.file("certified.json", in: "Conformance/nist")[set.name]["params"]
    let first = set.intercept ? 0 : 1
    let mine = (set.intercept ? [model.intercept] : []) + model.coefficients
    let errors = try (set.intercept ? [#require(model.inference?.interceptError)] : [])
      + #require(model.inference).standardErrors
    var worst = 16.0, worstError = 16.0
    for (place, value) in mine.enumerated() {
      let pair = try certified["B\(place + first)"].numbers
      worst = min(worst, Self.digits(value, pair[0]))
      if pair[1] > 0 { worstError = min(worstError, Self.digits(errors[place], pair[1])) }
    }
    #expect(worst >= set.digits, "\(set.name): \(worst) digits")
    #expect(worstError >= set.errorDigits, "\(set.name): \(worstError) digits of the standard errors")
    if ProcessInfo.processInfo.environment["SHOW_DIGITS"] != nil { print("digits", set.name, worst, worstError) }
  }

  static func digits(_ mine: Double, _ certified: Double) -> Double {
    mine == certified ? 16 : -log10(abs(mine - certified) / (certified == 0 ? 1 : abs(certified)))
  }

  @Test func takesTheSmallestOfManySolutions() throws {
    let twice = try Table([
      ("a", Column(.float([1, 2, 3, 4]))), ("b", Column(.float([1, 2, 3, 4]))), ("c", Column(.float([7, 7, 7, 7]))),
    ])
    let target = Column(.float([3, 5, 7, 9]))
    let model = try Self.linear(
      LinearRegression().fit(TrainingSample(features: twice, target: target), in: context()))
    #expect(agree(model.coefficients, [1, 1, 0], within: 1e-12))
    #expect(agree([model.intercept], [1], within: 1e-12))
    #expect(model.inference == nil)
    // Fewer rows than columns.
    let wide = try Table((0..<5).map { j in ("x\(j)", Column(.float([0, j == 0 ? 2 : 0]))) })
    let fitted = try Self.linear(
      LinearRegression().fit(TrainingSample(features: wide, target: Column(.float([1, 5]))), in: context()))
    #expect(agree(fitted.coefficients, [2, 0, 0, 0, 0], within: 1e-12))
    let ridge = try Self.linear(
      RidgeRegression(l2: 2).fit(TrainingSample(features: wide, target: Column(.float([1, 5]))), in: context()))
    // Centred: x = ∓1, y = ∓2; β = 4 / (2 + 2).
    #expect(agree(ridge.coefficients, [1, 0, 0, 0, 0], within: 1e-12))
  }

  @Test func fitsAConstantTargetByItsMean() throws {
    let features = try Table([("a", Column(.float([1, 2, 3, 4])))])
    let sample = TrainingSample(features: features, target: Column(.float([2, 2, 2, 2])))
    let model = try Self.linear(LinearRegression().fit(sample, in: context()))
    #expect(agree([model.intercept] + model.coefficients, [2, 0], within: 1e-12))
    #expect(model.inference?.r2 == nil)
    #expect(try model.learned().rowCount == 2)
  }
}

@Suite struct LogisticRegressionTests {
  @Test(arguments: ["iris", "wine", "breast_cancer", "digits"]) func agreesWithTheReference(name: String) throws {
    let raw = try DataSet("../notebooks/data", name + ".csv"), data = raw.standardized(by: raw.train)
    let reference = try Reference.file("logistic.json")[name]
    // The reference numbers malignant 0 and benign 1, against the order of the names.
    let flipped = name == "breast_cancer"
    for (key, l2) in [("C=1", 1.0), ("C=0.1", 10.0)] {
      let model = try #require(
        LogisticRegression(l2: l2).fit(data.classSample(data.train), in: context()) as? LogisticModel)
      let sign: Double = flipped ? -1 : 1
      #expect(agree(
        model.coefficients.map { $0 * sign }, try reference[key]["coef"].rows.flatMap { $0 }, within: 1e-5), "\(key)")
      // The reference stopped short on the digits: scikit-learn's own Newton solver differs from it by 2e-5.
      let intercepts = try reference[key]["intercept"].numbers
      #expect(agree(model.intercepts.map { $0 * sign }, intercepts, within: name == "digits" ? 3e-5 : 1e-5), "\(key)")
      let test = try data.features(data.test), columns = try model.probabilities(test)
      for (i, row) in try reference[key]["proba_first5"].rows.enumerated() {
        let mine = columns.map { $0[i] }
        #expect(agree(flipped ? mine.reversed() : mine, row, within: 1e-6), "\(key)")
      }
      let classes = try reference[key]["predictions"].numbers.map { Int($0) }
      let labels = model.labels.names, names = flipped ? labels.reversed() : labels
      #expect(texts(try model.predict(test)) == classes.map { names[$0] }, "\(key)")
    }
  }

  @Test func solvesRawColumnsAndManyParametersTheSame() throws {
    // Columns of very different size: the fit is that of the scaled columns with a penalty of none.
    let raw = try DataSet("../notebooks/data", "wine.csv"), all = Array(raw.rows.indices)
    let model = try #require(LogisticRegression(l2: 1).fit(raw.classSample(all), in: context()) as? LogisticModel)
    // At the minimum the penalised gradient is zero: Σ (p - y) x + l2 β = 0, and Σ (p - y) = 0.
    let columns = try model.probabilities(raw.features(all))
    for c in 0..<3 {
      let name = model.labels.names[c]
      let residual = all.map { columns[c][$0] - (raw.target[$0] == name ? 1 : 0) }
      #expect(abs(residual.reduce(0, +)) < 1e-9)
      for j in raw.names.indices {
        let scale = all.reduce(0) { max($0, abs(raw.rows[$1][j])) }
        let gradient = all.reduce(model.coefficients[c * raw.names.count + j]) { $0 + residual[$1] * raw.rows[$1][j] }
        #expect(abs(gradient) < 1e-9 * max(1, scale) * 100, "\(raw.names[j])")
      }
    }
  }

  @Test func conjugateGradientsReachTheMinimum() throws {
    // More than a thousand parameters: 130 features in ten classes.
    let raw = try DataSet("../notebooks/data", "digits.csv")
    var data = raw.standardized(by: raw.train)
    data.names += data.names.map { $0 + "²" } + ["p", "q"]
    for i in data.rows.indices {
      data.rows[i] += data.rows[i].map { $0 * $0 - 1 } + [Double(i % 3), Double(i % 7)]
    }
    let chosen = Array(data.train.prefix(200))
    let model = try #require(LogisticRegression().fit(data.classSample(chosen), in: context()) as? LogisticModel)
    #expect(model.coefficients.count + model.intercepts.count > 1000)
    let columns = try model.probabilities(data.features(chosen)), p = data.names.count
    for c in 0..<10 {
      let residual = chosen.indices.map { columns[c][$0] - (data.target[chosen[$0]] == String(c) ? 1 : 0) }
      for j in 0..<p {
        let gradient = chosen.indices.reduce(model.coefficients[c * p + j]) {
          $0 + residual[$1] * data.rows[chosen[$1]][j]
        }
        #expect(abs(gradient) < 1e-7)
      }
    }
  }

  @Test func oneClassIsRefused() throws {
    let features = try Table([("a", Column(.float([1, 2, 3])))])
    let sample = TrainingSample(features: features, target: Column(.text(TextValues(["x", "x", "x"]))))
    let error = #expect(throws: ModelError.self) { try LogisticRegression().fit(sample, in: context()) }
    #expect(error?.message == "`logistic` needs two classes at least, and every row of the target is x")
  }

  @Test func separableClassesWithoutPenaltyEnd() throws {
    let features = try Table([("a", Column(.float([1, 2, 3, 4])))])
    let sample = TrainingSample(features: features, target: Column(.text(TextValues(["x", "x", "y", "y"]))))
    let model = try LogisticRegression(l2: 0).fit(sample, in: context())
    #expect(texts(try model.predict(features)) == ["x", "x", "y", "y"])
    #expect(try model.probabilities(features).joined().allSatisfy { $0 >= 0 && $0 <= 1 })
  }

  @Test func balancedClassesCountAlike() throws {
    let data = try DataSet("../notebooks/data", "breast_cancer.csv").standardized(by: Array(0..<569))
    let all = Array(data.rows.indices), benign = Double(data.target.count { $0 == "benign" })
    let weights = data.target.map { 569 / (2 * ($0 == "benign" ? benign : 569 - benign)) }
    let a = try #require(
      LogisticRegression(classWeight: .balanced).fit(data.classSample(all), in: context()) as? LogisticModel)
    let b = try #require(
      LogisticRegression().fit(data.classSample(all, weights: weights), in: context()) as? LogisticModel)
    #expect(agree(a.coefficients, b.coefficients, within: 1e-9))
  }
}
