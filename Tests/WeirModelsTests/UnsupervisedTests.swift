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
      let model = try #require(KMeans(k: k).fit(sample, in: context()) as? KMeansModel)
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
