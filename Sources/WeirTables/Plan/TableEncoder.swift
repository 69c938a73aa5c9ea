package import WeirBase

/// Makes rows into the bytes of a file, part by part.
///
/// A copy notes how far it was, so that parts given since can be taken back.
package protocol TableEncoder {
  /// Adds rows below those before. All parts have the same columns; there is at least one, which may be empty.
  mutating func encode(
    _ part: Table, workers: Workers, cancellation: Cancellation, _ piece: ([UInt8]) throws -> Void
  ) throws
  /// Gives what comes after the last row.
  mutating func finish(workers: Workers, cancellation: Cancellation, _ piece: ([UInt8]) throws -> Void) throws
}

extension TableEncoder {
  /// The whole file for a table, piece by piece.
  package func write(
    _ table: Table, workers: Workers = .one, cancellation: Cancellation = Cancellation(),
    _ piece: ([UInt8]) throws -> Void
  ) throws {
    var encoder = self
    try encoder.encode(table, workers: workers, cancellation: cancellation, piece)
    try encoder.finish(workers: workers, cancellation: cancellation, piece)
  }

  package func bytes(of table: Table, workers: Workers = .one) throws -> [UInt8] {
    var out: [UInt8] = []
    try write(table, workers: workers) { out += $0 }
    return out
  }
}

extension LazyTable {
  /// Writes the rows as they come: where they are those of large files, and each verb looks at one row at a time, no more
  /// than a part of them is in memory.
  package func write(
    _ encoder: some TableEncoder, to draft: inout FileDraft, workers: Workers = .current,
    cancellation: Cancellation = .current, chunkSize: Int = CSVReader.chunkSize
  ) throws {
    var made = (encoder: encoder, draft: draft)
    let execution = Execution(workers: workers, cancellation: cancellation, chunkSize: chunkSize)
    try execution.reduceParts(of: plan.optimized(), into: &made) { made, part in
      var draft = made.draft
      try made.encoder.encode(part, workers: workers, cancellation: cancellation) { try draft.append($0) }
      made.draft = draft
    }
    try made.encoder.finish(workers: workers, cancellation: cancellation) { try made.draft.append($0) }
    draft = made.draft
  }

  /// How many rows there are, reading no columns but those that conditions look at.
  package func countRows(
    workers: Workers = .current, cancellation: Cancellation = .current, chunkSize: Int = CSVReader.chunkSize
  ) throws -> Int {
    if case .table(let table) = plan { return table.rowCount }
    if case .columns(let scan) = plan, scan.predicates.isEmpty { return scan.file.rowCount }
    let execution = Execution(workers: workers, cancellation: cancellation, chunkSize: chunkSize)
    var count = 0
    try execution.reduceParts(of: LogicalPlan.select(plan, []).optimized(), into: &count) { $0 += $1.rowCount }
    return count
  }
}
