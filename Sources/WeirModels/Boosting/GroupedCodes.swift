import WeirBase
import WeirTables

/// The codes of the training rows, in groups of a few features: a group's histogram stays in the fastest cache, and groups
/// are what the workers share out. Rows without a value have the code after the last bin.
struct GroupedCodes: Sendable {
  struct Group: Sendable {
    let features: Range<Int>
    /// Where the group's codes start; row r's are at `start + r * width`.
    let start: Int
    var width: Int { features.count }
  }

  let groups: [Group]
  let bins: [FeatureBins]
  let hasMissing: [Bool]
  let codes: SharedArray<UInt8>
  let rowCount: Int
  /// Where the sums of each feature start in a histogram; one for the missing ones follows those of its bins.
  let offsets: [UInt32]
  let binCount: Int

  init(_ columns: [Column], names: [String], categories: Set<Int>, for step: String, workers: Workers) throws {
    let p = columns.count, n = columns.first?.count ?? 0
    // An even number of groups, where there are two at all, suits two, four or six workers.
    let wanted = (p + 7) / 8, parts = wanted > 1 ? (wanted + 1) / 2 * 2 : 1
    let groups = (0..<parts).map { Group(features: p * $0 / parts..<p * ($0 + 1) / parts, start: p * $0 / parts * n) }
    let codes = SharedArray<UInt8>(repeating: 0, count: n * p)
    let found = try workers.map(p) { j in
      let bins = try FeatureBins(of: columns[j], named: names[j], for: step, asCategories: categories.contains(j))
      let group = groups.first { $0.features.contains(j) } ?? groups[0]
      let base = codes.base + group.start + j - group.features.lowerBound, missing = UInt8(clamping: bins.count)
      let coder = BinCoder([bins])
      if bins.isCategorical {
        coder.encodeCategories(columns[j], feature: 0, missing: missing, into: base, stride: group.width)
      } else {
        try columns[j].binnedNumbers(named: names[j], for: step).withUnsafeBufferPointer {
          coder.encode($0, feature: 0, missing: missing, into: base, stride: group.width)
        }
      }
      let hasMissing = columns[j].missingCount > 0 || (0..<n).contains { base[$0 * group.width] == missing }
      return (bins: bins, hasMissing: hasMissing)
    }
    self.groups = groups
    self.codes = codes
    bins = found.map(\.bins)
    hasMissing = found.map(\.hasMissing)
    rowCount = n
    var offsets: [UInt32] = [], sum = 0
    for bins in bins {
      offsets.append(UInt32(sum))
      sum += bins.count + 1
    }
    self.offsets = offsets
    binCount = sum
  }

  /// The codes of one feature: the first, and how far apart they are.
  func column(_ feature: Int) -> (base: UnsafeMutablePointer<UInt8>, stride: Int) {
    let group = groups.first { $0.features.contains(feature) } ?? groups[0]
    return (codes.base + group.start + feature - group.features.lowerBound, group.width)
  }
}
