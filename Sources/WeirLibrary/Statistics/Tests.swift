import WeirCatalog
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// Statistical tests.
  mutating func defineStatistics() {
    register(TestResult.self)
    defineMeanTests()
    defineGroupTests()
    defineRankTests()
    defineDistributionTests()
    defineCountTests()
    defineCorrelationTest()
  }

  private mutating func defineMeanTests() {
    define("t_test", "Tests whether two means differ, or one from a number.") { f in
      let data = SampleArguments(&f)
      let paired = f.optional(Bool.self, "paired", default: false, "Whether the values of both samples belong together in pairs.")
      let equal = f.optional(Bool.self, "equal_var", default: true, "Whether both spread alike; false gives Welch's test.")
      let mean = f.optional(Double.self, "mean", default: 0, "What the mean of a single sample is held against.")
      let alternative = f.alternative()
      let level = f.level()
      f.isTest(
        """
        Of a table, one column in the two groups of `by`, or two columns; of lists, one or two. The effect is Cohen's d, the \
        interval that of the difference. \(BuiltinDefinition.testFields)
        """)
      f.example("t_test([5.1, 4.9, 5.0, 5.3], [6.0, 6.2, 5.8, 6.4]).p < 0.01", gives: "true")
      f.example("table(x: [1, 2, 3, 7, 8, 9], g: [\"a\", \"a\", \"a\", \"b\", \"b\", \"b\"]) |> t_test(.x, by: .g) |> type_of()",
        gives: "\"test\"")
      f.example("t_test([2.0, 4.0, 6.0], mean: 4).statistic", gives: "0.0")
      f.seeAlso("mann_whitney", "wilcoxon", "anova")
      f.body { call in
        let isPaired = try call[paired], (samples, leftOut) = try isPaired ? data.pairs(call) : data.samples(call)
        let side = try call.alternative(alternative), level = try call[level]
        switch samples.count {
        case 1:
          if isPaired { throw StatisticsError("pairs are made of two samples, and one is given") }
          return try MeanTests.oneSample(samples[0], mean: try call[mean], alternative: side, level: level).value(leftOut)
        case 2:
          if call.has(mean) { throw StatisticsError("`mean` is what a single sample is held against, and two are given") }
          return try isPaired
            ? MeanTests.paired(samples[0], samples[1], alternative: side, level: level).value(leftOut)
            : MeanTests.twoSample(
              samples[0], samples[1], equalVariance: try call[equal], alternative: side, level: level).value(leftOut)
        default: throw StatisticsError.groups(samples.count, of: "t test", instead: "anova")
        }
      }
    }
  }

  /// Tests that take any number of groups.
  private mutating func defineGroupTests() {
    let tests: [(name: String, summary: String, effect: String, @Sendable ([Sample]) throws -> TestResult)] = [
      ("anova", "Tests whether several groups have one mean.", "The effect is eta squared.", { try MeanTests.anova($0) }),
      ("kruskal", "Tests by ranks whether several groups tend to the same values.", "The effect is eta squared of the ranks.",
        { try RankTests.kruskal($0) }),
      ("levene", "Tests whether several groups spread alike.", "About the medians (Brown and Forsythe).", { try MeanTests.levene($0) }),
      ("bartlett", "Tests whether several normal groups spread alike.", "It takes the groups to be normally distributed.",
        { try MeanTests.bartlett($0) }),
    ]
    for (name, summary, effect, test) in tests {
      define(name, summary) { f in
        let data = SampleArguments(&f, second: false, many: true)
        f.isTest("Of a table, one column in the groups of `by`; or a list for each group. \(effect) \(BuiltinDefinition.testFields)")
        f.example("\(name)([1.0, 2.0, 3.0], [2.0, 3.5, 4.0], [5.0, 7.0, 9.5]).p < 0.5", gives: "true")
        f.seeAlso("t_test", name == "anova" ? "kruskal" : "anova")
        f.body { call in
          let (samples, leftOut) = try data.samples(call)
          return try test(samples).value(leftOut)
        }
      }
    }
  }

  private mutating func defineRankTests() {
    define("mann_whitney", "Tests by ranks whether one of two samples tends to greater values.") { f in
      let data = SampleArguments(&f), alternative = f.alternative()
      f.isTest(
        """
        Exact where one has at most eight values and none are equal, else by the normal limit. The statistic counts the pairs \
        in which the first is greater; the effect is the rank-biserial correlation. \(BuiltinDefinition.testFields)
        """)
      f.example("mann_whitney([1, 2, 3], [4, 5, 6]).p", gives: "0.1")
      f.seeAlso("t_test", "wilcoxon", "kruskal")
      f.body { call in
        let (samples, leftOut) = try data.samples(call)
        guard samples.count == 2 else { throw StatisticsError.groups(samples.count, of: "Mann-Whitney test", instead: "kruskal") }
        return try RankTests.mannWhitney(samples[0], samples[1], alternative: try call.alternative(alternative)).value(leftOut)
      }
    }
    define("wilcoxon", "Tests by signed ranks whether pairs differ, or one sample from zero.") { f in
      let data = SampleArguments(&f), alternative = f.alternative()
      f.isTest("Pairs that do not differ are left out. Exact up to 50 pairs without ties. \(BuiltinDefinition.testFields)")
      f.example("wilcoxon([1, 2, 3, 4, 5, 6], [2, 4, 6, 8, 10, 12]).p", gives: "0.03125")
      f.seeAlso("t_test", "mann_whitney")
      f.body { call in
        let (samples, leftOut) = try data.pairs(call)
        guard samples.count <= 2 else { throw StatisticsError.groups(samples.count, of: "Wilcoxon test", instead: "kruskal") }
        return try RankTests.wilcoxon(
          samples[0], samples.count == 2 ? samples[1] : nil, alternative: try call.alternative(alternative)).value(leftOut)
      }
    }
  }

  private mutating func defineDistributionTests() {
    define("ks_test", "Tests whether two samples are distributed alike, or one as a distribution says.") { f in
      let data = SampleArguments(&f)
      let mean = f.optional(Double.self, "mean", default: 0, "Where the distribution named lies.")
      let std = f.optional(Double.self, "std", default: 1, "How wide the distribution named is.")
      let alternative = f.alternative()
      f.isTest(
        """
        Kolmogorov and Smirnov's. In place of the second sample a name: "normal", "uniform" or "exponential". \
        \(BuiltinDefinition.testFields)
        """)
      f.example("ks_test([1, 2, 3, 4], [5, 6, 7, 8]).statistic", gives: "1.0")
      f.example("ks_test([-1.2, -0.3, 0.1, 0.8, 1.4], \"normal\").p > 0.5", gives: "true")
      f.seeAlso("shapiro", "mann_whitney")
      f.body { call in
        let side = try call.alternative(alternative)
        if let name = try data.distribution(call) {
          let (samples, leftOut) = try data.firstAlone(call)
          return try DistributionTests.kolmogorovSmirnov(
            samples, name, mean: try call[mean], deviation: try call[std], alternative: side).value(leftOut)
        }
        let (samples, leftOut) = try data.samples(call)
        guard samples.count == 2 else {
          throw StatisticsError("a Kolmogorov-Smirnov test holds two samples against each other, and there are \(samples.count)",
            mend: "name a distribution instead of the second: `\"normal\"`")
        }
        return try DistributionTests.kolmogorovSmirnov(samples[0], samples[1], alternative: side).value(leftOut)
      }
    }
    let single: [(name: String, summary: String, @Sendable (Sample) throws -> TestResult)] = [
      ("shapiro", "Tests whether numbers are normally distributed.", { try DistributionTests.shapiroWilk($0) }),
      ("jarque_bera", "Tests by skewness and kurtosis whether numbers are normally distributed.",
        { try DistributionTests.jarqueBera($0) }),
    ]
    for (name, summary, test) in single {
      define(name, summary) { f in
        let data = SampleArguments(&f, second: false, grouped: false)
        f.isTest(
          (name == "shapiro" ? "Shapiro and Wilk's, by Royston's approximation, made for up to 5000 values. " : "For many values. ")
            + BuiltinDefinition.testFields)
        f.example("\(name)([2.1, 2.5, 2.2, 2.9, 2.4, 2.6]).p > 0.05", gives: "true")
        f.seeAlso("ks_test", "t_test")
        f.body { call in
          let (samples, leftOut) = try data.samples(call)
          guard samples.count == 1 else { throw StatisticsError("a test of one sample, and two are given") }
          return try test(samples[0]).value(leftOut)
        }
      }
    }
  }

  private mutating func defineCorrelationTest() {
    define("correlation_test", "Tests whether two columns go together.") { f in
      let data = SampleArguments(&f, grouped: false)
      let how = f.choice("how", CorrelationTests.Kind.allCases.map(\.rawValue), default: "pearson",
        "Of the values, of their ranks, or of the order of their pairs.")
      let alternative = f.alternative(), level = f.level()
      f.isTest("Pairs of which one is missing are left out. \(BuiltinDefinition.testFields)")
      f.example("correlation_test([1, 2, 3, 4, 5], [2, 1, 4, 3, 5], how: \"kendall\").statistic", gives: "0.6")
      f.seeAlso("correlate", "corr", "chi2_test")
      f.body { call in
        let (samples, leftOut) = try data.pairs(call)
        guard samples.count == 2 else { throw StatisticsError("a correlation is one of two columns") }
        return try CorrelationTests.test(
          samples[0], samples[1], CorrelationTests.Kind(rawValue: try call[how]) ?? .pearson,
          alternative: try call.alternative(alternative), level: try call[level]).value(leftOut)
      }
    }
  }
}

