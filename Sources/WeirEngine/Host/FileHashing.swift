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

  private func hash(ofModel reference: String) -> String {
    guard let store, let wanted = try? ModelReference(parsing: reference), let model = try? store.model(wanted) else {
      return FileRead.missing
    }
    return model.object.hex
  }

  /// What a file or pattern that a program names holds now, as `FileRead.hash` notes it.
  package func currentHash(of path: String, in folder: String) -> String {
    if path.hasPrefix(FileHashing.modelMark) { return hash(ofModel: String(path.dropFirst(FileHashing.modelMark.count))) }
    if PathPattern.isPattern(path) { return hash(ofNames: PathPattern(path).matches(in: folder)) }
    let place = Folder.join(folder, path)
    if Folder.isFolder(place) {
      return hash(ofNames: Folder.visibleFiles(in: place).map { Folder.join(path, $0) })
    }
    return hash(ofFile: place) ?? FileRead.missing
  }
}
