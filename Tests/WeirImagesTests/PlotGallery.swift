import Foundation
import WeirBase
import WeirModels
import WeirPlots
import WeirTables

/// One plot of each kind, from seeded numbers.
func plotGallery() throws -> [Plot] {
  var random = RandomStream(seed: 3)
  func normal(_ count: Int, _ middle: Double, _ spread: Double) -> [Double] {
    (0..<count).map { _ in middle + spread * random.nextNormal() }
  }
  let adelie = normal(150, 5, 2), gentoo = normal(120, 9, 1)
  let clouds = ["setosa", "versicolor", "virginica"].enumerated().map { place, name in
    (
      label: name,
      points: zip(normal(50, Double(place) * 2, 1), normal(50, Double(place) + 3, 0.5)).map { Point($0, $1) }
    )
  }
  let time = (0..<200).map { Double($0) / 10 }
  let waves = [NamedValues("sine", time.map { sin($0) }), NamedValues("damped", time.map { cos($0) * exp(-$0 / 10) })]
  let days = (0..<200).map { 1.6e15 + Double($0) * 4 * 86_400e6 }
  let truths = (0..<100).map { $0 >= 50 }, scores = truths.map { ($0 ? 1.0 : 0) + random.nextNormal() }
  let counts = (0..<100).map { $0 % 11 == 0 ? 27.0 : Double(($0 * 7) % 3) }
  let correlations: [Double] = [1, 0.4, -0.83, 0.4, 1, .nan, -0.83, 0.02, 1]
  var plots: [Plot] = []
  plots.append(try .histogram([NamedValues("", adelie)], label: "body mass (kg)"))
  plots.append(try .histogram([NamedValues("a", adelie), NamedValues("b", gentoo)], bins: 30, label: "mass"))
  plots.append(try .line(x: time, series: waves, label: "time (s)", valueLabel: "amplitude"))
  plots.append(try .line(x: days, series: [NamedValues("", days)], label: "day", valueLabel: "", isTime: true))
  plots.append(try .scatter(clouds, label: "petal length", valueLabel: "sepal width"))
  plots.append(
    try .bars(
      categories: ["Mon", "Tue", "Wed"],
      series: [NamedValues("2023", [3, 5, .nan]), NamedValues("2024", [4, 4, -2])],
      label: "weekday", valueLabel: "count"))
  plots.append(
    try .bars(
      categories: ["a rather long name of a category", "<b>&\"'", "tab\there\u{1B}[31m"] + (0..<9).map { "more \($0)" },
      series: [NamedValues("", (0..<12).map { Double($0 * 100) })], label: "", valueLabel: "importance"))
  plots.append(
    try .boxes([NamedValues("Adelie", adelie), NamedValues("Gentoo", gentoo)], label: "", valueLabel: "mass"))
  plots.append(
    .heatmap(
      try Matrix(
        rows: ["mass", "bill", "fin"], columns: ["mass", "bill", "fin"], values: correlations, shades: .diverging)))
  plots.append(try .confusion(classes: (0..<10).map { "\($0)" }, counts: counts))
  let scored = ScoredTruths(scores: scores, isPositive: truths)
  plots.append(try .roc([(label: "logistic", points: try points(scored.rocCurve(), 1, 2), area: scored.rocArea)]))
  plots.append(
    try .pairs(
      [NamedValues("mass", adelie), NamedValues("bill", gentoo + gentoo)], groups: (0..<150).map { $0 % 2 },
      names: ["male", "female"]))
  let found = try points(scored.precisionRecallCurve(), 2, 1)
  plots.append(try .precisionRecall([(label: "logistic", points: found, average: scored.averagePrecision)]))
  let said = ScoredTruths(scores: scores.map { 1 / (1 + exp(2 - 4 * $0)) }, isPositive: truths)
  plots.append(try .calibration(try points(said.calibrationCurve(bins: 8), 0, 1).map { (point: $0, rows: 10) }))
  // Rows 0 1 | 2 3 | 4, and merges from 5 on.
  let merges = Merges(left: [0, 2, 5, 4], right: [1, 3, 6, 7], heights: [1, 1.5, 5, 9], sizes: [2, 2, 4, 5])
  plots.append(try .dendrogram(merges, clusters: [0, 0, 1, 1, 2], cut: 3, leaves: 30, valueLabel: "distance"))
  plots += try roughPlots()
  return plots
}

private func points(_ table: Table, _ x: Int, _ y: Int) throws -> [Point] {
  zip(try table.columns[x].asDoubles(), try table.columns[y].asDoubles()).map { Point($0, $1) }
}

/// What real data makes of plots: many points, log axes, values without a place.
private func roughPlots() throws -> [Plot] {
  var random = RandomStream(seed: 8)
  let wide = (0..<400).map { _ in exp(3 * random.nextNormal()) } + [0, -3, .nan, .infinity]
  let many = (0..<30_000).map { _ in Point(random.nextNormal(), random.nextNormal()) }
  let others = (0..<5000).map { _ in Point(3 + random.nextNormal() / 2, 2 + random.nextNormal() / 2) }
  let steps = (0..<60).map { pow(1.2, Double($0)) }
  let losses = [NamedValues("train", steps.map { 1 / $0 }), NamedValues("test", steps.map { 2 / sqrt($0) })]
  return [
    try .histogram([NamedValues("", wide)], label: "income", logs: [.x, .y]),
    try .scatter([("", many)], label: "x", valueLabel: "y"),
    try .scatter([("a", many), ("b", others)], label: "x", valueLabel: "y"),
    try .scatter([("", zip(wide, wide.reversed()).map { Point($0, $1) })], label: "x", valueLabel: "y", logs: [.x, .y]),
    try .line(x: steps, series: losses, label: "step", valueLabel: "loss", logs: [.x, .y]),
    try .scatter([("", [Point(3, 3)])], label: "one", valueLabel: "point"),
  ]
}
