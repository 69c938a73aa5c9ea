import CWeirKernels
import WeirBase

/// Rows numbered by the values of columns: equal rows have one number, in the order of first appearance.
///
/// Whole numbers, dates and coded texts of a small range address a table of numbers directly. Everything else is hashed;
/// rows go to parts by their hash, so that each part fits into the cache, and parts are worked on side by side. How many
/// there are depends on the data alone.
struct RowNumbering: Sendable {
  /// The number of each row; empty where it was not asked for.
  let numbers: [UInt32]
  let firstRows: [Int]

  /// There must be a column, and fewer than 2^31 rows.
  init(_ columns: [Column], count: Int, wantsNumbers: Bool = true) {
    precondition(count <= Positions.mostRows)
    let keys = columns.map { RowKey($0) }
    if count == 0 {
      (numbers, firstRows) = ([], [])
    } else if let dense = DenseKeys(keys, count: count) {
      (numbers, firstRows) = dense.numbered(wantsNumbers: wantsNumbers)
    } else {
      let firsts = RowNumbering.firsts(keys, count: count)
      (numbers, firstRows) = RowNumbering.numbered(firsts, wantsNumbers: wantsNumbers)
    }
  }

  /// For each row the first that is equal to it.
  static func firsts(_ keys: [RowKey], count: Int) -> [UInt32] {
    let hashes = [UInt64](filling: count) { out in
      let out = Places(out)
      Workers.current.overRows(count) { rows in
        for (place, key) in keys.enumerated() { key.hash(isFirst: place == 0, rows, out.base) }
      }
    }
    let firsts = HashParts(hashes).firsts
    if keys.count == 1, keys[0].isExact { return firsts }
    // Rows with one hash are nearly always equal; that they are is checked column by column.
    let agrees = Workers.current.blocks(of: count) { rows in
      firsts.withUnsafeBufferPointer { firsts in
        firsts.baseAddress.map { base in keys.allSatisfy { $0.agrees(base, rows) } } ?? true
      }
    }
    return agrees.allSatisfy { $0 } ? firsts : surely(keys, count: count)
  }

  /// The same, slowly, for rows whose hashes collide.
  static func surely(_ keys: [RowKey], count: Int) -> [UInt32] {
    var seen: [[UInt8]: UInt32] = [:]
    return (0..<count).map { row in
      var bytes: [UInt8] = []
      for key in keys { key.appendBytes(row, to: &bytes) }
      let first = seen[bytes] ?? UInt32(row)
      seen[bytes] = first
      return first
    }
  }

  private static func numbered(_ firsts: [UInt32], wantsNumbers: Bool) -> (numbers: [UInt32], firstRows: [Int]) {
    let count = firsts.count
    let counts = Workers.current.blocks(of: count) { rows in
      firsts.withUnsafeBufferPointer { weir_count_firsts($0.baseAddress, rows.lowerBound, rows.upperBound) }
    }
    var starts = [0]
    for count in counts { starts.append((starts.last ?? 0) + count) }
    let begins = starts
    var firstRows: [Int] = []
    let numbers = [UInt32](filling: wantsNumbers ? count : 1) { numbers in
      numbers[0] = 0
      let numbers = Places(numbers)
      firstRows = [Int](filling: begins.last ?? 0) { out in
        let out = Places(UnsafeMutableRawPointer(out).assumingMemoryBound(to: Int64.self))
        Workers.current.overRows(count) { rows in
          firsts.withUnsafeBufferPointer {
            weir_number_firsts(
              $0.baseAddress, rows.lowerBound, rows.upperBound, UInt32(begins[rows.lowerBound / Workers.blockRows]),
              wantsNumbers ? numbers.base : nil, out.base)
          }
        }
      }
      guard wantsNumbers, firstRows.count < count else { return }
      Workers.current.overRows(count) { rows in
        firsts.withUnsafeBufferPointer { weir_spread_numbers($0.baseAddress, rows.lowerBound, rows.upperBound, numbers.base) }
      }
    }
    return (wantsNumbers ? numbers : [], firstRows)
  }
}

/// Keys of a small range, one number for each row.
struct DenseKeys {
  private var keys: [UInt32]
  private let size: Int

  /// Nil where a column has no whole numbers, or the range of all of them together is large beside the rows.
  init?(_ columns: [RowKey], count: Int) {
    var ranges: [(least: Int64, size: Int)] = []
    var size = 1
    for column in columns {
      guard let range = column.denseRange(count) else { return nil }
      let (product, overflow) = size.multipliedReportingOverflow(by: range.size + (column.validity == nil ? 0 : 1))
      guard !overflow, product <= max(4096, 2 * count) else { return nil }
      size = product
      ranges.append(range)
    }
    let found = ranges
    self.size = size
    keys = [UInt32](filling: count) { out in
      let out = Places(out)
      Workers.current.overRows(count) { rows in
        for (place, column) in columns.enumerated() {
          let range = found[place]
          column.addDense(
            least: range.least, missing: range.size, factor: place == 0 ? 0 : range.size + (column.validity == nil ? 0 : 1),
            rows, out.base)
        }
      }
    }
  }

