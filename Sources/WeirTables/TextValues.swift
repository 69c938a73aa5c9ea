/// The texts of a column: UTF-8 bytes in one buffer, and which of them each row holds.
///
/// Entry `e` is `bytes[offsets[e] ..< offsets[e + 1]]`. With `codes`, row `i` is entry `codes[i]`; without, row `i` is
/// entry `i`. Columns of chosen rows share the bytes of the column they come from, so an entry may be used by no row, and
/// entries are distinct only where `entriesAreDistinct` says so.
package struct TextValues: Sendable {
  package private(set) var bytes: [UInt8]
  package private(set) var offsets: [Int]
  package private(set) var codes: [UInt32]?
  /// Whether there are codes, and no two entries are equal: then codes are equal exactly where texts are.
  package private(set) var entriesAreDistinct: Bool

  /// `offsets` starts at 0, never falls and ends at `bytes.count`; codes are below the entry count.
  package init(bytes: [UInt8], offsets: [Int], codes: [UInt32]? = nil, entriesAreDistinct: Bool = true) {
    precondition(offsets.first == 0 && offsets.last == bytes.count)
    self.bytes = bytes
    self.offsets = offsets
    self.codes = codes
    self.entriesAreDistinct = codes != nil && entriesAreDistinct
  }

  package init(_ texts: [String]) {
    bytes = []
    offsets = [0]
    offsets.reserveCapacity(texts.count + 1)
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      offsets.append(bytes.count)
    }
    codes = nil
    entriesAreDistinct = false
  }

  package var count: Int { codes?.count ?? entryCount }
  package var entryCount: Int { offsets.count - 1 }

  package subscript(row: Int) -> String { entry(codes.map { Int($0[row]) } ?? row) }

  package func entry(_ index: Int) -> String {
    String(decoding: bytes[offsets[index]..<offsets[index + 1]], as: UTF8.self)
  }
}
