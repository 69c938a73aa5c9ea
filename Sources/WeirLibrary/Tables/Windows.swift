import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// `window`, and the functions that mean something only inside it.
  mutating func defineWindows() {
    defineWindow()
    defineShifts()
    defineRunning()
    defineRolling()
    defineRanks()
  }

  private mutating func defineWindow() {
    define("window", "Adds columns computed from other rows of the same group, in an order.") { f in
      let rows = f.required(Table.self, "rows", "The table; its rows keep their order.")
      let by = f.namedColumns("by", of: rows, "The columns whose values make a group; without it, all rows are one.")
      let order = f.orderKeys("order", over: rows,
        "The keys that the rows of a group are in the order of, `desc(.a)` for falling; without it, as they stand.")
      let columns = f.namedWindowExpressions("columns", over: rows,
        "The new columns by name: `before: lag(.x)`, `share: .x / sum(.x)`; a later one may read an earlier one.")
      f.returns { bound in
        .table(bound.table(rows).setting(bound.named(columns).map { TableType.Header($0.name, $0.type.columnType) }))
      }
      f.details(
        "An aggregate such as `mean(.x)` gives the value for the group on each of its rows; `first` and `last` follow the order.")
      f.example(
        "table(shop: [\"a\", \"b\", \"a\"], day: [2, 1, 1], sold: [5, 7, 3]) "
          + "|> window(by: .shop, order: .day, total: cumulative_sum(.sold)) |> map(row => row.total)",
        gives: "[8, 7, 3]")
      f.example("table(x: [1, 3]) |> window(share: .x / sum(.x)) |> map(row => row.share)", gives: "[0.25, 0.75]")
      f.seeAlso("lag", "rolling_mean", "cumulative_sum", "rank", "aggregate")
      f.body { call in
        let columns = try call[columns]
        guard !columns.isEmpty else {
          throw Diagnostic.failure(
            "`window` is told of no column to compute", mend: "name one: `window(order: .time, before: lag(.x))`")
        }
        let keys = try call[order].map { SortKey($0.expression, descending: $0.descending) }
        return .table(try call[rows].windowed(by: try call[by], order: keys, columns))
      }
    }
  }

  private mutating func defineShifts() {
    let shifts: [(name: String, summary: String, gives: String, flow: RowFlow, sign: Int)] = [
      ("lag", "Gives the value of a row before, in the order of the window.", "[missing, 5, 6]", .rowwise, 1),
      ("lead", "Gives the value of a row after, in the order of the window.", "[6, 7, missing]", .statistic(of: 0), -1),
    ]
    for (name, summary, gives, flow, sign) in shifts {
      define(name, summary) { f in
        let values = f.required(Column.self, "values", "The column.")
        let n = f.optional(Int.self, "n", default: 1, "How many rows \(sign > 0 ? "before" : "after").")
        let fallback = f.optional(Value.self, "default", "What stands where there is no such row; without it, missing.")
        f.returns { bound in .column(bound.type(values)?.columnType) }
        f.flow(flow)
        f.example("table(x: [5, 6, 7]) |> window(y: \(name)(.x)) |> map(row => row.y)", gives: gives)
        f.seeAlso("window", sign > 0 ? "lead" : "lag", "difference", "percent_change")
        f.worksInWindows { call, frame in
          let n = try call[n]
          guard n >= 0 else {
            throw Diagnostic.failure(
              "`\(name)` looks \(n) rows away", mend: "`\(sign > 0 ? "lead" : "lag")` looks the other way")
          }
          let fallback = try call[fallback] ?? .missing
          guard let scalar = fallback.scalar else {
            throw ArgumentReader.wrongKind(.value(fallback), wanted: "single value", "default", in: call)
          }
          return try frame.shifting(try call.column(values, in: frame), by: sign * n, fallback: scalar)
        }
      }
    }
    for (name, summary, forward) in [
      ("fill_forward", "Puts the last value above in the place of a missing one, within the group.", true),
      ("fill_backward", "Puts the next value below in the place of a missing one, within the group.", false),
    ] {
      define(name, summary) { f in
        let values = f.required(Column.self, "values", "The column.")
        f.returns { bound in .column(bound.type(values)?.columnType) }
        f.flow(forward ? .rowwise : .statistic(of: 0))
        f.example(
          "table(x: [1, missing, 3]) |> window(y: \(name)(.x)) |> map(row => row.y)",
          gives: forward ? "[1, 1, 3]" : "[1, 3, 3]")
        f.seeAlso("window", "fill_missing", "lag")
        f.worksInWindows { call, frame in frame.carrying(try call.column(values, in: frame), forward: forward) }
      }
    }
    for (name, summary, details, gives) in [
      ("difference", "Gives how much a value is above that of a row before.", "Of dates and datetimes, the time between.", "[missing, 1, 3]"),
      ("percent_change", "Gives how much a value is above that of a row before, as a share of that one.",
       "0.1 is ten per cent more; of 0 before and 0 now there is no share, and it is missing.", "[missing, 0.5, 1.0]"),
    ] {
      define(name, summary) { f in
        let values = f.required(Column.self, "values", "The column.")
        let n = f.optional(Int.self, "n", default: 1, "How many rows before.")
        let isShare = name == "percent_change"
        f.returns { bound in
          guard !isShare else { return .column(.float) }
          return switch bound.type(values)?.columnType {
          case .int: .column(.int)
          case .date, .dateTime, .duration: .column(.duration)
          case .float, .bool: .column(.float)
          default: .column(nil)
          }
        }
        f.details(details)
        f.example("table(x: [2, 3, 6]) |> window(y: \(name)(.x)) |> map(row => row.y)", gives: gives)
        f.seeAlso("window", "lag", isShare ? "difference" : "percent_change")
        f.worksInWindows { call, frame in
          let n = try call[n]
          guard n > 0 else { throw Diagnostic.failure("`\(name)` looks \(n) rows back", mend: "`n` is 1 or more") }
          let column = try call.column(values, in: frame)
          return isShare ? try frame.changes(column, by: n) : try frame.differences(column, by: n)
        }
      }
    }
  }

  private mutating func defineRunning() {
    let running: [(String, String, String, ColumnType?, @Sendable (WindowFrame, Column) throws -> Column)] = [
      ("cumulative_sum", "Adds a value to all those above it in its group.", "[3, 4, 6]", nil, { try $0.runningSums($1) }),
      ("cumulative_min", "Gives the smallest of a value and all those above it in its group.", "[3, 1, 1]", nil,
       { try $0.runningExtremes($1, greatest: false) }),
      ("cumulative_max", "Gives the greatest of a value and all those above it in its group.", "[3, 3, 3]", nil,
       { try $0.runningExtremes($1, greatest: true) }),
      ("cumulative_count", "Counts the values from the first row of the group to this one.", "[1, 2, 3]", .int,
       { $0.runningCounts($1) }),
    ]
    for (name, summary, gives, type, kernel) in running {
      define(name, summary) { f in
        let values = f.required(Column.self, "values", "The column.")
        f.returns { bound in
          let own = bound.type(values)?.columnType
          return .column(type ?? (name == "cumulative_sum" && own == .bool ? .int : own))
        }
        f.details(name == "cumulative_count" ? "Missing values are not counted." : "Missing where the value is, which those below pass over.")
        f.example("table(x: [3, 1, 2]) |> window(y: \(name)(.x)) |> map(row => row.y)", gives: gives)
        f.seeAlso("window", "rolling_sum")
        f.worksInWindows { call, frame in try kernel(frame, try call.column(values, in: frame)) }
      }
    }
    define("row_number", "Numbers the rows of each group from 1, in the order of the window.") { f in
      f.returns(.column(.int))
      f.example(
        "table(k: [\"a\", \"b\", \"a\"]) |> window(by: .k, n: row_number()) |> map(row => row.n)", gives: "[1, 1, 2]")
      f.seeAlso("window", "rank")
      f.worksInWindows { _, frame in frame.rowNumbers() }
    }
  }

  private mutating func defineRanks() {
    define("rank", "Gives the place of a value among those of its group, 1 for the smallest.") { f in
      let values = f.required(Column.self, "values", "The column.")
      let method = f.choice("method", RankMethod.allCases.map(\.rawValue), default: "average",
        "What equal values get: the mean, least or greatest of their places, one place without gaps, or each its own in the "
          + "order of the window.")
      let descending = f.optional(Bool.self, "descending", default: false, "Whether 1 is for the greatest.")
      let shares = f.optional(Bool.self, "share", default: false, "Whether to divide by how many values there are.")
      f.returns { bound in
        let isInt = bound.isAbsent(shares) && !bound.isAbsent(method) && bound.text(method).map { $0 != "average" } ?? false
        return .column(isInt ? .int : bound.isAbsent(method) ? .float : nil)
      }
      f.flow(.statistic(of: 0))
      f.details("A missing value has no rank.")
      f.example("table(x: [30, 10, 30]) |> window(r: rank(.x)) |> map(row => row.r)", gives: "[2.5, 1.0, 2.5]")
      f.example(
        "table(x: [30, 10, 30]) |> window(r: rank(.x, method: \"dense\", descending: true)) |> map(row => row.r)",
        gives: "[1, 2, 1]")
      f.seeAlso("window", "row_number", "sort")
      f.worksInWindows { call, frame in
        guard let method = RankMethod(rawValue: try call[method]) else { return .missing(.float, count: frame.rowCount) }
        return try frame.ranks(
          try call.column(values, in: frame), method, descending: try call[descending], shares: try call[shares])
      }
    }
  }
}

extension Call {
  /// A column with a value for each row of the window.
  func column(_ parameter: Parameter<Column>, in frame: WindowFrame) throws -> Column {
    let column = try self[parameter]
    guard column.count == frame.rowCount else {
      throw Diagnostic.lengthsDiffer(builtin.slots.first?.name ?? "values", column.count, expected: frame.rowCount)
    }
    return column
  }
}
