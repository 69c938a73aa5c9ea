import WeirBase
package import WeirTables

/// How much worse a model does where the values of one column are dealt out anew among the rows (Breiman 2001).
package enum PermutationImportance {
  /// The columns with the mean fall of the metric over `repeats` deals, and its deviation; the most important first.
  ///
  /// Each deal has random numbers of its own, by the place of the column and the number of the repeat.
  package static func table(
    of model: any FittedModel, on rows: Table, truth: Column, columns: [String], metric: Metric?, repeats: Int, in context: FitContext
  ) throws -> Table {
    guard repeats >= 1 else { throw ModelError.settingTooSmall("repeats", of: "importance", least: 1, found: repeats) }
    guard rows.rowCount > 0 else { throw ModelError("`importance` found no rows to look at") }
    let whole = try Judgement(of: model, on: rows, truth: truth)
    guard let metric = try metric ?? usual(for: whole.task) else { throw ModelError("`importance` needs a model that predicts") }
    let best = try metric.score(whole)
    guard !best.isNaN else { throw ModelError("these rows do not define `\(metric.name)`") }
    let drops = try context.workers.map(columns.count * repeats) { part in
      try context.cancellation.check()
      let name = columns[part / repeats]
      var random = context.random.child(part / repeats).child(part % repeats)
      let column = try rows.column(name).taking(random.permutation(rows.rowCount))
      let score = try metric.score(Judgement(of: model, on: rows.setting(name, to: column), truth: truth))
      return metric.greaterIsBetter ? best - score : score - best
    }
    var means: [Double] = [], deviations: [Double] = []
    for j in columns.indices {
      let own = drops[j * repeats..<(j + 1) * repeats], mean = own.reduce(0, +) / Double(repeats)
      means.append(mean)
      deviations.append((own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(repeats)).squareRoot())
    }
    let order = columns.indices.sorted { (-means[$0], $0) < (-means[$1], $1) }
    return try Table([
      ("feature", Column(.text(TextValues(order.map { columns[$0] })))),
      ("importance", Column(.float(order.map { means[$0] }))),
      ("deviation", Column(.float(order.map { deviations[$0] }))),
    ])
  }

  private static func usual(for task: ModelTask) throws -> Metric? {
    switch task {
    case .classification: try Metric.named("accuracy")
    case .regression: try Metric.named("r2")
    case .clustering, .transformation: nil
    }
  }
}
