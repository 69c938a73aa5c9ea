import CWeirKernels
package import WeirBase

/// How a network takes a step along its gradients; PyTorch's definitions and defaults.
package enum Optimizer: Sendable, Hashable {
  case sgd(rate: Double, momentum: Double, nesterov: Bool, decay: Double)
  /// Tieleman and Hinton 2012; `smoothing` is PyTorch's alpha.
  case rmsprop(rate: Double, smoothing: Double, decay: Double)
  /// Kingma and Ba: "Adam", 2015; the decay is added to the gradient.
  case adam(rate: Double, decay: Double)
  /// Loshchilov and Hutter: "Decoupled weight decay regularization", 2019.
  case adamw(rate: Double, decay: Double)
  /// Duchi, Hazan, Singer 2011.
  case adagrad(rate: Double, decay: Double)

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
    case .sgd(let rate, _, _, _), .rmsprop(let rate, _, _), .adam(let rate, _), .adamw(let rate, _), .adagrad(let rate, _):
      rate
    }
  }

  package var decay: Double {
    switch self {
    case .sgd(_, _, _, let decay), .rmsprop(_, _, let decay), .adam(_, let decay), .adamw(_, let decay),
      .adagrad(_, let decay):
      decay
    }
  }

  /// What is wrong with a setting; nil where nothing is.
  package var fault: String? {
    if !(rate.isFinite && rate > 0) { return "the learning rate of `\(name)` is a number above zero, not \(rate)" }
    if !(decay.isFinite && decay >= 0) { return "`decay` of `\(name)` is a number that is not below zero, not \(decay)" }
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
    case .adam, .adamw, .adagrad: break
    }
    return .record(fields)
  }

  package init(archive: Archive) throws {
    let name = try archive.part("name").asText(), rate = try archive.part("rate").asFloat()
    let decay = try archive.part("decay").asFloat()
    switch name {
    case "sgd":
      self = .sgd(
        rate: rate, momentum: try archive.part("momentum").asFloat(), nesterov: try archive.part("nesterov").asBool(),
        decay: decay)
    case "rmsprop": self = .rmsprop(rate: rate, smoothing: try archive.part("smoothing").asFloat(), decay: decay)
    case "adam": self = .adam(rate: rate, decay: decay)
    case "adamw": self = .adamw(rate: rate, decay: decay)
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
    case .adam, .adamw:
      let apart: Int32 = if case .adamw = optimizer { 1 } else { 0 }
      let beta1 = 0.9, beta2 = 0.999
      weir_net_adam(
        S.wide, parameters, gradients, &first, &second, count, rate, beta1, beta2, 1e-8, decay, apart,
        1 - OptimizerState.power(beta1, steps), 1 - OptimizerState.power(beta2, steps), scale)
    case .sgd(_, let momentum, let nesterov, _):
      let (rate, decay, momentum, scale) = (S(rate), S(decay), S(momentum), S(scale))
      for i in 0..<count {
        var gradient = gradients[i] * scale + decay * parameters[i]
        if momentum > 0 {
          first[i] = steps == 1 ? gradient : momentum * first[i] + gradient
          gradient = nesterov ? gradient + momentum * first[i] : first[i]
        }
        parameters[i] -= rate * gradient
      }
    case .rmsprop(_, let smoothing, _):
      let (rate, decay, keep, rest, scale) = (S(rate), S(decay), S(smoothing), S(1 - smoothing), S(scale))
      let epsilon: S = 1e-8
      for i in 0..<count {
        let gradient = gradients[i] * scale + decay * parameters[i]
        second[i] = keep * second[i] + rest * gradient * gradient
        parameters[i] -= rate * gradient / (second[i].squareRoot() + epsilon)
      }
    case .adagrad:
      let (rate, decay, scale) = (S(rate), S(decay), S(scale))
      let epsilon: S = 1e-10
      for i in 0..<count {
        let gradient = gradients[i] * scale + decay * parameters[i]
        second[i] += gradient * gradient
        parameters[i] -= rate * gradient / (second[i].squareRoot() + epsilon)
      }
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
