import Glibc

/// What lies in folders, by plain system calls.
package enum Folder {
  package static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a folder, sorted, without `.` and `..`; empty where it can't be read.
  package static func names(in path: String) -> [String] {
    guard let folder = opendir(path.isEmpty ? "." : path) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The names of the files with an ending, without it.
  package static func files(in path: String, ending: String) -> [String] {
    names(in: path).filter { $0.hasSuffix(ending) && isFile("\(path)/\($0)") }.map { String($0.dropLast(ending.count)) }
  }

  /// The names of the files that are not hidden.
  package static func visibleFiles(in path: String) -> [String] {
    names(in: path).filter { !$0.hasPrefix(".") && isFile("\(path)/\($0)") }
  }

  /// Makes the folder and those above it.
  package static func make(_ path: String) throws(FolderFault) {
    if path.isEmpty || isFolder(path) { return }
    let parent = parent(of: path)
    if parent != path, !parent.isEmpty { try make(parent) }
    if mkdir(path, 0o777) != 0, errno != EEXIST { throw FolderFault(path: path, problem: String(cString: strerror(errno))) }
  }

  /// "a" for "a/b", "" for "b", "/" for "/b".
  package static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// "b.csv" for "a/b.csv".
  package static func lastPart(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// `path`, seen from `folder` unless it starts at the root.
  package static func join(_ folder: String, _ path: String) -> String {
    if path.hasPrefix("/") || folder.isEmpty || folder == "." { return path }
    return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
  }

  /// The path from the root, with `.` and `..` resolved by the letters alone.
  package static func absolute(_ path: String) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let here = getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? ""
    var parts: [Substring] = []
    for part in join(here, path).split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }
}

package struct FolderFault: Error, Sendable {
  package let path: String
  package let problem: String
}
