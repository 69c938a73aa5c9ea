import CWeirKernels
import WeirBase

/// Choosing rows: every verb that filters, sorts, joins or splits ends here.
extension Column {
  /// The value of one row, which must be in the column.
  package func scalar(at row: Int) -> Scalar {
    if isMissing(row) { return .missing }
    switch storage {
    case .bool(let v): return .bool(v[row])
    case .int(let v): return .int(v[row])
    case .float(let v): return .float(v[row])
    case .text(let v): return .text(v[row])
    case .date(let v): return .date(Day(v[row]))
    case .dateTime(let v): return .dateTime(Instant(v[row]))
    case .duration(let v): return .duration(TimeSpan(v[row]))
    case .objects: return .missing
    }
  }

  /// The rows at these positions, in this order; a position below zero gives a missing value.
  package func taking(_ rows: [Int]) -> Column { taking(Positions(rows)) }

  package func taking(_ rows: Positions) -> Column {
    if rows.areAll(count) { return self }
    return Column(storage.taking(rows), validity: validity != nil || rows.hasAbsent ? rows.gathered(validity) : nil)
  }

  /// The rows where a bool column is true; throws where the mask has another type or length.
  package func filtered(by mask: Column) throws(TableError) -> Column {
    taking(Positions(try mask.trueBits(count: count).positions()))
  }

  /// The positions where a bool column is true; missing counts as false.
  package func trueRows(count: Int) throws(TableError) -> [Int] { try trueBits(count: count).positions().map { Int($0) } }

  /// Where a bool column is true; missing counts as false.
  func trueBits(count: Int) throws(TableError) -> Bitmap {
    guard case .bool(let bits) = storage else {
      throw .wrongType(operation: "a filter", column: nil, type: type.description, expected: "true or false on every row")
    }
    guard bits.count == count else { throw .lengthDiffers("the condition", bits.count, expected: count) }
    let valid = validity
    return Bitmap(filling: count) { out in
      let out = Places(out)
      Workers.current.overRows(count) { block in
        bits.withUnsafeBytes { bits in
          guard let bits = bits.bindMemory(to: UInt8.self).baseAddress else { return }
          let from = block.lowerBound
          valid.withWords { weir_pack_mask(bits + from, $0.map { $0 + from / 64 }, block.count, out.base + from / 64) }
        }
      }
    }
  }

  /// The rows of a range, which must lie in the column.
  package func sliced(_ range: Range<Int>) -> Column {
    if range.lowerBound == 0, range.upperBound == count { return self }
    let part: Storage
    switch storage {
    case .bool(let v): part = .bool(Array(v[range]))
    case .int(let v): part = .int(Array(v[range]))
    case .float(let v): part = .float(Array(v[range]))
    case .date(let v): part = .date(Array(v[range]))
    case .dateTime(let v): part = .dateTime(Array(v[range]))
    case .duration(let v): part = .duration(Array(v[range]))
    case .objects(let v, let type): part = .objects(Array(v[range]), type: type)
    case .text: return taking(Array(range))
    }
    return Column(part, validity: validity.map { $0.sliced(range) })
  }
}

extension Optional<Bitmap> {
  /// The words of the bitmap, nil where there is none.
  func withWords<Result>(_ body: (UnsafePointer<UInt64>?) -> Result) -> Result {
    guard let self else { return body(nil) }
    return self.words.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

extension Bitmap {
  /// The positions of the set bits; there must be fewer than 2^31 bits.
  func positions() -> [Int32] {
    precondition(count <= Positions.mostRows)
    let blocks = Workers.blockCount(count), count = count, words = words
    var starts = [Int](repeating: 0, count: blocks + 1)
    words.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return }
      for block in 0..<blocks {
        let rows = Workers.block(block, of: count)
        starts[block + 1] = starts[block] + Int(weir_count_bits(base + rows.lowerBound / 64, (rows.count + 63) / 64))
      }
    }
    let firsts = starts
    return Array(filling: starts[blocks]) { out in
      let out = Places(out)
      Workers.current.overRows(count) { rows in
        words.withUnsafeBufferPointer { words in
          guard let base = words.baseAddress else { return }
          let start = firsts[rows.lowerBound / Workers.blockRows]
          _ = weir_list_bits(base + rows.lowerBound / 64, (rows.count + 63) / 64, Int32(rows.lowerBound), out.base + start)
        }
      }
    }
  }

  /// The bits of a range.
  func sliced(_ range: Range<Int>) -> Bitmap {
    let shift = UInt64(range.lowerBound & 63), first = range.lowerBound / 64
    return Bitmap(filling: range.count) { out in
      for word in 0..<(range.count + 63) / 64 {
        let low = words[first + word] >> shift
        let high = shift > 0 && first + word + 1 < words.count ? words[first + word + 1] << (64 - shift) : 0
        out[word] = low | high
      }
    }
  }
}

extension Column.Storage {
  fileprivate func taking(_ rows: Positions) -> Column.Storage {
    switch self {
    case .bool(let v): return .bool(rows.gathered(v))
    case .int(let v): return .int(rows.gathered(v))
    case .float(let v): return .float(rows.gathered(v))
    case .text(let v): return .text(v.taking(rows))
    case .date(let v): return .date(rows.gathered(v))
    case .dateTime(let v): return .dateTime(rows.gathered(v))
    case .duration(let v): return .duration(rows.gathered(v))
    case .objects(let v, let type):
      precondition(rows.greatest < v.count)
      // A row without a value still needs some object in its place.
      guard let first = v.first else { return .objects([], type: type) }
      return .objects((0..<rows.count).map { rows[$0] < 0 ? first : v[rows[$0]] }, type: type)
    }
  }
}
