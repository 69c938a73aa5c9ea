import Glibc
package import WeirBase
package import WeirStore

/// Names the contents of files by hash. A store remembers the hashes of large files, so that unchanged ones are not read
/// again.
package struct FileHashing: Sendable {
  private let store: Store?

  package init(store: Store?) { self.store = store }

  /// Nil where the file can't be read.
  package func hash(ofFile place: String) -> String? {
    if let store { return try? store.hash(ofFile: place).hex }
    return try? ContentHash(contentsOf: place).hex
  }

  package func hash(ofFile place: String, contents: FileContents) -> String {
    if contents.count >= Int(Store.smallestRemembered), let known = hash(ofFile: place) { return known }
    return ContentHash(of: contents.bytes).hex
  }

  package func hash(ofNames names: [String]) -> String {
    ContentHash(of: Array(names.joined(separator: "\u{0}").utf8)).hex
  }

  /// Before the name of a registered model among the things that a cell read.
  static let modelMark = "model:"
  /// Before the path of a file that was looked at, and not read as a whole.
  static let lookMark = "look:"

  private func hash(ofModel reference: String) -> String {
    guard let store, let wanted = try? ModelReference(parsing: reference), let model = try? store.model(wanted) else {
      return FileRead.missing
    }
    return model.object.hex
  }

  /// What a file or pattern that a program names holds now, as `FileRead.hash` notes it.
  package func currentHash(of path: String, in folder: String) -> String {
    if path.hasPrefix(FileHashing.modelMark) { return hash(ofModel: String(path.dropFirst(FileHashing.modelMark.count))) }
    if path.hasPrefix(FileHashing.lookMark) {
      let place = Folder.join(folder, String(path.dropFirst(FileHashing.lookMark.count)))
      return FileStamp(ofFile: place)?.text ?? FileRead.missing
    }
    if PathPattern.isPattern(path) { return hash(ofNames: PathPattern(path).matches(in: folder)) }
    let place = Folder.join(folder, path)
    if Folder.isFolder(place) {
      return hash(ofNames: Folder.visibleFiles(in: place).map { Folder.join(path, $0) })
    }
    // Who reads a database makes an empty log where there is none, which says nothing new.
    if path.hasSuffix(FileHashing.logEnding), FileStamp(ofFile: place)?.size == 0 { return FileRead.missing }
    return hash(ofFile: place) ?? FileRead.missing
  }

  /// After the name of an SQLite file: the log of what was written since it was last brought up to date.
  static let logEnding = "-wal"

  /// Whether a file is an SQLite database whose changes go to a log first.
  static func isLogged(_ place: String) -> Bool {
    guard let file = fopen(place, "r") else { return false }
    defer { fclose(file) }
    var head = [UInt8](repeating: 0, count: 20)
    guard fread(&head, 1, head.count, file) == head.count else { return false }
    return head.starts(with: "SQLite format 3\0".utf8) && head[18] == 2
  }
}

/// What tells, without reading it, that a file is another than before: its size and when it was written last.
struct FileStamp {
  let size: Int64
  /// Microseconds since 1970.
  let modified: Int64
  let text: String

  init?(ofFile place: String) {
    var status = stat()
    guard stat(place, &status) == 0 else { return nil }
    size = Int64(status.st_size)
    modified = Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1000
    text = "\(size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ino)"
  }
}
