import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct UnsupervisedTests {
  @Test(arguments: ["iris", "wine", "breast_cancer", "digits"]) func kmeansFromGivenCentersAgrees(name: String) throws {
    let raw = try DataSet("../notebooks/data", name + ".csv"), all = Array(raw.rows.indices), data = raw.standardized(by: all)
    let reference = try Reference.file("unsupervised.json")[name]
    let expected = reference["kmeans_init_first_row_of_each_class"]
    var classes = Set(data.target).sorted()
    if name == "breast_cancer" { classes.reverse() }
    let firsts = try classes.map { name in try #require(data.target.firstIndex(of: name)) }
    let sample = TrainingSample(features: try data.features(all), target: nil)
    let model = try KMeans(k: classes.count).fit(sample, in: context(), from: firsts.flatMap { data.rows[$0] })
    #expect(agree([model.inertia], [try expected["inertia"].number], within: 1e-8))
    #expect(agree(model.centers, try expected["centers"].rows.flatMap { $0 }, within: 1e-8))
    #expect(model.sizes == (try expected["sizes"].numbers))
    #expect(texts(try model.predict(sample.features)) == (try expected["labels"].numbers.map { String(Int($0)) }))
  }

  @Test func drawnStartsFindWhatTheReferenceFinds() throws {
    let raw = try DataSet("../notebooks/data", "iris.csv"), all = Array(raw.rows.indices), data = raw.standardized(by: all)
    let reference = try Reference.file("unsupervised.json")["iris"]["kmeans++_n_init20_best_inertia_by_k_seed0"]
    let sample = TrainingSample(features: try data.features(all), target: nil)
    for k in [1, 2, 3, 4, 5] {
      let model = try #require(KMeans(k: k, starts: 10).fit(sample, in: context()) as? KMeansModel)
      #expect(model.inertia <= (try reference["\(k)"].number) * 1.01, "\(k)")
    }
  }

  @Test func emptyClustersTakeFarRows() throws {
    let features = try Table([("a", Column(.float([0, 0.1, 10, 10.1, 50])))])
    let sample = TrainingSample(features: features, target: nil)
    // Nothing is nearest to the last two centres.
    let model = try KMeans(k: 3).fit(sample, in: context(), from: [5, 1000, 2000])
    #expect(Set(model.sizes) == [1, 2] && model.sizes.reduce(0, +) == 5)
    #expect(model.inertia < 0.011)
    // Fewer different rows than clusters.
    let same = TrainingSample(features: try Table([("a", Column(.float([1, 1, 1])))]), target: nil)
    #expect(try #require(KMeans(k: 2).fit(same, in: context()) as? KMeansModel).inertia == 0)
    #expect(throws: ModelError.self) { try KMeans(k: 4).fit(same, in: context()) }
  }

  /// Against means and nearest centres taken one by one, on rows with ties, far rows and weights.
  @Test(arguments: [1, 3, 20]) func kmeansIsThatOfObviousIterations(k: Int) throws {
    var random = RandomStream(seed: 11)
    let n = 4200, p = 3
    let rows = (0..<n).map { i in
      (0..<p).map { _ in 1e5 + Double(random.nextInt(below: 9)) * 0.5 + (i % 997 == 0 ? 1e4 : random.nextUniform()) }
    }
    let weights = (0..<n).map { Double($0 % 3 + 1) }
    let start = (0..<k).flatMap { rows[$0 * 31] }
    let table = try Table((0..<p).map { j in ("x\(j)", Column(.float(rows.map { $0[j] }))) })
    let model = try KMeans(k: k, maxIterations: 6).fit(
      TrainingSample(features: table, target: nil, weights: weights), in: context(workers: 2), from: start)
    var centers = start
    func nearest(_ row: [Double]) -> Int {
      var best = 0, least = Double.infinity
      for c in 0..<k {
        var sum = 0.0
        for j in 0..<p { sum += (row[j] - centers[c * p + j]) * (row[j] - centers[c * p + j]) }
        if sum < least { (best, least) = (c, sum) }
      }
      return best
    }
    var labels: [Int] = []
    for _ in 0..<6 {
      let next = rows.map(nearest)
      if next == labels { break }
      labels = next
      for c in 0..<k {
        let own = labels.indices.filter { labels[$0] == c }
        let size = own.reduce(0) { $0 + weights[$1] }
        guard size > 0 else { continue }
        for j in 0..<p { centers[c * p + j] = own.reduce(0) { $0 + weights[$1] * (rows[$1][j] - 1e5) } / size + 1e5 }
      }
    }
    #expect(agree(model.centers, centers, within: 1e-11))
    #expect(texts(try model.predict(table)) == rows.map { "\(nearest($0))" })
  }

  /// The ways to find directions give the same ones: on many rows, few rows, dependent and constant columns.
  @Test(arguments: [(4000, 12, 5), (300, 60, 8), (40, 90, 6), (2600, 9, 9)]) func solversAgree(n: Int, p: Int, k: Int) throws {
    var random = RandomStream(seed: 2)
    // Few strong directions with noise, and a constant column.
    let mixing = (0..<10 * p).map { _ in random.nextNormal() }
    let rows = (0..<n).map { _ in
      let strong = (0..<10).map { random.nextNormal() * 20 / Double($0 + 1) }
      return (0..<p).map { j in j == 0 ? 7.0 : 1e3 + random.nextNormal() / 10 + (0..<10).reduce(0.0) { $0 + strong[$1] * mixing[$1 * p + j] } }
    }
    let table = try Table((0..<p).map { j in ("x\(j)", Column(.float(rows.map { $0[j] }))) })
    let sample = TrainingSample(features: table, target: nil)
    func fitted(_ solver: ComponentSolver, _ workers: Int = 1) throws -> FittedPrincipalComponents {
      let (fitted, _) = try PrincipalComponents(k: k, solver: solver).fit(sample, in: context(workers: workers))
      return try #require(fitted as? FittedPrincipalComponents)
    }
    let full = try fitted(.full)
    for solver in ComponentSolver.allCases {
      let other = try fitted(solver)
      #expect(agree(other.singularValues, full.singularValues, within: 1e-6), "\(solver)")
      #expect(agree(other.shares, full.shares, within: 1e-6))
      // The last ones may be as strong as each other.
      let leading = min(k, 4) * p
      #expect(agree(Array(other.components.prefix(leading)), Array(full.components.prefix(leading)), within: 1e-5), "\(solver)")
      #expect(try fitted(solver, 5).archive.encoded() == other.archive.encoded())
    }
  }

  /// Covariances are taken around what a few rows suggest: rows far from zero, rows that all suggest something else, a column
  /// of one number.
  @Test(arguments: [1, 2]) func covariancesAreTakenAroundTheMeans(workers: Int) throws {
    var random = RandomStream(seed: 4)
    let n = 3000, normal = (0..<4).map { _ in (0..<n).map { _ in random.nextNormal() } }
    let far = normal[0].map { 1e7 + $0 }, mixed = zip(normal[0], normal[1]).map { 3 * $0 - $1 - 1e5 }
    // Every fifth row, which are those that are looked at first, lies elsewhere.
    let misleading = normal[2].enumerated().map { $1 + ($0 % 5 == 0 ? 4000 : 0) }
    let table = try Table([
      ("a", Column(.float(far))), ("b", Column(.float(mixed))), ("c", Column(.float(misleading))),
      ("d", Column(.float(normal[3]))), ("e", Column(.int((0..<n).map { _ in 7 }))),
    ])
    let weights = (0..<n).map { Double($0 % 3) }
    for given in [nil, weights] {
      let sample = TrainingSample(features: table, target: nil, weights: given)
      func fitted(_ solver: ComponentSolver) throws -> FittedPrincipalComponents {
        try PrincipalComponents(k: 4, solver: solver).learn(sample, in: context(workers: workers))
      }
      let quick = try fitted(.auto), whole = try fitted(.full)
      #expect(agree(quick.means, whole.means, within: 1e-12) && agree(quick.variances, whole.variances, within: 1e-9))
      #expect(agree(quick.components, whole.components, within: 1e-8))
      #expect(quick.archive.encoded() == (try fitted(.auto)).archive.encoded())
    }
    // What is not finite is found where the rows along the directions show it.
    let model = try PrincipalComponents(k: 2).learn(TrainingSample(features: table, target: nil), in: context())
    var spoiled = far
    spoiled[17] = .infinity
    let rows = try Table(zip(table.names, table.columns).map { ($0, $0 == "a" ? Column(.float(spoiled)) : $1) })
    let error = #expect(throws: ModelError.self) { try model.apply(to: rows) }
    #expect(error?.message.contains("infinite one in row 18") == true)
  }

  @Test(arguments: ["iris", "wine", "breast_cancer", "digits"]) func componentsAgreeWithTheReference(name: String) throws {
    let raw = try DataSet("../notebooks/data", name + ".csv"), all = Array(raw.rows.indices), data = raw.standardized(by: all)
    let reference = try Reference.file("unsupervised.json")[name]["pca"]
    let sample = TrainingSample(features: try data.features(all), target: nil)
    let (fitted, transformed) = try PrincipalComponents().fit(sample, in: context())
    let pca = try #require(fitted as? FittedPrincipalComponents)
    #expect(agree(pca.variances, try reference["explained_variance"].numbers, within: 1e-8))
    #expect(agree(pca.shares, try reference["ratio"].numbers, within: 1e-8))
    #expect(agree(pca.singularValues, try reference["singular_values"].numbers, within: 1e-8))
    let two = Array(pca.components.prefix(2 * data.names.count))
    #expect(agree(two, try reference["components_first2"].rows.flatMap { $0 }, within: 1e-8))
    for (i, row) in try reference["scores_first3"].rows.enumerated() {
      let mine = try (1...row.count).map { try floats(transformed.features.column("pca\($0)"))[i] }
      #expect(agree(mine, row, within: 1e-8))
    }
  }

  @Test func componentsKeepOtherColumnsAndTakeFewRows() throws {
    let table = try Table([
      ("name", Column(.text(TextValues(["u", "v"])))), ("a", Column(.float([0, 2]))), ("b", Column(.float([1, 1]))),
      ("c", Column(.float([3, 7]))),
    ])
    let (fitted, sample) = try PrincipalComponents(k: 1, columns: ["a", "c"]).fit(
      TrainingSample(features: table, target: nil), in: context())
    #expect(sample.features.names == ["name", "b", "pca1"])
    let root = 5.0.squareRoot()
    #expect(agree(try floats(sample.features.column("pca1")), [-root, root], within: 1e-12))
    #expect(throws: ModelError.self) {
      try PrincipalComponents(k: 3).fit(TrainingSample(features: table, target: nil), in: context())
    }
    #expect(try fitted.apply(to: table).names == ["name", "b", "pca1"])
  }
}
