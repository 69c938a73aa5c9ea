package import WeirBase

/// What a statistical test found.
package struct TestResult: Archivable, Hashable {
  package static let archiveName = "test"

  /// Which values of the statistic speak against the hypothesis that nothing is there.
  package enum Alternative: String, Sendable, Hashable, CaseIterable {
    case twoSided = "two-sided", less, greater
  }

  package struct Effect: Sendable, Hashable {
    package let name: String
    package let value: Double
  }

  /// What surely holds the quantity, at the level asked for.
  package struct Interval: Sendable, Hashable {
    package let of: String
    package let low: Double
    package let high: Double
    package let level: Double
  }

  /// As a textbook calls it ("Welch's t test").
  package var name: String
  /// The letter of the statistic ("t", "U").
  package var letter: String
  package var statistic: Double
  package var p: Double
  /// Degrees of freedom: none, one or two.
  package var freedom: [Double] = []
  /// "exact" or "asymptotic"; empty where there is one way alone.
  package var method = ""
  package var alternative = Alternative.twoSided
  package var effect: Effect?
  package var interval: Interval?
  /// What was compared, by name: the means, medians or sizes of the groups.
  package var estimates: [(name: String, value: Double)] = []
  /// How many values went in, group by group.
  package var counts: [Int] = []
  /// How many were left out since they are missing.
  package var leftOut = 0
  /// What the test asks about, in words: once for "it is so" and once for "it can't be told".
  package var finding: String
  package var noFinding: String

  package init(
    _ name: String, _ letter: String, _ statistic: Double, p: Double, finding: String, noFinding: String
  ) {
    self.name = name
    self.letter = letter
    self.statistic = statistic
    self.p = p
    self.finding = finding
    self.noFinding = noFinding
  }

  package static func == (a: TestResult, b: TestResult) -> Bool { a.archive.encoded() == b.archive.encoded() }
  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(statistic)
    hasher.combine(p)
  }
}

extension TestResult {
  package var archive: Archive {
    .of([
      "name": .text(name), "letter": .text(letter), "numbers": .floats([statistic, p]), "freedom": .floats(freedom),
      "method": .text(method), "alternative": .text(alternative.rawValue), "effect": .text(effect?.name ?? ""),
      "effect_size": .float(effect?.value ?? 0), "interval_of": .text(interval?.of ?? ""),
      "interval": .floats(interval.map { [$0.low, $0.high, $0.level] } ?? []),
      "estimate_names": .texts(estimates.map(\.name)), "estimates": .floats(estimates.map(\.value)),
      "counts": .ints(counts.map { Int64($0) }), "left_out": .int(Int64(leftOut)), "finding": .text(finding),
      "no_finding": .text(noFinding),
    ])
  }

  package init(archive: Archive) throws {
    func text(_ name: String) throws -> String { try archive.part(name).asText() }
    func floats(_ name: String) throws -> [Double] { try archive.part(name).asFloats() }
    let numbers = try floats("numbers")
    guard numbers.count == 2 else { throw ArchiveError("a test without its numbers") }
    self.init(
      try text("name"), try text("letter"), numbers[0], p: numbers[1], finding: try text("finding"),
      noFinding: try text("no_finding"))
    freedom = try floats("freedom")
    method = try text("method")
    alternative = Alternative(rawValue: try text("alternative")) ?? .twoSided
    let effectName = try text("effect"), size = try archive.part("effect_size").asFloat()
    if !effectName.isEmpty { effect = Effect(name: effectName, value: size) }
    let ends = try floats("interval")
    if ends.count == 3 { interval = Interval(of: try text("interval_of"), low: ends[0], high: ends[1], level: ends[2]) }
    estimates = Array(zip(try archive.part("estimate_names").asTexts(), try floats("estimates"))).map { ($0.0, $0.1) }
    counts = try archive.part("counts").asInts().map { Int($0) }
    leftOut = try archive.part("left_out").asInt()
  }
}

/// What can go wrong with a statistical test, in the user's words.
package struct StatisticsError: Error, Sendable, Hashable {
  package let message: String
  package let mend: String?
  package init(_ message: String, mend: String? = nil) {
    self.message = message
    self.mend = mend
  }
}

/// The values of one group, those that are missing left out.
package struct Sample: Sendable, Hashable {
  package var name: String
  package var values: [Double]

  package init(_ name: String, _ values: [Double]) {
    self.name = name
    self.values = values
  }

  var count: Int { values.count }

  var mean: Double {
    guard !values.isEmpty else { return .nan }
    let first = values.reduce(0, +) / Double(values.count)
    guard first.isFinite else { return first }
    return first + values.reduce(0) { $0 + ($1 - first) } / Double(values.count)
  }

  /// The sum of the squared distances from the mean.
  var squares: Double {
    let mean = self.mean
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  /// With `n - 1`.
  var variance: Double { squares / Double(values.count - 1) }

  var median: Double {
    let sorted = values.sorted(), middle = sorted.count / 2
    guard !sorted.isEmpty else { return .nan }
    return sorted.count % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2
  }

  func require(atLeast least: Int, for test: String) throws(StatisticsError) {
    guard count >= least else {
      let whose = name.isEmpty ? "the sample" : "`\(name)`"
      throw StatisticsError("\(test) needs at least \(least) value\(least == 1 ? "" : "s"), and \(whose) has \(count)")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw StatisticsError(
        "\(test) needs finite numbers" + (name.isEmpty ? "" : ", and `\(name)` has others"), mend: "filter infinite values out")
    }
  }
}

/// The probability at the alternative's side of a symmetric statistic.
func probability(_ alternative: TestResult.Alternative, upper: Double, lower: Double) -> Double {
  switch alternative {
  case .twoSided: min(1, 2 * min(upper, lower))
  case .less: min(1, lower)
  case .greater: min(1, upper)
  }
}
