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

  /// Rows that are drawn have the means and covariances of those that were learned from, as far as the shape allows.
  @Test(arguments: GaussianMixture.Covariance.allCases) func drawnRowsAreLikeTheOthers(covariance: GaussianMixture.Covariance) throws {
    var random = RandomStream(seed: 6)
    let rows = (0..<3000).map { i in
      let a = random.nextNormal(), b = random.nextNormal()
      return [(i % 4 == 0 ? 6.0 : 0) + a, (i % 4 == 0 ? -4.0 : 1) + 0.8 * a + 0.6 * b]
    }
    let sample = TrainingSample(features: try ClusterTests.table(rows), target: nil)
    let model = try GaussianMixture(k: 2, covariance: covariance, starts: 2).fit(sample, in: context(), from: nil)
    let drawn = try model.sample(20_000, random: RandomStream(seed: 1), workers: .one)
    let columns = try drawn.names.map { name -> [Double] in
      guard case .float(let values) = try drawn.column(name).storage else { return [] }
      return values
    }
    func moment(_ x: [Double], _ y: [Double]) -> Double {
      let n = Double(x.count), mx = x.reduce(0, +) / n, my = y.reduce(0, +) / n
      return zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) } / n
    }
    let own = (0..<2).map { j in rows.map { $0[j] } }
    for j in 0..<2 {
      let drawnMean = columns[j].reduce(0, +) / 20_000, ownMean = own[j].reduce(0, +) / 3000
      #expect(abs(drawnMean - ownMean) < 0.08)
      let spread = moment(columns[j], columns[j]) / moment(own[j], own[j]), bound = covariance == .spherical ? 0.1 : 0.04
      #expect(abs(spread - 1) < bound)
    }
    if covariance == .full || covariance == .tied {
      let together = moment(columns[0], columns[1]) / moment(own[0], own[1])
      #expect(abs(together - 1) < 0.05)
    }
    let groups = try ClusterTests.ints(model.predict(drawn)), fewest = min(groups.count { $0 == 0 }, groups.count { $0 == 1 })
    #expect(abs(Double(fewest) / 20_000 - 0.25) < 0.02)
    let few = try model.sample(7, random: RandomStream(seed: 1), workers: .one)
    #expect(few.archive == (try drawn.taking(Array(0..<7))).archive)
    #expect(throws: ModelError.self) { try model.sample(1 << 40, random: RandomStream(seed: 1), workers: .one) }
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
