package import WeirTables

/// What is to be learned, as an estimator wants it.
package enum Target: Sendable {
  /// The classes, and the number of each row's.
  case classes(ClassLabels, codes: [Int32])
  case numbers([Double])
}

/// Which kind of target an estimator that knows both takes a column for.
package enum TaskChoice: String, Sendable, Hashable, CaseIterable {
  /// Text, bools and ints of at most `Target.largestClassCount` different values are classes, other numbers are not.
  case auto
  case classification
  case regression
}

extension Target {
  /// Ints of more different values than this are numbers unless the user says otherwise.
  package static let largestClassCount = 20
}

extension TrainingSample {
  package var rowCount: Int { features.rowCount }

  /// The target as classes; `step` is who asks.
  package func classes(for step: String) throws -> (labels: ClassLabels, codes: [Int32]) {
    let target = try presentTarget(for: step)
    if case .float = target.type, target.uniqueCount > Target.largestClassCount {
      throw ModelError(
        "`\(step)` predicts classes, and the target \(targetText)holds \(target.uniqueCount) different floats",
        mend: "use a model that predicts numbers, or make classes with `bin(…)`")
    }
    if case .objects = target.storage {
      throw ModelError("the target \(targetText)holds \(target.type) values, which can't be classes")
    }
    let labels = ClassLabels(of: target)
    return (labels, labels.codes(of: target))
  }

  /// The target as numbers; `step` is who asks.
  package func numbers(for step: String) throws -> [Double] {
    let target = try presentTarget(for: step)
    let values: [Double]
    switch target.storage {
    case .float(let x): values = x
    case .int(let x): values = x.map { Double($0) }
    case .bool(let x): values = x.map { $0 ? 1 : 0 }
    default:
      throw ModelError(
        "`\(step)` predicts numbers, and the target \(targetText)holds \(target.type) values",
        mend: "use a model that predicts classes, such as `logistic()`")
    }
    guard values.allSatisfy(\.isFinite) else { throw ModelError("the target \(targetText)holds numbers that are not finite") }
    return values
  }

  /// The target as the choice says, or as its type suggests.
  package func target(for step: String, as choice: TaskChoice) throws -> Target {
    switch choice {
    case .classification: return try .classes(for: step, in: self)
    case .regression: return .numbers(try numbers(for: step))
    case .auto:
      return try presentTarget(for: step).suggestsClasses ? .classes(for: step, in: self) : .numbers(try numbers(for: step))
    }
  }

  /// The weights, checked: one number a row, none below zero, not all zero.
  package func checkedWeights(for step: String) throws -> [Double]? {
    guard let weights else { return nil }
    guard weights.count == rowCount else { throw ModelError("\(weights.count) weights for \(rowCount) rows") }
    guard weights.allSatisfy({ $0.isFinite && $0 >= 0 }), weights.contains(where: { $0 > 0 }) else {
      throw ModelError("a weight is a number that is not below zero, and one at least is above")
    }
    return weights
  }

  private var targetText: String { targetName.map { "`\($0)` " } ?? "" }

  private func presentTarget(for step: String) throws -> Column {
    guard let target else {
      throw ModelError.noTarget(for: step)
    }
    guard target.count == rowCount else { throw ModelError("the target has \(target.count) rows, the features \(rowCount)") }
    guard target.missingCount == 0 else {
      let name = targetName ?? "target"
      throw ModelError(
        "the target \(targetText)is missing on \(target.missingCount) of \(target.count) rows",
        mend: "drop these rows: `drop_missing(.\(name))`")
    }
    return target
  }
}

extension Target {
  fileprivate static func classes(for step: String, in sample: TrainingSample) throws -> Target {
    let (labels, codes) = try sample.classes(for: step)
    return .classes(labels, codes: codes)
  }
}

extension Column {
  /// Whether these values are classes rather than amounts, as far as their type tells.
  package var suggestsClasses: Bool {
    switch storage {
    case .text, .bool, .date: true
    case .int: uniqueCount <= Target.largestClassCount
    case .float, .dateTime, .duration, .objects: false
    }
  }
}

extension ModelError {
  static func noTarget(for step: String) -> ModelError {
    ModelError("`\(step)` needs a target to learn", mend: "say which column it is: `target: .name`")
  }
}
