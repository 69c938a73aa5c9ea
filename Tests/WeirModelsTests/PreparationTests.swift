import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct PreparationTests {
  static let data = [("iris", "../notebooks/data/iris.csv"), ("wine", "../notebooks/data/wine.csv"), ("diabetes", "Reference/data/diabetes.csv")]

  static func fitted(_ step: any Transformer, _ sample: TrainingSample) throws -> (any FittedTransformer, TrainingSample) {
    let (fitted, sample) = try step.fit(sample, in: testContext)
    // What was read back does the same.
    let read = try ModelKinds.standard.transformer(ModelKinds.tagged(fitted))
    #expect(read.archive == fitted.archive)
    let readStep = try ModelKinds.standard.step(ModelKinds.tagged(step))
    #expect(readStep.archive == step.archive)
    return (read, sample)
  }

  @Test(arguments: data) func scalesAsScikitLearnDoes(_ name: String, _ path: String) throws {
    let sample = try StoredNumbers.sample(path)
    let floats = TrainingSample(features: sample.features, target: nil)
    for (step, key) in [(Standardize() as any Transformer, "standard"), (try MinMaxScale(), "minmax")] {
      let expected = try StoredNumbers.reference("preprocessing")[name][key]
      let (fitted, out) = try Self.fitted(step, floats)
      for row in 0..<3 {
        #expect(areClose(out.features.columns.map { $0.doubles[row] }, expected["first3"][row].numbers, 1e-10), "\(key)")
      }
      #expect(areClose(out.features.columns.map { $0.doubles.reduce(0, +) }, expected["colsum"].numbers, 1e-10), "\(key)")
      let again = try fitted.apply(to: floats.features)
      #expect(again.columns.map(\.doubles) == out.features.columns.map(\.doubles))
    }
  }

  @Test func imputesWhatEachColumnTaught() throws {
    let table = try Table([
      (name: "int", column: Column(scalars: [.int(4), .missing, .int(1), .int(2)])),
      (name: "whole", column: Column(scalars: [.int(3), .missing, .int(1), .int(2)])),
      (name: "float", column: Column(scalars: [.float(1), .float(2), .missing, .float(6)])),
      (name: "text", column: Column(scalars: [.text("b"), .text("a"), .missing, .text("b")])),
      (name: "flag", column: Column(scalars: [.bool(true), .missing, .bool(false), .missing])),
    ])
    let sample = TrainingSample(features: table, target: nil)
    func filled(_ step: Impute) throws -> [Scalar] {
      let (_, out) = try Self.fitted(step, sample)
      #expect(out.features.columns.allSatisfy { $0.missingCount == 0 })
      return zip(out.features.columns, [1, 1, 2, 2, 1]).map { $0.scalar(at: $1) }
    }
    #expect(try filled(Impute()) == [.int(2), .int(2), .float(2), .text("b"), .bool(false)])
    #expect(try filled(Impute(how: .mean)) == [.float(7.0 / 3), .int(2), .float(3), .text("b"), .bool(false)])
    #expect(try filled(Impute(how: .mode)) == [.int(1), .int(1), .float(1), .text("b"), .bool(false)])
    #expect(try filled(Impute(how: .constant)) == [.int(0), .int(0), .float(0), .text("missing"), .bool(false)])
    let named = try Self.fitted(Impute(columns: ["float"], how: .constant, value: .int(9)), sample).1.features
    #expect(named["float"]?.doubles == [1, 2, 9, 6])
    #expect(named["text"]?.missingCount == 1)
    #expect(throws: ModelError.self) {
      _ = try Impute(neighbors: 0)
    }
    #expect(throws: TableError.self) { _ = try Impute(columns: ["nowhere"]).fit(sample, in: testContext) }
  }

  @Test(arguments: data) func imputesAsScikitLearnDoes(_ name: String, _ path: String) throws {
    let expected = try StoredNumbers.reference("preprocessing")[name]["impute"]
    let sample = try StoredNumbers.sample(path)
    // The reference leaves out column 1 where row % 7 == 3 and column 2 where row % 11 == 5.
    func isLeftOut(_ i: Int, _ j: Int) -> Bool { (j == 1 && i % 7 == 3) || (j == 2 && i % 11 == 5) }
    let table = try Table(sample.features.columns.enumerated().map { j, column in
      let numbers = column.doubles
      return (name: sample.features.names[j], column: try Column(scalars: numbers.indices.map { i in
        isLeftOut(i, j) ? .missing : .float(numbers[i])
      }))
    })
    for (how, key) in [(Impute.Method.mean, "mean"), (.median, "median"), (.mode, "most_frequent")] {
      let (fitted, _) = try Self.fitted(Impute(how: how), TrainingSample(features: table, target: nil))
      let empty = try Table(table.names.map { (name: $0, column: .missing(.float, count: 1)) })
      let fills = try fitted.apply(to: empty).columns.map { $0.doubles[0] }
      #expect(areClose(fills, expected[key].numbers, 1e-10), "\(key)")
    }
  }

  @Test func oneHotKnowsOnlyWhatItSaw() throws {
    let table = try Table([
      (name: "sex", column: Column(scalars: [.text("m"), .text("f"), .text("m")])),
      (name: "age", column: Column(.int([1, 2, 3]))),
      (name: "port", column: Column(scalars: [.text("x"), .missing, .text("x")])),
    ])
    let (fitted, out) = try Self.fitted(OneHot(), TrainingSample(features: table, target: nil))
    #expect(out.features.names == ["sex_f", "sex_m", "age", "port_x", "port_missing"])
    #expect(out.features.columns.map(\.doubles) == [[0, 1, 0], [1, 0, 1], [1, 2, 3], [1, 0, 1], [0, 1, 0]])
    let new = try Table([
      (name: "port", column: Column(scalars: [.text("y"), .missing])), (name: "age", column: Column(.int([7, 8]))),
      (name: "sex", column: Column(scalars: [.missing, .text("f")])),
    ])
    let applied = try fitted.apply(to: new)
    #expect(applied["sex_f"]?.doubles == [0, 1])
    #expect(applied["sex_m"]?.doubles == [0, 0])
    #expect(applied["port_x"]?.doubles == [0, 0])
    #expect(applied["port_missing"]?.doubles == [0, 1])
    let dropped = try Self.fitted(OneHot(columns: ["age"], drop: .first), TrainingSample(features: table, target: nil)).1
    #expect(dropped.features.names == ["sex", "age_2", "age_3", "port"])
    #expect(throws: ModelError.self) { try fitted.apply(to: table.dropping(["sex"])) }
  }

  @Test func clipsAtTheFences() throws {
    let table = try Table([(name: "x", column: Column(.int([1, 2, 3, 4, 100])))])
    let (fitted, out) = try Self.fitted(ClipOutliers(), TrainingSample(features: table, target: nil))
    // Quartiles 2 and 4: fences -1 and 7.
    #expect(out.features["x"]?.doubles == [1, 2, 3, 4, 7])
    #expect(try fitted.apply(to: Table([(name: "x", column: Column(.float([-50, 6.5])))]))["x"]?.doubles == [-1, 6.5])
    #expect(throws: ModelError.self) { try ClipOutliers(factor: -1) }
  }

  @Test func dropsTwinsAmongTheRowsToLearnFromOnly() throws {
    let table = try Table([(name: "x", column: Column(.int([1, 1, 2, 1]))), (name: "y", column: Column(.int([5, 5, 5, 5])))])
    let sample = TrainingSample(features: table, target: Column(.int([0, 0, 0, 1])), weights: [1, 2, 3, 4])
    let (fitted, out) = try Self.fitted(RemoveDuplicates(), sample)
    #expect(out.features["x"]?.doubles == [1, 2, 1])
    #expect(out.target?.doubles == [0, 0, 1])
    #expect(out.weights == [1, 3, 4])
    #expect(try fitted.apply(to: table).rowCount == 4)
    #expect(try Self.fitted(RemoveDuplicates(columns: ["y"]), sample).1.rowCount == 1)
  }

  @Test func plansReadAsTheyAreWritten() throws {
    let plan = try Plan([
      Impute(), Standardize(columns: ["age", "body mass"]), try MinMaxScale(high: 2), try OneHot(drop: .first),
      try ClipOutliers(columns: ["a"], factor: 3), try SelectColumns(columns: ["a", "b"]),
    ])
    #expect(plan.description == """
      impute() >> standardize(.age, .`body mass`) >> min_max_scale(high: 2.0) >> one_hot(drop: "first") \
      >> clip_outliers(.a, factor: 3.0) >> select_columns(.a, .b)
      """)
    let read = try Plan(archive: Archive(decoding: plan.archive.encoded()))
    #expect(read.description == plan.description)
    #expect(throws: ArchiveError.self) {
      try Plan(archive: .list([.of(["kind": .text("no such step"), "value": Archive.none])]))
    }
  }
}
