import Glibc
package import WeirBase

/// How the learning rate changes from epoch to epoch.
package enum Schedule: Sendable, Hashable {
  case constant
  /// Times `factor` after every so many epochs.
  case step(every: Int, factor: Double)
  /// Up from zero over `warmUp` epochs, then down to zero by half a cosine (Loshchilov and Hutter: "SGDR", 2017).
  case cosine(warmUp: Int)
  /// Times `factor` once the loss has not got better for more than `patience` epochs.
  case plateau(patience: Int, factor: Double)

  package var fault: String? {
    switch self {
    case .constant: nil
    case .step(let every, let factor):
      every < 1 ? "`every` of a schedule is at least 1, not \(every)" : Schedule.fault(factor)
    case .cosine(let warmUp): warmUp < 0 ? "`warm_up` of a schedule is not below zero, and is \(warmUp)" : nil
    case .plateau(let patience, let factor):
      patience < 0 ? "`patience` of a schedule is not below zero, and is \(patience)" : Schedule.fault(factor)
    }
  }

  private static func fault(_ factor: Double) -> String? {
    factor > 0 && factor <= 1 ? nil : "`factor` of a schedule is a number above 0 and up to 1, not \(factor)"
  }

  /// What the rate is multiplied by in an epoch (from 0 on); `drops` counts what `plateau` has taken so far.
  package func factor(epoch: Int, of epochs: Int, drops: Int) -> Double {
    switch self {
    case .constant: return 1
    case .step(let every, let factor): return pow(factor, Double(epoch / max(every, 1)))
    case .plateau(_, let factor): return pow(factor, Double(drops))
    case .cosine(let warmUp):
      if epoch < warmUp { return Double(epoch + 1) / Double(warmUp + 1) }
      return 0.5 * (1 + cos(Double.pi * Double(epoch - warmUp) / Double(max(epochs - warmUp, 1))))
    }
  }
}

extension Schedule: Archivable {
  package static let archiveName = "schedule"

  package var archive: Archive {
    switch self {
    case .constant: .of(["name": .text("constant")])
    case .step(let every, let factor):
      .of(["name": .text("step"), "every": .int(Int64(every)), "factor": .float(factor)])
    case .cosine(let warmUp): .of(["name": .text("cosine"), "warm_up": .int(Int64(warmUp))])
    case .plateau(let patience, let factor):
      .of(["name": .text("plateau"), "patience": .int(Int64(patience)), "factor": .float(factor)])
    }
  }

  package init(archive: Archive) throws {
    switch try archive.part("name").asText() {
    case "constant": self = .constant
    case "step":
      self = .step(every: try archive.part("every").asInt(), factor: try archive.part("factor").asFloat())
    case "cosine": self = .cosine(warmUp: try archive.part("warm_up").asInt())
    case "plateau":
      self = .plateau(patience: try archive.part("patience").asInt(), factor: try archive.part("factor").asFloat())
    default: throw ArchiveError("an unknown schedule")
    }
    if let fault { throw ArchiveError(fault) }
  }
}
