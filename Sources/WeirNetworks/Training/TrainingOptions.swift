package import WeirBase
package import WeirModels

/// How a network is trained.
package struct TrainingOptions: Sendable, Hashable {
  /// How often all rows are gone through.
  package var epochs = 10
  /// Rows a step.
  package var batch = 32
  package var optimizer = Optimizer.adam(rate: 1e-3, decay: 0)
  package var schedule = Schedule.constant
  package var loss = LossKind.auto
  /// The longest that the gradient of a step may be; longer ones are shortened.
  package var clip: Double?
  /// The farthest from zero that each number of a gradient may be; those beyond are cut.
  package var clipValue: Double?
  /// The part of each row's class that all classes share alike; for the cross entropies alone.
  package var labelSmoothing = 0.0
  /// The share of the rows that is held back to judge each epoch; the best epoch's numbers are kept then.
  package var valid = 0.0
  /// After how many epochs without a better loss to stop; none for all epochs.
  package var stopEarly: Int?
  package var classWeight = LogisticRegression.ClassWeight.none
  /// Whether to compute in double precision.
  package var precise = false
  package var task = TaskChoice.auto
  package init() {}

  func check(for name: String) throws {
    for (setting, value) in [("epochs", epochs), ("batch", batch), ("stop_early", stopEarly ?? 1)] where value < 1 {
      throw ModelError("`\(setting)` of `\(name)` is at least 1, not \(value)")
    }
    guard epochs <= 1_000_000, batch <= 1 << 20 else { throw ModelError("`epochs` or `batch` of `\(name)` is too large") }
    guard (0..<1).contains(valid) else { throw ModelError("`valid` of `\(name)` is a share from 0 to below 1, not \(valid)") }
    for (setting, value) in [("clip", clip), ("clip_value", clipValue)] {
      if let value, !(value.isFinite && value > 0) {
        throw ModelError("`\(setting)` of `\(name)` is a number above zero, not \(value)")
      }
    }
    guard (0..<1).contains(labelSmoothing) else {
      throw ModelError("`label_smoothing` of `\(name)` is a number from 0 to below 1, not \(labelSmoothing)")
    }
    if let fault = optimizer.fault ?? schedule.fault { throw ModelError(fault) }
  }

  package var settings: [Setting] {
    let usual = TrainingOptions()
    func whole(_ value: Int?) -> Archive { value.map { .int(Int64($0)) } ?? .none }
    return [
      Setting("epochs", whole(epochs), default: whole(usual.epochs)),
      Setting("batch", whole(batch), default: whole(usual.batch)),
      Setting("optimizer", optimizer.archive, default: usual.optimizer.archive),
      Setting("schedule", schedule.archive, default: usual.schedule.archive),
      Setting("loss", .text(loss.rawValue), default: .text("auto")),
      Setting("clip", clip.map { .float($0) } ?? .none, default: Archive.none),
      Setting("valid", .float(valid), default: .float(0)),
      Setting("stop_early", whole(stopEarly), default: Archive.none),
      Setting("class_weight", .text(classWeight.rawValue), default: .text("none")),
      Setting("precise", .bool(precise), default: .bool(false)),
      Setting("task", .text(task.rawValue), default: .text("auto")),
    ] + (clipValue.map { [Setting("clip_value", .float($0), default: Archive.none)] } ?? [])
      + (labelSmoothing == 0 ? [] : [Setting("label_smoothing", .float(labelSmoothing), default: .float(0))])
  }

  package init(archive: Archive) throws {
    func present(_ name: String) throws -> Archive? {
      let part = try archive.part(name)
      return if case .none = part { nil } else { part }
    }
    guard let loss = LossKind(rawValue: try archive.part("loss").asText()),
      let weight = LogisticRegression.ClassWeight(rawValue: try archive.part("class_weight").asText()),
      let task = TaskChoice(rawValue: try archive.part("task").asText())
    else { throw ArchiveError("an unknown loss, class weight or task") }
    (self.loss, classWeight, self.task) = (loss, weight, task)
    epochs = try archive.part("epochs").asInt()
    batch = try archive.part("batch").asInt()
    optimizer = try Optimizer(archive: archive.part("optimizer"))
    if let rate = archive["rate"] { optimizer = optimizer.with(rate: try rate.asFloat()) }
    schedule = try Schedule(archive: archive.part("schedule"))
    clip = try present("clip")?.asFloat()
    valid = try archive.part("valid").asFloat()
    stopEarly = try present("stop_early")?.asInt()
    precise = try archive.part("precise").asBool()
    clipValue = try archive["clip_value"]?.asFloat()
    labelSmoothing = try archive["label_smoothing"]?.asFloat() ?? 0
  }
}
