import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// How columns go together, each with each.
  mutating func defineCorrelate() {
    define("correlate", "Shows the correlation of each numeric column with each other.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let names = f.columns("columns", of: rows, "The columns; all that can be measured when none is given.")
      let how = f.choice(
        "how", CorrelationMeasure.allCases.map(\.rawValue), default: CorrelationMeasure.pearson.rawValue,
        "Of the values, of their ranks, of their order pair by pair, or how columns of categories go together.")
      f.returns { bound in
        let table = bound.table(rows), measure = bound.isAbsent(how) ? "pearson" : bound.text(how)
        guard let measure, let given = bound.columns(names) else { return .table(table.with(columns: nil)) }
        let ofNumbers = measure != CorrelationMeasure.association.rawValue
        var chosen: [String]? = given
        if given.isEmpty {
          // Whether a column has few categories is known only when its values are.
          let known = ofNumbers && table.columns?.allSatisfy { $0.type != nil } ?? false
          chosen = known ? table.columns?.filter { $0.type == .int || $0.type == .float || $0.type == .bool }.map(\.name) : nil
        }
        guard let chosen else { return .table(table.with(columns: nil)) }
        for name in chosen where ofNumbers {
          guard let type = table.column(name)?.type, !type.isNumeric else { continue }
          throw Diagnostic.wrongColumnType(
            operation: "`correlate`", column: name, type: type.description, expected: "numbers")
        }
        return .table(TableType(columns: [("column", .text)] + chosen.map { ($0, .float) }, like: table))
      }
      f.flow(.statistic(of: 0))
      f.details(
        """
        "pearson" looks for straight lines, "spearman" and "kendall" (tau-b) for any that rise or fall; all three lie \
        between -1 and 1. "association" takes columns of categories too and lies between 0 and 1: of two such columns it is \
        Cramér's V, of one and of numbers the correlation ratio; of two columns of numbers it is the correlation without \
        its sign. Texts with more than 50 values are no categories. Only rows where both have a value count; where one of \
        both does not vary the result is missing.
        """)
      f.example("table(a: [1, 2, 3], b: [3, 2, 1]) |> correlate() |> map(row => row.b)", gives: "[-1.0, 1.0]")
      f.example(
        "table(a: [1, 2, 3], b: [1, 3, 2]) |> correlate(how: \"kendall\") |> map(row => round(row.b, 3))", gives: "[0.333, 1.0]")
      f.example(
        "table(a: [\"x\", \"y\", \"x\"], b: [1, 4, 1]) |> correlate(how: \"association\") |> map(row => row.b)", gives: "[1.0, 1.0]")
      f.seeAlso("corr", "profile", "heatmap")
      f.body { call in
        let table = try call[rows], chosen = try call[names]
        switch CorrelationMeasure(rawValue: try call[how]) ?? .pearson {
        case .pearson: return .table(try table.correlations(of: chosen))
        case .spearman: return .table(try table.correlations(of: chosen, ranked: true))
        case .kendall: return .table(try table.concordances(of: chosen, call.cancellation))
        case .association: return .table(try table.associations(of: chosen, call.cancellation))
        }
      }
    }
  }
}

private enum CorrelationMeasure: String, CaseIterable {
  case pearson, spearman, kendall, association
}

extension Table {
  /// Kendall's tau-b of each column of numbers with each other.
  fileprivate func concordances(of names: [String], _ cancellation: Cancellation) throws -> Table {
    let chosen = names.isEmpty ? zip(self.names, columns).filter { $0.1.type.isNumeric }.map(\.0) : names
    guard !chosen.isEmpty else { throw TableError.other("there are no columns of numbers to correlate", mend: nil) }
    let numbers = try chosen.map { name in
      let column = try column(name)
      guard column.type.isNumeric else {
        throw TableError.wrongType(operation: "`correlate`", column: name, type: column.type.description, expected: "numbers")
      }
      return try column.asDoubles()
    }
    return try pairwise(chosen, cancellation) { i, j in
      let both = numbers[i].indices.filter { !numbers[i][$0].isNaN && !numbers[j][$0].isNaN }
      return CorrelationTests.Concordance(both.map { numbers[i][$0] }, both.map { numbers[j][$0] }).tau
    }
  }

  /// How each column of numbers or of few categories goes together with each other.
  fileprivate func associations(of names: [String], _ cancellation: Cancellation) throws -> Table {
    var chosen: [String] = [], values: [Associations.Values] = []
    for name in names.isEmpty ? self.names : names {
      let column = try column(name)
      if let found = try Associations.values(column) {
        chosen.append(name)
        values.append(found)
      } else if !names.isEmpty {
        throw TableError.wrongType(
          operation: "`correlate`", column: name, type: column.type.description, expected: "numbers or at most 50 categories")
      }
    }
    guard !chosen.isEmpty else { throw TableError.other("there are no columns of numbers or few categories", mend: nil) }
    return try pairwise(chosen, cancellation) { i, j in Associations.measure(values[i], values[j]).value.magnitude }
  }

  /// A row and a column for each name; the measure is the same both ways.
  private func pairwise(
    _ names: [String], _ cancellation: Cancellation, _ measure: (Int, Int) throws -> Double
  ) throws -> Table {
    var values = [[Double]](repeating: Array(repeating: .nan, count: names.count), count: names.count)
    for i in names.indices {
      for j in 0...i {
        try cancellation.check()
        let value = try measure(i, j)
        (values[i][j], values[j][i]) = (value, value)
      }
    }
    let columns = names.indices.map { i in (name: names[i], column: Column(doubles: values.map { $0[i] })) }
    return try Table([("column", Column(.text(TextValues(names))))] + columns, lineage: lineage)
  }
}
