import CWeirKernels
import WeirBase
import WeirTables

/// Writes the codes of columns: what `FeatureBins` say, ready for many rows or for one.
struct BinCoder: Sendable {
  let bins: [FeatureBins]
  private let padded: [[Double]]
  private let steps: [UInt32]

  init(_ bins: [FeatureBins]) {
    self.bins = bins
    let edges = bins.map { (bins) -> [Double] in if case .numbers(let edges) = bins { edges } else { [] } }
    steps = edges.map { UInt32(Int.bitWidth - $0.count.leadingZeroBitCount) }
    // As many edges as steps of halving can tell apart.
    padded = zip(edges, steps).map { (edges: [Double], steps: UInt32) -> [Double] in
      let room = (1 << Int(steps)) - 1
      return edges + [Double](repeating: .infinity, count: room - edges.count)
    }
  }

  /// Codes of numbers, one byte every `stride`.
  func encode(
    _ values: UnsafeBufferPointer<Double>, feature: Int, missing: UInt8, into codes: UnsafeMutablePointer<UInt8>, stride: Int
  ) {
    guard let base = values.baseAddress else { return }
    padded[feature].withUnsafeBufferPointer { edges in
      // With no edge there is no step, and nothing is read.
      let first = edges.baseAddress ?? base
      weir_bin_values(base, values.count, first, steps[feature], missing, codes, stride)
    }
  }

  /// Codes of numbers, one next to the other in blocks of `MaskedTrees.block`, which are `jump` apart.
  func encodeBlocks(
    _ values: UnsafeBufferPointer<Double>, feature: Int, missing: UInt8, into codes: UnsafeMutablePointer<UInt8>, jump: Int
  ) {
    guard let base = values.baseAddress else { return }
    padded[feature].withUnsafeBufferPointer { edges in
      weir_bin_blocks(base, values.count, edges.baseAddress ?? base, steps[feature], missing, codes, jump)
    }
  }

  /// Codes of categories; what is none of them is missing, or among the pooled ones.
  func encodeCategories(
    _ column: Column, feature: Int, missing: UInt8, into codes: UnsafeMutablePointer<UInt8>, stride: Int
  ) {
    guard case .categories(let labels, let pooled) = bins[feature] else { return }
    let other = pooled ? UInt8(clamping: labels.count) : missing
    for (row, code) in labels.codes(of: column).enumerated() {
      codes[row * stride] = code >= 0 ? UInt8(clamping: code) : column.isMissing(row) ? missing : other
    }
  }
}

/// The columns of new rows, as the trees of a model read them: blocks of rows, code by code.
struct BinnedRows: Sendable {
  private enum Source: Sendable {
    case numbers([Double])
    case categories(Column)
  }

  private let sources: [Source]
  private let coder: BinCoder
  let rowCount: Int

  /// The columns of those names, as `Design` looks for them.
  init(_ table: Table, named names: [String], coder: BinCoder, for model: String) throws {
    let absent = names.filter { table[$0] == nil }
    guard absent.isEmpty else { throw ModelError.columnsAbsent(absent, from: table.names, for: model) }
    let bins = coder.bins, workers = table.rowCount >= 1 << 12 ? Workers.current : .one
    sources = try workers.map(names.count) { j in
      let name = names[j], bins = bins[j]
      guard let column = table[name] else { throw ModelError.columnsAbsent([name], from: table.names, for: model) }
      if bins.isCategorical { return .categories(column) }
      if column.type == .text, column.missingCount == column.count {
        return .numbers([Double](repeating: .nan, count: column.count))
      }
      if column.type == .text {
        throw ModelError(
          "`\(model)` learned from numbers in the column `\(name)`, which holds text here",
          mend: "make numbers of it before: `cast(\(name): \"float\")`")
      }
      return .numbers(try column.binnedNumbers(named: name, for: model))
    }
    self.coder = coder
    rowCount = table.rowCount
  }

  /// The codes of some rows in blocks of `MaskedTrees.block`, each feature by feature; no feature holds categories.
  func blocks(_ rows: Range<Int>) -> [UInt8] {
    let block = MaskedTrees.block, width = sources.count, size = (rows.count + block - 1) / block * block * width
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = size
      guard let base = buffer.baseAddress else { return }
      let last = rows.count / block * block
      if last < rows.count { (base + last * width).initialize(repeating: 0, count: block * width) }
      for (j, source) in sources.enumerated() {
        guard case .numbers(let values) = source else { continue }
        values.withUnsafeBufferPointer {
          coder.encodeBlocks(
            UnsafeBufferPointer(rebasing: $0[rows]), feature: j, missing: FeatureBins.missing, into: base + j * block,
            jump: block * width)
        }
      }
    }
  }

  /// The codes of some rows, row by row.
  func codes(_ rows: Range<Int>) -> [UInt8] {
    let width = sources.count
    return [UInt8](unsafeUninitializedCapacity: rows.count * width) { buffer, count in
      count = rows.count * width
      guard let base = buffer.baseAddress else { return }
      for (j, source) in sources.enumerated() {
        switch source {
        case .numbers(let values):
          values.withUnsafeBufferPointer {
            coder.encode(
              UnsafeBufferPointer(rebasing: $0[rows]), feature: j, missing: FeatureBins.missing, into: base + j, stride: width)
          }
        case .categories(let column):
          let part = rows.count == column.count ? column : column.taking(Array(rows))
          coder.encodeCategories(part, feature: j, missing: FeatureBins.missing, into: base + j, stride: width)
        }
      }
    }
  }
}
