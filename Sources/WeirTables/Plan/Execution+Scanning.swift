import WeirBase

/// Files that are read chunk by chunk, so that no more of them is in memory than what the plan keeps.
extension Execution {
  /// The rows of a file that meet the conditions of the scan.
  func read(_ scan: CSVScan) throws -> Table {
    let reader = scan.neededReader
    guard !scan.predicates.isEmpty, reader.hasChunks(of: chunkSize) else {
      return try scan.applied(to: reader.read(workers: workers, cancellation: cancellation).table, cancellation)
    }
    var kept: [Table] = []
    try reader.readChunks(
      of: chunkSize, workers: workers, cancellation: cancellation, restart: { kept = [] },
      { kept.append(try scan.applied(to: $0, cancellation)) })
    return try Table.concatenated(kept)
  }

  /// The groups of a file, where verbs that look at one row at a time lie between it and the aggregates, and these can be
  /// put together from those of chunks; nil where that is not so, or the file is small.
  func aggregatedByChunks(_ input: LogicalPlan, _ keys: [String], _ values: [GroupDerivation]) throws -> Table? {
    guard let branches = input.chunkedBranches, !values.isEmpty else { return nil }
    let streams = values.compactMap(\.expression.stream)
    guard streams.count == values.count, branches.reduce(0, { $0 + $1.source.byteCount }) > chunkSize else { return nil }
    var partials: [Table] = [], rows = 0
    do {
      for branch in branches {
        let before = (partials, rows)
        try readChunks(of: branch.source, restart: { (partials, rows) = before }) { chunk in
          let table = try branch.steps.reduce(chunk) { try $1($0) }
          partials.append(try table.partials(keys, streams))
          rows += partials.last?.rowCount ?? 0
          // Many groups in many chunks are put together on the way.
          if partials.count > 1, rows > Execution.mostPartials {
            partials = [try Execution.merged(partials, keys, streams)]
            // Where there are more groups than that, they are put together again once as many have been added.
            rows = min(partials[0].rowCount, Execution.mostPartials - partials[0].rowCount)
          }
        }
      }
      return try Execution.combined(partials, keys, values, streams)
    } catch where branches.count > 1 {
      // One file may have types by itself that it has not beside the others: then all are read first.
      try cancellation.check()
      return nil
    }
  }

  private static func combined(
    _ partials: [Table], _ keys: [String], _ values: [GroupDerivation], _ streams: [GroupExpression.Stream]
  ) throws -> Table? {
    let all = try Table.concatenated(partials)
    let keyColumns = try keys.map { try all.column(Table.keyName($0)) }
    let grouping = keys.isEmpty ? Grouping.whole(all.rowCount) : Grouping(by: keyColumns, count: all.rowCount)
    var out = zip(keys, keyColumns).map { (name: $0, column: $1.taking(grouping.firstRows)) }
    for (i, value) in values.enumerated() {
      guard let column = try streams[i].combine(all.partials(of: i, streams[i].count), grouping) else { return nil }
      out.append((value.name, column))
    }
    return try Table(out, rowCount: grouping.count)
  }

  /// The rows of a file chunk by chunk; `restart` is called before the first, and again where all are read once more.
  private func readChunks(of source: ChunkedSource, restart: () -> Void, _ body: (Table) throws -> Void) throws {
    switch source {
    case .csv(let scan):
      try scan.neededReader.readChunks(of: chunkSize, workers: workers, cancellation: cancellation, restart: restart) {
        try body(scan.applied(to: $0, cancellation))
      }
    case .columns(let scan):
      let file = scan.neededFile
      restart()
      let chunks = scan.chunks(of: file, chunkSize)
      // Of a file of which no part is left, the columns are read all the same.
      for parts in chunks.isEmpty ? [0..<0] : chunks {
        try cancellation.check()
        try body(scan.applied(to: file.read(parts: parts, workers: workers, cancellation: cancellation), cancellation))
      }
    }
  }

  private static let mostPartials = 4_000_000

  private static func merged(_ partials: [Table], _ keys: [String], _ streams: [GroupExpression.Stream]) throws -> Table {
    let all = try Table.concatenated(partials)
    let keyColumns = try keys.map { try all.column(Table.keyName($0)) }
    let grouping = keys.isEmpty ? Grouping.whole(all.rowCount) : Grouping(by: keyColumns, count: all.rowCount)
    var out = zip(keys, keyColumns).map { (name: Table.keyName($0), column: $1.taking(grouping.firstRows)) }
    for (i, stream) in streams.enumerated() {
      for (k, column) in try stream.merge(all.partials(of: i, stream.count), grouping).enumerated() {
        out.append((Table.partialName(i, k), column))
      }
    }
    return try Table(out, rowCount: grouping.count)
  }
}

extension Table {
  fileprivate static func keyName(_ key: String) -> String { "key " + key }
  fileprivate static func partialName(_ value: Int, _ k: Int) -> String { "value \(value) \(k)" }

  fileprivate func partials(_ keys: [String], _ streams: [GroupExpression.Stream]) throws -> Table {
    let keyColumns = try keys.map { try column($0) }
    let grouping = keys.isEmpty ? Grouping.whole(rowCount) : Grouping(by: keyColumns, count: rowCount)
    var out = zip(keys, keyColumns).map { (name: Table.keyName($0), column: $1.taking(grouping.firstRows)) }
    for (i, stream) in streams.enumerated() {
      for (k, column) in try stream.partials(self, grouping).enumerated() { out.append((Table.partialName(i, k), column)) }
    }
    return try Table(out, rowCount: grouping.count)
  }

  fileprivate func partials(of value: Int, _ count: Int) throws(TableError) -> [Column] {
    var columns: [Column] = []
    for k in 0..<count { columns.append(try column(Table.partialName(value, k))) }
    return columns
  }
}

extension CSVScan {
  /// The reader of the columns that are needed, those that the conditions read included.
  var neededReader: CSVReader {
    guard let columns else { return reader }
    var needed = Set(columns)
    for predicate in predicates { needed.formUnion(predicate.reads ?? Set(reader.names)) }
    return reader.keeping(reader.names.filter(needed.contains))
  }

  /// The rows that meet the conditions, without the columns that only they read.
  func applied(to table: Table, _ cancellation: Cancellation) throws -> Table {
    var table = table
    for predicate in predicates {
      try cancellation.check()
      table = try table.filtered(by: predicate)
    }
    if let columns { table = try table.selecting(columns) }
    return table
  }
}
