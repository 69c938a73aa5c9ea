import Glibc
import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct SupportVectorTests {
  static let machines: [(key: String, options: SupportVectorMachine.Options)] = {
    func options(_ change: (inout SupportVectorMachine.Options) -> Void) -> SupportVectorMachine.Options {
      var options = SupportVectorMachine.Options()
      options.tolerance = 1e-6
      change(&options)
      return options
    }
    return [
      ("rbf", options { _ in }), ("rbf_c10_gamma01", options { ($0.c, $0.gamma) = (10, .value(0.1)) }),
      ("linear", options { $0.kernel = .linear }), ("poly3", options { $0.kernel = .poly }),
      ("poly2_coef1", options { ($0.kernel, $0.degree, $0.coef0) = (.poly, 2, 1) }),
      ("balanced", options { $0.classWeight = .balanced }), ("weighted", options { _ in }),
    ]
  }()

  static func weights(_ count: Int) -> [Double] { (0..<count).map { 0.5 + Double($0 % 3) } }

  @Test(arguments: ["iris", "wine", "breast_cancer", "digits"]) func classesAgreeWithLibsvm(name: String) throws {
    let raw = try DataSet("../notebooks/data", name + ".csv"), data = raw.standardized(by: raw.train)
    let test = try data.features(data.test)
    for (key, options) in Self.machines where name != "digits" || ["rbf", "poly3"].contains(key) {
      let reference = try Reference.file("svm.json")[name][key]
      let sample = try data.classSample(data.train, weights: key == "weighted" ? Self.weights(data.train.count) : nil)
      let model = try #require(
        SupportVectorMachine(options).fit(sample, in: context(workers: 2)) as? SupportVectorModel)
      #expect(model.converged)
      let decisions = try model.decisions(data.features(Array(data.test.prefix(5))))
      #expect(agree(decisions, try reference["decisions"].rows.flatMap { $0 }, within: 1e-4), "\(name) \(key)")
      #expect(agree(model.intercepts, try reference["intercepts"].numbers, within: 1e-3), "\(name) \(key)")
      let total = model.coefficients.joined().reduce(0) { $0 + abs($1) }
      #expect(abs(total / (try reference["dual_abs_sum"].number) - 1) < 1e-3, "\(name) \(key)")
      let expected = try #require(reference["predictions"].value as? [String])
      #expect(texts(try model.predict(test)) == expected, "\(name) \(key)")
    }
  }

  @Test func numbersAgreeWithLibsvm() throws {
    let raw = try DataSet("Reference", "data", "diabetes.csv"), data = raw.standardized(by: raw.train)
    var options = SupportVectorMachine.Options()
    options.tolerance = 1e-6
    for (key, c, kernel, epsilon) in [
      ("rbf_c100", 100.0, KernelFunction.Kind.rbf, 0.1), ("linear_eps5", 1, .linear, 5), ("weighted", 10, .rbf, 1),
    ] {
      (options.c, options.kernel, options.epsilon) = (c, kernel, epsilon)
      let reference = try Reference.file("svm.json")["diabetes"][key]
      let sample = try data.numberSample(data.train, weights: key == "weighted" ? Self.weights(data.train.count) : nil)
      let model = try #require(SupportVectorMachine(options).fit(sample, in: context()) as? SupportVectorModel)
      let predictions = try floats(model.predict(data.features(data.test)))
      #expect(agree(predictions, try reference["predictions"].numbers, within: 1e-4), "\(key)")
      #expect(agree(model.intercepts, [try reference["intercept"].number], within: 1e-3), "\(key)")
      #expect(model.supportCount == Int(try reference["support"].number), "\(key)")
    }
  }

  /// What any solution must satisfy: each row's margin fits its coefficient, whatever solved the problem.
  @Test func aSolutionSatisfiesItsConditions() throws {
    var options = SupportVectorMachine.Options()
    (options.c, options.tolerance) = (0.7, 1e-5)
    let data = EstimatorPropertyTests.data(1500)
    let rows = data.classes.indices.filter { data.classes[$0] != "blue" }
    let sample = try EstimatorPropertyTests.sample(.knn, rows, data)
    let model = try #require(SupportVectorMachine(options).fit(sample, in: context()) as? SupportVectorModel)
    let decisions = try model.decisions(sample.features)
    // "green" comes first and has the sign 1.
    let margins = zip(rows, decisions).map { data.classes[$0] == "green" ? $1 : -$1 }
    let free = margins.count { abs($0 - 1) < 1e-4 }, inside = margins.count { $0 < 1 - 1e-4 }
    #expect(free + inside == model.supportCount)
    let bounded = model.coefficients[0].count { abs(abs($0) - 0.7) < 1e-12 }
    #expect(bounded == inside)
    #expect(abs(model.coefficients[0].reduce(0, +)) < 1e-9)
  }

  @Test(arguments: ["iris", "breast_cancer"]) func probabilitiesAreGood(name: String) throws {
    let raw = try DataSet("../notebooks/data", name + ".csv"), data = raw.standardized(by: raw.train)
    var options = SupportVectorMachine.Options()
    options.probabilities = true
    let model = try SupportVectorMachine(options).fit(data.classSample(data.train), in: context())
    let columns = try model.probabilities(data.features(data.test))
    guard case .classification(let classes) = model.task else { throw ModelError("no classes") }
    let names = texts(classes), truth = texts(data.texts(data.test))
    var loss = 0.0
    for (row, own) in truth.enumerated() {
      let total = columns.reduce(0) { $0 + $1[row] }
      #expect(abs(total - 1) < 1e-9)
      let place = try #require(names.firstIndex(of: own))
      loss -= log(columns[place][row])
    }
    #expect(loss / Double(truth.count) < 0.15)
    let plain = try SupportVectorMachine().fit(data.classSample(data.train), in: context())
    #expect(throws: ModelError.self) { try plain.probabilities(data.features(data.test)) }
  }

  @Test func oddDataAreDefined() throws {
    func fit(_ x: [Double], _ y: [String], _ options: SupportVectorMachine.Options = .init()) throws -> any FittedModel {
      try SupportVectorMachine(options).fit(
        TrainingSample(features: Table([("x", Column(.float(x)))]), target: Column(.text(TextValues(y)))), in: context())
    }
    #expect(throws: ModelError.self) { try fit([1, 2], ["a", "a"]) }
    #expect(throws: ModelError.self) { try fit([1e200, 2], ["a", "b"]) }
    // A constant feature, and rows of both classes at one place: every row is at its bound.
    let constant = try fit([3, 3, 3, 3], ["a", "b", "a", "b"])
    #expect(try constant.predict(Table([("x", Column(.float([3, 9])))])).count == 2)
    for kernel in KernelFunction.Kind.allCases {
      var options = SupportVectorMachine.Options()
      options.kernel = kernel
      let model = try fit([-2, -1, 1, 2], ["a", "a", "b", "b"], options)
      #expect(texts(try model.predict(Table([("x", Column(.float([-3, 3])))]))) == ["a", "b"], "\(kernel)")
    }
  }
}
