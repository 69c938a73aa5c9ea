import CWeirKernels
import WeirBase

/// Texts of parts put together.
enum CSVTexts {
  /// The distinct texts of all parts in the order of first appearance, and for each part the new numbers of its own.
  static func merged(_ parts: [CSVTextPart]) -> (bytes: [UInt8], offsets: [Int], maps: [[UInt32]]) {
    var dictionary = GrowingDictionary()
    defer { dictionary.free() }
    let maps = parts.map { part in
      let offsets = part.offsets ?? [0]
      dictionary.reserve(entries: offsets.count - 1, bytes: part.bytes.count)
      return part.bytes.withUnsafeBufferPointer { bytes in
        (0..<offsets.count - 1).map { entry -> UInt32 in
          let text = UnsafeBufferPointer(rebasing: bytes[offsets[entry]..<offsets[entry + 1]])
          return dictionary.code(of: text)
        }
      }
    }
    return (dictionary.texts, dictionary.ends, maps)
  }

  /// A column of coded texts; the codes are kept where texts come twice on average.
  static func column(_ codes: [UInt32], _ bytes: [UInt8], _ offsets: [Int]) -> TextValues {
    if offsets.count - 1 <= codes.count / 2 { return TextValues(bytes: bytes, offsets: offsets, codes: codes) }
    var plain: [UInt8] = []
    var ends = [0]
    ends.reserveCapacity(codes.count + 1)
    for code in codes {
      plain.append(contentsOf: bytes[offsets[Int(code)]..<offsets[Int(code) + 1]])
      ends.append(plain.count)
    }
    return TextValues(bytes: plain, offsets: ends)
  }

  /// Texts of parts one after the other, and where each part's start.
  struct Joined: Sendable {
    var bytes: [UInt8] = []
    var starts: [Int] = []
  }

  static func joined(_ parts: [CSVTextPart?], _ workers: Workers) -> Joined {
    var joined = Joined(), total = 0
    for part in parts {
      joined.starts.append(total)
      total += part?.bytes.count ?? 0
    }
    let starts = joined.starts
    joined.bytes = [UInt8](unsafeUninitializedCapacity: total) { buffer, count in
      if total >= 1 << 21 { weir_prefer_large_pages(buffer.baseAddress, total) }
      guard let base = buffer.baseAddress else { return }
      let out = Places(base)
      workers.run(parts.count) { number in
        guard let bytes = parts[number]?.bytes else { return }
        bytes.withUnsafeBufferPointer { bytes in
          if let from = bytes.baseAddress { (out.base + starts[number]).initialize(from: from, count: bytes.count) }
        }
      }
      count = total
    }
    return joined
  }
}

/// A dictionary of texts for the kernel, in memory that grows before it is needed.
private struct GrowingDictionary {
  private var memory = weir_text_dictionary()
  private var slots = CSVScratch.Memory<UInt32>()
  private var hashes = CSVScratch.Memory<UInt64>()
  private var bytes = CSVScratch.Memory<UInt8>()
  private var offsets = CSVScratch.Memory<Int64>()

  init() {
    offsets.reserve(2)
    offsets.start[0] = 0
    point()
  }

  func free() {
    slots.free()
    hashes.free()
    bytes.free()
    offsets.free()
  }

  private mutating func point() {
    (memory.slots, memory.hashes, memory.bytes, memory.offsets) = (slots.start, hashes.start, bytes.start, offsets.start)
  }

  mutating func reserve(entries: Int, bytes count: Int) {
    let had = memory.entries
    hashes.reserve(had + entries, keeping: had)
    offsets.reserve(had + entries + 1, keeping: had + 1)
    bytes.reserve(Int(offsets.start[had]) + count + CSVScratch.padding, keeping: Int(offsets.start[had]))
    if (had + entries) * 2 > memory.slot_count {
      let slotCount = 1 << (64 - max((had + entries) * 4, 63).leadingZeroBitCount)
      slots.reserve(slotCount)
      slots.start.update(repeating: 0, count: slotCount)
      for entry in 0..<had {
        var slot = Int(truncatingIfNeeded: hashes.start[entry]) & (slotCount - 1)
        while slots.start[slot] != 0 { slot = (slot + 1) & (slotCount - 1) }
        slots.start[slot] = UInt32(entry + 1)
      }
      memory.slot_count = slotCount
    }
    point()
  }

  /// The text must be followed by readable bytes, or be copied: short ones are read eight bytes at a time.
  mutating func code(of text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let place = bytes.start + Int(offsets.start[memory.entries])
    if let from = text.baseAddress { place.update(from: from, count: text.count) }
    return weir_text_code(&memory, place, text.count)
  }

  var texts: [UInt8] { Array(UnsafeBufferPointer(start: bytes.start, count: Int(offsets.start[memory.entries]))) }
  var ends: [Int] { UnsafeBufferPointer(start: offsets.start, count: memory.entries + 1).map { Int($0) } }
}
