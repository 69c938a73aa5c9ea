import WeirBase
import WeirModels
import WeirTables

/// Preparation of a million rows for learning: seven columns of numbers and three of texts with gaps are filled, scaled
/// and turned into indicators, as columns and as a matrix.
@Sendable func prepWorkloads(_ settings: BenchmarkSettings) throws {
  try Workers.$current.withValue(Workers(settings.threads)) {
    let path = settings.data + "/pre.csv", workers = Workers(settings.threads)
    let table = try CSVReader(FileContents(mapping: path), name: path).read(workers: workers).table
    Memory.release()
    let steps: [any Transformer] = [
      try Impute(columns: (0..<7).map { "f\($0)" }, how: .mean), try Impute(columns: ["c0", "c1", "c2"], how: .mode),
      Standardize(columns: (0..<7).map { "f\($0)" }), try OneHot(columns: ["c0", "c1", "c2"]),
    ]
    func prepared() throws -> Table {
      let context = FitContext(random: RandomStream(seed: 0), workers: workers)
      var sample = TrainingSample(features: table, target: nil)
      for step in steps { sample = try step.fit(sample, in: context).sample }
      return sample.features
    }
    try settings.measure("prep_columns") { try prepared() } check: { table in
      let squares = try (0..<7).map { try table.column("f\($0)").spread(for: "check") }.reduce(0) { $0 + $1.squares }
      return "columns \(table.columnCount) num_sq \(squares)"
    }
    try settings.measure("prep_matrix") { try Design(try prepared(), for: "bench", workers: workers) } check: { design in
      "shape \(design.rowCount) x \(design.names.count)"
    }
  }
}
