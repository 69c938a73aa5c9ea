import WeirBase
import WeirTables

/// Reading a file of a million rows and ten columns: all of it, and the mean of one column.
@Sendable func csvWorkloads(_ settings: BenchmarkSettings) throws {
  let path = settings.data + "/big.csv"
  let workers = Workers(settings.threads)
  try settings.measure("read_all") {
    let reader = try CSVReader(FileContents(mapping: path), name: path)
    return try reader.read(workers: workers).table
  } check: { table in
    let sums = try ["qty", "price"].map { try total(of: table, $0) }
    let missing = table.columns.reduce(0) { $0 + $1.missingCount }
    return "rows \(table.rowCount) qty \(sums[0]) price \(sums[1]) missing \(missing)"
  }
  try settings.measure("lazy_mean") {
    let reader = try CSVReader(FileContents(mapping: path), name: path)
    let mean = GroupDerivation("mean", GroupExpression(reads: ["price"]) { table, grouping in
      try NumberAggregate.mean(table.column("price"), grouping)
    })
    return try LazyTable(CSVScan(reader, name: path)).aggregating(by: [], [mean]).collect(workers: workers)
  } check: { table in
    guard case .float(let value) = try table.column("mean").scalar(at: 0) else { return "none" }
    return "mean \(value)"
  }
}

func total(of table: Table, _ name: String) throws -> String {
  let sum = try NumberAggregate.sum(table.column(name), .whole(table.rowCount))
  switch sum.scalar(at: 0) {
  case .int(let value): return "\(value)"
  case .float(let value): return "\(value)"
  default: return "none"
  }
}
