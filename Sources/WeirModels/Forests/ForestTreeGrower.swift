import CWeirKernels
import Glibc
import WeirBase

/// Grows one tree of a forest, depth first, on one thread.
struct ForestTreeGrower {
  private let columns: BinnedColumns
  private let y: SharedArray<Double>
  private let bag: [Double]
  private let classes: Int
  private let mean: Double
  private let options: RandomForest.Options
  private let wanted: Int
  private var random: RandomStream
  private var draft = BinnedTrees.Draft()
  private var importances: [Double]
  /// The rows of the bag, those of a node side by side, and the features in the order in which they were last drawn.
  private let rows: SharedArray<UInt32>
  private let spare: SharedArray<UInt32>
  private let members: SharedArray<weir_weighted>
  private let scratch: SharedArray<Double>
  private let tally = SharedArray<UInt32>(repeating: 0, count: 256)
  private let left: SharedArray<Double>
  private var features: [Int]

  init(_ planting: ForestPlanting, y: SharedArray<Double>, bag: [Double], random: RandomStream) {
    columns = planting.columns
    self.y = y
    self.bag = bag
    classes = planting.classes
    mean = planting.mean
    options = planting.options
    let p = columns.bins.count
    wanted = options.features.count(of: p, classes: classes > 0)
    self.random = random
    importances = [Double](repeating: 0, count: p)
    let chosen = bag.indices.filter { bag[$0] > 0 }.map { UInt32($0) }
    rows = SharedArray(chosen, or: 0)
    spare = SharedArray(repeating: 0, count: chosen.count)
    members = SharedArray(repeating: weir_weighted(weight: 0, value: 0), count: chosen.count)
    scratch = SharedArray(repeating: 0, count: 256 * max(classes, 2))
    left = SharedArray(repeating: 0, count: 2 * max(classes, 1))
    features = Array(0..<p)
  }

  private struct Pending {
    var node: Int
    var rows: Range<Int>
    var depth: Int
  }

  private struct Cut {
    var feature: Int
    /// Codes up to it go left.
    var bin: Int
    /// Whether rows without a value go left; nil where none of the node lacks one.
    var missingLeft: Bool?
    var gain: Double
  }

  mutating func grow() throws -> (draft: BinnedTrees.Draft, importances: [Double]) {
    var stack = [Pending(node: 0, rows: 0..<rows.count, depth: 0)]
    while let next = stack.popLast() {
      let whole = gather(next.rows)
      draft.covers[next.node] = whole.weight
      guard next.depth < options.depth ?? .max, next.rows.count >= options.minSamplesSplit,
        next.rows.count / 2 >= options.minSamplesLeaf, !whole.isPure, let cut = bestCut(next.rows, whole)
      else {
        draft.setLeaf(next.node, whole.values)
        continue
      }
      importances[cut.feature] += gain(cut, whole)
      let middle = next.rows.lowerBound + part(next.rows, cut)
      // Where no row lacks a value here, one that does goes where most went.
      let missingLeft = cut.missingLeft ?? (middle - next.rows.lowerBound > next.rows.upperBound - middle)
      let child = draft.split(next.node, .threshold(feature: cut.feature, bin: cut.bin, missingLeft: missingLeft))
      stack.append(Pending(node: child + 1, rows: middle..<next.rows.upperBound, depth: next.depth + 1))
      stack.append(Pending(node: child, rows: next.rows.lowerBound..<middle, depth: next.depth + 1))
    }
    let total = importances.reduce(0, +)
    return (draft, total > 0 ? importances.map { $0 / total } : importances)
  }

  /// What the rows of a node add up to.
  private struct Whole {
    var weight: Double
    /// The weight of each class; or the weighted sum of the numbers.
    var totals: [Double]
    var isPure: Bool
    /// What a leaf predicts.
    var values: [Double]
  }

  /// Puts the members of a node side by side, so that each feature reads them in order.
  private func gather(_ range: Range<Int>) -> Whole {
    var weight = 0.0
    if classes > 0 {
      var totals = [Double](repeating: 0, count: classes)
      for i in range {
        let row = Int(rows[i]), w = bag[row], code = y[row]
        members[i - range.lowerBound] = weir_weighted(weight: w, value: code)
        totals[Int(code)] += w
        weight += w
      }
      return Whole(
        weight: weight, totals: totals, isPure: totals.count { $0 > 0 } <= 1, values: totals.map { $0 / weight })
    }
    var sum = 0.0, low = Double.infinity, high = -Double.infinity
    for i in range {
      let row = Int(rows[i]), w = bag[row], value = y[row]
      members[i - range.lowerBound] = weir_weighted(weight: w, value: w * value)
      sum += w * value
      weight += w
      low = min(low, value)
      high = max(high, value)
    }
    let pure = !(low < high)
    return Whole(weight: weight, totals: [sum], isPure: pure, values: [mean + (pure ? low : sum / weight)])
  }

  /// How much impurity a cut takes away, weighted by the rows.
  private func gain(_ cut: Cut, _ whole: Whole) -> Double {
    guard classes > 0 else { return cut.gain }
    if options.criterion == .entropy {
      let surprise = whole.totals.reduce(0) { $1 > 0 ? $0 + $1 * log2($1 / whole.weight) : $0 }
      return max(0, cut.gain - 1 - whole.weight * log2(Double(classes)) - surprise)
    }
    return max(0, cut.gain - whole.totals.reduce(0) { $0 + $1 * $1 } / whole.weight)
  }

