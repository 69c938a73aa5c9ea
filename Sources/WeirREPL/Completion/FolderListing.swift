import Glibc

/// What folders hold, for the completion of paths.
package enum FolderListing {
  /// A folder with more is cut off: what is typed next narrows nothing that a person could read.
  static let limit = 20_000

  /// The files of a folder, by name; relative ones start at `base`. Empty where it cannot be read.
  package static func files(of folder: String, from base: String) -> [Vocabulary.File] {
    var path = folder
    if folder.hasPrefix("~/"), let home = environment("HOME") { path = home + folder.dropFirst() }
    if !path.hasPrefix("/") { path = base + "/" + path }
    guard let open = opendir(path) else { return [] }
    defer { closedir(open) }
    var files: [Vocabulary.File] = []
    while let entry = readdir(open), files.count < limit {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name == "." || name == ".." { continue }
      files.append(Vocabulary.File(name, isFolder: isFolder(entry.pointee.d_type, path + "/" + name)))
    }
    return files.sorted { $0.name < $1.name }
  }

  private static func isFolder(_ type: UInt8, _ path: String) -> Bool {
    if type == UInt8(DT_DIR) { return true }
    guard type == UInt8(DT_LNK) || type == UInt8(DT_UNKNOWN) else { return false }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
