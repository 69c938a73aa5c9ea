import CZlib
import WeirBase

/// The entries of a zip file (APPNOTE.TXT 6.3), as far as office programs write them: stored or deflated.
///
/// Places and sizes come from the directory at the end. What an entry unpacks to is bounded, whatever it claims.
struct ZipArchive {
  struct Entry {
    let method: Int
    let packedSize: Int
    let size: Int
    let checksum: UInt32
    /// Where its local header starts.
    let offset: Int
    let isEncrypted: Bool
  }

  /// What is wrong with an archive.
  struct Fault: Error { let problem: String }

  /// An entry may not unpack to more than this.
  static let largestEntry = 2 << 30
  private static let mostEntries = 100_000

  private let contents: FileContents
  private(set) var entries: [String: Entry] = [:]

  init(_ contents: FileContents) throws(Fault) {
    self.contents = contents
    let outcome: Result<[String: Entry], Fault> = contents.withUnsafeBytes { bytes in
      do throws(Fault) { return .success(try ZipArchive.directory(ZipBytes(bytes: bytes))) } catch { return .failure(error) }
    }
    entries = try outcome.get()
  }

  static func isZip(_ contents: FileContents) -> Bool {
    contents.withUnsafeBytes { $0.starts(with: [0x50, 0x4B, 3, 4]) || $0.starts(with: [0x50, 0x4B, 5, 6]) }
  }

  private static func directory(_ bytes: ZipBytes) throws(Fault) -> [String: Entry] {
    guard let end = endRecord(bytes), let count = bytes.u16(end + 10), let start = bytes.u32(end + 16) else {
      throw Fault(problem: "it ends before its directory: the file is cut off, or no zip file")
    }
    var (entryCount, place) = (Int(count), Int(start))
    if count == 0xFFFF || start == 0xFFFF_FFFF, let wide = wideEndRecord(bytes, end) { (entryCount, place) = wide }
    guard entryCount <= mostEntries else { throw Fault(problem: "it has too many parts") }
    var entries: [String: Entry] = [:]
    for _ in 0..<entryCount {
      guard bytes.u32(place) == 0x0201_4B50, let flags = bytes.u16(place + 8), let method = bytes.u16(place + 10),
        let checksum = bytes.u32(place + 16), let packed = bytes.u32(place + 20), let size = bytes.u32(place + 24),
        let nameLength = bytes.u16(place + 28), let extraLength = bytes.u16(place + 30),
        let commentLength = bytes.u16(place + 32), let offset = bytes.u32(place + 42),
        let name = bytes.text(place + 46, Int(nameLength))
      else { throw Fault(problem: "its directory is damaged") }
      var sizes = [Int(size), Int(packed), Int(offset)]
      let extra = place + 46 + Int(nameLength)
      if sizes.contains(0xFFFF_FFFF) { widen(&sizes, bytes, extra..<extra + Int(extraLength)) }
      entries[name] = Entry(
        method: Int(method), packedSize: sizes[1], size: sizes[0], checksum: checksum, offset: sizes[2],
        isEncrypted: flags & 1 != 0)
      place = extra + Int(extraLength) + Int(commentLength)
    }
    return entries
  }

  /// Where the record at the end of the file starts; a comment of up to 64 KiB may follow it.
  private static func endRecord(_ bytes: ZipBytes) -> Int? {
    var i = bytes.count - 22
    while i >= 0, i >= bytes.count - 22 - 0xFFFF {
      if bytes.u32(i) == 0x0605_4B50 { return i }
      i -= 1
    }
    return nil
  }

  /// How many entries there are and where the directory starts, by the record for files that are larger than 4 GiB.
  private static func wideEndRecord(_ bytes: ZipBytes, _ end: Int) -> (count: Int, start: Int)? {
    guard bytes.u32(end - 20) == 0x0706_4B50, let record = bytes.u64(end - 12), bytes.u32(record) == 0x0606_4B50,
      let count = bytes.u64(record + 32), let start = bytes.u64(record + 48)
    else { return nil }
    return (count, start)
  }

  /// Puts wide numbers from the extra field where the narrow ones say that they are too small.
  private static func widen(_ sizes: inout [Int], _ bytes: ZipBytes, _ extra: Range<Int>) {
    var i = extra.lowerBound
    while i + 4 <= extra.upperBound, let tag = bytes.u16(i), let length = bytes.u16(i + 2) {
      if tag == 1 {
        var place = i + 4
        for k in sizes.indices where sizes[k] == 0xFFFF_FFFF && place + 8 <= i + 4 + Int(length) {
          if let wide = bytes.u64(place) { sizes[k] = wide }
          place += 8
        }
        return
      }
      i += 4 + Int(length)
    }
  }

