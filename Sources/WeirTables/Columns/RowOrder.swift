import CWeirKernels
import WeirBase

/// The order of rows by fields of numbers, the first counting most; rows equal in all stay in their order.
struct RowOrder {
  let rows: [Int32]

  init(_ fields: [SortField], count: Int) {
    precondition(count <= Positions.mostRows)
    let words = RowOrder.words(fields)
    if words.isEmpty || count < 2 {
      rows = (0..<Int32(count)).map { $0 }
    } else if count < 256 {
      rows = RowOrder.compared(words.map { RowOrder.keys($0, count) }, count)
    } else {
      var order: [UInt32]?
      for word in words.reversed() {
        let bits = word.reduce(0) { $0 + $1.bits }
        order = RowOrder.sorted(RowOrder.keys(word, count), order, bits: bits)
      }
      rows = (order ?? []).withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
    }
  }

  /// Fields in words of at most 64 bits.
  private static func words(_ fields: [SortField]) -> [[SortField]] {
    var words: [[SortField]] = []
    var free = 0
    for field in fields {
      if field.bits > free {
        words.append([])
        free = 64
      }
      words[words.count - 1].append(field)
      free -= field.bits
    }
    return words
  }

  private static func keys(_ word: [SortField], _ count: Int) -> [UInt64] {
    [UInt64](filling: count) { out in
      let out = Places(out)
      Workers.current.overRows(count) { rows in
        for (place, field) in word.enumerated() { field.append(to: out.base, isFirst: place == 0, rows) }
      }
    }
  }

  private static func compared(_ words: [[UInt64]], _ count: Int) -> [Int32] {
    (0..<Int32(count)).sorted { a, b in
      for keys in words where keys[Int(a)] != keys[Int(b)] { return keys[Int(a)] < keys[Int(b)] }
      return a < b
    }
  }

  /// Radix sort from the last digit on (Knuth, volume 3, 5.2.5), each pass in parts of the rows.
  private static func sorted(_ keys: consuming [UInt64], _ order: [UInt32]?, bits: Int) -> [UInt32] {
    let count = keys.count
    let passes = (bits + 10) / 11, width = (bits + max(passes, 1) - 1) / max(passes, 1)
    var keys = keys
    if let order { keys = Positions(order.map { Int32(bitPattern: $0) }).gathered(keys) }
    var order = order
    var spare = [UInt64](filling: count) { $0.update(repeating: 0, count: 1) }
    let parts = max(1, min(16, Workers.blockCount(count)))
    for pass in 0..<passes {
      let shift = Int32(pass * width), width = Int32(min(width, bits - pass * width))
      let from = keys, rowsBefore = order
      let counts = Workers.current.results(parts) { part in
        let rows = Workers.part(part, of: parts, rows: count)
        var counts = [UInt32](repeating: 0, count: 1 << width)
        from.withUnsafeBufferPointer {
          weir_count_digits($0.baseAddress, shift, width, rows.lowerBound, rows.upperBound, &counts)
        }
        return counts
      }
      let (places, starts) = startingPlaces(counts, 1 << Int(width))
      // A digit that all keys share puts nothing in order.
      if zip(starts, starts.dropFirst()).contains(where: { Int($1 - $0) == count }) { continue }
      let isLast = pass == passes - 1
      order = spare.withUnsafeMutableBufferPointer { spare in
        guard let spare = spare.baseAddress else { return [] }
        let keysOut = Places(spare)
        return [UInt32](filling: count) { out in
          let out = Places(out)
          Workers.current.run(parts) { part in
            let rows = Workers.part(part, of: parts, rows: count)
            var places = places[part]
            from.withUnsafeBufferPointer { keys in
              rowsBefore.withRows {
                weir_scatter_digits(
                  keys.baseAddress, $0, shift, width, rows.lowerBound, rows.upperBound, &places,
                  isLast ? nil : keysOut.base, out.base)
              }
            }
          }
        }
      }
      if !isLast { swap(&keys, &spare) }
    }
    return order ?? Array(0..<UInt32(count))
  }
}

extension Optional<[UInt32]> {
  fileprivate func withRows<Result>(_ body: (UnsafePointer<UInt32>?) -> Result) -> Result {
    guard let self else { return body(nil) }
    return self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
