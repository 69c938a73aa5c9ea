import WeirBase

/// Files that are read chunk by chunk, so that no more of them is in memory than what the plan keeps.
extension Execution {
  /// The rows that are kept of files where some are left out on the way; nil where all are kept, or the files are small.
  func keptByChunks(_ plan: LogicalPlan) throws -> Table? {
    // What stands below each other without a verb above is kept file by file.
    if case .concat = plan { return nil }
    guard let branches = plan.chunkedBranches, branches.contains(where: \.keepsLess), try isLarge(branches) else {
      return nil
    }
    var kept: [Table] = []
    do {
      for branch in branches {
        let before = kept
        try readChunks(of: branch.source, restart: { kept = before }) { kept.append(try branch.rows(of: $0)) }
      }
    } catch where branches.count > 1 {
      try cancellation.check()
      return nil
    }
    // Beside each other files may have other types than by themselves, which conditions may see: then all are read first.
    let types = kept.map { table in Dictionary(uniqueKeysWithValues: zip(table.names, table.columns.map(\.type))) }
    guard branches.count == 1 || types.allSatisfy({ $0 == types[0] }) else { return nil }
    return try Table.concatenated(kept)
  }

  /// The groups of a file, where verbs that look at one row at a time lie between it and the aggregates, and these can be
  /// put together from those of chunks; nil where that is not so, or the file is small.
  func aggregatedByChunks(_ input: LogicalPlan, _ keys: [String], _ values: [GroupDerivation]) throws -> Table? {
    guard let branches = input.chunkedBranches, !values.isEmpty else { return nil }
    let streams = values.compactMap(\.expression.stream)
    guard streams.count == values.count, try isLarge(branches) else { return nil }
    var groups = ChunkedGroups(by: keys, streams)
    do {
      for branch in branches {
        let before = groups
        try readChunks(of: branch.source, restart: { groups = before }) { try groups.add(branch.rows(of: $0)) }
      }
      return try groups.combined(values)
    } catch where branches.count > 1 {
      // One file may have types by itself that it has not beside the others: then all are read first.
      try cancellation.check()
      return nil
    }
  }

  /// Whether files hold more than is to be in memory at a time.
  func isLarge(_ branches: [ChunkedBranch]) throws -> Bool {
    var bytes = 0
    for branch in branches {
      bytes = bytes.addingReportingOverflow(try branch.source.byteCount(upTo: chunkSize + 1)).partialValue
      if bytes > chunkSize { return true }
    }
    return false
  }

  /// The rows of a file chunk by chunk; `restart` is called before the first, and again where all are read once more.
  func readChunks(of source: ChunkedSource, restart: () -> Void, _ body: (Table) throws -> Void) throws {
    switch source {
    case .csv(let scan):
      // How long a packed text is shows at its end only.
      let size = scan.reader.isLong ? nil : try scan.reader.bodyBytes(upTo: .max)
      var read = 0
      let again = {
        read = 0
        restart()
      }
      try scan.neededReader.readChunks(of: chunkSize, workers: workers, cancellation: cancellation, restart: again) {
        try body(scan.applied(to: $0, cancellation))
        read += chunkSize
        if let size { WatchedWork.report(min(read, size) >> 20, size >> 20, "MiB") }
      }
    case .columns(let scan):
      let file = scan.neededFile
      restart()
      let chunks = scan.chunks(of: file, chunkSize)
      // Of a file of which no part is left, the columns are read all the same.
      for parts in chunks.isEmpty ? [0..<0] : chunks {
        defer { WatchedWork.report(parts.upperBound, file.partRows.count, "groups of rows") }
        try cancellation.check()
        try body(scan.applied(to: file.read(parts: parts, workers: workers, cancellation: cancellation), cancellation))
        file.release()
      }
    }
  }
}

extension ChunkedBranch {
  /// Whether less is kept than is read, or unpacked for it.
  fileprivate var keepsLess: Bool {
    if isFiltered { return true }
    guard case .csv(let scan) = source, scan.reader.isLong else { return false }
    return scan.columns.map { $0.count < scan.reader.names.count } ?? false
  }
}

extension CSVScan {
  func read(_ workers: Workers, _ cancellation: Cancellation) throws -> Table {
    try applied(to: neededReader.read(workers: workers, cancellation: cancellation).table, cancellation)
  }

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
