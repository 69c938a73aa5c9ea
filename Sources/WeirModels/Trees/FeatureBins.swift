import CWeirKernels
package import WeirBase
import WeirTables

/// How the values of a column become codes of one byte.
///
/// Numbers are cut at edges halfway between neighbouring values: where there are more than `mostBins` different ones, at
/// those that leave about as many rows in every bin. Texts are categories; the rarest share a bin where there are too many.
package enum FeatureBins: Sendable {
  /// Bin b holds the numbers not above edge b, and above the edge before; the last bin those above all.
  case numbers(edges: [Double])
  /// Bin b holds category b. `pooled` says that one more bin holds all other categories.
  case categories(ClassLabels, pooled: Bool)

  static let mostBins = 255
  /// The code of rows without a value.
  static let missing: UInt8 = 255

  /// How many codes there are, that of missing ones left out.
  package var count: Int {
    switch self {
    case .numbers(let edges): edges.count + 1
    case .categories(let labels, let pooled): labels.count + (pooled ? 1 : 0)
    }
  }

  package var isCategorical: Bool { if case .categories = self { true } else { false } }

  /// From a column to learn from; `step` is who asks.
  init(of column: Column, named name: String, for step: String, asCategories: Bool = false) throws {
    if asCategories || column.type == .text {
      let labels = ClassLabels(of: column)
      guard labels.count > FeatureBins.mostBins else {
        self = .categories(labels, pooled: false)
        return
      }
      var counts = [Int](repeating: 0, count: labels.count)
      for code in labels.codes(of: column) where code >= 0 { counts[Int(code)] += 1 }
      let frequent = counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }.prefix(FeatureBins.mostBins - 1)
      self = .categories(ClassLabels(labels.column.taking(frequent.sorted())), pooled: true)
    } else {
      self = .numbers(edges: FeatureBins.edges(try column.binnedNumbers(named: name, for: step)))
    }
  }

  /// Halfway between neighbours, with about as many of the values between two edges as between any others.
  static func edges(_ values: [Double]) -> [Double] {
    // What a sample of 2¹⁶ rows, evenly strewn, says about quantiles is good to a hundredth of a bin.
    let most = 1 << 16, n = values.count
    var sample: [Double] = []
    sample.reserveCapacity(min(n, most))
    if n <= most {
      for value in values where !value.isNaN { sample.append(value) }
    } else {
      for i in 0..<most {
        let low = n * i / most, span = n * (i + 1) / most - low
        let value = values[low + Int(RandomStream.mix(UInt64(i)) % UInt64(max(span, 1)))]
        if !value.isNaN { sample.append(value) }
      }
    }
    let (distinct, counts) = RadixSort.distinct(sample)
    guard distinct.count > mostBins else { 
      return zip(distinct, distinct.dropFirst()).map(middle)
    }
    var edges: [Double] = [], held = 0, left = sample.count
    var target = Double(left) / Double(mostBins)
    for i in 0..<distinct.count - 1 where edges.count < mostBins - 1 {
      held += counts[i]
      // A bin ends where it is full, where the next value would overfill it, and before one that fills a bin by itself.
      let next = Double(counts[i + 1])
      guard Double(held) >= target || Double(held) + next / 2 > target || next >= target else { continue }
      edges.append(middle(distinct[i], distinct[i + 1]))
      left -= held
      held = 0
      target = Double(left) / Double(mostBins - edges.count)
    }
    return edges
  }

  /// A number that is not below `low` and below `high`. Halves first: the sum of two large numbers can overflow.
  static func middle(_ low: Double, _ high: Double) -> Double {
    let middle = low / 2 + high / 2
    return middle < high && middle >= low ? middle : low
  }
}

extension Column {
  /// Numbers as trees over bins take them: NaN where there is none.
  func binnedNumbers(named name: String, for step: String) throws -> [Double] {
    var numbers: [Double]
    switch storage {
    case .float(let values): numbers = values
    case .int(let values): numbers = values.map { Double($0) }
    case .bool(let values): numbers = values.map { $0 ? 1 : 0 }
    default:
      try checkFeature(named: name, for: step, allowingMissing: true)
      numbers = try amounts(named: name, for: step)
    }
    if let validity { for i in numbers.indices where !validity[i] { numbers[i] = .nan } }
    if weir_any_infinite(numbers, numbers.count) != 0, let row = numbers.firstIndex(where: \.isInfinite) {
      throw ModelError("`\(step)` wants finite numbers, and the column `\(name)` holds an infinite one in row \(row + 1)")
    }
    return numbers
  }
}

extension FeatureBins: Archivable {
  package static let archiveName = "feature_bins"

  package init(archive: Archive) throws {
    if let edges = archive["edges"] {
      let values = try edges.asFloats()
      guard values.count < FeatureBins.mostBins, values.allSatisfy(\.isFinite), zip(values, values.dropFirst()).allSatisfy({ $0 < $1 })
      else { throw ArchiveError("the edges of bins are out of order") }
      self = .numbers(edges: values)
    } else {
      let labels = try ClassLabels(archive: archive.part("categories")), pooled = try archive.part("pooled").asBool()
      self = .categories(labels, pooled: pooled)
      guard count <= FeatureBins.mostBins else { throw ArchiveError("too many categories") }
    }
  }

  package var archive: Archive {
    switch self {
    case .numbers(let edges): .of(["edges": .floats(edges)])
    case .categories(let labels, let pooled): .of(["categories": labels.archive, "pooled": .bool(pooled)])
    }
  }
}
