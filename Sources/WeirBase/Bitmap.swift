import CWeirKernels

/// A packed sequence of bits, one for each row of a column: set means the row has a value.
package struct Bitmap: Sendable, Hashable {
  package private(set) var words: [UInt64]
  package private(set) var count: Int

  package init(repeating bit: Bool, count: Int) {
    self.count = count
    words = Array(repeating: bit ? ~0 : 0, count: (count + 63) / 64)
    clearTail()
  }

  package init(_ bits: [Bool]) {
    self.init(repeating: false, count: bits.count)
    for i in 0..<bits.count where bits[i] { words[i >> 6] |= 1 << UInt64(i & 63) }
  }

  /// Takes words as they lie; bits past `count` are cleared. `words` must hold at least `count` bits.
  package init(words: [UInt64], count: Int) {
    precondition(words.count * 64 >= count)
    self.words = Array(words.prefix((count + 63) / 64))
    self.count = count
    clearTail()
  }

  /// Bits that `fill` sets, a word for each 64; those past `count` are cleared.
  package init(filling count: Int, _ fill: (UnsafeMutablePointer<UInt64>) -> Void) {
    self.count = count
    words = Array(filling: (count + 63) / 64, fill)
    clearTail()
  }

  package subscript(index: Int) -> Bool {
    get { words[index >> 6] & (1 << UInt64(index & 63)) != 0 }
    set {
      if newValue { words[index >> 6] |= 1 << UInt64(index & 63) } else { words[index >> 6] &= ~(1 << UInt64(index & 63)) }
    }
  }

  package var setCount: Int {
    words.withUnsafeBufferPointer { words in words.baseAddress.map { Int(weir_count_bits($0, words.count)) } ?? 0 }
  }
  package var allSet: Bool { setCount == count }

  package mutating func append(_ bit: Bool) {
    if count & 63 == 0 { words.append(0) }
    count += 1
    if bit { words[(count - 1) >> 6] |= 1 << UInt64((count - 1) & 63) }
  }

  package static func & (a: Bitmap, b: Bitmap) -> Bitmap {
    precondition(a.count == b.count)
    var out = a
    for i in out.words.indices { out.words[i] &= b.words[i] }
    return out
  }

  package static func | (a: Bitmap, b: Bitmap) -> Bitmap {
    precondition(a.count == b.count)
    var out = a
    for i in out.words.indices { out.words[i] |= b.words[i] }
    return out
  }

  private mutating func clearTail() {
    if count & 63 != 0, let last = words.indices.last { words[last] &= (1 << UInt64(count & 63)) - 1 }
  }
}
