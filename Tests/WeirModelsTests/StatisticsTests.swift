import Foundation
import Testing
import WeirModels

/// The statistical tests against SciPy's numbers.
@Suite struct StatisticsTests {
  typealias Alternative = TestResult.Alternative

  private func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
    a == b || (a - b).magnitude <= tolerance * max(a.magnitude, b.magnitude) || max(a.magnitude, b.magnitude) < 1e-300
  }

  @Test func testsAgreeWithTheirReference() throws {
    let file = try Reference.file("statistics.json")
    let cases = try #require(file["cases"].value as? [[String: Any]])
    #expect(cases.count > 150)
    for one in cases {
      let entry = Reference(value: one), kind = try #require(one["test"] as? String)
      let result = try compute(kind, entry, file["samples"])
      // A statistic that is not finite (odds of nothing) stands as null.
      if let stat = entry["stat"].value as? NSNumber { #expect(close(result.statistic, stat.doubleValue), "\(one) \(result.statistic)") }
      // The normal tail of R94 as others compute it has nine digits itself.
      let tolerance = kind == "shapiro" ? 3e-9 : kind == "ks_normal" ? 1e-6 : 1e-9
      #expect(close(result.p, try entry["p"].number, tolerance), "\(one) \(result.p)")
      if let df = entry["df"].value as? NSNumber { #expect(close(try #require(result.freedom.last), df.doubleValue)) }
      for (name, end) in [("low", result.interval?.low), ("high", result.interval?.high)] {
        if let wanted = entry[name].value as? NSNumber { #expect(close(try #require(end), wanted.doubleValue), "\(one)") }
      }
      #expect(try TestResult(archive: result.archive) == result)
    }
  }

  private func compute(_ kind: String, _ entry: Reference, _ samples: Reference) throws -> TestResult {
    let alternative = Alternative(rawValue: entry["alternative"].value as? String ?? "two-sided") ?? .twoSided
    let take = (entry["take"].value as? Int) ?? .max
    let groups = try (entry["samples"].value as? [String] ?? []).map { Sample($0, Array(try samples[$0].numbers.prefix(take))) }
    switch kind {
    case "t":
      return try MeanTests.twoSample(
        groups[0], groups[1], equalVariance: entry["equal_var"].value as? Bool ?? true, alternative: alternative)
    case "t1":
      return try MeanTests.oneSample(
        groups[0], mean: entry["mean"].number, alternative: alternative, level: entry["level"].number)
    case "paired": return try MeanTests.paired(groups[0], groups[1], alternative: alternative)
    case "anova": return try MeanTests.anova(groups)
    case "levene": return try MeanTests.levene(groups)
    case "bartlett": return try MeanTests.bartlett(groups)
    case "kruskal": return try RankTests.kruskal(groups)
    case "mann_whitney": return try RankTests.mannWhitney(groups[0], groups[1], alternative: alternative)
    case "wilcoxon": return try RankTests.wilcoxon(groups[0], groups[1], alternative: alternative)
    case "ks": return try DistributionTests.kolmogorovSmirnov(groups[0], groups[1], alternative: alternative)
    case "ks_normal": return try DistributionTests.kolmogorovSmirnov(groups[0], .normal, alternative: alternative)
    case "shapiro": return try DistributionTests.shapiroWilk(groups[0])
    case "jarque_bera": return try DistributionTests.jarqueBera(groups[0])
    case "chi2": return try CountTests.independence(entry["table"].rows)
    case "fisher": return try CountTests.fisher(entry["table"].rows, alternative: alternative)
    case "fit": return try CountTests.fit(entry["counts"].numbers, expected: (entry["expected"].value as? [NSNumber])?.map(\.doubleValue))
    default:
      let kind = try #require(CorrelationTests.Kind(rawValue: kind), "\(kind)")
      return try CorrelationTests.test(groups[0], groups[1], kind, alternative: alternative)
    }
  }

  @Test func tailsKeepTheirDigits() throws {
    for row in try #require(try Reference.file("statistics.json")["tails"].value as? [[Any]]) {
      let x = try Reference(value: row[1]).numbers, wanted = try Reference(value: row[2]).number
      let found: Double
      switch row[0] as? String {
      case "normal": found = NormalDistribution.upper(x[0])
      case "chi2": found = ChiSquaredDistribution.upper(x[0], freedom: x[1])
      case "f": found = FDistribution.upper(x[0], x[1], x[2])
      case "ks": found = KolmogorovDistribution.upper(x[0], Int(x[1])).p
      default: found = StudentDistribution.upper(x[0], freedom: x[1])
      }
      // Beyond 140 values the reference itself is an approximation of the exact distribution.
      #expect(close(found, wanted, (row[0] as? String) == "ks" && x[1] > 140 ? 1e-6 : 1e-9), "\(row) \(found)")
    }
  }

  @Test func irisTestsAgreeWithTheSharedReference() throws {
    let wanted = try Reference.file("stat_tests.json"), iris = try DataSet("../notebooks/data", "iris.csv")
    func column(_ name: String, _ species: String?) throws -> Sample {
      let place = try #require(iris.names.firstIndex(of: name))
      return Sample(species ?? name, iris.rows.indices.filter { species == nil || iris.target[$0] == species }.map { iris.rows[$0][place] })
    }
    let classes = ["setosa", "versicolor", "virginica"], groups = try classes.map { try column("sepal_length", $0) }
    let (a, b) = (groups[0], groups[1]), lengths = try column("sepal_length", nil), widths = try column("sepal_width", nil)
    let found: [(String, TestResult)] = [
      ("ttest_01", try MeanTests.twoSample(a, b)), ("welch_01", try MeanTests.twoSample(a, b, equalVariance: false)),
      ("paired_01", try MeanTests.paired(a, b)), ("onesample_0_mean5", try MeanTests.oneSample(a, mean: 5)),
      ("anova", try MeanTests.anova(groups)), ("kruskal", try RankTests.kruskal(groups)),
      ("mannwhitney_01", try RankTests.mannWhitney(a, b)), ("wilcoxon_01", try RankTests.wilcoxon(a, b)),
      ("ks_01", try DistributionTests.kolmogorovSmirnov(a, b)), ("shapiro_0", try DistributionTests.shapiroWilk(a)),
      ("levene", try MeanTests.levene(groups)), ("bartlett", try MeanTests.bartlett(groups)),
      ("jarque_bera_0", try DistributionTests.jarqueBera(a)),
      ("pearson_len_width", try CorrelationTests.test(lengths, widths, .pearson)),
      ("spearman_len_width", try CorrelationTests.test(lengths, widths, .spearman)),
      ("kendall_len_width", try CorrelationTests.test(lengths, widths, .kendall)),
      ("chi2", try CountTests.independence(wanted["chi2_table"].rows.map { Array($0) })),
      ("fisher_2x2", try CountTests.fisher(wanted["fisher_2x2"]["table"].rows)),
    ]
    for (name, result) in found {
      #expect(close(result.statistic, try wanted[name]["stat"].number), "\(name) \(result.statistic)")
      #expect(close(result.p, try wanted[name]["p"].number, name.hasPrefix("shapiro") ? 3e-9 : 1e-9), "\(name) \(result.p)")
    }
  }

  @Test func hostileSamplesAreErrors() throws {
    let empty = Sample("a", []), one = Sample("b", [1]), same = Sample("c", [2, 2, 2, 2]), bad = Sample("d", [1, .infinity, 3])
    for (a, b) in [(empty, one), (one, one), (same, same), (bad, same), (same, bad)] {
      #expect(throws: StatisticsError.self) { try MeanTests.twoSample(a, b) }
      #expect(throws: StatisticsError.self) { try MeanTests.anova([a, b]) }
      #expect(throws: StatisticsError.self) { try CorrelationTests.test(a, b, .kendall) }
      _ = try? RankTests.mannWhitney(a, b)
      _ = try? RankTests.wilcoxon(a, b)
      _ = try? RankTests.kruskal([a, b])
      _ = try? DistributionTests.kolmogorovSmirnov(a, b)
    }
    for sample in [empty, one, same, bad] { #expect(throws: StatisticsError.self) { try DistributionTests.shapiroWilk(sample) } }
    #expect(throws: StatisticsError.self) { try CountTests.independence([[1, 2], [3]]) }
    #expect(throws: StatisticsError.self) { try CountTests.independence([[0, 0], [3, 4]]) }
    #expect(throws: StatisticsError.self) { try CountTests.fisher([[1, 2, 3], [1, 2, 3]]) }
  }
}
