import GRDB
import Glibc
package import WeirBase

/// Data files: their hash without reading them again while they stay as they were.
extension Store {
  /// Files below this size are hashed each time; that costs less than the look-up.
  package static let smallestRemembered: Int64 = 1 << 20

  /// The hash of the file's content.
  ///
  /// A large file is not read again while its size, times, device and number are those of the last time, provided it
  /// was then at rest for two seconds: a change within one tick of the clock would leave no other trace.
  package func hash(ofFile path: String) throws(FileFault) -> ContentHash {
    let started = WallClock.now
    let before = try FileIdentity(path)
    guard before.size >= Store.smallestRemembered else { return try ContentHash(contentsOf: path) }
    let name = Store.absolute(path)
    // The store only saves time here: where it can't be asked, the file is read.
    if let known = try? remembered(name, before) { return known }
    let hash = try ContentHash(contentsOf: path)
    if before.isAtRest(started), try FileIdentity(path) == before { try? remember(name, before, hash) }
    return hash
  }

  private func remembered(_ name: String, _ file: FileIdentity) throws(StoreError) -> ContentHash? {
    try read { db in
      let found = try rows(
        db,
        """
        SELECT hash FROM file WHERE path = ? AND size = ? AND modified = ? AND changed = ? AND device = ? AND inode = ?
        """,
        [name, file.size, file.modified, file.changed, file.device, file.inode])
      return try found.first?.hash(0)
    }
  }

  private func remember(_ name: String, _ file: FileIdentity, _ hash: ContentHash) throws(StoreError) {
    try write(.process) { db in
      try execute(
        db,
        """
        INSERT OR REPLACE INTO file (path, size, modified, changed, device, inode, hash, hashed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [name, file.size, file.modified, file.changed, file.device, file.inode, hash.hex, WallClock.now])
    }
  }

  private static func absolute(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}

/// What tells that a file is still the one it was, without looking into it.
struct FileIdentity: Equatable {
  let size: Int64
  /// Nanoseconds since 1970. `changed` moves also where a program sets `modified` back.
  let modified: Int64
  let changed: Int64
  let device: Int64
  let inode: Int64

  init(_ path: String) throws(FileFault) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileFault(code: errno) }
    size = Int64(status.st_size)
    modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    changed = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
    device = Int64(bitPattern: UInt64(status.st_dev))
    inode = Int64(bitPattern: UInt64(status.st_ino))
  }

  /// Whether the last change lies two seconds before `now` (microseconds), so that a later one shows.
  func isAtRest(_ now: Int64) -> Bool { now - max(modified, changed) / 1000 > 2_000_000 }
}
