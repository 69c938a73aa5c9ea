import WeirBase

/// Carries out plans.
struct Execution {
  var workers = Workers.one
  var cancellation = Cancellation.current
  /// How much of a file is in memory at a time.
  var chunkSize = CSVReader.chunkSize

  /// Carries out a plan; loops over whole columns use the workers too.
  func table(of plan: LogicalPlan) throws -> Table {
    try Workers.$current.withValue(workers) { try run(plan) }
  }

  func run(_ plan: LogicalPlan) throws -> Table {
    try cancellation.check()
    if let table = try keptByChunks(plan) { return table }
    switch plan {
    case .table(let table): return table
    case .csv(let scan): return try scan.read(workers, cancellation)
    case .columns(let scan): return try scan.read(workers, cancellation)
    case .filter(let input, let condition): return try run(input).filtered(by: condition)
    case .select(let input, let names): return try run(input).selecting(names)
    case .rename(let input, let renamings): return try run(input).renaming(renamings)
    case .derive(let input, let derivations): return try run(input).deriving(derivations)
    case .aggregate(let input, let keys, let values):
      if let table = try aggregatedByChunks(input, keys, values) { return table }
      return try run(input).aggregated(by: keys, values)
    case .join(let left, let right, let options): return try run(left).joined(with: run(right), options)
    case .sort(let input, let keys): return try run(input).sorted(by: keys)
    case .slice(let input, let slice): return try run(input).sliced(slice)
    case .sample(let input, let sample): return try run(input).sampled(sample)
    case .distinct(let input, let names): return try run(input).distinct(by: names)
    case .concat(let inputs, let options): return try Table.concatenated(inputs.map(run), options)
    case .verb(let input, let verb): return try verb.apply(run(input))
    }
  }
}