extension StatisticsError {
  static func groups(_ count: Int, of test: String, instead: String) -> StatisticsError {
    count == 1
      ? StatisticsError("a \(test) takes two samples, and there is one", mend: "give a second, or part the rows with `by:`")
      : StatisticsError("a \(test) takes two samples, and there are \(count)", mend: "`\(instead)` takes any number")
  }
}

extension SampleArguments {
  /// The distribution that is named in place of a second sample; of a table, in place of a second column.
  fileprivate func distribution(_ call: Call) throws -> DistributionTests.Reference? {
    for parameter in [x, y].compactMap({ $0 }) {
      guard case .value(.string(let name)) = call.raw(parameter) else { continue }
      guard let known = DistributionTests.Reference(rawValue: name) else {
        throw ArgumentReader.notAChoice(name, DistributionTests.Reference.allCases.map(\.rawValue), "x", in: call)
      }
      return known
    }
    return nil
  }

  fileprivate func firstAlone(_ call: Call) throws -> (Sample, leftOut: Int) {
    let column: Column
    if case .table(let query) = try call[data] {
      column = try call[x].evaluate(try query.collect())
    } else {
      column = try call[data].asColumn()
    }
    let values = try column.presentNumbers(for: "ks_test", "x")
    return (Sample("", values), column.count - values.count)
  }
}

extension BuiltinDefinition {
  static let testFields = """
    Fields: statistic, p, df, effect, effect_name, low and high of the interval, estimates, n, left_out, text.
    """

  /// A fact about rows comes out.
  mutating func isTest(_ text: String) {
    returns(.other("test"))
    flow(.statistic(of: 0))
    details(text)
  }

  mutating func alternative() -> Parameter<String> {
    choice("alternative", TestResult.Alternative.allCases.map(\.rawValue), default: "two-sided", "The side on which a difference counts.")
  }

  mutating func level() -> Parameter<Double> { optional(Double.self, "level", default: 0.95, "How surely the interval holds it.") }
}

extension Call {
  func alternative(_ parameter: Parameter<String>) throws -> TestResult.Alternative {
    TestResult.Alternative(rawValue: try self[parameter]) ?? .twoSided
  }
}

extension TestResult {
  func value(_ leftOut: Int) -> Value {
    var result = self
    result.leftOut = leftOut
    return .other(result)
  }
}
