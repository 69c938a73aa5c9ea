import CWeirKernels

/// Distinct texts, numbered as they come.
package struct TextDictionary {
  package private(set) var bytes: [UInt8] = []
  package private(set) var offsets = [0]
  private var slots = [UInt32](repeating: .max, count: 64)
  private var hashes: [UInt64] = []

  package init() {}

  package var count: Int { hashes.count }

  /// The number of this text, a new one where it has not been seen.
  package mutating func code(of text: ArraySlice<UInt8>) -> UInt32 {
    text.withUnsafeBufferPointer { code(of: $0) }
  }

  package mutating func code(of text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let hash = weir_hash_bytes(text.baseAddress, text.count, TextDictionary.seed)
    var slot = Int(truncatingIfNeeded: hash & UInt64(slots.count - 1))
    while slots[slot] != .max {
      let code = Int(slots[slot])
      if hashes[code] == hash, bytes[offsets[code]..<offsets[code + 1]].elementsEqual(text) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    let code = UInt32(hashes.count)
    slots[slot] = code
    hashes.append(hash)
    bytes.append(contentsOf: text)
    offsets.append(bytes.count)
    if hashes.count * 2 > slots.count { grow() }
    return code
  }

  /// Different in each process, so that nobody can prepare texts whose hashes are all the same. No result depends on it.
  static let seed = UInt64.random(in: .min ... .max)

  private mutating func grow() {
    slots = [UInt32](repeating: .max, count: slots.count * 2)
    for (code, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash & UInt64(slots.count - 1))
      while slots[slot] != .max { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(code)
    }
  }
}
