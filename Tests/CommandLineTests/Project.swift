import CPseudoTerminal
import Glibc
import Testing

/// What a run of the binary came to.
struct Finished {
  let output: String
  let errors: String
  /// As a shell says it: 128 and the signal for a process that a signal ended.
  let status: Int32
  /// It did not end in the time that the test gave it, and was killed.
  let isOverdue: Bool

  var all: String { output + errors }
}

/// A process that runs the binary.
final class RunningWeir {
  private let child: pid_t
  private let folder: String
  private var status: Int32?
  private var isOverdue = false

  fileprivate init(child: pid_t, folder: String) {
    self.child = child
    self.folder = folder
  }

  deinit {
    if status == nil {
      send(SIGKILL)
      wait(seconds: 10)
    }
    remove(folder)
  }

  func send(_ signal: Int32) { if status == nil { kill(child, signal) } }

  var isOver: Bool {
    if status != nil { return true }
    var raw: Int32 = 0
    guard waitpid(child, &raw, WNOHANG) == child else { return false }
    let signal = raw & 0x7F
    status = signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
    return true
  }

  var outputSoFar: String { contents(folder + "/stdout") }
  var errorsSoFar: String { contents(folder + "/stderr") }

  @discardableResult
  func wait(seconds: Double) -> Finished {
    let end = ContinuousClock.now + .seconds(seconds)
    while !isOver {
      if ContinuousClock.now > end {
        isOverdue = true
        kill(child, SIGKILL)
      }
      usleep(3_000)
    }
    return Finished(
      output: contents(folder + "/stdout"), errors: contents(folder + "/stderr"), status: status ?? -1, isOverdue: isOverdue)
  }
}

/// A folder with a project in it, gone after the test, and the binary to use on it.
final class Project {
  let path: String
  private var runs = 0

  /// The binary beside the test bundle.
  static let binary: String = {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let path = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/weir"
  }()

  init() {
    var template = Array("/tmp/weir-run-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
  }

  deinit { remove(path) }

  // MARK: Files

  @discardableResult
  func write(_ name: String, _ text: String) -> String {
    write(name, bytes: Array(text.utf8))
    return name
  }

  func write(_ name: String, bytes: [UInt8]) {
    let parts = name.split(separator: "/").dropLast()
    for end in parts.indices { mkdir(path + "/" + parts[...end].joined(separator: "/"), 0o777) }
    let file = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    defer { close(file) }
    _ = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
  }

  func read(_ name: String) -> String { contents(path + "/" + name) }
  func exists(_ name: String) -> Bool { access(path + "/" + name, F_OK) == 0 }
  func delete(_ name: String) { remove(path + "/" + name) }
  func names(_ folder: String) -> [String] { entries(path + "/" + folder) }

  /// Writes a notebook with the cells given as (info line, code).
  func notebook(_ cells: [(String, String)], _ name: String = "a.mlnb", seed: Int = 1) {
    write(name, Project.notebookText(cells, seed: seed))
  }

  static func notebookText(_ cells: [(String, String)], seed: Int = 1) -> String {
    let blocks = cells.map { "```weir \($0.0)\n\($0.1)\n```\n" }
    return "---\nmlnb: 1\nseed: \(seed)\n---\n\nWords.\n\n" + blocks.joined(separator: "\nMore words.\n\n")
  }

  // MARK: Running

  /// Runs `weir` in the project with no input, and waits.
  @discardableResult
  func weir(
    _ words: String..., input: String = "", environment: [String: String] = [:], folder: String = "", limit: Double = 30
  ) -> Finished {
    start(words, input: input, environment: environment, folder: folder).wait(seconds: limit)
  }

  /// Starts the binary; where `output` is given its stdout goes to that descriptor.
  func start(
    _ words: [String], input: String = "", environment: [String: String] = [:], folder: String = "", output: Int32? = nil
  ) -> RunningWeir {
    runs += 1
    let files = path + "-files\(runs)"
    mkdir(files, 0o700)
    let stdin = open(files + "/stdin", O_RDWR | O_CREAT | O_TRUNC, 0o600)
    _ = Glibc.write(stdin, input, input.utf8.count)
    lseek(stdin, 0, SEEK_SET)
    let standard = ["LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": path, "TZ": "UTC"]
    var variables = standard.merging(environment) { $1 }.map { strdup("\($0)=\($1)") } + [nil]
    var arguments = ([Project.binary] + words).map { strdup($0) } + [nil]
    defer {
      for text in variables + arguments { free(text) }
      close(stdin)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    weir_spawn_in_folder(&actions, folder.isEmpty ? path : path + "/" + folder)
    posix_spawn_file_actions_adddup2(&actions, stdin, 0)
    if let output {
      posix_spawn_file_actions_adddup2(&actions, output, 1)
    } else {
      posix_spawn_file_actions_addopen(&actions, 1, files + "/stdout", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    }
    posix_spawn_file_actions_addopen(&actions, 2, files + "/stderr", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    // The test's own settings of signals are not the binary's.
    var attributes = posix_spawnattr_t(), signals = sigset_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    sigemptyset(&signals)
    for signal in [SIGINT, SIGPIPE, SIGTERM] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var child: pid_t = 0
    let code = posix_spawn(&child, Project.binary, &actions, &attributes, &arguments, &variables)
    if code != 0 { Issue.record("\(Project.binary) can't be started: \(String(cString: strerror(code)))") }
    return RunningWeir(child: child, folder: files)
  }

  /// Where each cell of the latest run came from ("run", "cache", "none"), by its name, in order.
  func sources(of run: Finished) -> [String: String] {
    guard let id = run.errors.split(separator: "\n").last(where: { $0.hasPrefix("run ") })?.dropFirst(4).prefix(while: \.isNumber)
    else { return [:] }
    let lines = weir("runs", String(id)).output.split(separator: "\n").drop { !$0.hasPrefix("cell ") || !$0.contains("state") }
    return Dictionary(
      lines.dropFirst().map { line in
        let words = line.split(separator: " ")
        return (String(words[0]), words.count > 2 ? String(words[2]) : "")
      }, uniquingKeysWith: { $1 })
  }

  /// The cells that were evaluated in a run, sorted.
  func ran(_ run: Finished) -> [String] { sources(of: run).filter { $0.value == "run" }.keys.sorted() }
}

func contents(_ path: String) -> String {
  let file = open(path, O_RDONLY)
  guard file >= 0 else { return "" }
  defer { close(file) }
  var bytes: [UInt8] = [], part = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = Glibc.read(file, &part, part.count), count > 0 { bytes += part[0..<count] }
  return String(decoding: bytes, as: UTF8.self)
}

func entries(_ folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

func remove(_ path: String) {
  var status = stat()
  guard lstat(path, &status) == 0 else { return }
  if status.st_mode & S_IFMT == S_IFDIR {
    chmod(path, 0o700)
    for name in entries(path) { remove("\(path)/\(name)") }
    rmdir(path)
  } else {
    unlink(path)
  }
}

let slow = getenv("WEIR_SLOW_TESTS") != nil
