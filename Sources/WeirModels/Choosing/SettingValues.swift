import Glibc
package import WeirBase

/// The values that a search tries for one setting.
package enum SettingValues: Sendable, Hashable {
  /// These and no others.
  case choices([Archive])
  /// Whole numbers, each as likely as any other.
  case integers(Int64, Int64)
  /// Numbers between two, each stretch as likely as any other of its length.
  case uniform(Double, Double)
  /// Numbers between two above zero, each stretch as likely as any other of the same ratio.
  case logUniform(Double, Double)

  /// How many values there are; nil for more than can be told apart.
  package var count: Int? {
    switch self {
    case .choices(let values): return values.count
    case .integers(let low, let high):
      let (difference, isTooFar) = high.subtractingReportingOverflow(low)
      return isTooFar || difference >= 1_000_000 ? nil : Int(difference) + 1
    case .uniform, .logUniform: return nil
    }
  }

  /// All of them in order; nil where there is no end to them.
  var all: [Archive]? {
    switch self {
    case .choices(let values): values
    case .integers(let low, let high): count == nil ? nil : (low...high).map { .int($0) }
    case .uniform, .logUniform: nil
    }
  }

  func drawn(_ random: inout RandomStream) -> Archive {
    switch self {
    case .choices(let values): return values[random.nextInt(below: values.count)]
    case .integers(let low, let high):
      let width = high.subtractingReportingOverflow(low)
      guard !width.overflow, width.partialValue < .max else { return .int(Int64(bitPattern: random.nextBits())) }
      return .int(low + Int64(random.nextInt(below: Int(width.partialValue) + 1)))
    case .uniform(let low, let high): return .float(random.nextUniform(low, high))
    case .logUniform(let low, let high): return .float(exp2(random.nextUniform(log2(low), log2(high))))
    }
  }
}

/// What a search varies: settings of the steps of a plan, each with the values to try.
package struct SearchSpace: Sendable, Hashable {
  package struct Dimension: Sendable, Hashable {
    /// The name of the step; nil where only one has the setting.
    package let step: String?
    package let setting: String
    package let values: SettingValues

    package init(step: String? = nil, setting: String, values: SettingValues) {
      self.step = step
      self.setting = setting
      self.values = values
    }

    /// As a column of results is called.
    package var name: String { step.map { "\($0).\(setting)" } ?? setting }
  }

  package let dimensions: [Dimension]

  package init(_ dimensions: [Dimension]) throws {
    guard !dimensions.isEmpty else {
      throw ModelError("a search needs settings to vary", mend: "name some with their values: `grid(l2: [0.1, 1, 10])`")
    }
    for dimension in dimensions {
      let isEmpty: Bool = switch dimension.values {
      case .choices(let values): values.isEmpty
      case .integers(let low, let high): low > high
      case .uniform(let low, let high): !(low < high && low.isFinite && high.isFinite)
      case .logUniform(let low, let high): !(low > 0 && low < high && high.isFinite)
      }
      if isEmpty { throw ModelError("there are no values to try for `\(dimension.name)`") }
    }
    guard Set(dimensions.map(\.name)).count == dimensions.count else {
      throw ModelError("a setting is named twice in one search")
    }
    self.dimensions = dimensions
  }

  /// How many combinations there are; nil where there is no end to them.
  package var count: Int? {
    var product = 1
    for dimension in dimensions {
      guard let count = dimension.values.count else { return nil }
      let (next, isTooLarge) = product.multipliedReportingOverflow(by: count)
      guard !isTooLarge else { return nil }
      product = next
    }
    return product
  }

  /// All combinations, the last setting changing fastest.
  func combinations() throws -> [[Archive]] {
    var all: [[Archive]] = [[]]
    for dimension in dimensions {
      guard let values = dimension.values.all else {
        throw ModelError(
          "a grid tries every value, and those of `\(dimension.name)` have no end",
          mend: "list some, or draw: `random_search(…, n: 20)`")
      }
      guard all.count * values.count <= 1_000_000 else { throw ModelError("a grid of over a million candidates") }
      all = all.flatMap { chosen in values.map { chosen + [$0] } }
    }
    return all
  }

  /// `n` combinations at random, no two alike as far as that can be; all where there are no more.
  func drawn(_ n: Int, random: RandomStream) throws -> [[Archive]] {
    if let count, count <= n { return try combinations() }
    var chosen: [[Archive]] = [], seen: Set<[Archive]> = []
    for attempt in 0..<(n * 20) where chosen.count < n {
      var own = random.child(attempt)
      let candidate = dimensions.map { $0.values.drawn(&own) }
      if seen.insert(candidate).inserted { chosen.append(candidate) }
    }
    return chosen
  }
}
