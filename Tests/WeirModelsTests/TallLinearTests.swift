import Testing
import WeirBase
import WeirModels
import WeirTables

/// Many rows are solved by their products of columns: the results are those of few rows with weights, which QR solves.
@Suite struct TallLinearTests {
  /// Twenty-five rows far from zero, and how often each is repeated.
  private static func small(_ seed: Int) -> (columns: [[Double]], target: [Double], copies: [Double]) {
    var random = RandomStream(seed: Int64(seed))
    let n = 25, offsets = [0.0, 1e4, -3e5, 1]
    let columns = offsets.map { offset in (0..<n).map { _ in offset + random.nextNormal() } }
    let target = (0..<n).map { i in 7 + columns[0][i] - 2 * (columns[1][i] - 1e4) + 0.3 * random.nextNormal() }
    return (columns, target, (0..<n).map { Double(700 + 40 * ($0 % 7)) })
  }

  private static func sample(_ columns: [[Double]], _ target: [Double], _ weights: [Double]?) throws -> TrainingSample {
    TrainingSample(
      features: try Table(columns.enumerated().map { ("x\($0)", Column(.float($1))) }), target: Column(.float(target)),
      weights: weights)
  }

  @Test(arguments: [1, 2], [true, false]) func areAsFewRowsWithWeights(seed: Int, sorted: Bool) throws {
    let (columns, target, copies) = Self.small(seed)
    var rows = target.indices.flatMap { [Int](repeating: $0, count: Int(copies[$0])) }
    if !sorted {
      var random = RandomStream(seed: 3)
      for i in rows.indices.reversed() { rows.swapAt(i, random.nextInt(below: i + 1)) }
    }
    let few = try Self.sample(columns, target, copies)
    let many = try Self.sample(columns.map { x in rows.map { x[$0] } }, rows.map { target[$0] }, nil)
    let half = try Self.sample(
      columns.map { x in rows.map { x[$0] } }, rows.map { target[$0] }, [Double](repeating: 0.5, count: rows.count))
    for intercept in [true, false] {
      let steps: [any Estimator] = [
        LinearRegression(intercept: intercept), try RidgeRegression(l2: 500, intercept: intercept),
        try ElasticNet(l1: 0.01, l2: 0.1, intercept: intercept),
      ]
      for step in steps {
        let a = try #require(step.fit(few, in: context()) as? LinearModel)
        let b = try #require(step.fit(many, in: context(workers: 2)) as? LinearModel)
        for (mine, theirs) in zip(b.coefficients, a.coefficients) {
          #expect(abs(mine - theirs) <= 1e-9 * max(1e-3, abs(theirs)), "\(step.name) \(intercept)")
        }
        #expect(abs(a.intercept - b.intercept) <= 1e-8 * max(1, abs(a.intercept)), "\(step.name)")
        guard step is LinearRegression else { continue }
        let one = try #require(a.inference), other = try #require(b.inference)
        for (mine, theirs) in zip(
          other.standardErrors + [other.residualError, other.interceptError ?? 0, other.r2 ?? 0],
          one.standardErrors + [one.residualError, one.interceptError ?? 0, one.r2 ?? 0])
        {
          #expect(abs(mine - theirs) <= 1e-9 * abs(theirs), "\(intercept)")
        }
        let c = try #require(step.fit(half, in: context()) as? LinearModel)
        #expect(agree(c.coefficients, b.coefficients, within: 1e-10))
      }
    }
  }

  @Test func dependentColumnsShareTheirCoefficient() throws {
    var random = RandomStream(seed: 4)
    let x = (0..<30_000).map { _ in random.nextNormal() }, y = x.map { 3 * $0 + 1 }
    let sample = try Self.sample([x, x, x.map { _ in 0.1 }], y, nil)
    let model = try #require(LinearRegression().fit(sample, in: context()) as? LinearModel)
    #expect(agree(model.coefficients, [1.5, 1.5, 0], within: 1e-9) && model.inference == nil)
    let lasso = try #require(ElasticNet(l1: 0.5, l2: 0, isLasso: true).fit(sample, in: context()) as? LinearModel)
    #expect(lasso.coefficients[1] == 0 && lasso.coefficients[2] == 0)
    let flat = try #require(
      LinearRegression().fit(try Self.sample([x], x.map { _ in 0.3 }, nil), in: context()) as? LinearModel)
    #expect(agree([flat.intercept] + flat.coefficients, [0.3, 0], within: 1e-14))
  }

  /// More columns than go into one block: the products are those of each pair of columns.
  @Test func wideProductsAreThoseOfPairs() throws {
    var random = RandomStream(seed: 5)
    let n = 3000, p = 420
    let columns = (0..<p).map { _ in (0..<n).map { _ in random.nextNormal() } }
    let y = (0..<n).map { i in columns[3][i] - columns[400][i] + 0.1 * random.nextNormal() }
    let sample = try Self.sample(columns, y, nil)
    let model = try #require(RidgeRegression(l2: 10).fit(sample, in: context(workers: 2)) as? LinearModel)
    // The penalised slopes vanish.
    let residual = try zip(y, floats(model.predict(sample.features))).map { $0 - $1 }
    for j in 0..<p {
      let slope = (0..<n).reduce(-10 * model.coefficients[j]) { $0 + columns[j][$1] * residual[$1] }
      #expect(abs(slope) < 1e-7)
    }
  }
}
