import GRDB

/// The registry of models: names, versions from 1, and tags that stand at one version each.
extension Store {
  /// Keeps a model as the next version under its name. The tags given move to it. On the disk when this returns.
  @discardableResult
  package func register(
    _ name: String, _ bytes: [UInt8], _ details: ModelDetails = ModelDetails()
  ) throws(StoreError) -> Int64 {
    let name = try ModelReference.checked(name)
    var tags: [String] = []
    for tag in details.tags { tags.append(try ModelReference.checked(tag: tag)) }
    return try placing([bytes]) { hashes, small throws(StoreError) in
      observer(.modelObjectPlaced)
      let version = try write(.disk) { db in
        for (hash, bytes) in small { try place(bytes, as: hash, db) }
        let version = try insert(name, hashes.first ?? ContentHash(of: bytes), bytes.count, details, db)
        for tag in tags { try move(tag, try modelNumber(name, db), version, db) }
        observer(.modelPrepared)
        return version
      }
      observer(.modelRegistered)
      return version
    }
  }

  private func insert(
    _ name: String, _ object: ContentHash, _ size: Int, _ details: ModelDetails, _ db: Database
  ) throws -> Int64 {
    try demand(object, db)
    if let run = details.run { try demandRun(run, db) }
    try execute(db, "INSERT OR IGNORE INTO model (name) VALUES (?)", [name])
    let model = try modelNumber(name, db)
    let last = try rows(db, "SELECT coalesce(max(version), 0) FROM model_version WHERE model = ?", [model]).first?.int(0)
    let version = (last ?? 0) + 1
    try execute(
      db,
      "INSERT INTO model_version (model, version, object, size, created, run, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [model, version, object.hex, size, WallClock.now, details.run, details.note])
    try insert(details, model, version, db)
    return version
  }

  private func insert(_ details: ModelDetails, _ model: Int64, _ version: Int64, _ db: Database) throws {
    for (position, metric) in details.metrics.enumerated() {
      try execute(
        db, "INSERT INTO model_metric (model, version, position, name, value) VALUES (?, ?, ?, ?, ?)",
        [model, version, position, metric.name, metric.value])
    }
    for (position, entry) in details.lineage.enumerated() {
      try execute(
        db, "INSERT INTO model_lineage (model, version, position, kind, name, hash) VALUES (?, ?, ?, ?, ?, ?)",
        [model, version, position, entry.kind.rawValue, entry.name, entry.hash.hex])
    }
  }

  /// Moves a tag, as "production", to a version; the version it stood at is returned, if any.
  @discardableResult
  package func promote(_ name: String, _ version: Int64, to tag: String) throws(StoreError) -> Int64? {
    let tag = try ModelReference.checked(tag: tag)
    let before: Int64? = try write(.disk) { db in
      let model = try modelNumber(name, db)
      guard try !rows(db, "SELECT 1 FROM model_version WHERE model = ? AND version = ?", [model, version]).isEmpty else {
        throw try noVersion(name, model, "\(version)", db)
      }
      let before = try rows(db, "SELECT version FROM model_tag WHERE model = ? AND tag = ?", [model, tag]).first?.int(0)
      try move(tag, model, version, db)
      return before
    }
    observer(.modelPromoted)
    return before
  }

  private func move(_ tag: String, _ model: Int64, _ version: Int64, _ db: Database) throws {
    try execute(db, "INSERT OR REPLACE INTO model_tag (model, tag, version) VALUES (?, ?, ?)", [model, tag, version])
    try execute(
      db, "INSERT INTO promotion (model, tag, version, written) VALUES (?, ?, ?, ?)", [model, tag, version, WallClock.now])
  }

  /// All versions of all models, or of one: by name, the newest first.
  package func models(_ name: String? = nil) throws(StoreError) -> [ModelVersion] {
    try read { db in
      let found = try rows(
        db,
        """
        SELECT model.id, name, version FROM model JOIN model_version ON model_version.model = model.id
        WHERE ?1 IS NULL OR name = ?1 ORDER BY name, version DESC
        """, [name])
      return try found.map { try version(try $0.int(0), try $0.text(1), try $0.int(2), db) }
    }
  }

  /// The version that a reference names.
  package func model(_ reference: ModelReference) throws(StoreError) -> ModelVersion {
    try read { db in
      let model = try modelNumber(reference.name, db)
      let found: [StoredRow]
      let wanted: String
      switch reference.selector {
      case .latest:
        wanted = "latest"
        found = try rows(db, "SELECT max(version) FROM model_version WHERE model = ? HAVING count(*) > 0", [model])
      case .version(let version):
        wanted = "\(version)"
        found = try rows(db, "SELECT version FROM model_version WHERE model = ? AND version = ?", [model, version])
      case .tag(let tag):
        wanted = tag
        found = try rows(db, "SELECT version FROM model_tag WHERE model = ? AND tag = ?", [model, tag])
      }
      guard let row = found.first else { throw try noVersion(reference.name, model, wanted, db) }
      return try version(model, reference.name, try row.int(0), db)
    }
  }

  /// The bytes of a model; throws `noObject` where they are gone or damaged.
  package func bytes(of model: ModelVersion) throws(StoreError) -> [UInt8] {
    guard let bytes = try get(model.object) else { throw .noObject(model.object) }
    return bytes
  }

  private func version(_ model: Int64, _ name: String, _ version: Int64, _ db: Database) throws -> ModelVersion {
    let key: StatementArguments = [model, version]
    let head = try rows(
      db, "SELECT object, size, created, run, note FROM model_version WHERE model = ? AND version = ?", key)
    guard let row = head.first else { throw try noVersion(name, model, "\(version)", db) }
    let metrics = try rows(
      db, "SELECT name, value FROM model_metric WHERE model = ? AND version = ? ORDER BY position", key)
    let lineage = try rows(
      db, "SELECT kind, name, hash FROM model_lineage WHERE model = ? AND version = ? ORDER BY position", key)
    let tags = try rows(db, "SELECT tag FROM model_tag WHERE model = ? AND version = ? ORDER BY tag", key)
    return ModelVersion(
      name: name, version: version, object: try row.hash(0), size: try row.int(1), created: try row.int(2),
      run: row.optionalInt(3), note: try row.text(4), metrics: try metrics.map { RunMetric(try $0.text(0), $0.number(1)) },
      lineage: try lineage.map { try self.lineage($0, from: 0) }, tags: try tags.map { try $0.text(0) })
  }

  private func modelNumber(_ name: String, _ db: Database) throws -> Int64 {
    if let row = try rows(db, "SELECT id FROM model WHERE name = ?", [name]).first { return try row.int(0) }
    let names = try rows(db, "SELECT name FROM model ORDER BY name", [])
    throw StoreError.noModel(name, models: try names.map { try $0.text(0) })
  }

  private func noVersion(_ name: String, _ model: Int64, _ wanted: String, _ db: Database) throws -> StoreError {
    let last = try rows(db, "SELECT coalesce(max(version), 0) FROM model_version WHERE model = ?", [model]).first
    let tags = try rows(db, "SELECT tag FROM model_tag WHERE model = ? ORDER BY tag", [model])
    return .noVersion(
      model: name, wanted: wanted, versions: try last?.int(0) ?? 0, tags: try tags.map { try $0.text(0) })
  }
}
