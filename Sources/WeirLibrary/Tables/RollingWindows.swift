import WeirCatalog
import WeirDiagnostics
import WeirTables

private typealias Kernel = @Sendable (WindowFrame, Column, RollingWindow) throws -> Column

extension CatalogBuilder {
  /// Functions of the rows about a row.
  mutating func defineRolling() {
    let rolling: [(String, String, String, ColumnType?, Kernel)] = [
      ("rolling_mean", "Gives the mean of the last few values.", "[missing, 2.0, 4.0]", .float, { try $0.rolling($1, .mean, $2) }),
      ("rolling_sum", "Adds the last few values up.", "[missing, 4, 8]", nil, { try $0.rolling($1, .sum, $2) }),
      ("rolling_min", "Gives the smallest of the last few values.", "[missing, 1, 3]", nil,
       { try $0.rollingExtremes($1, greatest: false, $2) }),
      ("rolling_max", "Gives the greatest of the last few values.", "[missing, 3, 5]", nil,
       { try $0.rollingExtremes($1, greatest: true, $2) }),
      ("rolling_median", "Gives the median of the last few values.", "[missing, 2.0, 4.0]", .float, { try $0.rolling($1, .median, $2) }),
      ("rolling_count", "Counts the values among the last few rows.", "[missing, 2, 2]", .int, { try $0.rollingCounts($1, $2) }),
    ]
    for (name, summary, gives, type, kernel) in rolling {
      defineRolling(name, summary, gives: gives, type) { _ in { _ in kernel } }
    }
    for (name, summary, gives, root) in [
      ("rolling_std", "Gives the standard deviation of the last few values.", "[missing, 1.41421, 1.41421]", true),
      ("rolling_var", "Gives the variance of the last few values.", "[missing, 2.0, 2.0]", false),
    ] {
      defineRolling(name, summary, gives: gives, .float) { f in
        let ddof = f.optional(Int.self, "ddof", default: 1,
          "What is taken from the count in the denominator: 1 for a sample, 0 for all there is.")
        return { call in
          let ddof = try call[ddof]
          return { try $0.rolling($1, .variance(ddof: ddof, root: root), $2) }
        }
      }
    }
  }

  private mutating func defineRolling(
    _ name: String, _ summary: String, gives: String, _ type: ColumnType?,
    _ build: (inout BuiltinDefinition) -> @Sendable (Call) throws -> Kernel
  ) {
    define(name, summary) { f in
      let values = f.required(Column.self, "values", "The column.")
      let size = f.required(Value.self, "size",
        "How many rows, or with a duration such as `7d`, how much time up to the row by the window's `order`.",
        accepts: .either([.int, .duration]))
      let least = f.optional(Int.self, "min_periods",
        "How many values there must be; without it, as many as `size` has rows, and 1 where it is a duration.")
      let center = f.optional(Bool.self, "center", default: false, "Whether the row stands in the middle of its window.")
      let kernel = build(&f)
      f.returns { bound in
        let own = bound.type(values)?.columnType
        return .column(type ?? (name == "rolling_sum" && own == .bool ? .int : own))
      }
      // A window that reaches forward tells a row of those that come after it.
      f.flow(.rowwiseLearning(by: center.slot, words: []))
      f.details(
        "Missing values are passed over. A duration takes the rows whose time is later than the row's less the duration, and not "
          + "later than the row's; rows of one time have one result.")
      f.example("table(x: [1, 3, 5]) |> window(y: \(name)(.x, 2)) |> map(row => row.y)", gives: gives)
      if name == "rolling_mean" {
        f.example(
          "table(t: [date(\"2026-01-01\"), date(\"2026-01-02\"), date(\"2026-01-09\")], x: [1, 3, 5]) "
            + "|> window(order: .t, y: rolling_mean(.x, 7d)) |> map(row => row.y)", gives: "[1.0, 2.0, 5.0]")
      }
      f.seeAlso("window", "cumulative_sum", "lag")
      f.worksInWindows { call, frame in
        let window = try RollingWindow(
          try call.windowSize(try call[size]), isCentered: try call[center], least: try call[least])
        return try kernel(call)(frame, try call.column(values, in: frame), window)
      }
    }
  }
}

extension Call {
  fileprivate func windowSize(_ value: Value) throws -> RollingWindow.Size {
    switch value {
    case .int(let n): return .rows(Int(clamping: n))
    case .duration(let span): return .time(span.microseconds)
    default: throw ArgumentReader.wrongKind(.value(value), wanted: "int or duration", "size", in: self)
    }
  }
}
