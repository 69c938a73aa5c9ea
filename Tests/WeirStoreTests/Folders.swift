import Glibc
import Testing
import WeirBase
import WeirStore

/// A folder that goes away with this object.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/weir-store-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.map { mkdtemp($0) != nil } ?? false }
    path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try #require(made)
  }

  deinit { remove(path) }
}

func names(in folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

func remove(_ path: String) {
  var status = stat()
  guard lstat(path, &status) == 0 else { return }
  if status.st_mode & S_IFMT == S_IFDIR {
    for name in names(in: path) { remove("\(path)/\(name)") }
    rmdir(path)
  } else {
    unlink(path)
  }
}

/// Reads a file without opening it as a database would; used on copies and on objects only.
func contents(_ path: String) -> [UInt8] { (try? FileContents(mapping: path).bytes) ?? [] }

func write(_ bytes: [UInt8], to path: String) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  defer { close(descriptor) }
  var place = 0
  while place < bytes.count {
    let done = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + place }, bytes.count - place) }
    if done <= 0 { return }
    place += done
  }
}

/// Copies with another process: to open and close a database's file in this one would drop its locks.
func copyFolder(_ from: String, to: String) {
  var child: pid_t = 0
  var words: [UnsafeMutablePointer<CChar>?] = ["cp", "-a", from, to].map { (word: String) in strdup(word) } + [nil]
  defer { for word in words { free(word) } }
  guard posix_spawnp(&child, "cp", nil, nil, &words, environ) == 0 else { return }
  var status: Int32 = 0
  waitpid(child, &status, 0)
}

func bytes(_ count: Int, seed: Int64) -> [UInt8] {
  var random = RandomStream(seed: seed)
  return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.nextBits()) }
}

func key(_ text: String) -> ContentHash { ContentHash(of: Array(text.utf8)) }

let info = RunInfo(notebook: "a.mlnb", engine: "weir 1", seed: 42, command: "weir run a.mlnb")

func cell(_ position: Int, _ name: String, _ source: RunCell.Source = .run, state: RunCell.State = .done) -> RunCell {
  RunCell(position: position, name: name, key: key(name), state: state, source: source, started: 1, duration: 2)
}
