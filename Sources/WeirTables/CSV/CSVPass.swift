import WeirBase

/// One reading of parts of a file, with what its columns are taken for.
struct CSVPass: Sendable {
  var text: CSVText
  let options: CSVOptions
  let dialect: CSVDialect
  let isCareful: Bool
  let pool: CSVScratchPool
  let markers: MissingMarkers

  /// What reading gave for each part, with the rows left out of it by value, and where its rows lie in the columns.
  struct Outcome: Sendable {
    var columns: [Column?]
    var results: [CSVPartResult]
    var excluded: [Set<Int>]
    var rowCount: Int

    /// What a column can be after all, as far as these parts tell; `taken` is what it was taken for.
    func kinds(of column: Int, taken: FieldKinds) -> FieldKinds {
      results.reduce(taken) { $0.intersection($1.others[column] ?? .all) }
    }
  }

  /// Reads the columns; a column that is not what it was taken for is nil. `excluded` is that of an earlier reading.
  func read(
    _ parts: [CSVLayout.Part], _ plans: [CSVColumnPlan], excluded: [Set<Int>]? = nil, workers: Workers
  ) throws -> Outcome {
    var starts: [Int] = [], reserved = 0
    for part in parts {
      starts.append(reserved)
      reserved += part.rows
    }
    let room = reserved
    // On this thread: large blocks that others ask for are given back to the system when they are freed.
    let targets = plans.map { CSVTarget($0, rows: room) }
    let bases = starts, cancellation = Cancellation.current
    let outcomes = try workers.map(parts.count) { index in
      try cancellation.check()
      return try pool.with { scratch in
        try read(parts[index], plans, targets, base: bases[index], excluded: excluded?[index], scratch)
      }
    }
    let results = outcomes.map(\.result)
    let rowCount = results.reduce(0) { $0 + $1.rows }
    let hasGaps = rowCount < room
    let joined = plans.indices.map { number in
      let isPlain = plans[number].type == .text && !plans[number].repeats
      guard isPlain, !results.contains(where: { $0.others[number] != nil }) else { return CSVTexts.Joined() }
      return CSVTexts.joined(results.map { $0.texts[number] }, workers)
    }
    let columns = try workers.map(plans.count) { number -> Column? in
      guard !results.contains(where: { $0.others[number] != nil }) else { return nil }
      let target = targets[number]
      if hasGaps { target.close(gaps: zip(bases, results).map { ($0, $1.rows) }) }
      return column(number, plans[number], target, results, joined[number], rowCount)
    }
    return Outcome(columns: columns, results: results, excluded: outcomes.map(\.excluded), rowCount: rowCount)
  }

  private func read(
    _ part: CSVLayout.Part, _ plans: [CSVColumnPlan], _ targets: [CSVTarget], base: Int, excluded: Set<Int>?,
    _ scratch: CSVScratch
  ) throws -> (result: CSVPartResult, excluded: Set<Int>) {
    var excluded = excluded ?? []
    var unreadable: [CSVReject] = []
    let parser = FieldParser(decimal: options.decimal)
    while true {
      let split = try CSVPart(
        part.range, of: text, delimiter: dialect.delimiter, width: dialect.names.count, isCareful: isCareful,
        rejects: options.rejects, excluded: excluded, in: scratch)
      guard split.rows <= part.rows else { throw text.changed }
      var reader = CSVColumnReader(split, parser, markers, scratch, base: base)
      for (number, plan) in plans.enumerated() { reader.read(plan, number: number, into: targets[number]) }
      guard !reader.unreadable.isEmpty else {
        var result = reader.result
        result.rejected = (result.rejected + unreadable).sorted { $0.offset < $1.offset }
        return (result, excluded)
      }
      for (row, number) in reader.unreadable.sorted(by: { ($0.row, $0.column) < ($1.row, $1.column) }) {
        guard excluded.insert(row).inserted else { continue }
        let plan = plans[number]
        let (error, reject) = split.unreadable(
          row, plan.position, named: plan.name, as: plan.type ?? .text, in: scratch)
        guard options.rejects == .keep else { throw error }
        unreadable.append(reject)
      }
    }
  }

  private func column(
    _ number: Int, _ plan: CSVColumnPlan, _ target: CSVTarget, _ results: [CSVPartResult], _ joined: CSVTexts.Joined,
    _ rowCount: Int
  ) -> Column {
    var texts: (bytes: [UInt8], offsets: [Int])?
    if plan.type == .text {
      var start = 0
      if plan.repeats {
        let parts = results.map { $0.texts[number] ?? CSVTextPart(bytes: [], offsets: [0]) }
        let merged = CSVTexts.merged(parts)
        texts = (merged.bytes, merged.offsets)
        for (part, map) in zip(results, merged.maps) {
          target.mapCodes(start..<start + part.rows, map)
          start += part.rows
        }
      } else {
        texts = (joined.bytes, [])
        for (part, offset) in zip(results, joined.starts) {
          target.shiftEnds(start..<start + part.rows, by: offset)
          start += part.rows
        }
      }
    }
    return target.finished(validity: validity(number, results, rowCount), texts: texts)
  }

  private func validity(_ number: Int, _ results: [CSVPartResult], _ rowCount: Int) -> Bitmap? {
    guard results.contains(where: { !$0.missing(number).isEmpty }) else { return nil }
    var words = [UInt64](repeating: ~0, count: (rowCount + 63) / 64)
    var start = 0
    for result in results {
      for row in result.missing(number) {
        let place = start + Int(row)
        words[place >> 6] &= ~(1 << UInt64(place & 63))
      }
      start += result.rows
    }
    return Bitmap(words: words, count: rowCount)
  }
}
