import Testing
import WeirBase
import WeirModels
import WeirNetworks
import WeirTables

struct ColumnBranchesTests {
  /// Cities, shops and numbers, and what follows from them.
  static func sample(_ count: Int, missing: Bool = false) throws -> TrainingSample {
    let cities = ["b", "c", "a"]
    let city = try Column(scalars: (0..<count).map { missing && $0 % 5 == 0 ? .missing : .text(cities[$0 % 3]) })
    let shop = (0..<count).map { Int64($0 % 4) }, x = (0..<count).map { Double($0) / Double(count) }
    let w = (0..<count).map { Double($0 * 7 % 5) }, v = (0..<count).map { Double($0 * 3 % 5) }
    let worth = [5.0, -3, 1]
    let y = (0..<count).map { (i: Int) -> Double in
      let places = worth[i % 3] + 2 * Double(shop[i])
      return places + x[i] + w[i] * v[i] / 10
    }
    return TrainingSample(
      features: try Table([
        ("city", city), ("shop", Column(.int(shop))), ("x", Column(.float(x))), ("w_1", Column(.float(w))), ("w_2", Column(.float(v))),
      ]), target: Column(.float(y)), targetName: "y")
  }

  static let branches = ColumnBranches([
    .init(columns: ["city", "shop"], layers: [Embedding(nil, size: 3)]),
    .init(columns: ["w"], layers: [Embedding(5, size: 2), Recurrent(.lstm, 4)]),
    .init(columns: [], layers: [Dense(4), Activation(.tanh)]),
  ])
  static let rest: [any Layer] = [Dense(8), Activation(.relu), Dense(1)]

  static func options(_ epochs: Int = 4) -> TrainingOptions {
    var options = TrainingOptions()
    (options.epochs, options.optimizer, options.precise) = (epochs, .adam(rate: 0.02, decay: 0), true)
    return options
  }

  static func context(_ workers: Int = 1) -> FitContext { FitContext(random: RandomStream(seed: 8), workers: Workers(workers)) }

  /// The same network by hand: columns put in order and categories numbered before it.
  @Test func aNetworkOfNumberedColumnsIsTheSame() throws {
    let sample = try Self.sample(60)
    let model = try NetworkEstimator([Self.branches] + Self.rest, Self.options()).fit(sample, in: Self.context())
    let cities = (0..<60).map { [1.0, 2, 0][$0 % 3] }, shops = (0..<60).map { Double(3 + $0 % 4) }
    func column(_ name: String) throws -> Column { try sample.features.column(name) }
    let numbered = TrainingSample(
      features: try Table([
        ("city", Column(.float(cities))), ("shop", Column(.float(shops))), ("w_1", column("w_1")), ("w_2", column("w_2")),
        ("x", column("x")),
      ]), target: sample.target, targetName: "y")
    let byHand = Branches([
      .init(shape: [2], layers: [Embedding(7, size: 3)]), .init(shape: [2], layers: [Embedding(5, size: 2), Recurrent(.lstm, 4)]),
      .init(shape: [1], layers: [Dense(4), Activation(.tanh)]),
    ])
    let other = try NetworkEstimator([byHand] + Self.rest, Self.options()).fit(numbered, in: Self.context())
    #expect(try model.predict(sample.features).asDoubles() == other.predict(numbered.features).asDoubles())
    #expect((model as? NetworkModel)?.features == ["city", "shop", "w_1", "w_2", "x"])
  }

