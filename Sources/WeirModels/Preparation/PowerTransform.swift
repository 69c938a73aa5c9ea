import Glibc
package import WeirBase
package import WeirTables

/// Bends columns of numbers so that they come close to a normal distribution.
///
/// Yeo and Johnson (2000) for any numbers, Box and Cox (1964) for positive ones; the exponent of each column is the one
/// of greatest likelihood. Then to mean 0 and deviation 1, unless told otherwise. Missing values stay missing; a constant
/// column keeps its exponent 1. Weights do not count.
package struct PowerTransform: PreparationStep {
  package static let archiveName = "power_transform"
  package let columns: ColumnChoice
  package let method: PowerCurve.Method
  package let standardize: Bool

  package init(columns: [String] = [], method: PowerCurve.Method = .yeoJohnson, standardize: Bool = true) {
    self.columns = ColumnChoice(columns)
    self.method = method
    self.standardize = standardize
  }

  package init(archive: Archive) throws {
    guard let method = PowerCurve.Method(rawValue: try archive.part("method").asText()) else {
      throw ArchiveError("an unknown `method`")
    }
    self.init(
      columns: try archive.part("columns").asTexts(), method: method,
      standardize: try archive.part("standardize").asBool())
  }

  package var settings: [Setting] {
    [
      columns.setting, Setting("method", .text(method.rawValue), default: .text("yeo_johnson")),
      Setting("standardize", .bool(standardize), default: .bool(true)),
    ]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedPowerTransform {
    let names = try columns.picked(from: sample.features, for: name, .amounts)
    let found = try sample.features.columns(named: names, for: name)
    let learned = try context.workers.map(names.count) { place in
      try context.cancellation.check()
      let values = try found[place].presentAmounts(named: names[place], for: name)
      try method.check(found[place], named: names[place])
      let curve = PowerCurve(method, lambda: PowerCurve.likeliest(for: values, method))
      let moments = try ColumnMoments(
        Column(.float(values.map { curve.value($0) })), named: names[place], for: name, weights: nil, workers: .one)
      return FittedPowerTransform.Column_(
        lambda: curve.lambda, mean: standardize ? moments.mean : 0,
        spread: standardize && !moments.isConstant ? moments.spread : 1)
    }
    return FittedPowerTransform(names: names, method: method, learned: learned)
  }
}

/// What `power_transform` learned: exponent, mean and deviation of each column.
package struct FittedPowerTransform: ParallelTransformer {
  package static let archiveName = "fitted_power_transform"

  struct Column_: Sendable {
    let lambda: Double
    let mean: Double
    let spread: Double
  }

  let names: [String]
  let method: PowerCurve.Method
  let learned: [Column_]

  init(names: [String], method: PowerCurve.Method, learned: [Column_]) {
    self.names = names
    self.method = method
    self.learned = learned
  }

  package init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    guard let method = PowerCurve.Method(rawValue: try archive.part("method").asText()) else {
      throw ArchiveError("an unknown `method`")
    }
    self.method = method
    learned = try archive.part("learned").asList().map { entry in
      let numbers = try entry.asFiniteFloats(count: 3)
      guard numbers[2] != 0 else { throw ArchiveError("a deviation is zero") }
      return Column_(lambda: numbers[0], mean: numbers[1], spread: numbers[2])
    }
    guard learned.count == names.count else { throw ArchiveError("one exponent a column is needed") }
  }

  package var archive: Archive {
    .of([
      "names": .texts(names), "method": .text(method.rawValue),
      "learned": .list(learned.map { .floats([$0.lambda, $0.mean, $0.spread]) }),
    ])
  }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    try features.replacing(names, for: "power_transform", workers: workers) { place, column in
      let own = learned[place], curve = PowerCurve(method, lambda: own.lambda)
      let values = try column.amounts(named: names[place], for: "power_transform")
      try method.check(column, named: names[place])
      return Column(.float(values.map { (curve.value($0) - own.mean) / own.spread }), validity: column.validity)
    }
  }

  package var lessons: [Lesson] { zip(names, learned).map { Lesson($0, "lambda", .float($1.lambda)) } }
}

