import Testing
import WeirBase
import WeirModels
import WeirTables

/// What each step makes of columns and rows at the edge of what it is for.
@Suite struct PreparationEdgeTests {
  /// Every step, with settings under which the tables below can be learned.
  static func steps() throws -> [any Transformer] {
    [
      try Impute(), try Impute(how: .knn, neighbors: 2, indicator: true), try Impute(how: .mean), try Impute(how: .mode),
      Standardize(), try MinMaxScale(), try RobustScale(), Normalize(), try OneHot(unknown: .rare), try Ordinal(unknown: .missing),
      try TargetEncode(folds: 2), try Polynomial(), PowerTransform(), try QuantileTransform(), try ClipOutliers(),
      try RemoveOutliers(), RemoveDuplicates(), try TakeDateParts(), try CountWords(), try TermWeights(),
      try Tokenize(), try Tokenize(length: 3, unit: .character, maxWords: 3),
    ]
  }

  static func mixed() throws -> TrainingSample {
    let n = 12
    return TrainingSample(
      features: try Table([
        (name: "int", column: Column(scalars: (0..<n).map { $0 == 3 ? .missing : .int(Int64($0 * $0 % 7)) })),
        (name: "float", column: Column(scalars: (0..<n).map { $0 == 5 ? .missing : .float(Double($0) * 1.5 - 3) })),
        (name: "same", column: Column(.float([Double](repeating: 4, count: n)))),
        (name: "flag", column: Column(.bool((0..<n).map { $0 % 3 == 0 }))),
        (name: "text", column: Column(scalars: (0..<n).map { $0 == 7 ? .missing : .text(["red fish", "blue fish", "old cat"][$0 % 3]) })),
        (name: "day", column: Column(scalars: (0..<n).map { $0 == 2 ? .missing : .date(Day(Int32(19_000 + $0))) })),
      ]),
      target: Column(.float((0..<n).map { Double($0) })), targetName: "y")
  }

  @Test func goesThroughArchivesAndOrdersOfColumns() throws {
    let sample = try Self.mixed()
    for step in try Self.steps() {
      let (fitted, _) = try PreparationTests.fitted(step, sample)
      let direct = try fitted.apply(to: sample.features)
      // Other columns may stand about, and these in another order.
      let extra = try Table(
        [(name: "more", column: Column(.bool([Bool](repeating: true, count: sample.rowCount))))]
          + zip(sample.features.names, sample.features.columns).reversed().map { ($0, $1) })
      let turned = try fitted.apply(to: extra)
      for (name, column) in zip(direct.names, direct.columns) {
        #expect(turned[name]?.archive == column.archive, "\(step.name): \(name)")
      }
      let read = try ModelKinds.standard.transformer(Archive(decoding: ModelKinds.tagged(fitted).encoded()))
      #expect(try read.apply(to: sample.features).archive == direct.archive, "\(step.name)")
    }
  }

  @Test func givesTheSameBytesOnAnyThreads() throws {
    let sample = try Self.mixed()
    for step in try Self.steps() {
      let outcomes = try [1, 2, 7].map { workers -> [UInt8] in
        let (fitted, out) = try step.fit(sample, in: context(workers: workers))
        return fitted.archive.encoded() + out.features.archive.encoded()
          + (try fitted.apply(to: sample.features, workers: Workers(workers)).archive.encoded())
      }
      #expect(outcomes[0] == outcomes[1] && outcomes[1] == outcomes[2], "\(step.name)")
    }
  }

  @Test func takesOneRowAndNone() throws {
    let sample = try Self.mixed()
    for step in try Self.steps() where step.name != "target_encode" {
      let one = try step.fit(sample.taking([0]), in: testContext)
      #expect(one.sample.features.rowCount == 1, "\(step.name)")
      let (fitted, _) = try step.fit(sample, in: testContext)
      #expect(try fitted.apply(to: sample.features.taking([])).rowCount == 0, "\(step.name)")
      #expect(try fitted.apply(to: sample.features.taking([4])).rowCount == 1, "\(step.name)")
    }
    #expect(throws: ModelError.self) { _ = try TargetEncode().fit(sample.taking([0]), in: testContext) }
  }

