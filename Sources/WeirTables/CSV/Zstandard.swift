import CZstd
import WeirBase

/// Files packed by Zstandard (RFC 8878), read whole; several frames in a row make one text.
enum Zstandard {
  static func isPacked(_ contents: FileContents) -> Bool {
    contents.withUnsafeBytes { $0.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) }
  }

  static func unpacked(_ contents: FileContents, name: String) throws(TableError) -> FileContents {
    let outcome: Result<[UInt8], TableError> = contents.withUnsafeBytes { unpacked($0, name: name) }
    return FileContents(try outcome.get())
  }

  private static func unpacked(_ bytes: UnsafeRawBufferPointer, name: String) -> Result<[UInt8], TableError> {
    func fault(_ problem: String) -> Result<[UInt8], TableError> {
      .failure(.malformed(file: name, problem: problem, line: nil, offset: nil, column: nil))
    }
    guard let stream = weir_zstd_open() else { return fault("there is no memory to unpack it") }
    defer { weir_zstd_close(stream) }
    let input = bytes.bindMemory(to: UInt8.self)
    var out: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var position = 0
    var hasEnded = false
    while true {
      let step = chunk.withUnsafeMutableBufferPointer {
        weir_zstd_continue(
          stream, $0.baseAddress, $0.count, input.baseAddress.map { $0 + position }, min(input.count - position, 1 << 20))
      }
      position += step.used
      out.append(contentsOf: chunk[0..<step.made])
      // What a small file unpacks to is known only once it has been: no more than a file that is read whole may be.
      if out.count > Gzip.largest { return fault("it unpacks to more than \(Gzip.largest >> 30) GiB") }
      if step.status < 0 { return fault("the packed data is damaged after \(out.count) bytes") }
      if step.status == 1 { hasEnded = true } else if step.used > 0 || step.made > 0 { hasEnded = false }
      if position == input.count, step.made == 0 || hasEnded {
        return hasEnded ? .success(out) : fault("the packed data ends early")
      }
      if step.used == 0, step.made == 0, position < input.count, step.status != 1 {
        return fault("the packed data is damaged after \(out.count) bytes")
      }
    }
  }
}
