package import WeirBase

/// Support vector machine with a kernel (Cortes, Vapnik 1995). For classes it minimises ½|w|² + c Σ wᵢ max(0, 1 - yᵢ f(xᵢ))
/// for each pair of classes, and predicts by their votes; for numbers ½|w|² + c Σ wᵢ max(0, |yᵢ - f(xᵢ)| - epsilon).
///
/// The dual problem is solved until no two of its variables violate by more than `tolerance`, as in libsvm, whose numbers
/// these are. Time grows with the square of the number of rows, or faster: beyond some ten thousand take `linear_svm`.
package struct SupportVectorMachine: Estimator {
  /// How far a kernel reaches.
  package enum Gamma: Sendable, Hashable {
    /// 1 / (features x variance of all their values).
    case scale
    /// 1 / features.
    case auto
    case value(Double)
  }

  package struct Options: Sendable, Hashable {
    package var kernel = KernelFunction.Kind.rbf
    package var c = 1.0
    package var gamma = Gamma.scale
    package var degree = 3
    package var coef0 = 0.0
    package var epsilon = 0.1
    package var classWeight = LogisticRegression.ClassWeight.none
    /// Whether to learn probabilities as well, from decisions on rows left out of five more fits.
    package var probabilities = false
    package var tolerance = 1e-3
    /// Steps that each solve for some hundred variables.
    package var maxIterations = 20_000
    package var task = TaskChoice.auto
    package init() {}
  }

  package static let archiveName = "svm"
  package let options: Options

  package init(_ options: Options = Options()) throws {
    for (name, value) in [("c", options.c), ("tolerance", options.tolerance)] where !(value.isFinite && value > 0) {
      throw ModelError("`\(name)` of `svm` is a number above zero, not \(value)")
    }
    if case .value(let gamma) = options.gamma, !(gamma.isFinite && gamma > 0) {
      throw ModelError("`gamma` of `svm` is \"scale\", \"auto\" or a number above zero, not \(gamma)")
    }
    guard (1...64).contains(options.degree) else {
      throw ModelError("`degree` of `svm` is a whole number from 1 to 64, not \(options.degree)")
    }
    guard options.coef0.isFinite else { throw ModelError("`coef0` of `svm` is a finite number, not \(options.coef0)") }
    guard options.epsilon.isFinite, options.epsilon >= 0 else {
      throw ModelError.settingBelowZero("epsilon", of: "svm", found: options.epsilon)
    }
    guard options.maxIterations >= 1 else {
      throw ModelError.settingTooSmall("max_iterations", of: "svm", least: 1, found: options.maxIterations)
    }
    self.options = options
  }

  package var name: String { "svm" }
  package var settings: [Setting] {
    [
      Setting("kernel", .text(options.kernel.rawValue), default: .text("rbf")),
      Setting("c", .float(options.c), default: .float(1)),
      Setting("gamma", options.gamma.archive, default: .text("scale")),
      Setting("degree", .int(Int64(options.degree)), default: .int(3)),
      Setting("coef0", .float(options.coef0), default: .float(0)),
      Setting("epsilon", .float(options.epsilon), default: .float(0.1)),
      Setting("class_weight", .text(options.classWeight.rawValue), default: .text("none")),
      Setting("probabilities", .bool(options.probabilities), default: .bool(false)),
      Setting("tolerance", .float(options.tolerance), default: .float(1e-3)),
      Setting("max_iterations", .int(Int64(options.maxIterations)), default: .int(20_000)),
      Setting("task", .text(options.task.rawValue), default: .text("auto")),
    ]
  }

  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }

  package init(archive: Archive) throws {
    self = try readingSettings {
      var options = Options()
      guard let kernel = KernelFunction.Kind(rawValue: try archive.part("kernel").asText()),
        let weight = LogisticRegression.ClassWeight(rawValue: try archive.part("class_weight").asText()),
        let task = TaskChoice(rawValue: try archive.part("task").asText())
      else { throw ArchiveError("an unknown kernel, class weight or task") }
      (options.kernel, options.classWeight, options.task) = (kernel, weight, task)
      options.c = try archive.part("c").asFloat()
      options.gamma = try Gamma(archive: archive.part("gamma"))
      options.degree = try archive.part("degree").asInt()
      options.coef0 = try archive.part("coef0").asFloat()
      options.epsilon = try archive.part("epsilon").asFloat()
      options.probabilities = try archive.part("probabilities").asBool()
      options.tolerance = try archive.part("tolerance").asFloat()
      options.maxIterations = try archive.part("max_iterations").asInt()
      return try SupportVectorMachine(options)
    }
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let all = try Design(sample.features, for: name, workers: context.workers)
    let target = try sample.target(for: name, as: options.task)
    guard all.rowCount > 0 else { throw ModelError.noRows(name) }
    let given = try sample.checkedWeights(for: name)
    let kept = given.map { weights in weights.indices.filter { weights[$0] > 0 } }
    let rows = kept ?? Array(0..<all.rowCount), design = all.keeping(kept)
    let weights = given.map { given in rows.map { given[$0] } }
    let kernel = try options.kernelFunction(for: design)
    switch target {
    case .numbers(let values):
      return try regression(design, kernel, rows.map { values[$0] }, weights, context)
    case .classes(let labels, let codes):
      return try classification(design, kernel, labels, rows.map { codes[$0] }, weights, context)
    }
  }

  private func regression(
    _ design: Design, _ kernel: KernelFunction, _ target: [Double], _ weights: [Double]?, _ context: FitContext
  ) throws -> SupportVectorModel {
    let n = design.rowCount, data = try KernelRows(design.values, columns: design.featureCount, kernel: kernel)
    let caps = (0..<n).map { options.c * (weights?[$0] ?? 1) }
    let problem = DualProblem(
      rows: (0..<2 * n).map { Int32($0 % n) }, signs: (0..<2 * n).map { $0 < n ? 1 : -1 },
      linear: (0..<2 * n).map { options.epsilon + ($0 < n ? -target[$0] : target[$0 - n]) }, caps: caps + caps)
    let solution = try problem.solved(
      data, tolerance: options.tolerance, maxIterations: options.maxIterations, workers: context.workers,
      cancellation: context.cancellation) { context.progress($0, options.maxIterations, "steps at most") }
    return try SupportVectorModel(
      features: design.names, data: data, outcome: .numbers, coefficients: [solution.coefficients],
      intercepts: [solution.intercept], calibrators: [], objectives: [solution.objective],
      converged: solution.converged)
  }

  private func classification(
    _ design: Design, _ kernel: KernelFunction, _ labels: ClassLabels, _ codes: [Int32], _ given: [Double]?,
    _ context: FitContext
  ) throws -> SupportVectorModel {
    let present = Set(codes).sorted()
    guard present.count == labels.count, labels.count > 1 else { throw ModelError.oneClass(labels, for: name) }
    let weights = options.classWeight == .balanced ? balancedWeights(given, codes, classes: labels.count) : given
    let caps = codes.indices.map { options.c * (weights?[$0] ?? 1) }
    let data = try KernelRows(design.values, columns: design.featureCount, kernel: kernel)
    let pairs = ClassPairs(classes: labels.count)
    let members = ClassPairs.members(codes, classes: labels.count)
    let fits = try context.workers.map(pairs.count) { number in
      let (a, b) = pairs[number]
      return try PairMachine(
        data, first: members[a], second: members[b], caps: caps, options: options,
        context: context.child(number), workers: context.workers)
    }
    let coefficients = pairs.coefficients(of: fits, codes: codes, members: members)
    return try SupportVectorModel(
      features: design.names, data: data, outcome: .classes(labels, codes: codes), coefficients: coefficients,
      intercepts: fits.map(\.solution.intercept), calibrators: fits.compactMap(\.calibrator),
      objectives: fits.map(\.solution.objective), converged: fits.allSatisfy(\.solution.converged))
  }
}

extension SupportVectorMachine.Gamma {
  package var archive: Archive {
    switch self {
    case .scale: .text("scale")
    case .auto: .text("auto")
    case .value(let value): .float(value)
    }
  }

  package init(archive: Archive) throws {
    switch archive {
    case .text("scale"): self = .scale
    case .text("auto"): self = .auto
    default: self = .value(try archive.asFloat())
    }
  }
}

extension SupportVectorMachine.Options {
  func kernelFunction(for design: Design) throws -> KernelFunction {
    let width = Double(design.featureCount)
    let gamma: Double
    switch self.gamma {
    case .value(let value): gamma = value
    case .auto: gamma = 1 / width
    case .scale:
      let count = Double(design.values.count), mean = design.values.reduce(0, +) / count
      let variance = design.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      guard variance.isFinite else { throw ModelError("the features hold numbers too large to square") }
      gamma = variance > 0 ? min(1 / (width * variance), .greatestFiniteMagnitude) : 1
    }
    return KernelFunction(kernel, gamma: gamma, coef0: coef0, degree: degree)
  }
}
