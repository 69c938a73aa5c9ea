import WeirCatalog
import WeirModels

extension CatalogBuilder {
  /// Models, as the last step of a plan.
  mutating func defineModels() {
    defineLinearModels()
    defineClassifiers()
    defineSupportVectors()
    defineTrees()
    defineClusters()
  }

  private static let penalty = "How strongly large coefficients are punished; 0 for not at all."
  private static let task =
    "Whether to predict classes or numbers; `auto` takes text, bools and ints of few values for classes."

  private mutating func defineLinearModels() {
    define("linear", "Predicts a number by least squares.") { f in
      let intercept = f.optional(Bool.self, "intercept", default: true, "Whether there is a constant term.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.example(Self.linearExample("predict(model, table(x: [5])) |> round(3)"), gives: "[9.5]")
      f.seeAlso("ridge", "coefficients", "fit")
      f.body { call in .step(LinearRegression(intercept: try call[intercept])) }
    }
    define("ridge", "Predicts a number by least squares with a penalty on the squares of the coefficients.") { f in
      let l2 = f.optional(Double.self, "l2", default: 1, Self.penalty)
      let intercept = f.optional(Bool.self, "intercept", default: true, "Whether there is a constant term, free of penalty.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("Columns of different scale are punished differently: put `standardize()` before it.")
      f.example("standardize() >> ridge(l2: 0.5)", gives: "standardize() >> ridge(l2: 0.5)")
      f.seeAlso("linear", "standardize")
      f.body { call in .step(try RidgeRegression(l2: call[l2], intercept: call[intercept])) }
    }
    define("lasso", "Predicts a number by least squares with a penalty on the sizes of the coefficients: many become 0.") { f in
      let l1 = f.optional(Double.self, "l1", default: 1, Self.penalty)
      let intercept = f.optional(Bool.self, "intercept", default: true, "Whether there is a constant term, free of penalty.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Minimises half the mean of the squared errors plus `l1` times the sum of sizes; `l1` is scikit-learn's `alpha`. \
        Columns of different scale are punished differently: put `standardize()` before it.
        """)
      f.example("standardize() >> lasso(l1: 0.1)", gives: "standardize() >> lasso(l1: 0.1)")
      f.seeAlso("elastic_net", "ridge", "coefficients")
      f.body { call in .step(try ElasticNet(l1: call[l1], l2: 0, intercept: call[intercept], isLasso: true)) }
    }
    define("elastic_net", "Predicts a number by least squares with penalties on the sizes and squares of the coefficients.") { f in
      let l1 = f.optional(Double.self, "l1", default: 0.5, "The penalty on sizes; 0 for none.")
      let l2 = f.optional(Double.self, "l2", default: 0.5, "The penalty on half the squares; 0 for none.")
      let intercept = f.optional(Bool.self, "intercept", default: true, "Whether there is a constant term, free of penalty.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Half the mean of the squared errors is minimised with the penalties. In scikit-learn's terms `l1` is \
        `alpha * l1_ratio` and `l2` is `alpha * (1 - l1_ratio)`.
        """)
      f.example("elastic_net(l1: 0.1, l2: 0.2)", gives: "elastic_net(l1: 0.1, l2: 0.2)")
      f.seeAlso("lasso", "ridge")
      f.body { call in .step(try ElasticNet(l1: call[l1], l2: call[l2], intercept: call[intercept])) }
    }
    define("logistic", "Predicts classes and their probabilities by logistic regression.") { f in
      let l2 = f.optional(Double.self, "l2", default: 1, "How strongly squares of coefficients are punished; 0 for not at all.")
      let l1 = f.optional(Double.self, "l1", default: 0, "How strongly sizes are punished, which makes many coefficients 0.")
      let weight = f.choice(
        "class_weight", LogisticRegression.ClassWeight.allCases.map(\.rawValue), default: "none",
        "\"balanced\" lets every class count alike, however many rows it has.")
      let iterations = f.optional(Int.self, "max_iterations", default: 100, "How many steps to take at most.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Of several classes the softmax; `l2` is scikit-learn's 1/C, and so is `l1` for its penalty on sizes, which goes with \
        `l2: 0` unless both are wanted. The target needs two classes at least.
        """)
      f.example(Self.example("predict(model, table(x: [2]))"), gives: "[a]")
      f.example("standardize() >> logistic(l1: 1, l2: 0)", gives: "standardize() >> logistic(l2: 0.0, l1: 1.0)")
      f.seeAlso("probabilities", "coefficients", "fit")
      f.body { call in
        guard let weight = LogisticRegression.ClassWeight(rawValue: try call[weight]) else { return .missing }
        return .step(try LogisticRegression(
          l2: call[l2], l1: call[l1], classWeight: weight, maxIterations: call[iterations]))
      }
    }
    defineLinearSVM()
  }

  private mutating func defineClassifiers() {
    define("naive_bayes", "Predicts classes as if features were independent within each.") { f in
      let kind = f.choice(
        "kind", NaiveBayes.Kind.allCases.map(\.rawValue), default: "gaussian",
        "What features are within a class: normal, counts, or present or not.")
      let alpha = f.optional(
        Double.self, "alpha", default: 1, "What is added to each count, so that what was never seen is not impossible.")
      let smoothing = f.optional(
        Double.self, "var_smoothing", default: 1e-9, "The part of the largest variance that is added to all.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        "multinomial" takes counts or weights of words, none below 0; "bernoulli" asks whether a number is above 0. `alpha` \
        is for these two, `var_smoothing` for "gaussian".
        """)
      f.example("table(x: [0, 1, 8, 9], y: [1, 1, 2, 2]) |> fit(naive_bayes(), target: .y) |> predict(table(x: [0, 7]))",
        gives: "[1, 2]")
      f.example(
        "table(ball: [3, 2, 0], vote: [0, 1, 4], y: [\"sport\", \"sport\", \"news\"]) "
          + "|> fit(naive_bayes(\"multinomial\"), target: .y) |> predict(table(ball: [0, 2], vote: [2, 0]))",
        gives: "[news, sport]")
      f.seeAlso("logistic", "fit")
      f.body { call in
        guard let kind = NaiveBayes.Kind(rawValue: try call[kind]) else { return .missing }
        return .step(try NaiveBayes(kind, alpha: call[alpha], varSmoothing: call[smoothing]))
      }
    }
    define("knn", "Predicts from the nearest rows that it learned from.") { f in
      let k = f.optional(Int.self, "k", default: 5, "How many neighbours are asked.")
      let weights = f.choice(
        "weights", NearestNeighbors.Weighting.allCases.map(\.rawValue), default: "uniform",
        "\"distance\" lets nearer neighbours count more.")
      let task = f.choice("task", TaskChoice.allCases.map(\.rawValue), default: "auto", Self.task)
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("Distances are Euclidean, so columns should be on one scale: put `standardize()` before it.")
      f.example("table(x: [0, 1, 9], y: [\"a\", \"a\", \"b\"]) |> fit(knn(k: 1), target: .y) |> predict(table(x: [2, 8]))",
        gives: "[a, b]")
      f.seeAlso("standardize", "fit")
      f.body { call in
        guard let weighting = NearestNeighbors.Weighting(rawValue: try call[weights]),
          let task = TaskChoice(rawValue: try call[task])
        else { return .missing }
        return .step(try NearestNeighbors(k: call[k], weighting: weighting, task: task))
      }
    }
  }
}
