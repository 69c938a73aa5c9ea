import Glibc

/// Replaces files as a whole: whoever reads one at any moment, a kill included, finds the old content or the new.
package enum AtomicFile {
  /// The moments of a write, for tests that stop at each.
  package enum Step: String, Sendable, CaseIterable { case created, written, synced, renamed, folderSynced }

  /// Writes to a temporary name in the same folder, syncs, and renames. A file that was there keeps its permissions; a
  /// symbolic link stays and its target is replaced.
  package static func write(
    _ bytes: [UInt8], to path: String, observer: (Step) throws -> Void = { _ in }
  ) throws {
    do {
      try write(to: path, observer: observer) { try $0.append(bytes) }
    } catch let refused as FileDraft.Refused { throw refused.fault }
  }

  /// The same for content that `produce` adds piece by piece, so that it is never in memory as a whole. Where `produce`
  /// throws, the old content stays.
  package static func write(
    to path: String, observer: (Step) throws -> Void = { _ in }, _ produce: (inout FileDraft) throws -> Void
  ) throws {
    let target = resolved(path)
    let folder = target.lastIndex(of: "/").map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
    let name = target.lastIndex(of: "/").map { String(target[target.index(after: $0)...]) } ?? target
    let temporary = "\(folder)/.\(name.prefix(200)).\(getpid()).\(unique()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode(of: target))
    guard descriptor >= 0 else { throw FileFault(code: errno) }
    var isRenamed = false
    defer {
      close(descriptor)
      if !isRenamed { unlink(temporary) }
    }
    try observer(.created)
    var draft = FileDraft(to: descriptor)
    try produce(&draft)
    try draft.finish()
    try observer(.written)
    guard fsync(descriptor) == 0 else { throw FileFault(code: errno) }
    try observer(.synced)
    guard rename(temporary, target) == 0 else { throw FileFault(code: errno) }
    isRenamed = true
    try observer(.renamed)
    // The name is on the disk once the folder is; a system that can't sync folders has done what it can.
    let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folderDescriptor >= 0 {
      fsync(folderDescriptor)
      close(folderDescriptor)
    }
    try observer(.folderSynced)
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func mode(of path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o666
  }

  private static func unique() -> UInt64 { UInt64.random(in: .min ... .max) }
}
