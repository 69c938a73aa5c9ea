import WeirBase
import WeirTables

/// Reading Parquet files of a million rows and ten columns, as two other programs wrote them: all of each, and the mean
/// of one column.
@Sendable func parquetWorkloads(_ settings: BenchmarkSettings) throws {
  let workers = Workers(settings.threads)
  for name in ["pre", "big_arrow", "big_polars"] {
    let path = settings.data + "/\(name).parquet"
    let numbers = name == "pre" ? ["f0", "f1"] : ["qty", "price"]
    guard let probe = try? FileContents(mapping: path), probe.count > 0 else { continue }
    try settings.measure("read_\(name)") {
      try ParquetReader(FileContents(mapping: path), name: path).read(workers: workers)
    } check: { table in
      let sums = try numbers.map { try total(of: table, $0) }
      let missing = table.columns.reduce(0) { $0 + $1.missingCount }
      return "rows \(table.rowCount) sums \(sums[0]) \(sums[1]) missing \(missing)"
    }
    try settings.measure("mean_\(name)") {
      let reader = try ParquetReader(FileContents(mapping: path), name: path)
      let mean = GroupDerivation("mean", GroupExpression(reads: [numbers[1]]) { table, grouping in
        try NumberAggregate.mean(table.column(numbers[1]), grouping)
      })
      return try LazyTable(ColumnScan(reader, name: path)).aggregating(by: [], [mean]).collect(workers: workers)
    } check: { table in
      guard case .float(let value) = try table.column("mean").scalar(at: 0) else { return "none" }
      return "mean \(value)"
    }
  }
}
