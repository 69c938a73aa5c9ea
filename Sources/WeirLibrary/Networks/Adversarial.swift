import WeirBase
import WeirCatalog
import WeirModels
import WeirNetworks
import WeirTables

extension CatalogBuilder {
  /// Two networks that learn against each other.
  mutating func defineAdversarial() {
    define("gan", "Learns to make rows like those it is given: a generator and a discriminator that learn against each other.") { f in
      let generator = f.optional(
        Plan.self, "generator", "A `sequential` that makes a row of `latent` random numbers; the usual one where left out.")
      let discriminator = f.optional(
        Plan.self, "discriminator", "A `sequential` that gives one number: how real a row is; the usual one where left out.")
      let latent = f.optional(Int.self, "latent", default: 8, "How many random numbers a row is made of.")
      let average = f.optional(
        Double.self, "average", default: 0.99,
        "The generator that is kept is a running mean of the one that is trained: how slowly it follows; 0 keeps the last.")
      let noise = f.optional(
        Double.self, "noise", default: 1,
        "The spread of noise, in units of the features' own, laid over rows before they are judged; it falls to nothing.")
      let own = f.optionalForeign(
        Optimizer.self, called: "optimizer", "discriminator_optimizer",
        "How the discriminator takes its steps; as the generator does where left out.")
      let precise = f.optional(
        Bool.self, "precise", default: false, "Whether to compute in double precision (f64), at half the speed.")
      let epochs = f.optional(Int.self, "epochs", default: 10, "How often to go through all rows.")
      let batch = f.optional(Int.self, "batch", default: 32, "How many rows each step looks at.")
      let optimizer = f.optionalForeign(
        Optimizer.self, called: "optimizer", "optimizer", "How steps are taken; `rmsprop(0.001)` where left out.")
      let schedule = f.optionalForeign(
        Schedule.self, called: "schedule", "schedule", "How the rate changes; not at all where left out.")
      let clip = f.optional(Double.self, "clip", "The longest gradient; longer ones are shortened.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Needs no target. Columns must be numbers, and are put on one scale inside; where the generator ends with `tanh()` that \
        is -1 to 1, with `sigmoid()` 0 to 1. `pixels() >> gan(…)` learns pictures. `sample(model, n: 100)` gives new rows, on \
        the scale and of the kind of those given; `predict` how real the discriminator takes rows for, 0 to 1.

        The usual generator is dense(64), relu(), dense(64), relu(), dense(columns), the usual discriminator dense(64), \
        leaky_relu(0.2), dense(64), leaky_relu(0.2), dense(1). Each step trains the discriminator to make -log D(row) - log(1 - \
        D(made)) small, then the generator to make -log D(made) small (Goodfellow and others 2014, the loss that does not \
        saturate). How it is trained can be said at `fit` too.

        Where rows fall into groups, look whether all of them are drawn: a larger `noise` and more epochs help.
        """)
      f.example("""
        t = table(x: 1..40, y: [2 * i for i in 1..40])
        model = t |> fit(gan(latent: 2, epochs: 5))
        sample(model, n: 3, seed: 7) |> count()
        """, gives: "3")
      f.seeAlso("sample", "training_history", "autoencoder", "sequential")
      f.body { call in
        var options = TrainingOptions()
        options.precise = try call[precise]
        (options.epochs, options.batch, options.clip) = (try call[epochs], try call[batch], try call[clip])
        // Steps along old directions, as those of `adam`, make the two networks circle around each other.
        options.optimizer = try call[optimizer] ?? .rmsprop(rate: 0.001, smoothing: 0.99, decay: 0)
        options.schedule = try call[schedule] ?? .constant
        return .step(try AdversarialNetwork(
          generator: LayerValue.layers(of: call[generator], "generator", in: "gan"),
          discriminator: LayerValue.layers(of: call[discriminator], "discriminator", in: "gan"), latent: call[latent], average: call[average], noise: call[noise], training: options, discriminatorOptimizer: call[own]))
      }
    }
  }
}

extension FittedModel {
  /// So many new rows, where the model draws some.
  func drawn(_ size: RowSample.Size, _ random: RandomStream, workers: Workers) throws -> Table {
    guard case .count(let count) = size else {
      throw ModelError("a model has no number of rows to take a share of", mend: "write `sample(model, n: 100)`")
    }
    guard (0...1 << 28).contains(count) else { throw ModelError("`n` of `sample` is from 0 to \(1 << 28), not \(count)") }
    let plan = self as? FittedPlan
    let rows = try plan.map { try $0.sample(count, random: random, workers: workers) }
      ?? (self as? any SamplingModel)?.sample(count, random: random, workers: workers)
    guard let rows else {
      throw ModelError("`\(name)` draws no new rows", mend: "fit `gan()` or `gaussian_mixture(…)` to rows to have more of their kind")
    }
    return rows
  }
}