  @Test func namesColumnsWithoutValues() throws {
    let rows = try Table([
      (name: "ok", column: Column(.float([1, 2, 3]))), (name: "none", column: .missing(.float, count: 3)),
      (name: "words", column: .missing(.text, count: 3)),
    ])
    let sample = TrainingSample(features: rows, target: Column(.float([1, 2, 3])))
    let failing: [(any Transformer, String)] = [
      (try Impute(columns: ["none"]), "none"), (try Impute(columns: ["words"]), "words"), (try Impute(how: .knn), "none"),
      (Standardize(), "none"), (try MinMaxScale(), "none"), (try RobustScale(), "none"), (PowerTransform(), "none"),
      (try QuantileTransform(), "none"), (try ClipOutliers(), "none"), (try RemoveOutliers(how: .z), "none"),
      (try CountWords(), "words"), (try TermWeights(), "words"), (try Tokenize(), "words"),
    ]
    for (step, column) in failing {
      #expect(throws: PreparationError.nothingToLearn(step: step.name, column: column)) { _ = try step.fit(sample, in: testContext) }
    }
    // These have an answer.
    let filled = try PreparationTests.fitted(Impute(how: .constant), sample).1.features
    #expect(filled["none"]?.doubles == [0, 0, 0] && filled["words"]?.scalar(at: 1) == .text("missing"))
    #expect(try PreparationTests.fitted(OneHot(), sample).1.features.names == ["ok", "none", "words_missing"])
    #expect(try PreparationTests.fitted(Ordinal(), sample).1.features["words"]?.missingCount == 3)
    #expect(try PreparationTests.fitted(Polynomial(), sample).1.features["ok*none"]?.missingCount == 3)
    #expect(try PreparationTests.fitted(Normalize(), sample).1.features["none"]?.missingCount == 3)
    let (encoded, _) = try PreparationTests.fitted(TargetEncode(folds: 3), sample)
    #expect(try encoded.apply(to: rows)["words"]?.doubles == [2, 2, 2])
  }

  @Test func keepsConstantColumnsFinite() throws {
    let rows = try Table([(name: "x", column: Column(.int([7, 7, 7, 7]))), (name: "t", column: Column(.text(TextValues(["aa", "aa", "aa", "aa"]))))])
    let sample = TrainingSample(features: rows, target: Column(.float([1, 2, 3, 4])))
    func x(_ step: any Transformer) throws -> [Double]? { try PreparationTests.fitted(step, sample).1.features["x"]?.doubles }
    for step in [Standardize(), try MinMaxScale(), try RobustScale(), PowerTransform(), try QuantileTransform()] as [any Transformer] {
      #expect(try x(step) == [0, 0, 0, 0], "\(step.name)")
    }
    #expect(try x(ClipOutliers()) == [7, 7, 7, 7])
    #expect(try x(RemoveOutliers()) == [7, 7, 7, 7])
    #expect(try PreparationTests.fitted(OneHot(), sample).1.features["t_aa"]?.doubles == [1, 1, 1, 1])
    #expect(try PreparationTests.fitted(OneHot(drop: .first), sample).1.features.names == ["x"])
    #expect(try PreparationTests.fitted(SelectFeatures(k: 1, how: .fRegression), sample).1.features.names == ["x", "t"])
  }

  @Test func keepsMissingValuesOfNewRows() throws {
    let sample = try Self.mixed()
    let gone = try Table(zip(sample.features.names, sample.features.columns).map { ($0, Column.missing($1.type, count: 2)) })
    for step in [
      Standardize(), try MinMaxScale(), try RobustScale(), Normalize(), PowerTransform(), try QuantileTransform(), try ClipOutliers(),
    ] as [any Transformer] {
      let fitted = try step.fit(sample, in: testContext).fitted
      #expect(try fitted.apply(to: gone)["float"]?.missingCount == 2, "\(step.name)")
    }
    let filled = try Impute().fit(sample, in: testContext).fitted.apply(to: gone)
    #expect(filled.columns.allSatisfy { $0.missingCount == 0 })
    let marked = try Impute(indicator: true).fit(sample, in: testContext).fitted.apply(to: gone)
    #expect(marked["int_was_missing"]?.doubles == [1, 1] && marked["same_was_missing"] == nil)
    let counted = try CountWords().fit(sample, in: testContext).fitted.apply(to: gone)
    #expect(counted["text_fish"]?.doubles == [0, 0])
  }

