import Glibc

/// Which process a run belongs to, so that a run whose process is gone shows as killed: host, boot, process number, and
/// when the process started (numbers are used again).
struct ProcessIdentity: Equatable {
  let text: String

  static let own = ProcessIdentity(text: "\(machine) \(getpid()) \(started(getpid()) ?? "?")")

  /// Whether the process is known to be gone. One of another machine, or of another boot seen from there, is not known.
  var isGone: Bool {
    let parts = text.split(separator: " ")
    guard parts.count == 4, let number = Int32(parts[2]) else { return false }
    let here = ProcessIdentity.machine.split(separator: " ")
    guard here.count == 2, parts[0] == here[0] else { return false }
    guard parts[1] == here[1] else { return true }
    return ProcessIdentity.started(number) != String(parts[3])
  }

  private static let machine: String = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let boot = firstLine("/proc/sys/kernel/random/boot_id") ?? "?"
    return "\(host.isEmpty ? "?" : host.replacingBlanks) \(boot.replacingBlanks)"
  }()

  /// When the process started, in the kernel's ticks; nil where there is none of that number.
  private static func started(_ number: Int32) -> String? {
    guard let line = firstLine("/proc/\(number)/stat"), let end = line.lastIndex(of: ")") else { return nil }
    // The name in parentheses is field 2 and may hold anything; the start is field 22.
    let fields = line[line.index(after: end)...].split(separator: " ")
    return fields.indices.contains(19) ? String(fields[19]) : nil
  }

  private static func firstLine(_ path: String) -> String? {
    guard let bytes = try? RegularFile.stream(path) else { return nil }
    return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
  }
}

extension String {
  fileprivate var replacingBlanks: String { String(map { $0.isWhitespace ? "_" : $0 }) }
}

extension RegularFile {
  /// The first bytes of a file that does not know its size (those of the kernel).
  static func stream(_ path: String) throws -> [UInt8] {
    let descriptor = try open(path)
    defer { close(descriptor) }
    var chunk = [UInt8](repeating: 0, count: 4096)
    let got = read(descriptor, &chunk, chunk.count)
    return Array(chunk.prefix(max(got, 0)))
  }
}
