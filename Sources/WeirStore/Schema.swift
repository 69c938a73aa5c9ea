import GRDB

/// The tables of `store.db`, as named steps that are only ever added to.
///
/// Times are microseconds since 1970 (UTC), lengths of time microseconds, hashes 64 hexadecimal digits. Each step sets
/// `user_version` to its own number in its own transaction, so opening a current store costs one look at the header.
enum Schema {
  /// "WEIR" in the file's header says whose it is.
  static let applicationID: Int64 = 0x5745_4952

  static let steps: [(name: String, sql: String)] = [
    ("objects", objects), ("cells", cells), ("runs", runs), ("models", models), ("files", files),
  ]

  static var version: Int { steps.count }

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    for (number, step) in steps.enumerated() {
      migrator.registerMigration(step.name) { db in
        try db.execute(sql: step.sql)
        try db.execute(sql: "PRAGMA user_version = \(number + 1); PRAGMA application_id = \(applicationID)")
      }
    }
    return migrator
  }

  /// Objects too small to be worth a file.
  private static let objects = """
    CREATE TABLE object (hash TEXT PRIMARY KEY, bytes BLOB NOT NULL, written INTEGER NOT NULL) STRICT;
    """

  private static let cells = """
    CREATE TABLE cell (
      key TEXT PRIMARY KEY, output TEXT, created INTEGER NOT NULL, duration INTEGER NOT NULL, used INTEGER NOT NULL) STRICT;
    CREATE TABLE cell_name (
      key TEXT NOT NULL REFERENCES cell(key) ON DELETE CASCADE, position INTEGER NOT NULL, name TEXT NOT NULL,
      object TEXT NOT NULL, PRIMARY KEY (key, position)) STRICT, WITHOUT ROWID;
    CREATE TABLE cell_read (
      key TEXT NOT NULL REFERENCES cell(key) ON DELETE CASCADE, position INTEGER NOT NULL, kind TEXT NOT NULL,
      name TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (key, position)) STRICT, WITHOUT ROWID;
    CREATE INDEX cell_read_hash ON cell_read(hash);
    """

  private static let runs = """
    CREATE TABLE run (
      id INTEGER PRIMARY KEY AUTOINCREMENT, notebook TEXT NOT NULL, engine TEXT NOT NULL, seed INTEGER NOT NULL,
      command TEXT NOT NULL, process TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER, status TEXT NOT NULL) STRICT;
    CREATE INDEX run_notebook ON run(notebook, id);
    CREATE TABLE run_parameter (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, position INTEGER NOT NULL, name TEXT NOT NULL,
      value TEXT NOT NULL, PRIMARY KEY (run, position)) STRICT, WITHOUT ROWID;
    CREATE TABLE run_cell (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, position INTEGER NOT NULL, name TEXT NOT NULL, key TEXT,
      state TEXT NOT NULL, source TEXT NOT NULL, started INTEGER NOT NULL, duration INTEGER NOT NULL, message TEXT,
      PRIMARY KEY (run, position)) STRICT, WITHOUT ROWID;
    CREATE TABLE metric (
      id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, cell TEXT, name TEXT NOT NULL,
      step INTEGER, value REAL, written INTEGER NOT NULL) STRICT;
    CREATE INDEX metric_run ON metric(run);
    CREATE TABLE note (
      id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, text TEXT NOT NULL,
      written INTEGER NOT NULL) STRICT;
    CREATE INDEX note_run ON note(run);
    """

  private static let models = """
    CREATE TABLE model (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE model_version (
      model INTEGER NOT NULL REFERENCES model(id), version INTEGER NOT NULL, object TEXT NOT NULL, size INTEGER NOT NULL,
      created INTEGER NOT NULL, run INTEGER REFERENCES run(id) ON DELETE SET NULL, note TEXT NOT NULL,
      PRIMARY KEY (model, version)) STRICT, WITHOUT ROWID;
    CREATE TABLE model_metric (
      model INTEGER NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, value REAL,
      PRIMARY KEY (model, version, position),
      FOREIGN KEY (model, version) REFERENCES model_version(model, version)) STRICT, WITHOUT ROWID;
    CREATE TABLE model_lineage (
      model INTEGER NOT NULL, version INTEGER NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
      hash TEXT NOT NULL, PRIMARY KEY (model, version, position),
      FOREIGN KEY (model, version) REFERENCES model_version(model, version)) STRICT, WITHOUT ROWID;
    CREATE TABLE model_tag (
      model INTEGER NOT NULL, tag TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (model, tag),
      FOREIGN KEY (model, version) REFERENCES model_version(model, version)) STRICT, WITHOUT ROWID;
    CREATE TABLE promotion (
      id INTEGER PRIMARY KEY, model INTEGER NOT NULL REFERENCES model(id), tag TEXT NOT NULL, version INTEGER NOT NULL,
      written INTEGER NOT NULL) STRICT;
    """

  private static let files = """
    CREATE TABLE file (
      path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, changed INTEGER NOT NULL,
      device INTEGER NOT NULL, inode INTEGER NOT NULL, hash TEXT NOT NULL, hashed INTEGER NOT NULL) STRICT;
    """
}
