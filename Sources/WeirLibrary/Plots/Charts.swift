import WeirCatalog
import WeirDiagnostics
import WeirPlots
import WeirTables

extension CatalogBuilder {
  /// Plots: drawn in the terminal, as SVG in pages, and as PNG by `write_image`.
  mutating func definePlots() {
    register(Plot.self)
    defineHistogram()
    definePointPlots()
    defineBars()
    defineBoxes()
    defineMatrixPlots()
    defineModelPlots()
    defineClusterPlots()
  }

  private mutating func defineHistogram() {
    define("histogram", "Shows how numbers are distributed.") { f in
      let rows = f.required(Items.self, "rows", "The table; or a column or list of numbers by itself.")
      let x = f.rowExpression("x", over: rows, "The column or expression to show.", required: false)
      let by = f.optionalColumn("by", of: rows, "A column whose values get a colour each.")
      let bins = f.optional(Int.self, "bins", "How many bins; chosen from the data where left out.")
      let logs = f.logAxes()
      let title = f.plotTitle()
      f.isPlot()
      f.details("On a log axis, bins are of equal ratio; values of 0 and less are left out, and the caption says so.")
      f.returns { bound in
        if case .table = bound.type(rows) ?? .any, bound.isAbsent(x) {
          throw Diagnostic.missingArgument("x", of: "histogram", signature: "histogram(rows, x)")
        }
        if !(bound.type(rows) ?? .any).fits(.either([.anyTable, .numbers])) {
          throw Diagnostic.wrongArgument("rows", of: "histogram", wanted: "table or list of numbers", found: "list of others")
        }
        return .other("plot")
      }
      f.example("histogram([1, 2, 2, 3], bins: 3, title: \"sizes\").title", gives: "\"sizes\"")
      f.example("histogram(table(mass: [1, 2, 2, 3]), .mass).kind", gives: "\"histogram\"")
      f.example("histogram([1, 10, 100, -5], log_x: true).caption",
        gives: "\"1 of 4 values left out: missing, infinite, or not above 0 on a log axis.\"")
      f.seeAlso("box", "scatter", "bin", "write_image")
      f.body { call in
        guard case .table(let query) = try call[rows] else {
          let table = try Table([("value", try Column.of(try call[rows].items()))])
          let values = try PlotSource(table: table).numbers(of: "value")
          let all = [NamedValues("", values.values)]
          return try Plot.histogram(all, bins: try call[bins], label: "value", logs: logs(call)).titled(try call[title])
        }
        let source = PlotSource(table: try query.collect())
        let values = try source.numbers(try call[x], called: "x")
        let groups = try source.groups(by: try call[by]).map { values.taking($0.rows, called: $0.label) }
        return try Plot.histogram(groups, bins: try call[bins], label: values.label, logs: logs(call))
          .titled(try call[title])
      }
    }
  }

  private mutating func definePointPlots() {
    define("scatter", "Shows one dot for each row.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let x = f.rowExpression("x", over: rows, "Across.")
      let y = f.rowExpression("y", over: rows, "Up.")
      let by = f.optionalColumn("by", of: rows, "A column whose values get a colour each.")
      let logs = f.logAxes()
      let title = f.plotTitle()
      f.isPlot()
      f.details("More than 10,000 points are counted in cells; the caption says so, and how many points have no place.")
      f.example("scatter(table(a: [1, 10, 100], b: [3, 4, 5]), .a, .b, log_x: true).kind", gives: "\"scatter\"")
      f.example("scatter(table(a: [1, 2], b: [3, 4]), .a, .b).kind", gives: "\"scatter\"")
      f.seeAlso("line", "pairs", "histogram")
      f.body { call in
        let source = PlotSource(table: try call[rows])
        let x = try source.numbers(try call[x], called: "x"), y = try source.numbers(try call[y], called: "y")
        let groups = try source.groups(by: try call[by]).map { group in
          (label: group.label, points: group.rows.map { Point(x.values[$0], y.values[$0]) })
        }
        return try Plot.scatter(groups, label: x.label, valueLabel: y.label, logs: logs(call)).titled(try call[title])
      }
    }
    define("line", "Shows a line through the rows, in the order of the first column.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let x = f.rowExpression("x", over: rows, "Across: numbers, dates or datetimes.")
      let y = f.rowExpression("y", over: rows, "Up.")
      let by = f.optionalColumn("by", of: rows, "A column whose values get a line each.")
      let logs = f.logAxes()
      let title = f.plotTitle()
      f.isPlot()
      f.example(
        "line(table(n: [1, 10, 100], loss: [1.0, 0.1, 0.01]), .n, .loss, log_x: true, log_y: true).kind",
        gives: "\"line\"")
      f.example("line(table(day: [1, 2, 3], n: [5, 3, 4]), .day, .n).kind", gives: "\"line\"")
      f.seeAlso("scatter", "learning_plot")
      f.body { call in
        let source = PlotSource(table: try call[rows])
        let isTime = try source.isTime(try call[x])
        let x = try source.numbers(try call[x], called: "x"), y = try source.numbers(try call[y], called: "y")
        let order = Column.sortedOrder([(Column(doubles: x.values), false)], count: x.values.count).filter { x.values[$0].isFinite }
        let series = try source.groups(by: try call[by]).map { group -> NamedValues in
          let own = Set(group.rows)
          return NamedValues(group.label, order.map { own.contains($0) ? y.values[$0] : .nan })
        }
        return try Plot.lines(
          at: order.map { x.values[$0] }, series, label: x.label, valueLabel: y.label, isTime: isTime, logs: logs(call)
        ).titled(try call[title])
      }
    }
  }

