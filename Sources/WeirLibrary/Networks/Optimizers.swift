package import WeirCatalog
import WeirModels
package import WeirNetworks

/// What `adam` and `adamw` let be said of their running means.
private struct RunningMeansParameters: Sendable {
  private let beta1: Parameter<Double>, beta2: Parameter<Double>, epsilon: Parameter<Double>

  init(_ f: inout BuiltinDefinition) {
    beta1 = f.optional(Double.self, "beta1", default: 0.9, "How slowly the mean of gradients changes, below 1.")
    beta2 = f.optional(Double.self, "beta2", default: 0.999, "How slowly the mean of their squares changes, below 1.")
    epsilon = f.optional(Double.self, "epsilon", default: 1e-8, "Added where steps are divided by the root of that mean.")
  }

  func values(_ call: Call) throws -> Optimizer.RunningMeans {
    Optimizer.RunningMeans(beta1: try call[beta1], beta2: try call[beta2], epsilon: try call[epsilon])
  }
}

extension CatalogBuilder {
  /// How steps are taken, as values: optimizers and schedules of their rates.
  mutating func defineOptimizers() {
    register(Optimizer.self)
    register(Schedule.self)
    optimizer("sgd", "Takes steps against the gradient, with momentum where asked for.", rate: 0.01, other: "adam") { f in
      let momentum = f.optional(Double.self, "momentum", default: 0, "How much of the last step goes on, below 1.")
      let nesterov = f.optional(Bool.self, "nesterov", default: false, "Whether it looks ahead along the momentum.")
      return { call, rate, decay in
        .sgd(rate: rate, momentum: try call[momentum], nesterov: try call[nesterov], decay: decay)
      }
    }
    optimizer("rmsprop", "Takes steps divided by how large each gradient usually is.", rate: 0.01, other: "adam") { f in
      let smoothing = f.optional(Double.self, "smoothing", default: 0.99, "How slowly the usual size changes, below 1.")
      return { call, rate, decay in .rmsprop(rate: rate, smoothing: try call[smoothing], decay: decay) }
    }
    optimizer("adam", "Takes steps by running means of gradients and of their squares.", rate: 0.001, other: "adamw") { f in
      let means = RunningMeansParameters(&f)
      return { call, rate, decay in .adam(rate: rate, decay: decay, means: try means.values(call)) }
    }
    optimizer(
      "adamw", "Takes steps as `adam` does; weights shrink apart from them.", rate: 0.001, decay: 0.01, other: "adam"
    ) { f in
      let means = RunningMeansParameters(&f)
      return { call, rate, decay in .adamw(rate: rate, decay: decay, means: try means.values(call)) }
    }
    optimizer("adagrad", "Takes steps divided by all gradients so far.", rate: 0.01, other: "rmsprop") { _ in
      return { _, rate, decay in .adagrad(rate: rate, decay: decay) }
    }
    defineSchedule()
  }

  private mutating func optimizer(
    _ name: String, _ summary: String, rate usual: Double, decay usualDecay: Double = 0, other: String,
    _ body: (inout BuiltinDefinition) -> @Sendable (Call, Double, Double) throws -> Optimizer
  ) {
    define(name, summary) { f in
      let rate = f.optional(Double.self, "rate", default: usual, "How large the steps are.")
      let decay = f.optional(Double.self, "decay", default: usualDecay, "How fast weights shrink on their own.")
      let make = body(&f)
      f.returns(.other("optimizer"))
      f.knownAhead()
      f.flow(.none)
      f.details("PyTorch's definition.")
      f.example("\(name)(0.05)", gives: "\(name)(0.05)")
      f.seeAlso(other, "schedule", "sequential")
      f.body { call in
        let made = try make(call, try call[rate], try call[decay])
        if let fault = made.fault { throw ModelError(fault) }
        return .other(made)
      }
    }
  }

  private mutating func defineSchedule() {
    define("schedule", "Says how the rate of an optimizer changes from epoch to epoch.") { f in
      let kind = f.choice("kind", ["constant", "step", "cosine", "plateau"], "How (see below).")
      let every = f.optional(Int.self, "every", default: 10, "For `step`: the epochs between changes.")
      let factor = f.optional(
        Double.self, "factor", default: 0.1, "For `step` and `plateau`: what the rate is multiplied with.")
      let warmUp = f.optional(Int.self, "warm_up", default: 0, "For `cosine`: over how many epochs the rate rises first.")
      let patience = f.optional(
        Int.self, "patience", default: 10, "For `plateau`: how many epochs without a better loss are borne.")
      f.returns(.other("schedule"))
      f.knownAhead()
      f.flow(.none)
      f.details("""
        `step` changes the rate after every so many epochs, `cosine` lets it fall to nothing along half a cosine, and \
        `plateau` changes it where the loss gets no better.
        """)
      f.example("schedule(\"cosine\", warm_up: 2)", gives: "schedule(\"cosine\", warm_up: 2)")
      f.seeAlso("adam", "sequential")
      f.body { call in
        let made: Schedule =
          switch try call[kind] {
          case "step": .step(every: try call[every], factor: try call[factor])
          case "cosine": .cosine(warmUp: try call[warmUp])
          case "plateau": .plateau(patience: try call[patience], factor: try call[factor])
          default: .constant
          }
        if let fault = made.fault { throw ModelError(fault) }
        return .other(made)
      }
    }
  }
}

extension Optimizer: ForeignValue {
  package var typeName: String { "optimizer" }
  package var shortText: String { source }
  package func rendered(_ style: DisplayStyle) -> String { source }
}

extension Schedule: ForeignValue {
  package var typeName: String { "schedule" }
  package var shortText: String { source }
  package func rendered(_ style: DisplayStyle) -> String { source }
}
