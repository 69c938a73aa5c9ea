import CWeirKernels
package import WeirBase

/// How a network takes a step along its gradients; PyTorch's definitions and defaults.
package enum Optimizer: Sendable, Hashable {
  case sgd(rate: Double, momentum: Double, nesterov: Bool, decay: Double)
  /// Tieleman and Hinton 2012; `smoothing` is PyTorch's alpha.
  case rmsprop(rate: Double, smoothing: Double, decay: Double)
  /// Kingma and Ba: "Adam", 2015; the decay is added to the gradient.
  case adam(rate: Double, decay: Double, means: RunningMeans = RunningMeans())
  /// Loshchilov and Hutter: "Decoupled weight decay regularization", 2019.
  case adamw(rate: Double, decay: Double, means: RunningMeans = RunningMeans())
  /// Duchi, Hazan, Singer 2011.
  case adagrad(rate: Double, decay: Double)

  /// How slowly Adam's means of gradients and of their squares change, and what keeps its steps from division by zero.
  package struct RunningMeans: Sendable, Hashable {
    package var beta1 = 0.9
    package var beta2 = 0.999
    package var epsilon = 1e-8
    package init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
      (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
    }

    fileprivate var fields: [(String, Double, usual: Double)] {
      [("beta1", beta1, 0.9), ("beta2", beta2, 0.999), ("epsilon", epsilon, 1e-8)]
    }
  }

  /// Those of Adam; nil of others.
  package var means: RunningMeans? {
    switch self {
    case .adam(_, _, let means), .adamw(_, _, let means): means
    default: nil
    }
  }

  /// `beta1: 0.8`: those settings of the means that are not the usual ones, as a user writes them.
  var shownMeans: [String] { (means?.fields ?? []).filter { $0.1 != $0.usual }.map { "\($0.0): \($0.1)" } }

  package var name: String {
    switch self {
    case .sgd: "sgd"
    case .rmsprop: "rmsprop"
    case .adam: "adam"
    case .adamw: "adamw"
    case .adagrad: "adagrad"
    }
  }

  package var rate: Double {
    switch self {
    case .sgd(let rate, _, _, _), .rmsprop(let rate, _, _), .adam(let rate, _, _), .adamw(let rate, _, _),
      .adagrad(let rate, _):
      rate
    }
  }

  package var decay: Double {
    switch self {
    case .sgd(_, _, _, let decay), .rmsprop(_, _, let decay), .adam(_, let decay, _), .adamw(_, let decay, _),
      .adagrad(_, let decay):
      decay
    }
  }

  /// What is wrong with a setting; nil where nothing is.
  package var fault: String? {
    if !(rate.isFinite && rate > 0) { return "the learning rate of `\(name)` is a number above zero, not \(rate)" }
    if !(decay.isFinite && decay >= 0) { return "`decay` of `\(name)` is a number that is not below zero, not \(decay)" }
    if let means {
      for (setting, value, _) in means.fields.prefix(2) where !(0..<1).contains(value) {
        return "`\(setting)` of `\(name)` is a number from 0 to below 1, not \(value)"
      }
      if !(means.epsilon.isFinite && means.epsilon > 0) {
        return "`epsilon` of `\(name)` is a number above zero, not \(means.epsilon)"
      }
    }
    switch self {
    case .sgd(_, let momentum, _, _) where !(0..<1).contains(momentum):
      return "`momentum` of `sgd` is a number from 0 to below 1, not \(momentum)"
    case .sgd(_, let momentum, true, _) where momentum == 0: return "`nesterov` of `sgd` needs a `momentum` above zero"
    case .rmsprop(_, let smoothing, _) where !(0..<1).contains(smoothing):
      return "`smoothing` of `rmsprop` is a number from 0 to below 1, not \(smoothing)"
    default: return nil
    }
  }
}

extension Optimizer: Archivable {
  package static let archiveName = "optimizer"

  package var archive: Archive {
    var fields: [Archive.Field] = [
      .init("name", .text(name)), .init("rate", .float(rate)), .init("decay", .float(decay)),
    ]
    switch self {
    case .sgd(_, let momentum, let nesterov, _):
      fields += [.init("momentum", .float(momentum)), .init("nesterov", .bool(nesterov))]
    case .rmsprop(_, let smoothing, _): fields.append(.init("smoothing", .float(smoothing)))
    case .adam(_, _, let means), .adamw(_, _, let means):
      // The usual ones are left out, as they were before there were others.
      fields += means.fields.filter { $0.1 != $0.usual }.map { .init($0.0, .float($0.1)) }
    case .adagrad: break
    }
    return .record(fields)
  }