  @Test func knowsWhatToDoWithNewCategories() throws {
    let sample = try Self.mixed()
    let new = try Table(zip(sample.features.names, sample.features.columns).map { name, column in
      (name, name == "text" ? Column(.text(TextValues(["green bird"]))) : column.taking([0]))
    })
    func apply(_ step: any Transformer) throws -> Table { try step.fit(sample, in: testContext).fitted.apply(to: new) }
    #expect(try apply(OneHot())["text_old cat"]?.doubles == [0])
    #expect(try apply(OneHot(minFrequency: .rows(4), unknown: .rare))["text_rare"]?.doubles == [1])
    let unknown = { (step: String) in PreparationError.unknownCategory(step: step, column: "text", value: "green bird") }
    #expect(throws: unknown("one_hot")) { _ = try apply(OneHot(unknown: .error)) }
    #expect(throws: unknown("ordinal")) { _ = try apply(Ordinal()) }
    #expect(try apply(Ordinal(unknown: .missing))["text"]?.missingCount == 1)
    #expect(try apply(TargetEncode(folds: 2))["text"]?.doubles == [5.5])
  }

  @Test func refusesColumnsOfAnotherType() throws {
    let sample = try Self.mixed()
    for (step, column) in [
      (Standardize(columns: ["text"]), "text"), (try OneHot(columns: ["float"]), "float"),
      (try CountWords(columns: ["int"]), "int"), (try TakeDateParts(columns: ["int"]), "int"),
    ] as [(any Transformer, String)] {
      let error = #expect(throws: PreparationError.self) { _ = try step.fit(sample, in: testContext) }
      guard case .wrongType(step.name, column, _, _)? = error else {
        Issue.record("\(step.name)")
        continue
      }
    }
    // New rows of another type than those in training.
    let texts = try Table(sample.features.names.map { ($0, Column(.text(TextValues(["1"])))) })
    let ints = try Table(sample.features.names.map { ($0, Column(.int([1]))) })
    for step in [Standardize(), try QuantileTransform(), try Polynomial(), try Impute(), try TakeDateParts()] as [any Transformer] {
      let fitted = try step.fit(sample, in: testContext).fitted
      #expect(throws: PreparationError.self, "\(step.name)") { _ = try fitted.apply(to: texts) }
    }
    for step in [try OneHot(), try Ordinal(), try TargetEncode(folds: 2), try CountWords()] as [any Transformer] {
      let fitted = try step.fit(sample, in: testContext).fitted
      #expect(throws: PreparationError.self, "\(step.name)") { _ = try fitted.apply(to: ints) }
    }
    #expect(throws: PreparationError.outOfDomain(step: "power_transform", column: "x", row: 1, wanted: "positive numbers")) {
      let rows = try Table([(name: "x", column: Column(scalars: [.float(1), .float(0)]))])
      _ = try PowerTransform(method: .boxCox).fit(TrainingSample(features: rows, target: nil), in: testContext)
    }
  }

  @Test func refusesNamesThatWouldClash() throws {
    let rows = try Table([
      (name: "a", column: Column(.text(TextValues(["x", "y"])))), (name: "a_x", column: Column(.float([1, 2]))),
      (name: "a_x^2", column: Column(.float([1, 2]))),
    ])
    let sample = TrainingSample(features: rows, target: nil)
    #expect(throws: PreparationError.clash(step: "one_hot", column: "a_x")) { _ = try OneHot().fit(sample, in: testContext) }
    #expect(throws: PreparationError.clash(step: "polynomial", column: "a_x^2")) { _ = try Polynomial().fit(sample, in: testContext) }
    // A category that is called like the column for missing values makes way for it.
    let odd = try Table([(name: "a", column: Column(scalars: [.text("missing"), .text("rare"), .missing, .text("x"), .text("x")]))])
    let (_, out) = try PreparationTests.fitted(
      OneHot(minFrequency: .rows(1)), TrainingSample(features: odd, target: nil))
    #expect(out.features.names == ["a_missing", "a_rare", "a_x", "a_is_missing"])
    #expect(throws: PreparationError.self) {
      let wide = try Table((0..<200).map { ("c\($0)", Column(.float([1]))) })
      _ = try Polynomial(degree: 3).fit(TrainingSample(features: wide, target: nil), in: testContext)
    }
  }

  @Test func refusesArchivesThatWereTamperedWith() throws {
    let sample = try Self.mixed()
    var random = RandomStream(seed: 4)
    for step in try Self.steps() {
      let tagged = ModelKinds.tagged(try step.fit(sample, in: testContext).fitted)
      for _ in 0..<60 {
        let broken = tagged.damaged(&random)
        // Whatever is read must be safe to use; most is refused.
        guard let fitted = try? ModelKinds.standard.transformer(broken) else { continue }
        _ = try? fitted.apply(to: sample.features)
        _ = fitted.lessons
      }
      for _ in 0..<20 { _ = try? ModelKinds.standard.step(ModelKinds.tagged(step).damaged(&random)) }
    }
  }

  @Test func countsWeightsAsRepeatedRows() throws {
    let sample = try Self.mixed()
    let weights = (0..<sample.rowCount).map { Double($0 % 3 + 1) }
    var weighted = sample
    weighted.weights = weights
    let repeated = try sample.taking(weights.enumerated().flatMap { row, weight in [Int](repeating: row, count: Int(weight)) })
    for step in [Standardize(), try Impute(how: .mean), try Impute(how: .mode)] as [any Transformer] {
      let a = try step.fit(weighted, in: testContext).fitted.apply(to: sample.features)
      let b = try step.fit(repeated, in: testContext).fitted.apply(to: sample.features)
      for (x, y) in zip(a.columns, b.columns) where x.type == .float {
        #expect(x.missingCount == y.missingCount && areClose(x.presentDoubles, y.presentDoubles, 1e-12), "\(step.name)")
      }
    }
  }

  @Test func selectsOrderStatisticsAsSortingDoes() throws {
    var random = RandomStream(seed: 9)
    for size in [1, 2, 3, 15, 16, 17, 100, 1000] {
      for spread in [1.0, 5, 1e6] {
        let values = (0..<size).map { _ in (random.nextUniform() * spread).rounded() }
        let column = try Table([(name: "x", column: Column(.float(values)))])
        let (fitted, _) = try RobustScale(low: 0.1, high: 0.9).fit(TrainingSample(features: column, target: nil), in: testContext)
        let sorted = values.sorted()
        let expected = [0.5, 0.1, 0.9].map { NumberAggregate.quantile(sorted, $0) }
        let width = expected[2] - expected[1]
        let learned = fitted.lessons.map(\.value)
        #expect(learned == [.float(expected[0]), .float(width == 0 ? 1 : width)], "\(size) \(spread)")
      }
    }
  }
}