/// The curves that `power_transform` bends numbers along.
package struct PowerCurve: Sendable {
  package enum Method: String, Sendable, CaseIterable {
    case yeoJohnson = "yeo_johnson"
    case boxCox = "box_cox"

    /// Throws where a number has no place in the formula.
    fileprivate func check(_ column: Column, named name: String) throws {
      guard self == .boxCox else { return }
      let values = try column.amounts(named: name, for: "power_transform")
      guard let row = values.indices.first(where: { !column.isMissing($0) && values[$0] <= 0 }) else { return }
      throw PreparationError.outOfDomain(step: "power_transform", column: name, row: row, wanted: "positive numbers")
    }
  }

  let method: Method
  let lambda: Double

  init(_ method: Method, lambda: Double) {
    self.method = method
    self.lambda = lambda
  }

  func value(_ x: Double) -> Double {
    switch method {
    case .boxCox: return PowerCurve.power(log(x), lambda)
    case .yeoJohnson: return x >= 0 ? PowerCurve.power(log1p(x), lambda) : -PowerCurve.power(log1p(-x), 2 - lambda)
    }
  }

  /// `(e^(lambda * u) - 1) / lambda`, and its limit u where lambda is zero.
  private static func power(_ u: Double, _ lambda: Double) -> Double {
    abs(lambda) < Double.ulpOfOne ? u : expm1(lambda * u) / lambda
  }

  /// The exponent under which the bent numbers are most likely normal.
  static func likeliest(for values: [Double], _ method: Method) -> Double {
    guard let low = values.min(), let high = values.max(), low < high else { return 1 }
    // What the change of the scale adds to the likelihood, for each unit of lambda.
    let logs = values.map { method == .boxCox ? log($0) : $0 >= 0 ? log1p($0) : -log1p(-$0) }
    let jacobian = logs.reduce(0, +), count = Double(values.count)
    func cost(_ lambda: Double) -> Double {
      let curve = PowerCurve(method, lambda: lambda)
      let bent = values.map { curve.value($0) }
      let center = mean(bent)
      let variance = bent.reduce(0) { $0 + ($1 - center) * ($1 - center) } / count
      let cost = count / 2 * log(variance) - (lambda - 1) * jacobian
      return cost.isFinite ? cost : .infinity
    }
    let best = LineSearch.minimum(of: cost)
    return best.isFinite ? best : 1
  }
}

/// The least value of a function of one number.
enum LineSearch {
  /// Looks at steps of a half around zero, further out while that is better, and then closer by Brent's method (1973).
  static func minimum(of f: (Double) -> Double) -> Double {
    var grid = stride(from: -4.0, through: 4.0, by: 0.5).map { (x: $0, y: f($0)) }
    while let first = grid.first, let best = grid.min(by: { $0.y < $1.y }), first.x == best.x, first.y.isFinite, first.x > -1e4 {
      grid.insert((first.x * 1.5, f(first.x * 1.5)), at: 0)
    }
    while let last = grid.last, let best = grid.min(by: { $0.y < $1.y }), last.x == best.x, last.y.isFinite, last.x < 1e4 {
      grid.append((last.x * 1.5, f(last.x * 1.5)))
    }
    guard let place = grid.indices.min(by: { grid[$0].y < grid[$1].y }), grid[place].y.isFinite else { return .nan }
    return brent(f, grid[max(0, place - 1)].x, grid[place].x, grid[min(grid.count - 1, place + 1)].x)
  }

  /// Parabolas through three points where they help, and else the golden section.
  private static func brent(_ f: (Double) -> Double, _ low: Double, _ start: Double, _ high: Double) -> Double {
    let golden = 0.381966011250105
    var a = low, b = high, x = start, w = start, v = start
    var fx = f(x), fw = fx, fv = fx
    var step = 0.0, before = 0.0
    for _ in 0..<200 {
      let middle = (a + b) / 2, tolerance = 1e-9 * abs(x) + 1e-10
      if abs(x - middle) <= 2 * tolerance - (b - a) / 2 { break }
      var usesGolden = true
      if abs(before) > tolerance {
        let r = (x - w) * (fx - fv)
        var q = (x - v) * (fx - fw)
        var p = (x - v) * q - (x - w) * r
        q = 2 * (q - r)
        if q > 0 { p = -p }
        q = abs(q)
        if abs(p) < abs(q * before / 2), p > q * (a - x), p < q * (b - x) {
          before = step
          step = p / q
          let u = x + step
          if u - a < 2 * tolerance || b - u < 2 * tolerance { step = middle > x ? tolerance : -tolerance }
          usesGolden = false
        }
      }
      if usesGolden {
        before = x >= middle ? a - x : b - x
        step = golden * before
      }
      let u = x + (abs(step) >= tolerance ? step : step > 0 ? tolerance : -tolerance)
      let fu = f(u)
      if fu <= fx {
        if u >= x { a = x } else { b = x }
        (v, fv, w, fw, x, fx) = (w, fw, x, fx, u, fu)
      } else {
        if u < x { a = u } else { b = u }
        if fu <= fw || w == x { (v, fv, w, fw) = (w, fw, u, fu) } else if fu <= fv || v == x || v == w { (v, fv) = (u, fu) }
      }
    }
    return x
  }
}