  /// The best cut among features drawn one after the other: `wanted` of them, and more while none can be cut.
  private mutating func bestCut(_ range: Range<Int>, _ whole: Whole) -> Cut? {
    var best: Cut?
    for drawn in features.indices {
      if drawn >= wanted, best != nil { break }
      features.swapAt(drawn, drawn + random.nextInt(below: features.count - drawn))
      let feature = features[drawn]
      let cut = options.splits == .random ? randomCut(feature, range, whole) : weigh(feature, range, whole)
      if let cut, cut.gain > (best?.gain).map({ $0 + max($0, 0) * (classes > 0 ? 1e-12 : 1e-10) }) ?? -1 { best = cut }
    }
    return best
  }

  private func weigh(_ feature: Int, _ range: Range<Int>, _ whole: Whole) -> Cut? {
    var cut = weir_forest_cut()
    let column = columns.column(feature), rows = rows.base + range.lowerBound, least = UInt32(clamping: options.minSamplesLeaf)
    if classes > 0 {
      weir_forest_classes(
        column, rows, members.base, range.count, classes, whole.totals, whole.weight, least,
        options.criterion == .entropy ? 1 : 0, scratch.base, tally.base, left.base, &cut)
    } else {
      weir_forest_numbers(
        column, rows, members.base, range.count, whole.totals[0], whole.weight, least, scratch.base, tally.base, &cut)
    }
    guard cut.gain >= 0 else { return nil }
    let partsMissing = cut.next == Int32(FeatureBins.missing)
    // Halfway between the values on both sides, as far as bins tell.
    return Cut(
      feature: feature, bin: partsMissing ? columns.bins[feature].count - 1 : (Int(cut.bin) + Int(cut.next) - 1) / 2,
      missingLeft: cut.has_missing != 0 ? cut.missing_left != 0 : nil, gain: cut.gain)
  }

  private func part(_ range: Range<Int>, _ cut: Cut) -> Int {
    var goesRight = [UInt8](repeating: 1, count: 256)
    for code in 0...cut.bin { goesRight[code] = 0 }
    if cut.missingLeft == true { goesRight[Int(FeatureBins.missing)] = 0 }
    return weir_part_rows(rows.base + range.lowerBound, range.count, columns.column(cut.feature), 1, goesRight, spare.base)
  }

  /// A cut at a random place between the least and the greatest value.
  private mutating func randomCut(_ feature: Int, _ range: Range<Int>, _ whole: Whole) -> Cut? {
    let column = columns.column(feature), draw = random.nextUniform()
    var low: UInt8 = 0, high: UInt8 = 0, missing = 0
    weir_code_range(column, rows.base + range.lowerBound, range.count, &low, &high, &missing)
    guard missing < range.count, case .numbers(let edges) = columns.bins[feature] else { return nil }
    guard low < high else {
      // All values are alike: they part from the rows that have none.
      guard missing > 0 else { return nil }
      return worth(Cut(feature: feature, bin: edges.count, missingLeft: false, gain: 0), column, range, whole)
    }
    // The edges around the outermost bins stand for the outermost values.
    let first = edges[max(Int(low) - 1, 0)], last = edges[min(Int(high), edges.count - 1)]
    let place = first + (last - first) * draw
    var bin = Int(low)
    while bin < Int(high) - 1, edges[bin] < place { bin += 1 }
    let missingLeft = missing > 0 ? random.nextInt(below: 2) == 1 : nil
    return worth(Cut(feature: feature, bin: bin, missingLeft: missingLeft, gain: 0), column, range, whole)
  }

  /// The cut with what it is worth, on the scale of the kernels.
  private func worth(_ cut: Cut, _ column: UnsafeMutablePointer<UInt8>, _ range: Range<Int>, _ whole: Whole) -> Cut? {
    let bin = cut.bin, missing = cut.missingLeft == true ? Int(FeatureBins.missing) : -1
    var count = 0, weight = 0.0
    for c in 0..<max(classes, 1) { left[c] = 0 }
    for i in 0..<range.count {
      let code = Int(column[Int(rows[range.lowerBound + i])])
      guard code <= bin || code == missing else { continue }
      let member = members[i]
      count += 1
      weight += member.weight
      if classes > 0 { left[Int(member.value)] += member.weight } else { left[0] += member.value }
    }
    guard count >= options.minSamplesLeaf, range.count - count >= options.minSamplesLeaf else { return nil }
    let rest = whole.weight - weight
    var gain = 0.0
    if classes == 0 {
      let distance = left[0] - whole.totals[0] / whole.weight * weight
      gain = distance * distance * (1 / weight + 1 / rest)
    } else if options.criterion == .entropy {
      gain = whole.weight * log2(Double(classes)) + 1
      for c in 0..<classes {
        let a = left[c], b = whole.totals[c] - left[c]
        if a > 0 { gain += a * log2(a / weight) }
        if b > 0 { gain += b * log2(b / rest) }
      }
    } else {
      var squares = 0.0, others = 0.0
      for c in 0..<classes {
        squares += left[c] * left[c]
        others += (whole.totals[c] - left[c]) * (whole.totals[c] - left[c])
      }
      gain = squares / weight + others / rest
    }
    return Cut(feature: cut.feature, bin: bin, missingLeft: cut.missingLeft, gain: gain)
  }
}
