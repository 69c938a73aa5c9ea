/// What stands out in a profile, in words.
extension TableProfile {
  /// One sentence each, the gravest first.
  package var warnings: [String] {
    if rowCount == 0 { return ["the table has no rows"] }
    var found: [String] = []
    for column in columns where column.missing == column.rows { found.append("`\(column.name)` has no values") }
    for column in columns where column.isConstant {
      found.append("`\(column.name)` is \(constant(column)) on every row that has a value")
    }
    for column in columns where column.missing > 0 && column.missing < column.rows && 1 - column.share >= 0.05 {
      found.append("`\(column.name)` is missing on \(percent(1 - column.share)) of the rows")
    }
    if duplicateRows > 0 {
      found.append(duplicateRows == 1 ? "one row is a copy of another" : "\(duplicateRows) rows are copies of others")
    }
    for pair in strong {
      found.append("`\(pair.a)` and `\(pair.b)` go together (correlation \(formatNumber((pair.value * 1000).rounded() / 1000)))")
    }
    for column in columns { if let text = imbalance(column) { found.append(text) } }
    for column in columns {
      guard let numbers = column.numbers else { continue }
      let share = Double(numbers.outliers) / Double(max(1, column.rows - column.missing))
      if share >= 0.01 {
        let count = numbers.outliers == 1 ? "one outlier" : "\(numbers.outliers) outliers"
        found.append("`\(column.name)` has \(count) (\(percent(share)) of its values)")
      }
      if let skew = numbers.skew, skew.magnitude >= 2 {
        found.append("`\(column.name)` is lopsided (skew \(formatNumber((skew * 100).rounded() / 100)))")
      }
    }
    for column in columns where isIdentifier(column) {
      found.append("`\(column.name)` is different on every row: a name for rows rather than a feature")
    }
    return found
  }

  /// Columns with few values, as classes have: their shares, the most frequent first.
  package var balances: [(name: String, classes: [(value: String, share: Double)])] {
    columns.compactMap { column in
      guard (2...10).contains(column.distinct), isCategorical(column) else { return nil }
      let total = Double(max(1, column.rows - column.missing))
      return (column.name, column.common.map { ($0.value, Double($0.count) / total) })
    }
  }

  private func isCategorical(_ column: ColumnProfile) -> Bool {
    switch column.type {
    case .text, .bool: column.distinct * 2 <= column.rows - column.missing
    default: false
    }
  }

  private func constant(_ column: ColumnProfile) -> String {
    if let value = column.common.first?.value { return column.type == .text ? "\"\(value)\"" : value }
    return column.numbers.map { formatNumber($0.min) } ?? "the same"
  }

  /// Where the rarest of a few classes has less than a twentieth of the rows.
  private func imbalance(_ column: ColumnProfile) -> String? {
    guard (2...10).contains(column.distinct), isCategorical(column), let rarest = column.common.last else { return nil }
    let share = Double(rarest.count) / Double(max(1, column.rows - column.missing))
    guard share < 0.05 else { return nil }
    return "`\(column.name)` is \"\(rarest.value)\" on only \(percent(share)) of the rows"
  }

  private func isIdentifier(_ column: ColumnProfile) -> Bool {
    guard column.rows >= 20, column.missing == 0, column.distinct == column.rows else { return false }
    return column.type == .text || column.type == .int
  }

  private func percent(_ share: Double) -> String {
    let percent = share * 100
    return percent >= 1 ? "\(Int(percent.rounded())) %" : percent > 0 ? "less than 1 %" : "0 %"
  }

  /// One row a column: what `describe` shows, and outliers.
  package func table() throws(TableError) -> Table {
    func floats(_ value: (Numbers) -> Double?) -> Column { Column(doubles: columns.map { $0.numbers.flatMap(value) ?? .nan }) }
    var outliers: [Scalar] = []
    for column in columns { outliers.append(column.numbers.map { .int(Int64($0.outliers)) } ?? .missing) }
    return try Table([
      ("column", Column(.text(TextValues(columns.map(\.name))))),
      ("type", Column(.text(TextValues(columns.map(\.type.description))))),
      ("complete", Column(.float(columns.map(\.share)))),
      ("distinct", Column(.int(columns.map { Int64($0.distinct) }))),
      ("mean", floats { $0.mean }), ("std", floats { $0.std }), ("min", floats { $0.min }), ("q25", floats { $0.q25 }),
      ("median", floats { $0.median }), ("q75", floats { $0.q75 }), ("max", floats { $0.max }),
      ("outliers", try Column(scalars: outliers, as: .int)),
    ])
  }
}
