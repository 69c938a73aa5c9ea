import GRDB

/// Looking back at runs.
extension Store {
  /// The latest runs first, of one notebook or of all.
  package func runs(limit: Int = 20, of notebook: String? = nil) throws(StoreError) -> [RunSummary] {
    try read { db in
      let found = try rows(
        db,
        """
        SELECT id, notebook, status, process, started, finished,
          (SELECT count(*) FROM run_cell WHERE run = run.id AND source = 'run' AND state = 'done'),
          (SELECT count(*) FROM run_cell WHERE run = run.id AND source = 'cache'),
          (SELECT count(*) FROM run_cell WHERE run = run.id AND state = 'failed'),
          (SELECT count(*) FROM run_cell WHERE run = run.id AND state IN ('interrupted', 'time_limit'))
        FROM run WHERE ?1 IS NULL OR notebook = ?1 ORDER BY id DESC LIMIT ?2
        """,
        [notebook, max(limit, 0)])
      return try found.map { row in
        let id = try row.int(0)
        var last: [String: RunMetric] = [:]
        for metric in try metrics(id, db) { last[metric.name] = metric }
        return RunSummary(
          id: id, notebook: try row.text(1), status: try status(row, 2, process: 3), started: try row.int(4),
          finished: row.optionalInt(5), ran: Int(try row.int(6)), cached: Int(try row.int(7)), failed: Int(try row.int(8)),
          stopped: Int(try row.int(9)),
          metrics: last.values.sorted { $0.name < $1.name })
      }
    }
  }

  /// All that is known of a run.
  package func run(_ id: Int64) throws(StoreError) -> RunRecord {
    try read { db in try run(id, db) }
  }

  /// Two runs side by side.
  package func compare(_ first: Int64, _ second: Int64) throws(StoreError) -> RunComparison {
    try read { db in RunComparison(try run(first, db), try run(second, db)) }
  }

  private func run(_ id: Int64, _ db: Database) throws -> RunRecord {
    let found = try rows(
      db, "SELECT notebook, engine, seed, command, status, process, started, finished FROM run WHERE id = ?", [id])
    guard let row = found.first else { throw StoreError.noRun(id) }
    let parameters = try rows(db, "SELECT name, value FROM run_parameter WHERE run = ? ORDER BY position", [id])
    let cells = try rows(
      db,
      """
      SELECT position, name, key, state, source, started, duration, message FROM run_cell WHERE run = ? ORDER BY position
      """,
      [id])
    let notes = try rows(db, "SELECT text FROM note WHERE run = ? ORDER BY id", [id])
    return RunRecord(
      id: id,
      info: RunInfo(
        notebook: try row.text(0), engine: try row.text(1), seed: try row.int(2), command: try row.text(3),
        parameters: try parameters.map { RunParameter(try $0.text(0), try $0.text(1)) }),
      status: try status(row, 4, process: 5), started: try row.int(6), finished: row.optionalInt(7),
      cells: try cells.map(runCell), metrics: try metrics(id, db), notes: try notes.map { try $0.text(0) })
  }

  private func runCell(_ row: StoredRow) throws -> RunCell {
    RunCell(
      position: Int(try row.int(0)), name: try row.text(1), key: try row.optionalHash(2), state: try row.choice(3),
      source: try row.choice(4), started: try row.int(5), duration: try row.int(6), message: row.optionalText(7))
  }

  private func metrics(_ run: Int64, _ db: Database) throws -> [RunMetric] {
    try rows(db, "SELECT name, value, step, cell FROM metric WHERE run = ? ORDER BY id", [run]).map {
      RunMetric(try $0.text(0), $0.number(1), step: $0.optionalInt(2), cell: $0.optionalText(3))
    }
  }

  private func status(_ row: StoredRow, _ place: Int, process: Int) throws -> RunStatus {
    let status: RunStatus = try row.choice(place)
    if status != .running { return status }
    return ProcessIdentity(text: try row.text(process)).isGone ? .killed : .running
  }
}
