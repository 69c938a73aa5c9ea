import WeirBase
import WeirTables

/// The codes of the training rows, feature by feature: what trees read that look at a few features of a node. Rows without
/// a value have a code of their own, above all others.
struct BinnedColumns: Sendable {
  let bins: [FeatureBins]
  let codes: SharedArray<UInt8>
  let rowCount: Int

  init(_ features: Table, for step: String, workers: Workers) throws {
    let columns = features.columns, names = features.names, n = features.rowCount
    let codes = SharedArray<UInt8>(repeating: 0, count: n * columns.count)
    bins = try workers.map(columns.count) { j in
      let numbers = try columns[j].withoutEmptyText.binnedNumbers(named: names[j], for: step)
      let bins = FeatureBins.numbers(edges: FeatureBins.edges(numbers))
      numbers.withUnsafeBufferPointer {
        BinCoder([bins]).encode($0, feature: 0, missing: FeatureBins.missing, into: codes.base + j * n, stride: 1)
      }
      return bins
    }
    self.codes = codes
    rowCount = n
  }

  func column(_ feature: Int) -> UnsafeMutablePointer<UInt8> { codes.base + feature * rowCount }
}
