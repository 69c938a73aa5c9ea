import CWeirKernels
import WeirBase

/// The ranks that quantiles of `count` numbers lie between.
private func ranks(_ shares: [Double], of count: Int) -> [Int64] {
  var ranks: Set<Int64> = []
  for share in shares {
    let below = Int64((share * Double(count - 1)).rounded(.down))
    ranks.insert(min(max(below, 0), Int64(count - 1)))
    ranks.insert(min(max(below + 1, 0), Int64(count - 1)))
  }
  return ranks.sorted()
}

/// The number at a share of the way through `count` sorted numbers, which `number` knows by their ranks.
private func quantile(_ share: Double, of count: Int, _ number: (Int) -> Double) -> Double {
  let place = share * Double(count - 1), below = min(max(Int(place.rounded(.down)), 0), count - 1)
  guard below + 1 < count else { return number(count - 1) }
  let fraction = place - Double(below), low = number(below)
  return fraction == 0 ? low : NumberAggregate.between(low, number(below + 1), fraction)
}

/// How many numbers of a column share the top 16 bits of their place in the order: with that, a number of any rank is
/// found among the few that share its top.
struct TopCounts: Sendable {
  private let counts: [UInt32]
  private let count: Int

  init(_ values: [Double], _ validity: Bitmap?) {
    let rows = values.count, parts = max(1, min(16, Workers.blockCount(rows) / 4))
    let found = Workers.current.results(parts) { part in
      let rows = Workers.part(part, of: parts, rows: rows)
      var counts = [UInt32](repeating: 0, count: 1 << 16)
      values.withUnsafeBufferPointer { values in
        validity.withWords { weir_count_tops(values.baseAddress, $0, rows.lowerBound, rows.upperBound, &counts) }
      }
      return counts
    }
    var total = found[0]
    for counts in found.dropFirst() { for top in total.indices { total[top] += counts[top] } }
    counts = total
    count = validity?.setCount ?? rows
  }

  /// NaN where there is no number.
  func quantiles(_ shares: [Double], of values: [Double], _ validity: Bitmap?) -> [Double] {
    guard count > 0 else { return shares.map { _ in .nan } }
    let wanted = ranks(shares, of: count)
    // Which tops hold the ranks, and which ranks among what is collected those are.
    var partOf = [UInt8](repeating: 0, count: counts.count)
    var among: [Int64] = []
    var below: Int64 = 0, collected: Int64 = 0, next = 0
    for top in counts.indices where counts[top] > 0 {
      let end = below + Int64(counts[top])
      while next < wanted.count, wanted[next] < end {
        partOf[top] = 1
        among.append(collected + wanted[next] - below)
        next += 1
      }
      if partOf[top] == 1 { collected += Int64(counts[top]) }
      below = end
    }
    var keys = collect(values, validity, partOf)
    weir_select(&keys, keys.count, among, among.count)
    return shares.map { share in
      quantile(share, of: count) { rank in
        wanted.firstIndex(of: Int64(rank)).map { weir_number_of_bits(keys[Int(among[$0])]) } ?? .nan
      }
    }
  }

  private func collect(_ values: [Double], _ validity: Bitmap?, _ partOf: [UInt8]) -> [UInt64] {
    let blocks = Workers.current.blocks(of: values.count) { rows in
      [UInt64](unsafeUninitializedCapacity: rows.count) { out, filled in
        // Parts are counted from 1.
        var starts: [UInt64] = [0, 0]
        values.withUnsafeBufferPointer { values in
          validity.withWords {
            weir_collect_tops(values.baseAddress, $0, rows.lowerBound, rows.upperBound, partOf, &starts, out.baseAddress)
          }
        }
        filled = Int(starts[1])
      }
    }
    return Array(blocks.joined())
  }
}

/// The numbers of each group side by side, as whole numbers in their order.
struct GroupSegments: Sendable {
  private let keys: [UInt64]
  private let starts: [UInt32]

  init(_ values: [Double], _ validity: Bitmap?, _ grouping: Grouping) {
    let groups = grouping.groups, count = grouping.count
    let counts = Workers.current.results(grouping.partCount) { part in
      let rows = grouping.part(part)
      var counts = [UInt32](repeating: 0, count: count)
      groups.withUnsafeBufferPointer { groups in
        validity.withWords { weir_count_groups(groups.baseAddress, $0, rows.lowerBound, rows.upperBound, &counts) }
      }
      return counts
    }
    let (places, starts) = startingPlaces(counts, count)
    self.starts = starts
    let total = Int(starts[count])
    let numbers = [Double](filling: total) { out in
      let out = Places(out)
      Workers.current.run(grouping.partCount) { part in
        let rows = grouping.part(part)
        var places = places[part]
        values.withUnsafeBufferPointer { values in
          groups.withUnsafeBufferPointer { groups in
            validity.withWords {
              weir_scatter_values(
                groups.baseAddress, values.baseAddress, $0, rows.lowerBound, rows.upperBound, &places, out.base)
            }
          }
        }
      }
    }
    keys = [UInt64](filling: total) { out in
      let out = Places(out)
      Workers.current.overRows(total) { rows in
        numbers.withUnsafeBufferPointer { weir_order_floats($0.baseAddress, 0, rows.lowerBound, rows.upperBound, out.base) }
      }
    }
  }

  private func range(_ group: Int) -> Range<Int> { Int(starts[group])..<Int(starts[group + 1]) }

  func keys(of group: Int) -> [UInt64] { Array(keys[range(group)]) }

  func quantiles(_ shares: [Double]) -> [[Double]] {
    let groups = starts.count - 1
    // Large groups are parts of their own; small ones go together.
    let batch = max(1, groups / 256), batches = (groups + batch - 1) / batch
    let found = Workers.current.results(batches) { number in
      (number * batch..<min(groups, (number + 1) * batch)).map { group in
        var keys = keys(of: group)
        guard !keys.isEmpty else { return shares.map { _ in Double.nan } }
        let wanted = ranks(shares, of: keys.count)
        weir_select(&keys, keys.count, wanted, wanted.count)
        return shares.map { quantile($0, of: keys.count) { weir_number_of_bits(keys[$0]) } }
      }
    }
    return Array(found.joined())
  }
}