  private mutating func defineBars() {
    define("bar", "Shows a bar for each category.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let x = f.rowExpression("x", over: rows, "The categories.")
      let y = f.rowExpression("y", over: rows, "The height of each bar; left out, the number of rows.", required: false)
      let by = f.optionalColumn("by", of: rows, "A column whose values get a bar each in every category.")
      let logY = f.logHeights()
      let title = f.plotTitle()
      f.isPlot()
      f.details(
        """
        One row for each bar: of several, `aggregate` makes one. On a log axis, bars stand on a round number below the \
        least; those of 0 and less are left out, and the caption says so.
        """)
      f.example("bar(table(k: [\"a\", \"b\", \"a\"]), .k).kind", gives: "\"bar\"")
      f.example("bar(table(k: [\"a\", \"b\", \"c\"], n: [3, 5000, 0]), .k, .n, log_y: true).caption",
        gives: "\"1 of 3 bars left out: missing, infinite, or not above 0 on a log axis.\"")
      f.example("table(k: [\"a\", \"b\"], n: [3, 5]) |> bar(.k, .n) |> type_of()", gives: "\"plot\"")
      f.seeAlso("histogram", "value_counts", "aggregate")
      f.body { call in
        let source = PlotSource(table: try call[rows])
        let labels = try source.texts(try call[x])
        let categories = try Value.distinct(labels.map { .string($0) }).map(\.plainText)
        let places = Dictionary(uniqueKeysWithValues: categories.enumerated().map { ($1, $0) })
        let heights = call.has(y) ? try source.numbers(try call[y], called: "y") : nil
        let series = try source.groups(by: try call[by]).map { group -> NamedValues in
          var values = [Double](repeating: heights == nil ? 0 : .nan, count: categories.count)
          for row in group.rows {
            guard let place = places[labels[row]] else { continue }
            guard let heights else {
              values[place] += 1
              continue
            }
            guard values[place].isNaN else {
              throw PlotError(
                "several rows give a bar for `\(labels[row])`",
                mend: "make one of them: `aggregate(by: …, …)`")
            }
            values[place] = heights.values[row]
          }
          return NamedValues(group.label, values)
        }
        return try Plot.bars(
          categories: categories, series: series, label: source.label(of: try call[x], else: "x"),
          valueLabel: heights?.label ?? "count", logs: try call[logY] ? .y : []).titled(try call[title])
      }
    }
  }

  private mutating func defineBoxes() {
    define("box", "Shows quartiles, reach and outliers of numbers as boxes.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let y = f.columns("columns", of: rows, "The columns to show, a box each; all numeric ones when none is given.")
      let by = f.optionalColumn("by", of: rows, "A column whose values get a box each; then one column is shown.")
      let logY = f.logHeights()
      let title = f.plotTitle()
      f.isPlot()
      f.details(
        """
        A box goes from quartile to quartile, whiskers to the last value within 1.5 times their distance. On a log axis that \
        is the distance as the axis shows it, values of 0 and less are left out, and the caption says so.
        """)
      f.example("box(table(a: [1, 2, 3], b: [4, 5, 9])).kind", gives: "\"box\"")
      f.example("box(table(a: [1, 10, 100, 0]), .a, log_y: true).caption",
        gives: "\"1 of 4 values left out: missing, infinite, or not above 0 on a log axis.\"")
      f.seeAlso("histogram", "describe")
      f.body { call in
        let source = PlotSource(table: try call[rows]), logs: LogAxes = try call[logY] ? .y : []
        let columns = try source.numericColumns(try call[y]).map { try source.numbers(of: $0) }
        guard let by = try call[by] else {
          let label = columns.count == 1 ? columns[0].label : "value"
          return try Plot.boxes(columns, label: "", valueLabel: label, logs: logs).titled(try call[title])
        }
        guard let only = columns.first, columns.count == 1 else {
          throw PlotError("with `by`, a box plot shows one column", mend: "name it: `box(data, .mass, by: .species)`")
        }
        let groups = try source.groups(by: by).map { only.taking($0.rows, called: $0.label) }
        return try Plot.boxes(groups, label: by, valueLabel: only.label, logs: logs).titled(try call[title])
      }
    }
  }

