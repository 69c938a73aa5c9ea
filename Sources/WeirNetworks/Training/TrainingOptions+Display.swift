import WeirBase
import WeirModels

extension TrainingOptions {
  /// The settings as a user writes them. `rate` is the optimizer's, under a name of its own so that it can be tuned.
  var shownSettings: [Setting] {
    let usual = TrainingOptions()
    func written(_ text: String) -> Archive { .of(["source": .text(text)]) }
    return settings.map { setting in
      switch setting.name {
      case "optimizer": Setting("optimizer", written(optimizer.source), default: written(usual.optimizer.source))
      case "schedule": Setting("schedule", written(schedule.source), default: written(usual.schedule.source))
      default: setting
      }
    } + [rateSetting]
  }

  var rateSetting: Setting { Setting("rate", .float(optimizer.rate), default: .float(optimizer.rate)) }
}

extension Optimizer {
  /// The same with another learning rate.
  package func with(rate: Double) -> Optimizer {
    switch self {
    case .sgd(_, let momentum, let nesterov, let decay): .sgd(rate: rate, momentum: momentum, nesterov: nesterov, decay: decay)
    case .rmsprop(_, let smoothing, let decay): .rmsprop(rate: rate, smoothing: smoothing, decay: decay)
    case .adam(_, let decay, let means): .adam(rate: rate, decay: decay, means: means)
    case .adamw(_, let decay, let means): .adamw(rate: rate, decay: decay, means: means)
    case .adagrad(_, let decay): .adagrad(rate: rate, decay: decay)
    }
  }

  /// `adam(0.01, decay: 0.1)`: as a user writes it.
  package var source: String {
    var parts = ["\(rate)"]
    let usual = if case .adamw = self { 0.01 } else { 0.0 }
    if decay != usual { parts.append("decay: \(decay)") }
    switch self {
    case .sgd(_, let momentum, let nesterov, _):
      if momentum != 0 { parts.append("momentum: \(momentum)") }
      if nesterov { parts.append("nesterov: true") }
    case .rmsprop(_, let smoothing, _): if smoothing != 0.99 { parts.append("smoothing: \(smoothing)") }
    case .adam, .adamw: parts += shownMeans
    case .adagrad: break
    }
    return "\(name)(\(parts.joined(separator: ", ")))"
  }
}

extension Schedule {
  /// As a user writes it.
  package var source: String {
    switch self {
    case .constant: "schedule(\"constant\")"
    case .step(let every, let factor): "schedule(\"step\", every: \(every), factor: \(factor))"
    case .cosine(let warmUp): warmUp == 0 ? "schedule(\"cosine\")" : "schedule(\"cosine\", warm_up: \(warmUp))"
    case .plateau(let patience, let factor): "schedule(\"plateau\", patience: \(patience), factor: \(factor))"
    }
  }
}
