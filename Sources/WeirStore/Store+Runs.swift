import GRDB

/// Writing down a run while it goes on.
extension Store {
  /// Notes that a run has begun, and returns its number; numbers rise and are never used again.
  package func beginRun(_ info: RunInfo) throws(StoreError) -> Int64 {
    try write(.process) { db in
      let id = try insert(info, status: .running, finished: nil, db)
      observer(.runBegun)
      return id
    }
  }

  /// Writes down a run of which all is known already, as one whose cells all came from the cache: one change.
  @discardableResult
  package func record(
    _ info: RunInfo, cells: [RunCell], metrics: [RunMetric] = [], status: RunStatus, started: Int64
  ) throws(StoreError) -> Int64 {
    let id = try write(Store.durability(cells)) { db in
      let id = try insert(info, status: status, started: started, finished: WallClock.now, db)
      for cell in cells { try insert(cell, id, db) }
      for metric in metrics { try insert(metric, id, db) }
      observer(.runFinishPrepared)
      return id
    }
    observer(.runFinished)
    return id
  }

  /// Notes what became of cells of a run; those from the cache are young again for `prune`.
  package func finishCells(_ run: Int64, _ cells: [RunCell]) throws(StoreError) {
    try write(.process) { db in
      try demandRun(run, db)
      for cell in cells { try insert(cell, run, db) }
      observer(.runCellPrepared)
    }
    observer(.runCellSaved)
  }

  package func finishCell(_ run: Int64, _ cell: RunCell) throws(StoreError) { try finishCells(run, [cell]) }

  package func metric(_ run: Int64, _ metric: RunMetric) throws(StoreError) { try metrics(run, [metric]) }

  /// Notes measured numbers, in order.
  package func metrics(_ run: Int64, _ metrics: [RunMetric]) throws(StoreError) {
    try write(.process) { db in
      try demandRun(run, db)
      for metric in metrics { try insert(metric, run, db) }
    }
  }

  /// Adds a person's words to a run.
  package func note(_ run: Int64, _ text: String) throws(StoreError) {
    try write(.disk) { db in
      try demandRun(run, db)
      try execute(db, "INSERT INTO note (run, text, written) VALUES (?, ?, ?)", [run, text.storable, WallClock.now])
    }
  }

  /// Notes how a run ended. Where it has computed anything, all of it is on the disk when this returns.
  package func finishRun(_ run: Int64, _ status: RunStatus) throws(StoreError) {
    let computed = try read { db in
      try !rows(db, "SELECT 1 FROM run_cell WHERE run = ? AND source <> 'cache' LIMIT 1", [run]).isEmpty
    }
    try write(computed ? .disk : .process) { db in
      try demandRun(run, db)
      try execute(
        db, "UPDATE run SET status = ?, finished = ? WHERE id = ?", [status.rawValue, WallClock.now, run])
      observer(.runFinishPrepared)
    }
    observer(.runFinished)
  }

  /// A run that computed nothing has nothing to lose but its own line, and does not wait for the disk.
  private static func durability(_ cells: [RunCell]) -> Durability {
    cells.allSatisfy { $0.source == .cache } ? .process : .disk
  }

  func demandRun(_ run: Int64, _ db: Database) throws {
    if try rows(db, "SELECT 1 FROM run WHERE id = ?", [run]).isEmpty { throw StoreError.noRun(run) }
  }

  private func insert(
    _ info: RunInfo, status: RunStatus, started: Int64 = WallClock.now, finished: Int64?, _ db: Database
  ) throws -> Int64 {
    try execute(
      db,
      """
      INSERT INTO run (notebook, engine, seed, command, process, started, finished, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        info.notebook, info.engine, info.seed, info.command.storable, ProcessIdentity.own.text, started, finished,
        status.rawValue,
      ])
    let id = db.lastInsertedRowID
    for (position, parameter) in info.parameters.enumerated() {
      try execute(
        db, "INSERT INTO run_parameter (run, position, name, value) VALUES (?, ?, ?, ?)",
        [id, position, parameter.name.storable, parameter.value.storable])
    }
    return id
  }

  private func insert(_ cell: RunCell, _ run: Int64, _ db: Database) throws {
    try execute(
      db,
      """
      INSERT OR REPLACE INTO run_cell (run, position, name, key, state, source, started, duration, message)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        run, cell.position, cell.name, cell.key?.hex, cell.state.rawValue, cell.source.rawValue, cell.started, cell.duration,
        cell.message?.storable,
      ])
    if cell.source == .cache, let key = cell.key {
      try execute(db, "UPDATE cell SET used = ? WHERE key = ?", [WallClock.now, key.hex])
    }
  }

  private func insert(_ metric: RunMetric, _ run: Int64, _ db: Database) throws {
    try execute(
      db, "INSERT INTO metric (run, cell, name, step, value, written) VALUES (?, ?, ?, ?, ?, ?)",
      [run, metric.cell, metric.name, metric.step, metric.value, WallClock.now])
  }
}