  /// Unpacks an entry piece by piece; `body` gets at most 256 KiB at a time and gives false to stop.
  func unpack(_ entry: Entry, _ body: (UnsafeRawBufferPointer) throws -> Bool) throws {
    guard !entry.isEncrypted else { throw Fault(problem: "it is protected by a password") }
    guard entry.size <= ZipArchive.largestEntry else {
      throw Fault(problem: "a part unpacks to more than \(ZipArchive.largestEntry >> 30) GiB")
    }
    try contents.withUnsafeBytes { whole in
      let bytes = ZipBytes(bytes: whole)
      guard bytes.u32(entry.offset) == 0x0403_4B50, let name = bytes.u16(entry.offset + 26),
        let extra = bytes.u16(entry.offset + 28)
      else { throw Fault(problem: "a part is not where the directory says") }
      let start = entry.offset + 30 + Int(name) + Int(extra)
      guard let packed = bytes.range(start, entry.packedSize) else { throw Fault(problem: "a part is cut off") }
      switch entry.method {
      case 0: try copy(packed, entry, body)
      case 8: try inflate(packed, entry, body)
      default: throw Fault(problem: "a part is packed in a way (\(entry.method)) that is not known")
      }
    }
  }

  private func copy(
    _ packed: UnsafeRawBufferPointer, _ entry: Entry, _ body: (UnsafeRawBufferPointer) throws -> Bool
  ) throws {
    var i = 0
    while i < packed.count {
      let end = min(packed.count, i + (1 << 18))
      guard try body(UnsafeRawBufferPointer(rebasing: packed[i..<end])) else { return }
      i = end
    }
  }

  private func inflate(
    _ packed: UnsafeRawBufferPointer, _ entry: Entry, _ body: (UnsafeRawBufferPointer) throws -> Bool
  ) throws {
    var stream = z_stream()
    // -15: the largest window, and no header.
    guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw Fault(problem: "there is no memory to unpack it")
    }
    defer { inflateEnd(&stream) }
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var (position, made) = (0, 0), checksum: UInt = 0
    while true {
      let given = min(packed.count - position, 1 << 20)
      let (status, used, count) = chunk.withUnsafeMutableBufferPointer { out in
        stream.next_in = UnsafeMutablePointer(
          mutating: packed.baseAddress?.advanced(by: position).assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(given)
        stream.next_out = out.baseAddress
        stream.avail_out = UInt32(out.count)
        let status = CZlib.inflate(&stream, Z_NO_FLUSH)
        return (status, given - Int(stream.avail_in), out.count - Int(stream.avail_out))
      }
      position += used
      made += count
      guard made <= ZipArchive.largestEntry, made <= entry.size else {
        throw Fault(problem: "a part unpacks to more than it says")
      }
      checksum = chunk.withUnsafeBufferPointer { crc32(checksum, $0.baseAddress, UInt32(count)) }
      guard try chunk.withUnsafeBytes({ try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }) else { return }
      if status == Z_STREAM_END { break }
      guard status == Z_OK, used > 0 || count > 0 else { throw Fault(problem: "a part is damaged") }
    }
    guard made == entry.size, UInt32(truncatingIfNeeded: checksum) == entry.checksum else {
      throw Fault(problem: "a part is damaged: its checksum differs")
    }
  }
}

/// Little-endian numbers at any place; nil beyond the end.
private struct ZipBytes {
  let bytes: UnsafeRawBufferPointer
  var count: Int { bytes.count }

  func range(_ start: Int, _ length: Int) -> UnsafeRawBufferPointer? {
    guard start >= 0, length >= 0, length <= bytes.count, start <= bytes.count - length else { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
  }

  func u16(_ i: Int) -> UInt16? {
    range(i, 2).map { UInt16(littleEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt16.self)) }
  }

  func u32(_ i: Int) -> UInt32? {
    range(i, 4).map { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt32.self)) }
  }

  func u64(_ i: Int) -> Int? {
    range(i, 8).flatMap { Int(exactly: UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: 0, as: UInt64.self))) }
  }

  func text(_ i: Int, _ length: Int) -> String? { range(i, length).map { String(decoding: $0, as: UTF8.self) } }
}