  package init(archive: Archive) throws {
    let name = try archive.part("name").asText(), rate = try archive.part("rate").asFloat()
    let decay = try archive.part("decay").asFloat()
    func means() throws -> RunningMeans {
      let usual = RunningMeans()
      return RunningMeans(
        beta1: try archive["beta1"]?.asFloat() ?? usual.beta1, beta2: try archive["beta2"]?.asFloat() ?? usual.beta2,
        epsilon: try archive["epsilon"]?.asFloat() ?? usual.epsilon)
    }
    switch name {
    case "sgd":
      self = .sgd(
        rate: rate, momentum: try archive.part("momentum").asFloat(), nesterov: try archive.part("nesterov").asBool(),
        decay: decay)
    case "rmsprop": self = .rmsprop(rate: rate, smoothing: try archive.part("smoothing").asFloat(), decay: decay)
    case "adam": self = .adam(rate: rate, decay: decay, means: try means())
    case "adamw": self = .adamw(rate: rate, decay: decay, means: try means())
    case "adagrad": self = .adagrad(rate: rate, decay: decay)
    default: throw ArchiveError("an unknown optimizer, `\(name)`")
    }
    if let fault { throw ArchiveError(fault) }
  }
}

/// What an optimizer remembers between steps.
package struct OptimizerState<S: NetworkScalar>: Sendable {
  package let optimizer: Optimizer
  package private(set) var steps = 0
  /// Momentum or the first moment, and the mean of squares; empty where the optimizer has none.
  package private(set) var first: [S]
  package private(set) var second: [S]

  package init(_ optimizer: Optimizer, count: Int) {
    self.optimizer = optimizer
    let zeros = [S](repeating: 0, count: count)
    switch optimizer {
    case .sgd(_, let momentum, _, _): (first, second) = (momentum > 0 ? zeros : [], [])
    case .rmsprop, .adagrad: (first, second) = ([], zeros)
    case .adam, .adamw: (first, second) = (zeros, zeros)
    }
  }

  /// One step: `factor` is what the schedule makes of the rate, `scale` what clipping makes of the gradients.
  package mutating func update(
    _ parameters: UnsafeMutablePointer<S>, _ gradients: UnsafePointer<S>, count: Int, factor: Double = 1, scale: Double = 1
  ) {
    steps += 1
    let rate = optimizer.rate * factor, decay = optimizer.decay
    switch optimizer {
    case .adam(_, _, let means), .adamw(_, _, let means):
      let apart: Int32 = if case .adamw = optimizer { 1 } else { 0 }
      weir_net_adam(
        S.wide, parameters, gradients, &first, &second, count, rate, means.beta1, means.beta2, means.epsilon, decay, apart,
        1 - OptimizerState.power(means.beta1, steps), 1 - OptimizerState.power(means.beta2, steps), scale)
    case .sgd(_, 0, _, _): weir_net_descend(S.wide, parameters, gradients, count, rate, decay, scale)
    case .sgd(_, let momentum, let nesterov, _):
      weir_net_momentum(
        S.wide, parameters, gradients, &first, count, rate, momentum, decay, nesterov ? 1 : 0, steps == 1 ? 1 : 0, scale)
    case .rmsprop(_, let smoothing, _):
      weir_net_divided(
        S.wide, parameters, gradients, &second, count, rate, smoothing, 1 - smoothing, 1e-8, decay, scale)
    case .adagrad:
      weir_net_divided(S.wide, parameters, gradients, &second, count, rate, 1, 1, 1e-10, decay, scale)
    }
  }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0, factor = base, left = exponent
    while left > 0 {
      if left & 1 == 1 { result *= factor }
      factor *= factor
      left >>= 1
    }
    return result
  }
}

extension OptimizerState {
  /// As it is kept between runs, and read back for the same optimizer and as many parameters.
  var archive: Archive {
    .of(["steps": .int(Int64(steps)), "first": ExactNumbers.bytes(first), "second": ExactNumbers.bytes(second)])
  }

  init(_ optimizer: Optimizer, count: Int, archive: Archive) throws {
    self.init(optimizer, count: count)
    steps = try archive.part("steps").asInt()
    first = try ExactNumbers.read(archive.part("first"), count: first.count)
    second = try ExactNumbers.read(archive.part("second"), count: second.count)
    guard steps >= 0 else { throw ArchiveError("a number of steps below zero") }
  }
}

/// Numbers as their exact bytes.
enum ExactNumbers {
  static func bytes<S: NetworkScalar>(_ values: [S]) -> Archive { .bytes(values.withUnsafeBytes { Array($0) }) }

  static func read<S: NetworkScalar>(_ archive: Archive, count: Int) throws -> [S] {
    let bytes = try archive.asBytes()
    guard bytes.count == count * MemoryLayout<S>.stride else {
      throw ArchiveError("\(count) numbers are wanted, and the archive holds \(bytes.count) bytes of them")
    }
    return [S](unsafeUninitializedCapacity: count) { buffer, filled in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      filled = count
    }
  }
}
