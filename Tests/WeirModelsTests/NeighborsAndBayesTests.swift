import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct NeighborsAndBayesTests {
  @Test(arguments: ["iris", "wine", "breast_cancer", "digits"]) func neighboursAgreeWithTheReference(name: String) throws {
    let raw = try DataSet("../notebooks/data", name + ".csv"), data = raw.standardized(by: raw.train)
    let reference = try Reference.file("svm_knn_bayes.json")[name], flipped = name == "breast_cancer"
    let train = try data.classSample(data.train), test = try data.features(data.test)
    for k in [1, 3, 5, 15] {
      for weighting in NearestNeighbors.Weighting.allCases {
        let key = "knn\(k)_\(weighting.rawValue)", model = try NearestNeighbors(k: k, weighting: weighting)
          .fit(train, in: context(workers: 2))
        let columns = try model.probabilities(test)
        for (i, row) in try reference[key]["proba_first5"].rows.enumerated() {
          let mine = columns.map { $0[i] }
          #expect(agree(flipped ? mine.reversed() : mine, row, within: 1e-9), "\(key)")
        }
        // Two classes of an even vote would be named in the other order.
        let classes = try reference[key]["predictions"].numbers.map { Int($0) }
        let labels = ClassLabels(of: train.target ?? Column(.int([]))).names
        let names = flipped ? labels.reversed() : labels
        #expect(texts(try model.predict(test)) == classes.map { names[$0] }, "\(key)")
      }
    }
  }

  @Test func neighboursPredictNumbers() throws {
    let raw = try DataSet("Reference", "data", "diabetes.csv"), data = raw.standardized(by: raw.train)
    let reference = try Reference.file("svm_knn_bayes.json")["diabetes"]
    for k in [1, 5, 15] {
      let model = try NearestNeighbors(k: k).fit(data.numberSample(data.train), in: context())
      let mine = try floats(model.predict(data.features(data.test)))
      #expect(agree(mine, try reference["knn_reg_\(k)"]["predictions"].numbers, within: 1e-9), "\(k)")
    }
  }

  /// Against sorting all distances, on numbers with many ties and far from zero.
  @Test func searchIsThatOfSortingAllDistances() throws {
    var random = RandomStream(seed: 7)
    let n = 1500, queries = 70, k = 7
    let rows = (0..<n + queries).map { _ in (0..<3).map { _ in 1e6 + Double(random.nextInt(below: 6)) } }
    let numbers = (0..<n).map { _ in random.nextUniform() }
    func table(_ range: Range<Int>) throws -> Table {
      try Table((0..<3).map { j in ("x\(j)", Column(.float(range.map { rows[$0][j] }))) })
    }
    let model = try NearestNeighbors(k: k).fit(
      TrainingSample(features: table(0..<n), target: Column(.float(numbers))), in: context())
    let mine = try floats(model.predict(table(n..<n + queries)))
    for q in 0..<queries {
      var order: [(distance: Double, row: Int)] = []
      for row in 0..<n {
        var distance = 0.0
        for j in 0..<3 {
          let gap: Double = rows[row][j] - rows[n + q][j]
          distance += gap * gap
        }
        order.append((distance, row))
      }
      order.sort { $0 < $1 }
      var total = 0.0
      for neighbour in order.prefix(k) { total += numbers[neighbour.row] }
      let expected = total / Double(k)
      #expect(abs(mine[q] - expected) < 1e-12)
    }
  }

  /// Rows far from all others leave nearly equal ones as they are in single precision; queries may be farther still.
  @Test func farRowsDoNotBlurNearOnes() throws {
    let near = (0..<40).map { 1 + Double($0) * 1e-12 }
    let table = try Table([("x", Column(.float(near + [1e9, -1e12]))), ("y", Column(.float(near.map { _ in 0 } + [0, 0])))])
    let numbers = (0..<42).map { Double($0) }
    let model = try NearestNeighbors(k: 1, task: .regression).fit(
      TrainingSample(features: table, target: Column(.float(numbers))), in: context())
    #expect(try floats(model.predict(table)) == numbers)
    let far = try Table([("x", Column(.float([1e300, -1e200]))), ("y", Column(.float([0, 0])))])
    #expect(try model.predict(far).count == 2)
  }

  @Test(arguments: ["iris", "wine", "breast_cancer", "digits"]) func bayesAgreesWithTheReference(name: String) throws {
    let data = try DataSet("../notebooks/data", name + ".csv"), flipped = name == "breast_cancer"
    let reference = try Reference.file("svm_knn_bayes.json")[name]["gaussian_nb"]
    let model = try #require(NaiveBayes().fit(data.classSample(data.train), in: context()) as? NaiveBayesModel)
    func ordered(_ values: [Double]) -> [Double] {
      let p = values.count / model.labels.count
      let rows = (0..<model.labels.count).map { Array(values[$0 * p..<($0 + 1) * p]) }
      return Array((flipped ? rows.reversed() : rows).joined())
    }
    #expect(agree(ordered(model.means), try reference["theta"].rows.flatMap { $0 }, within: 1e-9))
    #expect(agree(ordered(model.variances), try reference["var"].rows.flatMap { $0 }, within: 1e-9))
    #expect(agree(ordered(model.priors), try reference["prior"].numbers, within: 1e-9))
    let test = try data.features(data.test), columns = try model.probabilities(test)
    for (i, row) in try reference["proba_first5"].rows.enumerated() {
      #expect(agree(ordered(columns.map { $0[i] }), row, within: 1e-9))
    }
    let names = flipped ? model.labels.names.reversed() : model.labels.names
    #expect(texts(try model.predict(test)) == (try reference["predictions"].numbers.map { names[Int($0)] }))
  }

  @Test func bayesOfConstantFeaturesTakesTheShares() throws {
    let features = try Table([("a", Column(.float([3, 3, 3])))])
    let sample = TrainingSample(features: features, target: Column(.text(TextValues(["x", "y", "y"]))))
    let model = try NaiveBayes().fit(sample, in: context())
    let columns = try model.probabilities(features)
    #expect(agree(columns.map { $0[0] }, [1.0 / 3, 2.0 / 3], within: 1e-12))
  }
}
