import WeirCatalog
import WeirModels

extension CatalogBuilder {
  mutating func defineLinearSVM() {
    define("linear_svm", "Predicts classes, or numbers, by planes with a wide margin.") { f in
      let c = f.optional(Double.self, "c", default: 1, "How much errors count against a wide margin.")
      let loss = f.choice(
        "loss", LinearSVM.Loss.allCases.map(\.rawValue), default: "auto",
        "Whether errors count as they are or squared; `auto` squares them for classes.")
      let epsilon = f.optional(Double.self, "epsilon", default: 0, "Errors of numbers that are no larger count nothing.")
      let task = f.choice(
        "task", TaskChoice.allCases.map(\.rawValue), default: "auto",
        "Whether to predict classes or numbers; `auto` takes text, bools and ints of few values for classes.")
      let weight = f.choice(
        "class_weight", LogisticRegression.ClassWeight.allCases.map(\.rawValue), default: "none",
        "\"balanced\" lets every class count alike, however many rows it has.")
      let probabilities = f.optional(
        Bool.self, "probabilities", default: false, "Whether to learn probabilities of classes too, by five more fits.")
      let iterations = f.optional(Int.self, "max_iterations", default: 100, "How many steps to take at most.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Minimises half the squares of the coefficients plus `c` times the errors. Several classes are each told from the \
        rest. The constant term is free of penalty; scikit-learn's LinearSVC punishes it, so that its results differ a \
        little. Columns should be on one scale: put `standardize()` before it. The target needs two classes at least.
        """)
      f.example("table(x: [0, 1, 8, 9], y: [\"a\", \"a\", \"b\", \"b\"]) |> fit(linear_svm(), target: .y) |> predict(table(x: [2, 7]))",
        gives: "[a, b]")
      f.seeAlso("logistic", "standardize", "coefficients", "calibrate")
      f.body { call in
        var options = LinearSVM.Options()
        guard let loss = LinearSVM.Loss(rawValue: try call[loss]), let task = TaskChoice(rawValue: try call[task]),
          let weight = LogisticRegression.ClassWeight(rawValue: try call[weight])
        else { return .missing }
        (options.loss, options.task, options.classWeight) = (loss, task, weight)
        options.c = try call[c]
        options.epsilon = try call[epsilon]
        options.probabilities = try call[probabilities]
        options.maxIterations = try call[iterations]
        return .step(try LinearSVM(options))
      }
    }
  }
}
