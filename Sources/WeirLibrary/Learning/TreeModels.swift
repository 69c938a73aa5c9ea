import WeirCatalog
import WeirModels

extension CatalogBuilder {
  /// Trees, one or many.
  mutating func defineTrees() {
    defineTree()
    defineForest()
    defineBoosting()
  }

  private static let task =
    "Whether to predict classes or numbers; `auto` takes text, bools and ints of few values for classes."
  private static let depth = "The most questions asked of a row; as many as it takes where left out."
  private static let leaf = "The fewest rows that an answer may rest on."
  private static let classWeight = "\"balanced\" lets every class count alike, however many rows it has."

  private mutating func defineTree() {
    define("tree", "Predicts classes or numbers by a tree of questions about single features.") { f in
      let depth = f.optional(Int.self, "depth", Self.depth)
      let split = f.optional(Int.self, "min_samples_split", default: 2, "The fewest rows that are parted further.")
      let leaf = f.optional(Int.self, "min_samples_leaf", default: 1, Self.leaf)
      let leaves = f.optional(Int.self, "max_leaves", "The most answers; the splits that help most come first then.")
      let prune = f.optional(
        Double.self, "prune", default: 0, "What each answer must take from the impurity to stay (scikit-learn's ccp_alpha).")
      let criterion = f.choice(
        "criterion", DecisionTree.Criterion.allCases.map(\.rawValue), default: "gini", "How mixed classes are measured.")
      let weight = f.choice(
        "class_weight", LogisticRegression.ClassWeight.allCases.map(\.rawValue), default: "none", Self.classWeight)
      let task = f.choice("task", TaskChoice.allCases.map(\.rawValue), default: "auto", Self.task)
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Every value of every feature is tried; of equally good splits the first feature's is taken. Numbers are judged by \
        their variance. Rows may lack values: each split tries them on both sides, and where no row lacked one, such rows go \
        where most rows went. Text wants `one_hot()` or `ordinal()` before.
        """)
      f.example("""
        t = table(x: [0, 1, 8, 9], y: ["a", "a", "b", "b"])
        t |> fit(tree(depth: 1), target: .y) |> predict(table(x: [4, 5]))
        """, gives: "[a, b]")
      f.example("""
        t = table(x: [1, 2, missing, missing], y: ["a", "a", "b", "b"])
        t |> fit(tree(), target: .y) |> predict(table(x: [missing, 7]))
        """, gives: "[b, a]")
      f.seeAlso("forest", "gbm", "summary", "fit")
      f.body { call in
        guard let criterion = DecisionTree.Criterion(rawValue: try call[criterion]),
          let weight = LogisticRegression.ClassWeight(rawValue: try call[weight]),
          let task = TaskChoice(rawValue: try call[task])
        else { return .missing }
        return .step(try DecisionTree(
          depth: call[depth], minSamplesSplit: call[split], minSamplesLeaf: call[leaf], maxLeaves: call[leaves],
          prune: call[prune], criterion: criterion, classWeight: weight, task: task))
      }
    }
  }

  private mutating func defineForest() {
    define("forest", "Predicts classes or numbers by the mean of many trees, each grown from rows drawn anew.") { f in
      let trees = f.optional(Int.self, "trees", default: 100, "How many trees.")
      let depth = f.optional(Int.self, "depth", Self.depth)
      let features = f.optional(
        Value.self, "features",
        """
        How many features each split chooses among: "sqrt", "log2", "all", a part such as 0.3, or a number; the square root \
        for classes and all for numbers where left out.
        """, accepts: .either([.string, .number]))
      let split = f.optional(Int.self, "min_samples_split", default: 2, "The fewest rows that are parted further.")
      let leaf = f.optional(Int.self, "min_samples_leaf", default: 1, Self.leaf)
      let criterion = f.choice(
        "criterion", DecisionTree.Criterion.allCases.map(\.rawValue), default: "gini", "How mixed classes are measured.")
      let bootstrap = f.optional(
        Bool.self, "bootstrap", default: true, "Whether each tree draws its rows with replacement; otherwise it sees all.")
      let splits = f.choice(
        "splits", RandomForest.Splits.allCases.map(\.rawValue), default: "best",
        "\"random\" cuts each feature at a random place (extremely randomised trees).")
      let oob = f.optional(
        Bool.self, "oob", default: false, "Whether to score each row by the trees that did not see it; `summary` shows it.")
      let weight = f.choice(
        "class_weight", LogisticRegression.ClassWeight.allCases.map(\.rawValue), default: "none", Self.classWeight)
      let task = f.choice("task", TaskChoice.allCases.map(\.rawValue), default: "auto", Self.task)
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Features of more than 255 different values are cut into 255 bins of about as many rows, once for all trees. Rows may \
        lack values, as for `tree`. The same seed gives the same forest, however many threads grow it.
        """)
      f.example("""
        t = table(x: 1..40, y: [if i > 20 then "b" else "a" for i in 1..40])
        t |> fit(forest(trees: 20), target: .y) |> predict(table(x: [3, 38]))
        """, gives: "[a, b]")
      f.seeAlso("tree", "gbm", "importance", "explain", "fit")
      f.body { call in
        guard let criterion = DecisionTree.Criterion(rawValue: try call[criterion]),
          let splits = RandomForest.Splits(rawValue: try call[splits]),
          let weight = LogisticRegression.ClassWeight(rawValue: try call[weight]),
          let task = TaskChoice(rawValue: try call[task])
        else { return .missing }
        var options = RandomForest.Options()
        options.trees = try call[trees]
        options.depth = try call[depth]
        options.features = try RandomForest.FeatureChoice(call[features] ?? .missing)
        options.minSamplesSplit = try call[split]
        options.minSamplesLeaf = try call[leaf]
        options.bootstrap = try call[bootstrap]
        options.outOfBag = try call[oob]
        (options.criterion, options.splits, options.classWeight, options.task) = (criterion, splits, weight, task)
        return .step(try RandomForest(options))
      }
    }
  }

  private mutating func defineBoosting() {
    define("gbm", "Predicts classes, numbers or counts by trees that each mend what those before them left.") { f in
      let trees = f.optional(Int.self, "trees", default: 100, "How many trees at most; for several classes, of each.")
      let rate = f.optional(Double.self, "learning_rate", default: 0.1, "How much of its mend each tree makes.")
      let leaves = f.optional(Int.self, "max_leaves", default: 31, "The most answers of a tree.")
      let depth = f.optional(Int.self, "depth", "The most questions that a tree asks of a row; any number where left out.")
      let leaf = f.optional(Int.self, "min_samples_leaf", default: 20, Self.leaf)
      let l2 = f.optional(Double.self, "l2", default: 0, "How strongly large answers are punished.")
      let loss = f.choice(
        "loss", GradientBoosting.Loss.allCases.map(\.rawValue), default: "auto",
        "What is made small: \"squared\", \"absolute\", \"quantile\" and \"poisson\" (counts) for numbers, \"log_loss\" for classes.")
      let quantile = f.optional(Double.self, "quantile", default: 0.5, "Which quantile the loss \"quantile\" predicts.")
      let rows = f.optional(Double.self, "rows", default: 1, "The part of the rows that each tree sees.")
      let features = f.optional(Double.self, "features", default: 1, "The part of the features that each tree sees.")
      let stop = f.optional(
        Int.self, "stop_early", "After how many trees without progress on rows held out to stop; the best ones are kept.")
      let valid = f.optional(
        Double.self, "valid", default: 0.1,
        "The part of the rows that `stop_early` holds out; `fit(…, valid: rows)` gives it rows of their own instead.")
      let monotone = f.optional(
        Value.self, "monotone",
        "By column, 1 where the prediction must not fall as the column rises, -1 where it must not rise: `{age: 1}`.",
        accepts: .anyRecord)
      let categories = f.namedColumns(
        "categories", of: nil as Parameter<Value>?, "Columns of numbers that are categories; columns of text always are.")
      let weight = f.choice(
        "class_weight", LogisticRegression.ClassWeight.allCases.map(\.rawValue), default: "none", Self.classWeight)
      let task = f.choice("task", TaskChoice.allCases.map(\.rawValue), default: "auto", Self.task)
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Rows may lack values: each split learns where they go. Text is taken as it is, in up to 255 categories. So neither \
        `impute()` nor `one_hot()` is needed before it, nor a scale. With `loss: "poisson"` predictions are expected counts. \
        `fit(…, valid: rows)` keeps as many trees as serve these rows best, of which nothing is learned. Leaves of classes go a \
        step of Newton's method farther than the first, less so where rows are few; so a model learns faster at a given \
        `learning_rate` than others do.
        """)
      f.example("""
        t = table(x: [if i % 3 == 0 then missing else i for i in 1..100], y: [if i > 50 then "b" else "a" for i in 1..100])
        t |> fit(gbm(trees: 20), target: .y) |> predict(table(x: [4, 95]))
        """, gives: "[a, b]")
      f.seeAlso("forest", "tree", "importance", "explain", "fit")
      f.body { call in
        guard let loss = GradientBoosting.Loss(rawValue: try call[loss]),
          let weight = LogisticRegression.ClassWeight(rawValue: try call[weight]),
          let task = TaskChoice(rawValue: try call[task])
        else { return .missing }
        var options = GradientBoosting.Options()
        options.trees = try call[trees]
        options.learningRate = try call[rate]
        options.maxLeaves = try call[leaves]
        options.depth = try call[depth]
        options.minSamplesLeaf = try call[leaf]
        options.l2 = try call[l2]
        options.quantile = try call[quantile]
        options.rows = try call[rows]
        options.features = try call[features]
        options.stopEarly = try call[stop]
        options.valid = try call[valid]
        options.monotone = try Self.directions(call[monotone] ?? .missing)
        options.categories = try call[categories]
        (options.loss, options.classWeight, options.task) = (loss, weight, task)
        return .step(try GradientBoosting(options))
      }
    }
  }

  /// `{age: 1, price: -1}`.
  private static func directions(_ value: Value) throws -> [(name: String, direction: Int)] {
    if case .missing = value { return [] }
    guard case .record(let record) = value else { throw ModelError("`monotone` of `gbm` is a record", mend: "write `{age: 1}`") }
    return try record.fields.map { field in
      guard case .int(let direction) = field.value else {
        throw ModelError("`monotone` of `gbm` gives 1, -1 or 0 for a column, not a \(field.value.typeName) for `\(field.name)`")
      }
      return (name: field.name, direction: Int(clamping: direction))
    }
  }
}

extension RandomForest.FeatureChoice {
  /// As a user writes it.
  fileprivate init(_ value: Value) throws {
    switch value {
    case .missing, .string("auto"): self = .auto
    case .string("sqrt"): self = .sqrt
    case .string("log2"): self = .log2
    case .string("all"): self = .all
    case .float(let part): self = .part(part)
    case .int(let count): self = .count(Int(clamping: count))
    default:
      throw ModelError("`features` of `forest` is \"sqrt\", \"log2\", \"all\", a part such as 0.3, or a whole number")
    }
  }
}
