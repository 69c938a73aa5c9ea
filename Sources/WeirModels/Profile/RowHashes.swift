import WeirBase
import WeirTables

/// Hashes of cells and rows: how copies and different values are counted in one pass. Two values that differ share a
/// hash of 64 bits about once in 10^19.
enum RowHashes {
  @inline(__always) static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  static func of<Bytes: Sequence>(_ bytes: Bytes) -> UInt64 where Bytes.Element == UInt8 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return mix(hash)
  }

  private static let missing: UInt64 = 0x6d69_7373_696e_6721

  /// A hash for each row. `loosely`: texts without their case and surplus blanks, floats with six digits, so that near
  /// copies meet.
  static func cells(_ column: Column, loosely: Bool) -> [UInt64] {
    var out: [UInt64]
    switch column.storage {
    case .bool(let v): out = v.map { mix($0 ? 2 : 1) }
    case .int(let v), .dateTime(let v), .duration(let v): out = v.map { mix(UInt64(bitPattern: $0)) }
    case .date(let v): out = v.map { mix(UInt64(bitPattern: Int64($0))) }
    case .float(let v):
      out = v.map { value in
        let value = value == 0 ? 0 : value
        guard loosely, value.isFinite else { return mix(value.bitPattern) }
        // Half of the bits of a float are noise to a reader: seven digits stay.
        return mix((value.bitPattern &+ (1 << 28)) >> 29)
      }
    case .text(let texts):
      let entries = (0..<texts.entryCount).map { entry -> UInt64 in
        let bytes = texts.bytes[texts.offsets[entry]..<texts.offsets[entry + 1]]
        return loosely ? of(plain(bytes)) : of(bytes)
      }
      out = texts.codes.map { codes in codes.map { entries[Int($0)] } } ?? entries
    case .objects(let v, _): out = v.map { of($0.archive.encoded()) }
    }
    if let validity = column.validity { for row in out.indices where !validity[row] { out[row] = missing } }
    return out
  }

  /// Lower case (of ASCII letters), with blanks at the ends left out and single ones between.
  static func plain(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    for byte in bytes {
      if byte == 32 || byte == 9 || byte == 10 || byte == 13 {
        if out.last != 32, !out.isEmpty { out.append(32) }
      } else {
        out.append(byte >= 65 && byte <= 90 ? byte + 32 : byte)
      }
    }
    if out.last == 32 { out.removeLast() }
    return out
  }

  /// How many hashes differ.
  static func distinct(_ hashes: [UInt64]) -> Int {
    var seen = HashSet(capacity: 1024)
    for hash in hashes { seen.insert(hash) }
    return seen.count
  }
}

/// A set of hashes by open addressing, for counting alone.
struct HashSet {
  private(set) var count = 0
  private var slots: [UInt64]
  private var hasZero = false

  init(capacity: Int) { slots = Array(repeating: 0, count: capacity) }

  mutating func insert(_ hash: UInt64) {
    guard hash != 0 else {
      if !hasZero { count += 1 }
      hasZero = true
      return
    }
    if count * 2 >= slots.count { grow() }
    if HashSet.place(hash, in: &slots) { count += 1 }
  }

  private static func place(_ hash: UInt64, in slots: inout [UInt64]) -> Bool {
    let mask = slots.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place] != 0 {
      if slots[place] == hash { return false }
      place = (place + 1) & mask
    }
    slots[place] = hash
    return true
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: 0, count: slots.count * 4)
    for hash in slots where hash != 0 { _ = HashSet.place(hash, in: &larger) }
    slots = larger
  }
}
