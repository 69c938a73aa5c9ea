import WeirCatalog
import WeirModels

extension CatalogBuilder {
  /// Support vector machines with kernels.
  mutating func defineSupportVectors() {
    define("svm", "Predicts classes or numbers from the rows nearest to the border, by a kernel.") { f in
      let kernel = f.choice(
        "kernel", KernelFunction.Kind.allCases.map(\.rawValue), default: "rbf", "How alike two rows are (see below).")
      let c = f.optional(Double.self, "c", default: 1, "How much errors count against a wide margin.")
      let gamma = f.optional(
        Value.self, "gamma",
        """
        How fast likeness falls with distance: a number, "auto" for 1 / features, or "scale" for 1 / (features x variance of \
        their values), which is taken where left out.
        """, accepts: .either([.string, .number]))
      let degree = f.optional(Int.self, "degree", default: 3, "The degree of `poly`.")
      let coef0 = f.optional(Double.self, "coef0", default: 0, "What `poly` and `sigmoid` add to the product.")
      let epsilon = f.optional(Double.self, "epsilon", default: 0.1, "Errors of numbers that are no larger count nothing.")
      let weight = f.choice(
        "class_weight", LogisticRegression.ClassWeight.allCases.map(\.rawValue), default: "none",
        "\"balanced\" lets every class count alike, however many rows it has.")
      let probabilities = f.optional(
        Bool.self, "probabilities", default: false, "Whether to learn probabilities of classes too, by five more fits.")
      let tolerance = f.optional(Double.self, "tolerance", default: 1e-3, "How much two rows may violate at the end.")
      let iterations = f.optional(Int.self, "max_iterations", default: 20_000, "How many steps to take at most.")
      let task = f.choice(
        "task", TaskChoice.allCases.map(\.rawValue), default: "auto",
        "Whether to predict classes or numbers; `auto` takes text, bools and ints of few values for classes.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Kernels of rows x and z: `linear` x·z, `rbf` exp(-gamma |x - z|²), `poly` (gamma x·z + coef0)^degree, `sigmoid` \
        tanh(gamma x·z + coef0). Several classes are told apart in pairs, which vote; probabilities come from the pairs \
        (Platt's sigmoid, then pairwise coupling). Columns should be on one scale: put `standardize()` before it. Time \
        grows with the square of the rows and faster: beyond some ten thousand take `linear_svm()`.
        """)
      f.example("""
        rings = table(x: [0, 0, 1, 4, 0, -4], y: [0, 1, 0, 0, 4, 0], ring: ["in", "in", "in", "out", "out", "out"])
        rings |> fit(svm(), target: .ring) |> predict(table(x: [0.5, -3], y: [0.5, -3]))
        """, gives: "[in, out]")
      f.seeAlso("linear_svm", "logistic", "standardize", "calibrate", "fit")
      f.body { call in
        var options = SupportVectorMachine.Options()
        guard let kernel = KernelFunction.Kind(rawValue: try call[kernel]),
          let weight = LogisticRegression.ClassWeight(rawValue: try call[weight]),
          let task = TaskChoice(rawValue: try call[task])
        else { return .missing }
        (options.kernel, options.classWeight, options.task) = (kernel, weight, task)
        (options.c, options.degree, options.coef0) = (try call[c], try call[degree], try call[coef0])
        options.gamma = try SupportVectorMachine.Gamma(call[gamma] ?? .missing)
        (options.epsilon, options.tolerance) = (try call[epsilon], try call[tolerance])
        options.probabilities = try call[probabilities]
        options.maxIterations = try call[iterations]
        return .step(try SupportVectorMachine(options))
      }
    }
  }
}

extension SupportVectorMachine.Gamma {
  /// As a user writes it; missing is the default.
  fileprivate init(_ value: Value) throws {
    switch value {
    case .missing, .string("scale"): self = .scale
    case .string("auto"): self = .auto
    case .int(let number): self = .value(Double(number))
    case .float(let number): self = .value(number)
    default: throw ModelError("`gamma` of `svm` is \"scale\", \"auto\" or a number above zero, not \(value.shortText)")
    }
  }
}
