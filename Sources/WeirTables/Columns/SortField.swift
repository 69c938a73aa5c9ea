import CWeirKernels
import WeirBase

/// A sort key as numbers: whole numbers without a sign, in the order of the values, from 0 up to a bound.
struct SortField: Sendable {
  private let keys: [UInt64]
  private let validity: Bitmap?
  private let isFalling: Bool
  private let least: UInt64
  private let greatest: UInt64
  /// What stands for a row without a value.
  private let missing: UInt64
  /// How many bits a number takes.
  let bits: Int

  private init(
    _ keys: [UInt64], _ validity: Bitmap?, isFalling: Bool, least: UInt64, greatest: UInt64, missing: UInt64, bits: Int
  ) {
    self.keys = keys
    self.validity = validity
    self.isFalling = isFalling
    self.least = least
    self.greatest = greatest
    self.missing = missing
    self.bits = bits
  }

  /// Nil where the column puts no row before another.
  init?(_ column: Column, falling: Bool, count: Int) {
    guard let made = SortField.keys(of: column, falling: falling, count: count) else { return nil }
    let (keys, isReversed) = made
    validity = column.validity
    self.keys = keys
    isFalling = falling && !isReversed
    let valid = validity
    let ranges: [(UInt64, UInt64)?] = Workers.current.blocks(of: count) { rows in
      var (least, greatest): (UInt64, UInt64) = (0, 0)
      let found = keys.withUnsafeBufferPointer { keys in
        valid.withWords { weir_key_range(keys.baseAddress, $0, rows.lowerBound, rows.upperBound, &least, &greatest) }
      }
      return found == 0 ? nil : (least, greatest)
    }
    let found = ranges.compactMap { $0 }
    least = found.map(\.0).min() ?? 0
    greatest = found.map(\.1).max() ?? 0
    let width = greatest - least
    missing = width == .max ? 0 : width + 1
    bits = 64 - (validity != nil && width < .max ? width + 1 : width).leadingZeroBitCount
    if found.isEmpty || (bits == 0 && validity == nil) { return nil }
  }

  /// The field itself, and before it one of a single bit where no number is left to stand for missing rows.
  var parts: [SortField] {
    guard validity != nil, greatest - least == .max else { return [self] }
    let zeros = [UInt64](repeating: 0, count: keys.count)
    return [SortField(zeros, validity, isFalling: false, least: 0, greatest: 0, missing: 1, bits: 1), self]
  }

  /// `word << bits | number` for the rows; a field of 64 bits, and the first of a word, starts anew.
  func append(to words: UnsafeMutablePointer<UInt64>, isFirst: Bool, _ rows: Range<Int>) {
    keys.withUnsafeBufferPointer { keys in
      validity.withWords {
        weir_append_field(
          keys.baseAddress, $0, isFalling ? 1 : 0, least, greatest, missing, isFirst ? 64 : Int32(bits), rows.lowerBound,
          rows.upperBound, words)
      }
    }
  }

  /// The keys, and whether they fall already.
  private static func keys(of column: Column, falling: Bool, count: Int) -> (keys: [UInt64], isReversed: Bool)? {
    func ints<T: BitwiseCopyable & Sendable>(_ values: [T]) -> (keys: [UInt64], isReversed: Bool) {
      let keys = [UInt64](filling: count) { out in
        let out = Places(out)
        Workers.current.overRows(count) { rows in
          values.withUnsafeBytes {
            weir_order_ints($0.baseAddress, Int32(MemoryLayout<T>.stride), rows.lowerBound, rows.upperBound, out.base)
          }
        }
      }
      return (keys, false)
    }
    switch column.storage {
    case .bool(let v): return ints(v)
    case .int(let v), .dateTime(let v), .duration(let v): return ints(v)
    case .date(let v): return ints(v)
    case .float(let v):
      let keys = [UInt64](filling: count) { out in
        let out = Places(out)
        Workers.current.overRows(count) { rows in
          v.withUnsafeBufferPointer {
            weir_order_floats($0.baseAddress, falling ? 1 : 0, rows.lowerBound, rows.upperBound, out.base)
          }
        }
      }
      return (keys, falling)
    case .text(let texts):
      let coded = texts.dictionaryCoded
      guard let codes = coded.codes else { return nil }
      let ranks = coded.entryRanks
      let keys = [UInt64](filling: count) { out in
        let out = Places(out)
        Workers.current.overRows(count) { rows in
          codes.withUnsafeBufferPointer { codes in
            ranks.withUnsafeBufferPointer { ranks in for row in rows { out[row] = UInt64(ranks[Int(codes[row])]) } }
          }
        }
      }
      return (keys, false)
    case .objects: return nil
    }
  }
}

extension TextValues {
  /// The place of each entry among all in the order of texts.
  var entryRanks: [UInt32] {
    var order = Array(0..<UInt32(entryCount))
    if bytes.allSatisfy({ $0 < 128 }) {
      // Texts of ASCII alone are in the order of their bytes.
      withUnsafeTemporaryAllocation(byteCount: max(16 * entryCount, 16), alignment: 16) { spare in
        bytes.withUnsafeBufferPointer { bytes in
          offsets.withUnsafeBytes { offsets in
            weir_sort_texts(
              bytes.baseAddress, offsets.bindMemory(to: Int64.self).baseAddress, &order, spare.baseAddress, entryCount)
          }
        }
      }
    } else {
      let texts = (0..<entryCount).map { entry($0) }
      order.sort { texts[Int($0)] != texts[Int($1)] ? texts[Int($0)] < texts[Int($1)] : $0 < $1 }
    }
    var ranks = [UInt32](repeating: 0, count: entryCount)
    for (place, entry) in order.enumerated() { ranks[Int(entry)] = UInt32(place) }
    return ranks
  }
}
