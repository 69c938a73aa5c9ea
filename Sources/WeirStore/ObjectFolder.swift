import Glibc
import Synchronization
import WeirBase

/// Large objects as files, `objects/xx/<sha256>`, where `xx` are the first two digits.
///
/// An object is written under a temporary name in its folder, synced, renamed, and the folder synced: whatever stands
/// under a final name is whole. Names say what the content must be, so two writers of one object can't disagree.
struct ObjectFolder: Sendable {
  let path: String
  let observer: @Sendable (StoreStep) -> Void

  private static let pieceSize = 1 << 20
  /// Prefix of names that no reader looks at; a killed writer leaves them, and garbage collection takes them away.
  static let temporaryPrefix = ".new-"
  private static let counter = Atomic<Int>(0)

  func folder(of hash: ContentHash) -> String { "\(path)/\(hash.hex.prefix(2))" }
  func file(of hash: ContentHash) -> String { "\(folder(of: hash))/\(hash.hex)" }

  /// The bytes named `hash`; nil where they are absent or damaged, and then whether damaged.
  func read(_ hash: ContentHash) throws(StoreError) -> (bytes: [UInt8]?, damaged: Bool) {
    let bytes: [UInt8]
    do { bytes = try RegularFile.bytes(file(of: hash)) } catch {
      if error.isMissing { return (nil, false) }
      if error.code == EIO || error.code == EISDIR || error.code == EINVAL { return (nil, true) }
      throw .unwritable(path: file(of: hash), problem: error.message)
    }
    return ContentHash(of: bytes) == hash ? (bytes, false) : (nil, true)
  }

  func holds(_ hash: ContentHash) -> Bool { access(file(of: hash), R_OK) == 0 }

  /// Writes an object unless the same bytes are there; on return they are on the disk.
  func write(_ bytes: [UInt8], as hash: ContentHash) throws(StoreError) {
    let (folder, target) = (folder(of: hash), file(of: hash))
    if (try? RegularFile.bytes(target)) == bytes {
      // Young again, so that a collection running now leaves it alone.
      utimensat(AT_FDCWD, target, nil, 0)
      try sync(folder: folder)
      return
    }
    try makeFolder(folder)
    let number = ObjectFolder.counter.wrappingAdd(1, ordering: .relaxed).newValue
    let temporary = "\(folder)/\(ObjectFolder.temporaryPrefix)\(getpid())-\(number)-\(MonotonicClock.now)"
    do throws(FileFault) {
      try fill(temporary, bytes)
      guard rename(temporary, target) == 0 else { throw FileFault(code: errno) }
    } catch {
      unlink(temporary)
      throw StoreError(error, path: target)
    }
    observer(.objectRenamed)
    try sync(folder: folder)
    observer(.objectFolderSynced)
  }

  private func fill(_ name: String, _ bytes: [UInt8]) throws(FileFault) {
    let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileFault(code: errno) }
    defer { close(descriptor) }
    observer(.objectCreated)
    var place = 0
    while place < bytes.count {
      let size = min(ObjectFolder.pieceSize, bytes.count - place)
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + place }, size) }
      if written < 0 && errno == EINTR { continue }
      guard written >= 0 else { throw FileFault(code: errno) }
      place += written
      if place < bytes.count { observer(.objectPartWritten) }
    }
    observer(.objectWritten)
    guard fsync(descriptor) == 0 else { throw FileFault(code: errno) }
    observer(.objectSynced)
  }

  private func makeFolder(_ folder: String) throws(StoreError) {
    if mkdir(folder, 0o755) == 0 {
      try sync(folder: path)
    } else if errno != EEXIST {
      throw StoreError(FileFault(code: errno), path: folder)
    }
  }

  /// Puts the names in a folder on the disk.
  private func sync(folder: String) throws(StoreError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreError(FileFault(code: errno), path: folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StoreError(FileFault(code: errno), path: folder) }
  }
}

// MARK: - Listing

extension ObjectFolder {
  /// A file in the folder: an object, or what a killed writer left (no hash).
  struct Entry: Sendable {
    let path: String
    let hash: ContentHash?
    let size: Int64
    /// Microseconds since 1970.
    let modified: Int64
  }

  func entries() -> [Entry] {
    var found: [Entry] = []
    for name in ObjectFolder.names(in: path) where name.utf8.count == 2 {
      for file in ObjectFolder.names(in: "\(path)/\(name)") {
        let full = "\(path)/\(name)/\(file)"
        let hash = ContentHash(hex: file)
        guard hash?.hex.hasPrefix(name) == true || file.hasPrefix(ObjectFolder.temporaryPrefix) else { continue }
        var status = stat()
        guard lstat(full, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
        let modified = Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1000
        found.append(Entry(path: full, hash: hash, size: Int64(status.st_size), modified: modified))
      }
    }
    return found
  }

  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
