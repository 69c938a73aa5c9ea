import GRDB

/// Cells: what each came to, under the hash of all that it depends on.
extension Store {
  /// The record under `key`, or nil. Its objects may have been damaged since: `get` says so.
  package func cell(_ key: ContentHash) throws(StoreError) -> CellRecord? { try cells([key])[key] }

  /// The records under those of the keys that are known, in one look.
  package func cells(_ keys: [ContentHash]) throws(StoreError) -> [ContentHash: CellRecord] {
    try read { db in
      var found: [ContentHash: CellRecord] = [:]
      for key in keys { found[key] = try cell(key, db) }
      return found
    }
  }

  private func cell(_ key: ContentHash, _ db: Database) throws -> CellRecord? {
    let head = try rows(db, "SELECT output, duration, created FROM cell WHERE key = ?", [key.hex])
    guard let row = head.first else { return nil }
    let names = try rows(db, "SELECT name, object FROM cell_name WHERE key = ? ORDER BY position", [key.hex])
    let reads = try rows(db, "SELECT kind, name, hash FROM cell_read WHERE key = ? ORDER BY position", [key.hex])
    return CellRecord(
      names: try names.map { CellRecord.Name(try $0.text(0), try $0.hash(1)) }, output: try row.optionalHash(0),
      reads: try reads.map { try lineage($0, from: 0) }, duration: try row.int(1), created: try row.int(2))
  }

  func lineage(_ row: StoredRow, from place: Int) throws(StoreError) -> LineageEntry {
    LineageEntry(try row.choice(place), try row.text(place + 1), try row.hash(place + 2))
  }

  /// Keeps what a cell came to: its objects, then the record that names them. Once this returns, a kill takes nothing
  /// of it; before, there is no trace of the cell.
  @discardableResult
  package func saveCell(_ key: ContentHash, _ draft: CellDraft) throws(StoreError) -> CellRecord {
    try placing(draft.names.map(\.bytes) + (draft.output.map { [$0] } ?? [])) { hashes, small throws(StoreError) in
      observer(.cellObjectsPlaced)
      let record = CellRecord(
        names: zip(draft.names, hashes).map { CellRecord.Name($0.name, $1) },
        output: draft.output == nil ? nil : hashes.last, reads: draft.reads, duration: draft.duration)
      try write(.process) { db in
        for (hash, bytes) in small { try place(bytes, as: hash, db) }
        try insert(key, record, db)
        observer(.cellRecordPrepared)
      }
      observer(.cellSaved)
      return record
    }
  }

  /// Keeps a record whose objects are in the store already; throws `noObject` where one is not.
  package func saveCell(_ key: ContentHash, _ record: CellRecord) throws(StoreError) {
    try write(.process) { db in
      try insert(key, record, db)
      observer(.cellRecordPrepared)
    }
    observer(.cellSaved)
  }

  private func insert(_ key: ContentHash, _ record: CellRecord, _ db: Database) throws {
    for hash in record.names.map(\.object) + (record.output.map { [$0] } ?? []) { try demand(hash, db) }
    try execute(db, "DELETE FROM cell WHERE key = ?", [key.hex])
    try execute(
      db, "INSERT INTO cell (key, output, created, duration, used) VALUES (?, ?, ?, ?, ?)",
      [key.hex, record.output?.hex, record.created, record.duration, WallClock.now])
    for (position, name) in record.names.enumerated() {
      try execute(
        db, "INSERT INTO cell_name (key, position, name, object) VALUES (?, ?, ?, ?)",
        [key.hex, position, name.name, name.object.hex])
    }
    for (position, read) in record.reads.enumerated() {
      try execute(
        db, "INSERT INTO cell_read (key, position, kind, name, hash) VALUES (?, ?, ?, ?, ?)",
        [key.hex, position, read.kind.rawValue, read.name, read.hash.hex])
    }
  }

  /// Takes a cell back, as one whose object was found damaged.
  package func forgetCell(_ key: ContentHash) throws(StoreError) {
    try write(.process) { try execute($0, "DELETE FROM cell WHERE key = ?", [key.hex]) }
  }

  /// The keys of the cells that have read content with that hash.
  package func cells(reading hash: ContentHash) throws(StoreError) -> [ContentHash] {
    try read { db in
      try rows(db, "SELECT DISTINCT key FROM cell_read WHERE hash = ? ORDER BY key", [hash.hex]).map { try $0.hash(0) }
    }
  }
}
