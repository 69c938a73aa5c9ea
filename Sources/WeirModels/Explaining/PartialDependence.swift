import WeirBase
package import WeirTables

/// What a model says on average where one column has the same value on all rows (Friedman 2001).
package enum PartialDependence {
  /// A row for each value: all different ones where there are at most `points`, else as many, evenly from the quantile 0.05
  /// to 0.95. For classes their mean probabilities, a column each, for numbers their mean, `prediction`.
  package static func table(
    of model: any FittedModel, on rows: Table, column name: String, points: Int, in context: FitContext
  ) throws -> Table {
    guard points >= 2 else { throw ModelError.settingTooSmall("points", of: "partial_dependence", least: 2, found: points) }
    let column = try rows.column(name), grid = try grid(column, name, points)
    guard grid.count > 0 else { throw ModelError("`partial_dependence` found no value in the column `\(name)`") }
    let means = try context.workers.map(grid.count) { point in
      try context.cancellation.check()
      let changed = try rows.setting(name, to: grid.taking([Int](repeating: point, count: rows.rowCount)))
      switch model.task {
      case .classification: return try model.probabilities(changed).map { $0.reduce(0, +) / Double($0.count) }
      case .regression:
        guard case .float(let values) = try model.predict(changed).storage else { return [] }
        return [values.reduce(0, +) / Double(values.count)]
      case .clustering, .transformation: throw ModelError("`partial_dependence` needs a model that predicts classes or numbers")
      }
    }
    var names = ["prediction"]
    if case .classification(let classes) = model.task { names = ClassLabels(classes).names }
    return try Table([(name: name, column: grid)] + names.indices.map { k in
      (name: names[k] == name ? names[k] + "_prediction" : names[k], column: Column(.float(means.map { $0[k] })))
    })
  }

  private static func grid(_ column: Column, _ name: String, _ points: Int) throws -> Column {
    let distinct = ClassLabels(of: column).column
    guard distinct.count > points else { return distinct }
    guard column.type.isNumeric, case .float(let values) = try distinct.cast(to: .float).storage else {
      return distinct.taking(Array(0..<points))
    }
    guard values.allSatisfy(\.isFinite), case .float(let all) = try column.cast(to: .float).storage else {
      throw ModelError("`partial_dependence` wants finite numbers in the column `\(name)`")
    }
    let sorted = all.indices.filter { !column.isMissing($0) }.map { all[$0] }.sorted()
    func quantile(_ q: Double) -> Double {
      let place = q * Double(sorted.count - 1), below = Int(place)
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
    let low = quantile(0.05), high = quantile(0.95)
    return Column(.float((0..<points).map { low + (high - low) * Double($0) / Double(points - 1) }))
  }
}