  private mutating func defineMatrixPlots() {
    define("heatmap", "Shows the numbers of a table as shades.") { f in
      let rows = f.required(Table.self, "rows", "The table; its first column of text names the rows.")
      let title = f.plotTitle()
      f.isPlot()
      f.details("Shades go both ways from zero where there are negative numbers.")
      f.example("table(a: [1, 2, 3], b: [3, 1, 2]) |> correlate() |> heatmap() |> type_of()", gives: "\"plot\"")
      f.seeAlso("correlate", "pairs", "confusion_plot")
      f.body { call in
        let source = PlotSource(table: try call[rows])
        let columns = try source.numericColumns([]).map { try source.numbers(of: $0) }
        guard !columns.isEmpty, source.table.rowCount > 0 else { throw PlotError("there are no numbers to show") }
        let labels = zip(source.table.names, source.table.columns).first { $0.1.type == .text }
        let names = labels.map { $0.1.values().map(\.plainText) } ?? (1...source.table.rowCount).map { String($0) }
        let values = (0..<source.table.rowCount).flatMap { row in columns.map { $0.values[row] } }
        let matrix = try Matrix(
          rows: names, columns: columns.map(\.label), values: values, rowTitle: labels?.0 ?? "",
          shades: values.contains { $0 < 0 } ? .diverging : .sequential)
        return Plot.heatmap(matrix).titled(try call[title])
      }
    }
    define("pairs", "Shows each column against each other, with histograms between.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let names = f.columns("columns", of: rows, "Two to eight columns; all numeric ones when none is given.")
      let by = f.optionalColumn("by", of: rows, "A column whose values get a colour each.")
      let title = f.plotTitle()
      f.isPlot()
      f.example("pairs(table(a: [1, 2, 3], b: [3, 1, 2])) |> type_of()", gives: "\"plot\"")
      f.seeAlso("scatter", "correlate", "heatmap")
      f.body { call in
        let source = PlotSource(table: try call[rows]), by = try call[by]
        let columns = try source.numericColumns(try call[names]).filter { $0 != by }.map { try source.numbers(of: $0) }
        let groups = try source.groups(by: by)
        var numbers = [Int](repeating: 0, count: source.table.rowCount)
        for (number, group) in groups.enumerated() { for row in group.rows { numbers[row] = number } }
        return try Plot.pairs(columns, groups: numbers, names: by == nil ? [] : groups.map(\.label)).titled(try call[title])
      }
    }
  }
}

/// The two parameters for logarithmic axes, read together.
struct LogAxisParameters: Sendable {
  let x: Parameter<Bool>
  let y: Parameter<Bool>

  func callAsFunction(_ call: Call) throws -> LogAxes {
    (try call[x] ? LogAxes.x : []).union(try call[y] ? LogAxes.y : [])
  }
}

extension BuiltinDefinition {
  mutating func plotTitle() -> Parameter<String> {
    optional(String.self, "title", default: "", "What stands above it.")
  }

  /// `log_x` and `log_y`.
  mutating func logAxes() -> LogAxisParameters {
    LogAxisParameters(
      x: optional(Bool.self, "log_x", default: false, "Whether the axis across is logarithmic."),
      y: optional(Bool.self, "log_y", default: false, "Whether the axis up is logarithmic."))
  }

  /// `log_y` of plots whose other axis lists categories.
  mutating func logHeights() -> Parameter<Bool> {
    optional(Bool.self, "log_y", default: false, "Whether the axis of the numbers is logarithmic.")
  }

  /// A plot comes out, and no rows.
  mutating func isPlot() {
    returns(.other("plot"))
    flow(.none)
  }
}

extension Plot {
  /// Lines, each with the points that are its own.
  static func lines(
    at x: [Double], _ series: [NamedValues], label: String, valueLabel: String, isTime: Bool, logs: LogAxes
  ) throws -> Plot {
    var plot = try line(x: x, series: series, label: label, valueLabel: valueLabel, isTime: isTime, logs: logs)
    if series.count == 1 { return plot }
    guard case .chart(var chart) = plot.content else { return plot }
    // A row of another line is no gap in this one.
    chart.series = chart.series.map { drawn in
      var drawn = drawn
      if case .line(let points) = drawn.marks { drawn.marks = .line(points.filter { $0.y.isFinite }) }
      return drawn
    }
    plot.content = .chart(chart)
    return plot
  }
}
