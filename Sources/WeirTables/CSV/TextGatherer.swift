/// Gathers the texts of a column one after the other: as a dictionary while they repeat, plainly once they do not.
struct TextGatherer: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var offsets: [Int] = [0]
  /// The entry of each row; nil where each row is its own entry.
  private(set) var codes: [UInt32]? = []
  /// Open addressing: entry number + 1, or 0.
  private var slots: [UInt32] = Array(repeating: 0, count: 64)

  /// Dictionaries smaller than this are kept until the end decides.
  private static let smallDictionary = 4096

  var rowCount: Int { codes?.count ?? offsets.count - 1 }
  private var entryCount: Int { offsets.count - 1 }

  mutating func append(_ text: UnsafeRawBufferPointer) {
    guard codes != nil else {
      bytes.append(contentsOf: text)
      offsets.append(bytes.count)
      return
    }
    let code = entry(of: text)
    codes?.append(code)
    if entryCount > TextGatherer.smallDictionary, entryCount > rowCount / 2 { makePlain() }
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends the rows of another column, in their order.
  mutating func append(_ other: TextGatherer) {
    other.bytes.withUnsafeBytes { source in
      guard codes != nil, let otherCodes = other.codes else {
        makePlain()
        for row in 0..<other.rowCount {
          let e = other.codes.map { Int($0[row]) } ?? row
          append(UnsafeRawBufferPointer(rebasing: source[other.offsets[e]..<other.offsets[e + 1]]))
        }
        return
      }
      var mapped: [UInt32] = []
      mapped.reserveCapacity(other.entryCount)
      for e in 0..<other.entryCount {
        mapped.append(entry(of: UnsafeRawBufferPointer(rebasing: source[other.offsets[e]..<other.offsets[e + 1]])))
      }
      codes?.append(contentsOf: otherCodes.lazy.map { mapped[Int($0)] })
      if entryCount > TextGatherer.smallDictionary, entryCount > rowCount / 2 { makePlain() }
    }
  }

  /// The column; a dictionary is kept where entries repeat twice on average.
  consuming func finished() -> TextValues {
    if codes != nil, entryCount > rowCount / 2 { makePlain() }
    return TextValues(bytes: bytes, offsets: offsets, codes: codes)
  }

  private mutating func makePlain() {
    guard let codes else { return }
    var plain: [UInt8] = []
    var plainOffsets = [0]
    plainOffsets.reserveCapacity(codes.count + 1)
    for code in codes {
      plain.append(contentsOf: bytes[offsets[Int(code)]..<offsets[Int(code) + 1]])
      plainOffsets.append(plain.count)
    }
    (bytes, offsets, self.codes, slots) = (plain, plainOffsets, nil, [])
  }

  private mutating func entry(of text: UnsafeRawBufferPointer) -> UInt32 {
    if entryCount * 2 >= slots.count { grow() }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: TextGatherer.hash(text)) & mask
    while slots[slot] != 0 {
      let e = Int(slots[slot]) - 1
      if offsets[e + 1] - offsets[e] == text.count, bytes[offsets[e]..<offsets[e + 1]].elementsEqual(text) {
        return UInt32(e)
      }
      slot = (slot + 1) & mask
    }
    bytes.append(contentsOf: text)
    offsets.append(bytes.count)
    slots[slot] = UInt32(entryCount)
    return UInt32(entryCount - 1)
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    var wider = [UInt32](repeating: 0, count: mask + 1)
    bytes.withUnsafeBytes { source in
      for e in 0..<entryCount {
        let text = UnsafeRawBufferPointer(rebasing: source[offsets[e]..<offsets[e + 1]])
        var slot = Int(truncatingIfNeeded: TextGatherer.hash(text)) & mask
        while wider[slot] != 0 { slot = (slot + 1) & mask }
        wider[slot] = UInt32(e + 1)
      }
    }
    slots = wider
  }

  private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(text.count)
    var i = 0
    while i + 8 <= text.count {
      hash = (hash ^ text.loadUnaligned(fromByteOffset: i, as: UInt64.self)) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash >> 32
      i += 8
    }
    while i < text.count {
      hash = (hash ^ UInt64(text[i])) &* 0x0000_0100_0000_01b3
      i += 1
    }
    return hash ^ hash >> 29
  }
}
