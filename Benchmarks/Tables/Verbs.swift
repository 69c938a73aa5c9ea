import Glibc
import WeirBase
import WeirTables

/// Verbs on a table of a million rows and ten columns in memory, and one of a hundred thousand rows.
@Sendable func verbWorkloads(_ settings: BenchmarkSettings) throws {
  try Workers.$current.withValue(Workers(settings.threads)) {
    let bench = try VerbBenchmark(settings)
    try bench.rows()
    try bench.groups()
    try bench.looks()
  }
}

private struct VerbBenchmark {
  let settings: BenchmarkSettings
  let big: Table
  let dim: Table

  init(_ settings: BenchmarkSettings) throws {
    func read(_ name: String) throws -> Table {
      let path = "\(settings.data)/\(name)"
      return try CSVReader(FileContents(mapping: path), name: path).read(workers: Workers(settings.threads)).table
    }
    self.settings = settings
    big = try read("big.csv")
    dim = try read("dim.csv")
    Memory.release()
  }

  func collect(_ table: LazyTable) throws -> Table { try table.collect(workers: Workers(settings.threads)) }

  func row(_ reads: Set<String>, _ body: @escaping @Sendable (Table) throws -> Column) -> RowExpression {
    RowExpression(reads: reads, isRowwise: true, evaluate: body)
  }

  func group(
    _ name: String, _ reads: Set<String>, _ body: @escaping @Sendable (Table, Grouping) throws -> Column
  ) -> GroupDerivation {
    GroupDerivation(name, GroupExpression(reads: reads, evaluate: body))
  }

  func sum(_ table: Table, _ name: String) throws -> String {
    formatScalar(try NumberAggregate.sum(table.column(name), .whole(table.rowCount)).scalar(at: 0))
  }

  func rows() throws {
    let chosen = row(["price", "category"]) { table in
      let price = try combine(.greater, .column(table.column("price")), .scalar(.int(50)))
      let kept = try isIn(table.column("category"), [.text("books"), .text("toys"), .text("garden")])
      return try combine(.and, .column(price), .column(kept))
    }
    let revenue = row(["qty", "price"]) { try combine(.multiply, .column($0.column("qty")), .column($0.column("price"))) }
    let z = row(["x", "y"]) { table in
      let y = try table.column("y").mappingFloats("log1p") { log1p($0) }
      return try combine(.add, .column(y), .column(table.column("x")))
    }
    try settings.measure("filter_derive") {
      try collect(
        LazyTable(big).filtering(chosen).deriving([Derivation("revenue", revenue), Derivation("z", z)]))
    } check: { "rows \($0.rowCount) revenue \(try sum($0, "revenue")) z \(try sum($0, "z"))" }
    try settings.measure("join_inner") {
      try collect(LazyTable(big).joining(LazyTable(dim), JoinOptions(on: ["group_id"])))
    } check: { "rows \($0.rowCount) weight \(try sum($0, "weight"))" }
    try settings.measure("sort_2keys") {
      try collect(LazyTable(big).sorting(by: [.column("category"), .column("price", descending: true)]))
    } check: {
      "rows \($0.rowCount) first \(formatScalar(try $0.column("category").scalar(at: 0))) \(formatScalar(try $0.column("price").scalar(at: 0)))"
    }
    try settings.measure("distinct_2keys") {
      try collect(LazyTable(big).distinct(by: ["group_id", "category"]))
    } check: { "rows \($0.rowCount)" }
    try settings.measure("distinct_all_cols") { try collect(LazyTable(big).distinct()) } check: { "rows \($0.rowCount)" }
  }

  func groups() throws {
    let values = [
      group("s", ["price"]) { try NumberAggregate.sum($0.column("price"), $1) },
      group("m", ["x"]) { try NumberAggregate.mean($0.column("x"), $1) },
      group("n", []) { RowAggregate.count(nil, $1) },
    ]
    for (name, key) in [("groupby_low", "category"), ("groupby_high", "group_id")] {
      try settings.measure(name) { try collect(LazyTable(big).aggregating(by: [key], values)) } check: {
        "groups \($0.rowCount) s \(try sum($0, "s")) m \(try sum($0, "m")) n \(try sum($0, "n"))"
      }
    }
    try settings.measure("groupby_median") {
      try collect(LazyTable(big).aggregating(by: ["category"], [
        group("median", ["price"]) { try NumberAggregate.quantile($0.column("price"), $1, at: 0.5, for: "median") }
      ]))
    } check: { "sum \(try sum($0, "median"))" }
    let quantiles = [0.25, 0.5, 0.75, 0.95].flatMap { share in
      ["price", "x", "y"].map { name in
        group("\(name)\(share)", [name]) { try NumberAggregate.quantile($0.column(name), $1, at: share, for: "quantile") }
      }
    }
    try settings.measure("quantiles") { try collect(LazyTable(big).aggregating(by: [], quantiles)) } check: { table in
      table.columns.map { formatScalar($0.scalar(at: 0)) }.joined(separator: " ")
    }
  }

  func looks() throws {
    let numeric = try big.selecting(["id", "group_id", "qty", "price", "x", "y"])
    try settings.measure("describe_numeric") { try numeric.described() } check: { "std \(try sum($0, "std"))" }
    try settings.measure("describe_all") { try big.described() } check: { table in
      "distinct " + (0..<table.rowCount).map { formatScalar(table["distinct"]?.scalar(at: $0) ?? .missing) }.joined(separator: " ")
    }
    try settings.measure("value_counts") { try big.valueCounts(of: "category") } check: {
      "top \(formatScalar(try $0.column("count").scalar(at: 0)))"
    }
    try settings.measure("corr_4x4") { try big.correlations(of: ["qty", "price", "x", "y"]) } check: { table in
      "sum " + (try ["qty", "price", "x", "y"].map { try sum(table, $0) }).joined(separator: " ")
    }
  }
}
