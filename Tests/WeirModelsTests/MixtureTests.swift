import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct MixtureTests {
  /// From the clusters that the reference started from.
  @Test(arguments: ["iris", "wine"], GaussianMixture.Covariance.allCases)
  func mixturesAgreeWithTheReference(name: String, covariance: GaussianMixture.Covariance) throws {
    let (features, rows) = try ClusterTests.data(name)
    let expected = try Reference.file("clusters.json")[name]["mixtures"][covariance.rawValue]
    let target = try DataSet("../notebooks/data", name + ".csv").target, classes = Set(target).sorted()
    let model = try GaussianMixture(k: 3, covariance: covariance).fit(
      TrainingSample(features: features, target: nil), in: context(workers: 2),
      from: target.map { Int32(classes.firstIndex(of: $0) ?? 0) })
    #expect(agree(model.means, try expected["means"].numbers, within: 1e-8))
    #expect(agree(model.shares, try expected["weights"].numbers, within: 1e-8))
    let figures = Dictionary(uniqueKeysWithValues: model.figures.map { ($0.name, $0.value) })
    for (mine, theirs) in [("log_likelihood", "score"), ("bic", "bic"), ("aic", "aic"), ("iterations", "iterations")] {
      #expect(agree([figures[mine] ?? .nan], [try expected[theirs].number], within: 1e-8), "\(mine)")
    }
    #expect(try ClusterTests.ints(model.predict(features)) == (try expected["labels"].numbers.map { Int($0) }))
    let columns = try model.probabilities(features)
    #expect(agree((0..<5).flatMap { row in columns.map { $0[row] } }, try expected["first"].numbers, within: 1e-7))
    #expect(rows.indices.allSatisfy { row in abs(columns.reduce(0) { $0 + $1[row] } - 1) < 1e-12 })
  }

  /// More rows never become less likely, and what made the rows is found.
  @Test(arguments: GaussianMixture.Covariance.allCases) func groupsAreFound(covariance: GaussianMixture.Covariance) throws {
    var random = RandomStream(seed: 6)
    let rows = (0..<3000).map { i in [Double(i % 3) * 8 + random.nextNormal(), Double(i % 3) * -5 + random.nextNormal(), 1.0] }
    let sample = TrainingSample(features: try ClusterTests.table(rows), target: nil)
    var likelihoods: [Double] = []
    for iterations in [1, 2, 20] {
      let model = try GaussianMixture(k: 3, covariance: covariance, starts: 3, maxIterations: iterations).fit(sample, in: context(), from: nil)
      likelihoods.append(model.figures[0].value)
      let labels = try ClusterTests.ints(model.predict(sample.features))
      #expect(ClusterTests.renumbered(labels) == rows.indices.map { $0 % 3 })
    }
    #expect(zip(likelihoods, likelihoods.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 })
  }

  @Test(arguments: ["iris", "wine"]) func farRowsStandOutAsInTheReference(name: String) throws {
    let (_, rows) = try ClusterTests.data(name)
    let reference = try Reference.file("clusters.json")[name], p = rows[0].count
    let far = try reference["far"].numbers
    let all = rows + stride(from: 0, to: far.count, by: p).map { Array(far[$0..<$0 + p]) }
    let table = try ClusterTests.table(all)
    let model = try #require(OutlierForest(trees: 300).fit(TrainingSample(features: table, target: nil), in: context()) as? OutlierForestModel)
    let scores = try model.scores(table), theirs = try reference["isolation_scores"].numbers
    var wins = 0.0
    for a in rows.count..<all.count { for b in rows.indices { wins += scores[a] > scores[b] ? 1 : scores[a] == scores[b] ? 0.5 : 0 } }
    let area = wins / Double(rows.count * (all.count - rows.count))
    #expect(area > (try reference["isolation_auc"].number) - 0.01)
    // Two forests of other trees differ by chance.
    let gaps = zip(scores, theirs).map { abs($0 - $1) }
    #expect((gaps.max() ?? 1) < 0.06)
    guard case .bool(let flags) = try model.predict(table).storage else { throw ModelError("not bools") }
    #expect(flags == scores.map { $0 > 0.5 })
    let tenth = try OutlierForest(contamination: 0.1).fit(TrainingSample(features: table, target: nil), in: context())
    guard case .bool(let few) = try tenth.predict(table).storage else { throw ModelError("not bools") }
    #expect(abs(few.count { $0 } - all.count / 10) <= 2)
  }

  @Test func settingsAndRowsOutOfRangeAreRefused() throws {
    #expect(throws: ModelError.self) { try GaussianMixture(k: 0) }
    #expect(throws: ModelError.self) { try OutlierForest(trees: 0) }
    #expect(throws: ModelError.self) { try OutlierForest(sampleSize: 1) }
    for share in [0, -1, 0.6, .nan] { #expect(throws: ModelError.self) { try OutlierForest(contamination: share) } }
    let few = TrainingSample(features: try ClusterTests.table([[1], [2]]), target: nil)
    #expect(throws: ModelError.self) { try GaussianMixture(k: 3).fit(few, in: context()) }
    var weighted = few
    weighted.weights = [1, 1]
    #expect(throws: ModelError.self) { try OutlierForest().fit(weighted, in: context()) }
    // Columns that depend on each other have a covariance without extent, but for what is added.
    let line = (0..<50).map { [Double($0) * 1e5, Double($0) * 2e5] }
    do {
      _ = try GaussianMixture(k: 2).fit(TrainingSample(features: ClusterTests.table(line), target: nil), in: context())
    } catch let error as ModelError { #expect(error.message.contains("extent")) }
  }
}
