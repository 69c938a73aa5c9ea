import WeirBase

extension CSVReader {
  /// How much of a file is in memory at a time where a plan goes through it chunk by chunk.
  package static let chunkSize = 8 << 20

  /// A packed file that holds more is unpacked as it is read. With a header of usual length it is known to be
  /// more than a chunk.
  package static let longest = chunkSize + (1 << 20)

  /// The bytes below the header; `limit` where there are more.
  func bodyBytes(upTo limit: Int) throws(TableError) -> Int {
    let start = dialect.bodyStart
    return try text.count(upTo: limit < Int.max - start ? start + limit : .max) - start
  }

  /// Whether the file makes more than one chunk.
  func hasChunks(of size: Int) throws(TableError) -> Bool { try bodyBytes(upTo: size + 1) > size }

  /// Whether the file is unpacked as it is read.
  var isLong: Bool { text.long != nil }

  /// Reads the file chunk by chunk, of at least `size` bytes each, in order; chunks depend on the file alone.
  ///
  /// The types of the columns are guessed from the beginning of the file. Where a later chunk shows that a guess was
  /// wrong, the rest of the file is looked through, `restart` is called, and all chunks are read again: so all have the
  /// types that the whole file has. An error that `body` throws over types that turn out to be wrong is not told.
  func readChunks(
    of size: Int, workers: Workers, cancellation: Cancellation, restart: () -> Void, _ body: (Table) throws -> Void
  ) throws {
    try withPass { rule, pass in
      let chunks = try CSVChunks(text, rule, size: size, pool: pool, workers: workers, cancellation: cancellation)
      var plans = try guessed()
      // All types are certain after one reading of all parts.
      for _ in 0..<2 {
        restart()
        var kinds = plans.map { plan in plan.type.map(FieldKinds.init(narrowest:)) ?? .all }
        var wrong: Set<Int> = []
        var problem: (any Error)?
        try chunks.forEach { text, parts in
          var pass = pass
          pass.text = text
          let outcome = try pass.read(parts, plans, workers: workers)
          for number in plans.indices where outcome.columns[number] == nil {
            wrong.insert(number)
            kinds[number] = outcome.kinds(of: number, taken: kinds[number])
          }
          guard wrong.isEmpty, problem == nil else { return }
          do { try body(try table(outcome)) } catch { problem = error }
        }
        if wrong.isEmpty {
          if let problem { throw problem }
          return
        }
        for number in wrong { plans[number].type = kinds[number].columnType }
      }
      throw text.changed
    }
  }

  private func table(_ outcome: CSVPass.Outcome) throws(TableError) -> Table {
    try Table(
      zip(names, outcome.columns).compactMap { name, column in column.map { (name: name, column: $0) } },
      rowCount: outcome.rowCount)
  }
}