extension Column {
  fileprivate var presentDoubles: [Double] { doubles.filter { !$0.isNaN } }
}

extension Archive {
  /// The same with one part somewhere in it changed.
  func damaged(_ random: inout RandomStream) -> Archive {
    func other(_ random: inout RandomStream) -> Archive {
      [.none, .int(-1), .int(.max), .float(.nan), .text("?"), .list([]), .floats([]), .floats([.infinity]), .ints([-5]), .record([])][
        random.nextInt(below: 10)]
    }
    switch self {
    case .record(var fields) where !fields.isEmpty:
      let place = random.nextInt(below: fields.count)
      if random.nextUniform() < 0.1 { fields.remove(at: place) } else { fields[place].value = fields[place].value.damaged(&random) }
      return .record(fields)
    case .list(var items) where !items.isEmpty:
      let place = random.nextInt(below: items.count)
      if random.nextUniform() < 0.2 { items.remove(at: place) } else { items[place] = items[place].damaged(&random) }
      return .list(items)
    case .floats(var values) where !values.isEmpty && random.nextUniform() < 0.7:
      values[random.nextInt(below: values.count)] = [.nan, .infinity, 0, -1e308][random.nextInt(below: 4)]
      return .floats(values)
    case .ints(var values) where !values.isEmpty && random.nextUniform() < 0.7:
      values[random.nextInt(below: values.count)] = [-1, .max, .min, 3][random.nextInt(below: 4)]
      return .ints(values)
    default: return other(&random)
    }
  }
}
