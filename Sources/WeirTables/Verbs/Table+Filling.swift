/// What stands in for missing values.
package enum FillRule: String, Sendable, Hashable, CaseIterable {
  /// The mean, the median or the most frequent of the values that are there.
  case mean, median, mode
  /// The nearest value above, or below.
  case forward, backward

  /// The rules whose value is a fact about the whole column.
  package static let learning: Set<String> = Set([mean, median, mode].map(\.rawValue))
}

extension Table {
  /// Puts a value in the place of missing ones, column by column.
  package func fillingMissing(_ values: [(name: String, value: Scalar)]) throws(TableError) -> Table {
    var changed: [(name: String, column: Column)] = []
    for (name, value) in values {
      let column = try self.column(name)
      guard let type = value.columnType, column.missingCount > 0 else { continue }
      let filler: Column
      do throws(TableError) {
        filler = try Column.repeating(value, count: 1)
        _ = try Column.common([column.type, type])
      } catch {
        throw .other(
          "`\(name)` is a column of \(column.type) and can't be filled with a \(type)",
          mend: "convert it first: `cast(\(name): \"\(type)\")`")
      }
      let rows = (0..<rowCount).map { column.isMissing($0) ? rowCount : $0 }
      changed.append((name, try Column.concatenated([column, filler]).taking(rows)))
    }
    return try setting(changed)
  }

  /// Fills the columns by a rule; where none are named, all that the rule can fill.
  package func fillingMissing(_ rule: FillRule, in names: [String] = []) throws(TableError) -> Table {
    // Each column by itself, and all put in place at once: tables may have very many.
    var changed: [(name: String, column: Column)] = []
    for name in names.isEmpty ? self.names : names {
      let column = try self.column(name)
      var table = try Table([(name, column)])
      switch rule {
      case .mean, .median:
        guard column.type.isNumeric else {
          if names.isEmpty { continue }
          throw .wrongType(
            operation: "filling with the \(rule)", column: name, type: column.type.description, expected: "numbers")
        }
        guard column.missingCount > 0 else { continue }
        let whole = Grouping.whole(rowCount)
        let value = try rule == .mean
          ? NumberAggregate.mean(column, whole) : NumberAggregate.quantile(column, whole, at: 0.5, for: "median")
        // A filled bool column is one of floats: the mean of true and false is neither.
        let numbers = column.type == .bool ? try table.casting([(name, .float)]) : table
        table = try numbers.fillingMissing([(name, value.scalar(at: 0))])
      case .mode:
        guard column.missingCount > 0 else { continue }
        let mode = RowAggregate.mode(column, Grouping.whole(rowCount)).scalar(at: 0)
        table = try table.fillingMissing([(name, mode)])
      case .forward, .backward:
        table = try table.setting(name, to: column.carried(forward: rule == .forward))
      }
      changed.append((name, table.columns[0]))
    }
    return try setting(changed)
  }
}

extension Column {
  /// Missing values replaced by the nearest value above or below; those before the first stay missing.
  fileprivate func carried(forward: Bool) -> Column {
    guard missingCount > 0 else { return self }
    var rows = [Int](repeating: -1, count: count)
    var last = -1
    for row in forward ? Array(0..<count) : Array((0..<count).reversed()) {
      if !isMissing(row) { last = row }
      rows[row] = last
    }
    return taking(rows)
  }
}
