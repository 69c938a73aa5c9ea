import WeirCatalog
import WeirModels
import WeirNetworks

/// The parameters that say how a network is trained, as `sequential`, `autoencoder` and `fit` have them.
struct TrainingParameters: Sendable {
  private let epochs: Parameter<Int?>, batch: Parameter<Int?>, optimizer: Parameter<Optimizer?>
  private let schedule: Parameter<Schedule?>, loss: Parameter<String?>, clip: Parameter<Double?>
  private let clipValue: Parameter<Double?>, smoothing: Parameter<Double?>
  private let valid: Parameter<Double?>?, stopEarly: Parameter<Int?>

  /// Where `hasShare` is false, rows to hold back are a parameter of the builtin's own.
  init(_ f: inout BuiltinDefinition, hasShare: Bool = true) {
    epochs = f.optional(Int.self, "epochs", "Networks: how often to go through all rows; 10 where left out.")
    batch = f.optional(Int.self, "batch", "Networks: how many rows each step looks at; 32 where left out.")
    optimizer = f.optionalForeign(
      Optimizer.self, called: "optimizer", "optimizer", "Networks: how steps are taken; `adam()` where left out.")
    schedule = f.optionalForeign(
      Schedule.self, called: "schedule", "schedule", "Networks: how the rate changes; not at all where left out.")
    loss = f.optionalChoice(
      "loss", LossKind.allCases.map(\.rawValue), "Networks: what is made small; what suits the target where left out.")
    clip = f.optional(Double.self, "clip", "Networks: the longest gradient; longer ones are shortened.")
    clipValue = f.optional(
      Double.self, "clip_value", "Networks: the farthest from zero that each number of a gradient may be; others are cut.")
    smoothing = f.optional(
      Double.self, "label_smoothing",
      "Networks: the part of each row's class that all classes share alike, from 0 to below 1; for cross entropy.")
    valid = hasShare
      ? f.optional(Double.self, "valid", "Networks: the share of the rows to hold back and judge epochs by.") : nil
    stopEarly = f.optional(Int.self, "stop_early", "Networks: stops after so many epochs without a better loss.")
  }

  /// Takes over what was given, and says whether anything was.
  func change(_ options: inout TrainingOptions, share: Double? = nil, _ call: Call) throws -> Bool {
    var isGiven = false
    func take<T>(_ given: T?, _ use: (T) -> Void) {
      guard let given else { return }
      use(given)
      isGiven = true
    }
    take(try call[epochs]) { options.epochs = $0 }
    take(try call[batch]) { options.batch = $0 }
    take(try call[optimizer]) { options.optimizer = $0 }
    take(try call[schedule]) { options.schedule = $0 }
    take(try call[loss]) { options.loss = LossKind(rawValue: $0) ?? .auto }
    take(try call[clip]) { options.clip = $0 }
    take(try call[clipValue]) { options.clipValue = $0 }
    take(try call[smoothing]) { options.labelSmoothing = $0 }
    take(try valid.flatMap { try call[$0] } ?? share) { options.valid = $0 }
    take(try call[stopEarly]) { options.stopEarly = $0 }
    return isGiven
  }

  /// The plan, whose network is trained as the call of `fit` says.
  func applied(to plan: Plan, share: Double?, _ call: Call) throws -> Plan {
    var options = TrainingOptions()
    guard try change(&options, share: share, call) else { return plan }
    let last: any Step
    switch plan.steps.last {
    case let network as NetworkEstimator:
      options = network.training
      _ = try change(&options, share: share, call)
      last = try NetworkEstimator(network.layers, options)
    case let encoder as Autoencoder:
      options = encoder.training
      _ = try change(&options, share: share, call)
      last = try Autoencoder(
        hidden: encoder.hidden, code: encoder.code, encoder: encoder.encoder, decoder: encoder.decoder, training: options)
    case let network as AdversarialNetwork:
      options = network.training
      _ = try change(&options, share: share, call)
      last = try network.with(options)
    default:
      throw ModelError(
        "only networks are trained in epochs, and the plan ends in `\(plan.steps.last?.name ?? "nothing")`",
        mend: "leave `epochs`, `batch` and the like out, or end the plan in `sequential(…)`")
    }
    return Plan(plan.steps.dropLast() + [last])
  }
}
