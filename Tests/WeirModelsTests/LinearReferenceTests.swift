import Foundation
import Testing
import WeirBase
import WeirModels
import WeirTables

/// Against linear_models.json: counting naive Bayes, logistic regression with sizes punished, linear support vectors.
@Suite struct LinearReferenceTests {
  static func weights(_ count: Int) -> [Double] { (0..<count).map { 0.5 + Double($0 * 7 % 5) / 2 } }

  @Test(arguments: [NaiveBayes.Kind.multinomial, .bernoulli]) func countsAgree(kind: NaiveBayes.Kind) throws {
    let data = try DataSet("../notebooks/data", "digits.csv")
    let reference = try Reference.file("linear_models.json")[kind.rawValue]
    for (key, alpha, weights) in [
      ("alpha=1", 1.0, nil), ("alpha=0.3", 0.3, nil), ("weights", 1, Self.weights(data.train.count)),
    ] {
      let model = try #require(
        NaiveBayes(kind, alpha: alpha).fit(data.classSample(data.train, weights: weights), in: context(workers: 2))
          as? CountBayesModel)
      #expect(agree(model.priors, try reference[key]["prior"].numbers, within: 1e-12), "\(key)")
      #expect(agree(model.chances, try reference[key]["chances"].rows.flatMap { $0 }, within: 1e-12), "\(key)")
      let test = try data.features(data.test), columns = try model.probabilities(test)
      for (i, row) in try reference[key]["proba_first5"].rows.enumerated() {
        #expect(agree(columns.map { $0[i] }, row, within: 1e-9), "\(key)")
      }
      let names = model.labels.names
      #expect(texts(try model.predict(test)) == (try reference[key]["predictions"].numbers.map { names[Int($0)] }), "\(key)")
    }
  }

  @Test func countsAreNotBelowZeroAndNothingIsImpossible() throws {
    let table = try Table([("a", Column(.int([0, 3, 0]))), ("b", Column(.int([2, 0, 0])))])
    let target = Column(.text(TextValues(["x", "y", "y"])))
    let sample = TrainingSample(features: table, target: target, targetName: "y")
    for kind in [NaiveBayes.Kind.multinomial, .bernoulli] {
      let model = try NaiveBayes(kind, alpha: 0).fit(sample, in: context())
      #expect(try model.probabilities(table).joined().allSatisfy { $0.isFinite && $0 >= 0 && $0 <= 1 })
      #expect(texts(try model.predict(table)).prefix(2) == ["x", "y"])
    }
    let below = try Table([("a", Column(.int([0, -3, 0])))])
    #expect(throws: ModelError.self) {
      try NaiveBayes(.multinomial).fit(TrainingSample(features: below, target: target), in: context())
    }
    #expect(throws: ModelError.self) { try NaiveBayes(.multinomial, alpha: -1) }
    // One class: a model that knows it alone. Missing everywhere: an error.
    let one = TrainingSample(features: table, target: Column(.text(TextValues(["x", "x", "x"]))))
    #expect(try NaiveBayes(.bernoulli).fit(one, in: context()).probabilities(table) == [[1, 1, 1]])
    let gaps = TrainingSample(features: try Table([("a", .missing(.float, count: 3))]), target: target)
    #expect(throws: ModelError.self) { try NaiveBayes(.multinomial).fit(gaps, in: context()) }
  }

  /// The value reached is no larger than the reference's, and hardly smaller, for the reference is close to the least.
  @Test(arguments: [("lasso_breast_cancer", 0.2, 1.0), ("lasso_wine", 0.5, 1), ("mixed_wine", 0.5, 0.5)])
  func sizesArePunishedNoWorse(key: String, c: Double, ratio: Double) throws {
    let name = key.contains("wine") ? "wine" : "breast_cancer"
    let raw = try DataSet("../notebooks/data", name + ".csv"), data = raw.standardized(by: raw.train)
    for (kind, weights) in [("plain", nil), ("weights", Self.weights(data.train.count))] {
      let reference = try Reference.file("linear_models.json")[key][kind]
      let sample = try data.classSample(data.train, weights: weights)
      let model = try #require(
        LogisticRegression(l2: (1 - ratio) / c, l1: ratio / c).fit(sample, in: context(workers: 2)) as? LogisticModel)
      let chances = try model.probabilities(sample.features), names = model.labels.names
      var value = 0.0
      for (place, row) in data.train.enumerated() {
        let own = try #require(names.firstIndex(of: data.target[row]))
        value -= (weights?[place] ?? 1) * log(chances[own][place])
      }
      for beta in model.coefficients { value += ratio / c * abs(beta) + (1 - ratio) / c / 2 * beta * beta }
      let best = try reference["objective"].number
      #expect(value <= best * (1 + 1e-6) && value >= best * (1 - 1e-4), "\(key) \(kind): \(value) \(best)")
      if ratio == 1 { #expect(Double(model.coefficients.count { $0 == 0 }) == (try reference["zeros"].number), "\(kind)") }
      #expect(agree(model.coefficients, try reference["coef"].rows.flatMap { $0 }, within: 1e-3), "\(key) \(kind)")
    }
  }

  @Test(arguments: ["breast_cancer", "wine"], [LinearSVM.Loss.plain, .squared])
  func planesAreNoWorse(name: String, loss: LinearSVM.Loss) throws {
    let raw = try DataSet("../notebooks/data", name + ".csv"), data = raw.standardized(by: raw.train)
    let reference = try Reference.file("linear_models.json")["svm_" + name][loss == .plain ? "hinge" : "squared_hinge"]
    for (kind, weights) in [("plain", nil), ("weights", Self.weights(data.train.count))] {
      var options = LinearSVM.Options()
      (options.c, options.loss) = (0.5, loss)
      let sample = try data.classSample(data.train, weights: weights)
      let model = try #require(LinearSVM(options).fit(sample, in: context()) as? LinearSVMModel)
      let decisions = try model.decisions(sample.features), p = data.names.count, names = model.labels.names
      for (place, best) in try reference[kind].numbers.enumerated() {
        let own = decisions.count == 1 ? names[1] : names[place]
        var value = 0.0
        for j in place * p..<(place + 1) * p { value += 0.5 * model.coefficients[j] * model.coefficients[j] }
        for (i, row) in data.train.enumerated() {
          let short = max(0, 1 - (data.target[row] == own ? 1 : -1) * decisions[place][i])
          value += 0.5 * (weights?[i] ?? 1) * (loss == .plain ? short : short * short)
        }
        // Theirs is the least with a penalty on the intercept, so ours is below; by how much the intercept's square tells.
        #expect(value <= best * (1 + 1e-5) && value > best * 0.5, "\(name) \(loss) \(kind) \(place): \(value) \(best)")
      }
    }
  }

  @Test func tubesAreNoWorse() throws {
    let raw = try DataSet("Reference", "data", "diabetes.csv"), data = raw.standardized(by: raw.train)
    let sample = try data.numberSample(data.train)
    for (key, loss) in [("epsilon_insensitive", LinearSVM.Loss.auto), ("squared_epsilon_insensitive", .squared)] {
      for epsilon in [0.0, 10] {
        let best = try Reference.file("linear_models.json")["svr_diabetes"]["\(key) \(Int(epsilon))"].number
        var options = LinearSVM.Options()
        (options.c, options.loss, options.epsilon) = (2, loss, epsilon)
        let model = try #require(LinearSVM(options).fit(sample, in: context()) as? LinearModel)
        var value = model.coefficients.reduce(0) { $0 + 0.5 * $1 * $1 }
        for (mine, row) in zip(try floats(model.predict(sample.features)), data.train) {
          let over = max(0, abs(mine - (try #require(Double(data.target[row])))) - epsilon)
          value += 2 * (loss == .squared ? over * over : over)
        }
        // liblinear stops short on columns and targets like these.
        #expect(value <= best * (1 + 1e-6) && value > best * 0.9, "\(key) \(epsilon): \(value) \(best)")
      }
    }
  }

  /// Against liblinear with an intercept that costs it nothing: the same planes, not only as good ones.
  @Test(arguments: ["iris", "wine", "breast_cancer"], ["c1", "c01", "balanced", "weighted"])
  func planesAgreeWithTheReference(name: String, key: String) throws {
    let raw = try DataSet("../notebooks/data", name + ".csv"), data = raw.standardized(by: raw.train)
    // Of several classes liblinear weighs the one that is told from the rest alone.
    guard key != "balanced" || name == "breast_cancer" else { return }
    let expected = try Reference.file("linear_svm.json")[name][key]
    var options = LinearSVM.Options()
    options.c = key == "c01" ? 0.1 : 1
    options.classWeight = key == "balanced" ? .balanced : .none
    let weights = key == "weighted" ? Self.weights(data.train.count) : nil
    let model = try #require(
      LinearSVM(options).fit(try data.classSample(data.train, weights: weights), in: context()) as? LinearSVMModel)
    #expect(agree(model.coefficients, try expected["coefficients"].numbers, within: 1e-6))
    #expect(agree(model.intercepts, try expected["intercepts"].numbers, within: 1e-6))
    #expect(texts(try model.predict(data.features(data.test))) == (expected["predictions"].value as? [String]))
  }

  @Test(arguments: ["c1", "c001_eps10", "weighted"]) func tubesAgreeWithTheReference(key: String) throws {
    let raw = try DataSet("Reference", "data", "diabetes.csv"), data = raw.standardized(by: raw.train)
    let expected = try Reference.file("linear_svm.json")["diabetes"][key]
    var options = LinearSVM.Options()
    options.loss = .squared
    (options.c, options.epsilon) = key == "c001_eps10" ? (0.01, 10) : (1, 0)
    let weights = key == "weighted" ? Self.weights(data.train.count) : nil
    let model = try #require(
      LinearSVM(options).fit(try data.numberSample(data.train, weights: weights), in: context()) as? LinearModel)
    // Its columns nearly depend on each other, so liblinear ends some digits before the least value.
    #expect(agree(model.coefficients, try expected["coefficients"].numbers, within: 1e-5))
    #expect(agree([model.intercept], try expected["intercepts"].numbers, within: 1e-6))
  }

  @Test func planesAtTheEdges() throws {
    let table = try Table([("a", Column(.float([1, 2, 3, 4]))), ("b", Column(.float([1, 2, 3, 4]))), ("c", Column(.float([5, 5, 5, 5])))])
    let target = Column(.text(TextValues(["x", "x", "y", "y"])))
    let sample = TrainingSample(features: table, target: target)
    for loss in LinearSVM.Loss.allCases {
      var options = LinearSVM.Options()
      options.loss = loss
      // Equal columns share, a column of one number gets nothing.
      let model = try #require(LinearSVM(options).fit(sample, in: context()) as? LinearSVMModel)
      #expect(texts(try model.predict(table)) == ["x", "x", "y", "y"])
      #expect(abs(model.coefficients[0] - model.coefficients[1]) < 1e-9 && abs(model.coefficients[2]) < 1e-12)
      #expect(throws: ModelError.self) { try model.probabilities(table) }
      // A constant target of numbers is its value.
      let flat = TrainingSample(features: table, target: Column(.float([2, 2, 2, 2])))
      #expect(agree(try floats(LinearSVM(options).fit(flat, in: context()).predict(table)), [2, 2, 2, 2], within: 1e-9))
      let one = TrainingSample(features: table, target: Column(.text(TextValues(["x", "x", "x", "x"]))))
      #expect(throws: ModelError.self) { try LinearSVM(options).fit(one, in: context()) }
      // Fewer rows than columns.
      let wide = try Table((0..<6).map { j in ("x\(j)", Column(.float([Double(j % 2), j == 0 ? 3 : 0]))) })
      let two = TrainingSample(features: wide, target: Column(.text(TextValues(["x", "y"]))))
      #expect(texts(try LinearSVM(options).fit(two, in: context()).predict(wide)) == ["x", "y"])
    }
  }

  @Test func probabilitiesOfPlanesFollowTheirDecisions() throws {
    let raw = try DataSet("../notebooks/data", "wine.csv"), data = raw.standardized(by: raw.train)
    var options = LinearSVM.Options()
    options.probabilities = true
    let model = try LinearSVM(options).fit(data.classSample(data.train), in: context())
    let test = try data.features(data.test), columns = try model.probabilities(test), names = try model.learned().names.dropFirst()
    var right = 0.0
    for (i, row) in data.test.enumerated() {
      #expect(abs(columns.reduce(0) { $0 + $1[i] } - 1) < 1e-12)
      right += columns[try #require(Array(names).firstIndex(of: data.target[row]))][i]
    }
    #expect(right / Double(data.test.count) > 0.85)
  }
}
