import Foundation
import GRDB

/// Objects: bytes under their hash.
extension Store {
  /// Objects up to this size lie in the database, where many of them are safe with one commit; larger ones are files.
  package static let largestRow = 1 << 16

  /// Keeps bytes and says under which name; the same bytes are kept once.
  package func put(_ bytes: [UInt8]) throws(StoreError) -> ContentHash {
    let hash = ContentHash(of: bytes)
    if bytes.count > Store.largestRow {
      try objects.write(bytes, as: hash)
    } else {
      try write(.process) { try place(bytes, as: hash, $0) }
    }
    return hash
  }

  /// The bytes named `hash`, checked; nil where they are absent, or damaged (and then a notice says so).
  package func get(_ hash: ContentHash) throws(StoreError) -> [UInt8]? {
    let small = try read { db in try rows(db, "SELECT bytes FROM object WHERE hash = ?", [hash.hex]).first?.bytes(0) }
    if let small {
      if ContentHash(of: small) == hash { return small }
      note(.damagedObject(hash, path: "\(path)/store.db"))
      return nil
    }
    let (bytes, damaged) = try objects.read(hash)
    if damaged { note(.damagedObject(hash, path: objects.file(of: hash))) }
    return bytes
  }

  /// Whether there is an object of that name; its bytes are not looked at.
  package func holds(_ hash: ContentHash) throws(StoreError) -> Bool {
    try read { try holds(hash, $0) }
  }

  func holds(_ hash: ContentHash, _ db: Database) throws -> Bool {
    if try !rows(db, "SELECT 1 FROM object WHERE hash = ?", [hash.hex]).isEmpty { return true }
    return objects.holds(hash)
  }

  /// Puts a small object into the database, as part of a transaction; damaged bytes of that name are mended.
  func place(_ bytes: [UInt8], as hash: ContentHash, _ db: Database) throws {
    // An empty `Data` binds as NULL.
    try execute(
      db,
      """
      INSERT INTO object (hash, bytes, written) VALUES (?1, coalesce(?2, x''), ?3)
      ON CONFLICT (hash) DO UPDATE SET written = excluded.written, bytes = excluded.bytes
      """,
      [hash.hex, Data(bytes), WallClock.now])
  }

  func demand(_ hash: ContentHash, _ db: Database) throws {
    guard try holds(hash, db) else { throw StoreError.noObject(hash) }
  }

  /// Writes large objects as files and hands the small ones to `naming`, which puts them and the record that names all of
  /// them into the database. Tried again where a collection in another process has just taken a file that was there.
  func placing<T>(
    _ all: [[UInt8]], _ naming: ([ContentHash], [(ContentHash, [UInt8])]) throws(StoreError) -> T
  ) throws(StoreError) -> T {
    let hashes = all.map { ContentHash(of: $0) }
    let small = zip(hashes, all).filter { $1.count <= Store.largestRow }.map { ($0, $1) }
    var attempts = 0
    while true {
      for (hash, bytes) in zip(hashes, all) where bytes.count > Store.largestRow { try objects.write(bytes, as: hash) }
      do { return try naming(hashes, small) } catch {
        attempts += 1
        guard case .noObject = error, attempts < 3 else { throw error }
      }
    }
  }
}