  /// Parts of the rows number for themselves; then their numbers are made one.
  consuming func numbered(wantsNumbers: Bool) -> (numbers: [UInt32], firstRows: [Int]) {
    let count = keys.count, size = size
    let parts = max(1, min(16, count / (4 * size), count / Workers.blockRows))
    let keys = keys
    if parts == 1 {
      var firsts: [Int32] = []
      let numbers = [UInt32](filling: wantsNumbers ? count : 1) { out in
        out[0] = 0
        firsts = DenseKeys.number(keys, 0..<count, size: size, wantsNumbers ? out : nil)
      }
      return (wantsNumbers ? numbers : [], firsts.map { Int($0) })
    }
    var firstRows: [Int] = []
    let numbers = [UInt32](filling: wantsNumbers ? count : 1) { out in
      out[0] = 0
      let out = Places(out)
      let firsts = Workers.current.results(parts) { part in
        DenseKeys.number(keys, Workers.part(part, of: parts, rows: count), size: size, wantsNumbers ? out.base : nil)
      }
      var known = [UInt32](repeating: .max, count: size)
      var maps: [[UInt32]] = []
      for rows in firsts {
        maps.append(rows.map { row in
          let key = Int(keys[Int(row)])
          if known[key] == .max {
            known[key] = UInt32(firstRows.count)
            firstRows.append(Int(row))
          }
          return known[key]
        })
      }
      guard wantsNumbers else { return }
      let whole = maps
      Workers.current.run(parts) { part in
        let rows = Workers.part(part, of: parts, rows: count)
        guard !rows.isEmpty else { return }
        whole[part].withUnsafeBufferPointer {
          weir_lookup_codes($0.baseAddress, out.base + rows.lowerBound, rows.count, out.base + rows.lowerBound)
        }
      }
    }
    return (wantsNumbers ? numbers : [], firstRows)
  }

  private static func number(
    _ keys: [UInt32], _ rows: Range<Int>, size: Int, _ out: UnsafeMutablePointer<UInt32>?
  ) -> [Int32] {
    var table = [UInt32](repeating: .max, count: size)
    return [Int32](unsafeUninitializedCapacity: min(size, rows.count)) { firsts, filled in
      keys.withUnsafeBufferPointer { keys in
        filled = Int(
          weir_number_keys(keys.baseAddress, rows.lowerBound, rows.upperBound, &table, 0, out, firsts.baseAddress))
      }
    }
  }
}

/// Rows in parts by the top of their hashes.
private struct HashParts {
  /// For each row the first with its hash.
  let firsts: [UInt32]

  init(_ hashes: [UInt64]) {
    let count = hashes.count
    var bits = 0
    while bits < 10, count >> bits > 1 << 13 { bits += 1 }
    let (rows, sorted, starts) = HashParts.parted(hashes, bits: bits)
    firsts = [UInt32](filling: count) { out in
      let out = Places(out)
      Workers.current.run(starts.count - 1) { part in
        let range = Int(starts[part])..<Int(starts[part + 1])
        guard !range.isEmpty else { return }
        var slots = 16
        while slots < range.count * 2 { slots *= 2 }
        var table = [weir_slot](repeating: weir_slot(hash: 0, row: .max, unused: 0), count: slots)
        rows.withUnsafeBufferPointer { rows in
          sorted.withUnsafeBufferPointer { sorted in
            guard let rows = rows.baseAddress, let sorted = sorted.baseAddress else { return }
            _ = weir_group_hashes(
              sorted + range.lowerBound, rows + range.lowerBound, range.count, &table, UInt64(slots - 1), out.base)
          }
        }
      }
    }
  }

  private static func parted(_ hashes: [UInt64], bits: Int) -> (rows: [UInt32], hashes: [UInt64], starts: [UInt32]) {
    let count = hashes.count, parts = 1 << bits
    let counts = Workers.current.blocks(of: count) { rows in
      var counts = [UInt32](repeating: 0, count: parts)
      hashes.withUnsafeBufferPointer { weir_count_parts($0.baseAddress, Int32(bits), rows.lowerBound, rows.upperBound, &counts) }
      return counts
    }
    let (places, starts) = startingPlaces(counts, parts)
    var sorted: [UInt64] = []
    let rows = [UInt32](filling: count) { rowsOut in
      let rowsOut = Places(rowsOut)
      sorted = [UInt64](filling: count) { hashesOut in
        let hashesOut = Places(hashesOut)
        Workers.current.overRows(count) { rows in
          var places = places[rows.lowerBound / Workers.blockRows]
          hashes.withUnsafeBufferPointer {
            weir_scatter_parts(
              $0.baseAddress, Int32(bits), rows.lowerBound, rows.upperBound, &places, rowsOut.base, hashesOut.base)
          }
        }
      }
    }
    return (rows, sorted, starts)
  }
}

/// Where each block of rows puts what it has for each of the parts, blocks one after the other within a part; and where
/// parts start, with the end of the last.
func startingPlaces(_ counts: [[UInt32]], _ parts: Int) -> (places: [[UInt32]], starts: [UInt32]) {
  var places = counts
  var starts: [UInt32] = [], place: UInt32 = 0
  starts.reserveCapacity(parts + 1)
  for part in 0..<parts {
    starts.append(place)
    for block in counts.indices {
      places[block][part] = place
      place += counts[block][part]
    }
  }
  starts.append(place)
  return (places, starts)
}
