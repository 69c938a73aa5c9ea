import WeirCatalog
import WeirModels
import WeirNetworks
import WeirTables

extension CatalogBuilder {
  /// Networks at the end of plans, and what training them came to.
  mutating func defineNetworks() {
    kinds.addNetworks()
    register(NetworkSummary.self)
    defineLayers()
    defineOptimizers()
    defineSequential()
    defineAutoencoder()
    defineAdversarial()
    defineTrainingHistory()
  }

  private mutating func defineSequential() {
    define("sequential", "Predicts classes or numbers by layers, one after another, that are trained in epochs.") { f in
      let layers = f.variadic(
        Value.self, "layers", "The layers; the last gives one number, or one for each class.", accepts: .other("layer"))
      let input = f.optional(
        [Int].self, "input", default: [], "How the columns are laid out, say [8, 8, 1]; in a row where left out.")
      let weight = f.choice(
        "class_weight", LogisticRegression.ClassWeight.allCases.map(\.rawValue), default: "none",
        "\"balanced\" lets every class count alike, however many rows it has.")
      let task = f.choice(
        "task", TaskChoice.allCases.map(\.rawValue), default: "auto",
        "Whether to predict classes or numbers; `auto` takes text, bools and ints of few values for classes.")
      let precise = f.optional(
        Bool.self, "precise", default: false, "Whether to compute in double precision (f64), at half the speed.")
      let training = TrainingParameters(&f)
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Columns must be numbers; put `standardize()` before it, `one_hot()` for texts, `pixels()` for images. A target of \
        classes is learned with `cross_entropy`, one of numbers with `mse`. How it is trained is said here or at `fit`. \
        Layers start as PyTorch's do. Where rows are held back (`valid`), the numbers of the best epoch are kept. Epochs \
        are kept in the store, so that a training which was stopped goes on from there.
        """)
      f.example("""
        t = table(x: [-2, -1.5, -1, 1, 1.5, 2], y: ["a", "a", "a", "b", "b", "b"])
        net = sequential(dense(8), relu(), dense(2))
        t |> fit(net, target: .y, epochs: 60, optimizer: adam(0.05)) |> predict(table(x: [-3, 3]))
        """, gives: "[a, b]")
      f.seeAlso("fit", "dense", "adam", "training_history")
      f.body { call in
        var layers = try LayerValue.layers(call[layers], in: "sequential"), options = TrainingOptions()
        let shape = try call[input]
        if !shape.isEmpty { layers.insert(Reshape(shape), at: 0) }
        options.classWeight = LogisticRegression.ClassWeight(rawValue: try call[weight]) ?? .none
        options.task = TaskChoice(rawValue: try call[task]) ?? .auto
        options.precise = try call[precise]
        _ = try training.change(&options, call)
        return .step(try NetworkEstimator(layers, options))
      }
    }
  }

  private mutating func defineAutoencoder() {
    define("autoencoder", "Learns to give rows back through a narrow layer; makes its numbers the features.") { f in
      let hidden = f.optional([Int].self, "hidden", default: [], "The sizes of the layers before the narrow one.")
      let code = f.optional(Int.self, "code", default: 8, "How many numbers the narrow layer has.")
      let encoder = f.optional(
        Plan.self, "encoder", "A `sequential` that makes the code of a row, instead of `hidden` and `code`.")
      let decoder = f.optional(Plan.self, "decoder", "A `sequential` that makes the row of a code; it goes with `encoder`.")
      let precise = f.optional(
        Bool.self, "precise", default: false, "Whether to compute in double precision (f64), at half the speed.")
      let training = TrainingParameters(&f)
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Gives the columns `code1`, `code2`, ... . Columns must be numbers; they are put on one scale inside. Rows that it \
        gives back badly (`reconstruction_errors`) are unlike those that it learned from.

        With `encoder` and `decoder` the layers are yours, say `conv` and `conv_transpose` for images. All that the encoder \
        gives is the code. Where the decoder ends with `sigmoid()` the scale is 0 to 1, with `tanh()` -1 to 1. How it is \
        trained is said of `autoencoder`, not of its parts.
        """)
      f.example("""
        t = table(x: 1..20, y: [2 * i for i in 1..20])
        t |> fit(autoencoder(code: 1, epochs: 5)) |> transform(t) |> columns()
        """, gives: "[\"code1\"]")
      f.seeAlso("reconstruction_errors", "pca", "sequential")
      f.body { call in
        var options = TrainingOptions()
        options.precise = try call[precise]
        _ = try training.change(&options, call)
        return .step(try Autoencoder(
          hidden: call[hidden], code: call[code], encoder: LayerValue.layers(of: call[encoder], "encoder", in: "autoencoder"),
          decoder: LayerValue.layers(of: call[decoder], "decoder", in: "autoencoder"), training: options))
      }
    }
    define("reconstruction_errors", "Says of each row how badly an autoencoder gives it back.") { f in
      let model = f.required(ModelArgument.self, "model", "A plan with an autoencoder that `fit` gave.")
      let rows = f.required(Table.self, "rows", "Rows with the columns that the plan learned from.")
      f.returns(.anyColumn)
      f.details("The mean square of the differences, in units of the features' spreads.")
      f.example("""
        t = table(x: 1..20, y: [2 * i for i in 1..20])
        model = t |> fit(autoencoder(code: 1, epochs: 200, optimizer: adam(0.02)))
        odd = reconstruction_errors(model, table(x: [10, 2], y: [20, 60]))
        odd[0] < odd[1]
        """, gives: "true")
      f.seeAlso("autoencoder", "predict")
      f.body { call in
        let given = try call[model].model, rows = try call[rows]
        guard let plan = given as? FittedPlan,
          let place = plan.transformers.firstIndex(where: { $0 is FittedAutoencoder }),
          let encoder = plan.transformers[place] as? FittedAutoencoder
        else { throw ModelError("`\(given.name)` has no autoencoder in its plan", mend: "fit `autoencoder(…)`") }
        let before = FittedPlan(
          plan: plan.plan, inputs: plan.inputs, target: plan.target,
          transformers: Array(plan.transformers[..<place]), model: nil, rowCount: plan.rowCount)
        return .column(Column(.float(try encoder.errors(before.transform(rows, workers: call.workers)))))
      }
    }
  }

  private mutating func defineTrainingHistory() {
    define("training_history", "Gives what each epoch of a network's training came to, as a table.") { f in
      let model = f.required(ModelArgument.self, "model", "A network that `fit` gave.")
      f.returns(.anyTable)
      f.flow(.none)
      f.details("Columns: `epoch`, `loss`, `valid_loss` where rows were held back, and `rate`; of a `gan` the losses of its two networks.")
      f.example("""
        t = table(x: [1, 2, 3, 4], y: [2.0, 4.0, 6.0, 8.0])
        t |> fit(sequential(dense(1)), target: .y, epochs: 3) |> training_history() |> columns()
        """, gives: "[\"epoch\", \"loss\", \"rate\"]")
      f.seeAlso("sequential", "fit", "line")
      f.body { call in
        let given = try call[model].model, plan = given as? FittedPlan
        if let network = (plan?.model ?? given) as? NetworkModel { return .table(network.history) }
        if let network = (plan?.model ?? given) as? AdversarialModel { return .table(network.history) }
        if let encoder = plan?.transformers.last as? FittedAutoencoder { return .table(encoder.history) }
        throw ModelError("`\(given.name)` was not trained in epochs, so it has no history")
      }
    }
  }
}