  @Test func itLearnsWhatCategoriesMean() throws {
    let sample = try Self.sample(240)
    let model = try NetworkEstimator([Self.branches] + Self.rest, Self.options(60)).fit(sample, in: Self.context())
    let found = try model.predict(sample.features).asDoubles(), wanted = try #require(sample.target).asDoubles()
    let worst = zip(found, wanted).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst < 1.5, "\(worst)")
  }

  @Test func theSameBytesAtAnyNumberOfWorkersAndAfterReading() throws {
    let sample = try Self.sample(90, missing: true)
    var seen: Set<[UInt8]> = []
    for workers in [1, 2, 7] {
      let network = try NetworkEstimator([Self.branches] + Self.rest, Self.options(2))
      // As it is stored and read back.
      let kept = try NetworkEstimator(archive: network.archive)
      let model = try kept.fit(sample, in: Self.context(workers))
      let again = try NetworkModel(archive: model.archive)
      #expect(try again.predict(sample.features).archive == model.predict(sample.features).archive)
      seen.insert(model.archive.encoded())
    }
    #expect(seen.count == 1)
  }

  /// Values that were not learned from get zeros, each the same; missing ones are a category where they were learned from.
  @Test func whatIsNewIsNoCategory() throws {
    let sample = try Self.sample(60), model = try NetworkEstimator([Self.branches] + Self.rest, Self.options()).fit(
      sample, in: Self.context())
    func predicted(_ model: any FittedModel, _ city: Scalar, _ shop: Int64 = 1) throws -> Double {
      let row = try Table([
        ("city", Column(scalars: [city, .text("a")])), ("shop", Column(.int([shop, 1]))), ("x", Column(.float([0.5, 0.5]))),
        ("w_1", Column(.float([1, 1]))), ("w_2", Column(.float([1, 1]))),
      ])
      return try model.predict(row).asDoubles()[0]
    }
    #expect(try predicted(model, .text("new")) == predicted(model, .text("other")))
    #expect(try predicted(model, .text("new")) == predicted(model, .missing))
    #expect(try predicted(model, .text("new")) != predicted(model, .text("a")))
    #expect(try predicted(model, .text("a"), 77) == predicted(model, .text("a"), -5))
    let withMissing = try NetworkEstimator([Self.branches] + Self.rest, Self.options()).fit(
      Self.sample(60, missing: true), in: Self.context())
    #expect(try predicted(withMissing, .missing) != predicted(withMissing, .text("new")))
  }

  @Test func aColumnMayGoTwoWays() throws {
    let sample = try Self.sample(40)
    let branches = ColumnBranches([
      .init(columns: ["shop"], layers: [Embedding(nil, size: 2)]), .init(columns: ["shop", "x"], layers: [Dense(2)]),
      .init(columns: ["x"], layers: [Dense(2)]),
    ])
    let model = try NetworkEstimator([branches] + Self.rest, Self.options()).fit(sample, in: Self.context())
    let again = try NetworkModel(archive: model.archive)
    #expect(again.features == ["shop", "x"])
    #expect(try again.predict(sample.features).archive == model.predict(sample.features).archive)
  }

  @Test func whatDoesNotFitIsSaidAtTheBranch() throws {
    let sample = try Self.sample(20)
    func message(_ branches: [ColumnBranches.Branch]) -> String {
      do {
        _ = try NetworkEstimator([ColumnBranches(branches)] + Self.rest, Self.options()).fit(sample, in: Self.context())
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(message([.init(columns: ["city"], layers: [Dense(2)])]).contains("branch 1"))
    #expect(message([.init(columns: ["town"], layers: [Dense(2)])]).contains("town"))
    #expect(message([.init(columns: [], layers: [Dense(2)]), .init(columns: [], layers: [Dense(2)])]).contains("two branches"))
    #expect(message([.init(columns: ["x"], layers: [Embedding(nil, size: 1 << 30)])]).contains("size"))
    #expect(message([]).contains("no branches"))
    let nested: [any Layer] = [Dense(3), Self.branches, Dense(1)]
    #expect(throws: (any Error).self) {
      try NetworkEstimator(nested, Self.options()).fit(
        TrainingSample(features: sample.features.selecting(["x"]), target: sample.target, targetName: "y"), in: Self.context())
    }
  }

  /// Tokens are the same in each place of a sequence, the padding is what the columns hold, and others are no tokens of it.
  @Test(arguments: [0, 9, nil] as [Int?]) func placesOfASequenceShareTokens(padding: Int?) throws {
    let steps: [[Int64]] = [[7, 3, 0, 5, 9, 3, 0, 7], [3, 0, 0, 7, 9, 5, 3, 0], [0, 0, 0, 9, 9, 9, 9, 0]]
    let target = Column(.float([1, 2, 3, 4, 5, 6, 7, 8]))
    func table(_ name: String, _ columns: [[Int64]]) throws -> Table {
      try Table(columns.enumerated().map { ("\(name)_\($0 + 1)", Column(.int($1))) } + [("\(name)_length", Column(.int([1, 2, 3, 4, 5, 6, 7, 8])))])
    }
    let branch = ColumnBranches.Branch(columns: ["w"], layers: [Embedding(nil, size: 3, padding: padding), Recurrent(.lstm, 4)])
    let model = try NetworkEstimator([ColumnBranches([branch]), Dense(1)], Self.options()).fit(
      TrainingSample(features: table("w", steps), target: target, targetName: "y"), in: Self.context())
    #expect((model as? NetworkModel)?.features == ["w_1", "w_2", "w_3"])
    // By hand: ascending tokens are numbered from 0 on.
    let numbers: [Int64: Int64] = [0: 0, 3: 1, 5: 2, 7: 3, 9: 4]
    let byHand = Branches([
      .init(shape: [3], layers: [
        Embedding(5, size: 3, padding: padding.flatMap { numbers[Int64($0)] }.map { Int($0) }), Recurrent(.lstm, 4),
      ])
    ])
    func numbered(_ columns: [[Int64]], unknown: Int64 = 5) throws -> Table {
      try table("w", columns.map { $0.map { numbers[$0] ?? unknown } }).selecting(["w_1", "w_2", "w_3"])
    }
    let other = try NetworkEstimator([byHand, Dense(1)], Self.options()).fit(
      TrainingSample(features: numbered(steps), target: target, targetName: "y"), in: Self.context())
    #expect(try model.predict(table("w", steps)).asDoubles() == other.predict(numbered(steps)).asDoubles())
    var new = steps
    (new[0][0], new[1][4], new[2][7]) = (1, -5, 1 << 60)
    #expect(try model.predict(table("w", new)).asDoubles() == other.predict(numbered(new)).asDoubles())
    let again = try NetworkModel(archive: model.archive)
    #expect(try again.predict(table("w", new)).archive == model.predict(table("w", new)).archive)
    // Whole numbers may come as floats; texts don't.
    let floats = try Table(new.enumerated().map { ("w_\($0 + 1)", Column(.float($1.map { Double($0) }))) })
    #expect(try model.predict(floats).archive == model.predict(table("w", new)).archive)
    let texts = try Table((1...3).map { ("w_\($0)", Column(.text(TextValues(["3"])))) })
    #expect(throws: ModelError.self) { _ = try model.predict(texts) }
  }

  @Test func paddingIsForSequences() throws {
    let branch = ColumnBranches.Branch(columns: ["city"], layers: [Embedding(nil, size: 3, padding: 0), Flatten()])
    #expect(throws: ModelError.self) {
      _ = try NetworkEstimator([ColumnBranches([branch]), Dense(1)], Self.options()).fit(Self.sample(20), in: Self.context())
    }
  }
}
