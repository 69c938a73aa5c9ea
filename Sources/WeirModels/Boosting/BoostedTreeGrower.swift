import CWeirKernels
import WeirBase

/// Grows a tree from the gradients of rows: always the leaf whose split lowers the loss most.
///
/// The smaller child's histogram is counted, the larger one's is its parent's less that. All sums are whole numbers, and
/// the best splits of groups of features are compared in their order, so that the threads leave no trace.
final class BoostedTreeGrower {
  struct Rules: Sendable {
    var maxLeaves: Int
    var depth: Int
    var minSamplesLeaf: Int
    var minHessian = 1e-3
    var l2: Double
    var learningRate: Double
    /// By feature: 1 for a prediction that must not fall with it, -1 for one that must not rise, 0 for any.
    var monotone: [Int32]
  }

  struct Split: Sendable {
    var gain: Double
    var feature: Int
    var bin: Int
    var missingLeft: Bool
    var left: weir_slopes

    /// What is better by less is so by rounding alone.
    func isBetter(than other: Split) -> Bool { gain > other.gain + 1e-9 * max(other.gain, 0) }

    static let none = Split(gain: -1, feature: -1, bin: 0, missingLeft: false, left: .zero)
  }

  struct Leaf {
    var node: Int
    var rows: Range<Int>
    var depth: Int
    var sum: weir_slopes
    var low = -Double.infinity
    var high = Double.infinity
    /// Nil for a leaf that can't be split.
    var histogram: SharedArray<weir_slopes>?
    var split = Split.none
  }

  let codes: GroupedCodes
  let rules: Rules
  private let workers: Workers
  /// The rows, those of a leaf side by side, in ascending order.
  let rows: SharedArray<UInt32>
  private let spare: SharedArray<UInt32>
  private let sums: SharedArray<weir_slopes>
  private let found: SharedArray<Split>
  private var free: [SharedArray<weir_slopes>] = []
  private var point = FixedPoint(rows: 1, gradient: 1, hessian: 1)
  private var allowed: [Bool] = []
  private(set) var leaves: [Leaf] = []
  /// By feature, how much its splits lowered the loss.
  private(set) var gains: [Double]

  init(_ codes: GroupedCodes, sums: SharedArray<weir_slopes>, rules: Rules, workers: Workers) {
    self.codes = codes
    self.rules = rules
    self.workers = workers
    self.sums = sums
    rows = SharedArray(repeating: 0, count: codes.rowCount)
    spare = SharedArray(repeating: 0, count: codes.rowCount)
    found = SharedArray(repeating: .none, count: 2 * codes.groups.count)
    gains = [Double](repeating: 0, count: codes.bins.count)
  }

  /// A tree from those rows, ascending (all where nil), and those features. Its leaves have no values yet.
  func grow(_ chosen: [UInt32]?, features: [Bool], point: FixedPoint) throws -> BinnedTrees.Draft {
    self.point = point
    allowed = features
    let count = chosen?.count ?? codes.rowCount
    if let chosen { for i in 0..<count { rows[i] = chosen[i] } } else { for i in 0..<count { rows[i] = UInt32(i) } }
    var draft = BinnedTrees.Draft()
    var root = Leaf(node: 0, rows: 0..<count, depth: 0, sum: total(0..<count))
    draft.covers[0] = Double(count)
    leaves = []
    if canSplit(root) {
      root.histogram = histogram()
      search(&root, whole: chosen == nil)
    }
    leaves.append(root)
    while leaves.count < rules.maxLeaves, let best = bestLeaf() { try split(best, &draft) }
    for place in leaves.indices { if let done = leaves[place].histogram { free.append(done) } }
    return draft
  }

  /// What a leaf predicts, before it is shrunk.
  func value(_ leaf: Leaf) -> Double {
    value(leaf.sum, leaf.low, leaf.high)
  }

  private func value(_ sum: weir_slopes, _ low: Double, _ high: Double) -> Double {
    let hessian = point.hessian(sum) + rules.l2
    return hessian > 0 ? min(max(-point.gradient(sum) / hessian, low), high) : 0
  }

  private func total(_ range: Range<Int>) -> weir_slopes {
    var sum = weir_slopes.zero
    for i in range { sum = sum + sums[Int(rows[i])] }
    return sum
  }

  private func histogram() -> SharedArray<weir_slopes> { free.popLast() ?? SharedArray(repeating: .zero, count: codes.binCount) }

  private func canSplit(_ leaf: Leaf) -> Bool {
    leaf.depth < rules.depth && leaf.rows.count >= 2 * rules.minSamplesLeaf && leaf.rows.count >= 2
  }

  private func bestLeaf() -> Int? {
    var best: Int?
    for (place, leaf) in leaves.enumerated() where leaf.split.feature >= 0 {
      if best.map({ leaf.split.isBetter(than: leaves[$0].split) }) ?? (leaf.split.gain > 0) { best = place }
    }
    return best
  }

  // MARK: - Splitting

  private func split(_ place: Int, _ draft: inout BinnedTrees.Draft) throws {
    let leaf = leaves[place], split = leaf.split
    let goesRight = goesRight(leaf)
    let middle = leaf.rows.lowerBound + part(leaf.rows, split.feature, goesRight)
    let bins = codes.bins[split.feature], question: BinnedTrees.Question
    if bins.isCategorical {
      var set = [UInt8](repeating: 0, count: 32)
      for code in 0..<bins.count where goesRight[code] == 0 { set[code >> 3] |= 1 << UInt8(code & 7) }
      if goesRight[bins.count] == 0 { set[31] |= 128 }
      question = .set(feature: split.feature, codes: set)
    } else {
      question = .threshold(feature: split.feature, bin: split.bin, missingLeft: goesRight[bins.count] == 0)
    }
    let child = draft.split(leaf.node, question)
    gains[split.feature] += split.gain
    var left = Leaf(node: child, rows: leaf.rows.lowerBound..<middle, depth: leaf.depth + 1, sum: split.left)
    var right = Leaf(node: child + 1, rows: middle..<leaf.rows.upperBound, depth: leaf.depth + 1, sum: leaf.sum - split.left)
    draft.covers[left.node] = Double(left.rows.count)
    draft.covers[right.node] = Double(right.rows.count)
    bound(&left, &right, leaf, rules.monotone[split.feature])
    // The last split needs no further ones.
    if leaves.count + 1 < rules.maxLeaves { search(&left, &right, from: leaf) } else if let done = leaf.histogram { free.append(done) }
    leaves[place] = left
    leaves.append(right)
  }

  /// Where a feature must not lower (or raise) the prediction, all below one child stays on its side of the middle.
  private func bound(_ left: inout Leaf, _ right: inout Leaf, _ parent: Leaf, _ monotone: Int32) {
    (left.low, left.high, right.low, right.high) = (parent.low, parent.high, parent.low, parent.high)
    guard monotone != 0 else { return }
    let middle = (value(left) + value(right)) / 2
    if monotone > 0 { (left.high, right.low) = (middle, middle) } else { (left.low, right.high) = (middle, middle) }
  }

  private func search(_ left: inout Leaf, _ right: inout Leaf, from parent: Leaf) {
    guard let whole = parent.histogram, canSplit(left) || canSplit(right) else {
      if let done = parent.histogram { free.append(done) }
      return
    }
    let counted = histogram(), leftIsSmaller = left.rows.count <= right.rows.count
    let smaller = leftIsSmaller ? left : right, larger = leftIsSmaller ? right : left
    let searchesSmaller = canSplit(smaller), searchesLarger = canSplit(larger)
    let scanner = scanner
    workers.run(codes.groups.count) { group in
      scanner.count(group, smaller.rows, whole: false, into: counted)
      if searchesSmaller { scanner.best(group, counted, smaller, 0) }
      guard searchesLarger else { return }
      scanner.subtract(group, counted, from: whole)
      scanner.best(group, whole, larger, 1)
    }
    let small = searchesSmaller ? bestFound(0, smaller) : nil, large = searchesLarger ? bestFound(1, larger) : nil
    keep(counted, small, &left, &right, isLeft: leftIsSmaller)
    keep(whole, large, &left, &right, isLeft: !leftIsSmaller)
  }

  private func keep(_ histogram: SharedArray<weir_slopes>, _ split: Split?, _ left: inout Leaf, _ right: inout Leaf, isLeft: Bool) {
    guard let split, split.feature >= 0 else {
      free.append(histogram)
      return
    }
    if isLeft { (left.histogram, left.split) = (histogram, split) } else { (right.histogram, right.split) = (histogram, split) }
  }

  private func search(_ root: inout Leaf, whole: Bool) {
    guard let histogram = root.histogram else { return }
    let leaf = root, scanner = scanner
    workers.run(codes.groups.count) { group in
      scanner.count(group, leaf.rows, whole: whole, into: histogram)
      scanner.best(group, histogram, leaf, 0)
    }
    root.split = bestFound(0, root)
  }

  /// The best split of all groups, of equally good ones the first, with what it gains over not splitting.
  private func bestFound(_ side: Int, _ leaf: Leaf) -> Split {
    var best = Split.none
    for group in codes.groups.indices {
      let split = found[side * codes.groups.count + group]
      if split.feature >= 0, split.isBetter(than: best) { best = split }
    }
    guard best.feature >= 0 else { return .none }
    let gradient = point.gradient(leaf.sum), hessian = point.hessian(leaf.sum) + rules.l2
    let value = value(leaf), worth = -(2 * gradient + hessian * value) * value
    best.gain -= worth
    // What is less is rounding.
    return best.gain > 1e-10 * abs(worth) && best.gain > 1e-12 * abs(gradient * value) ? best : .none
  }

  private var scanner: HistogramScanner {
    HistogramScanner(
      codes: codes, rows: rows, sums: sums, found: found, point: point, rules: rules, allowed: allowed)
  }

  /// By code, whether rows go right; codes that no row of the leaf has go where most rows go.
  private func goesRight(_ leaf: Leaf) -> [UInt8] {
    let split = leaf.split, bins = codes.bins[split.feature], leftCount = point.rows(split.left)
    let usual: UInt8 = leftCount >= leaf.rows.count - leftCount ? 0 : 1
    var table = [UInt8](repeating: usual, count: 256)
    guard let histogram = leaf.histogram else { return table }
    let first = Int(codes.offsets[split.feature])
    let hasMissing = point.rows(histogram[first + bins.count]) > 0
    if bins.isCategorical {
      let order = scanner.categories(split.feature, histogram)
      for (place, code) in order.enumerated() { table[code] = place <= split.bin ? 0 : 1 }
    } else {
      for code in 0..<bins.count { table[code] = code <= split.bin ? 0 : 1 }
      if hasMissing { table[bins.count] = split.missingLeft ? 0 : 1 }
    }
    return table
  }

  /// Parts the rows of a leaf; gives how many go left. Wide leaves are parted in pieces, which are then joined.
  private func part(_ range: Range<Int>, _ feature: Int, _ goesRight: [UInt8]) -> Int {
    let (base, stride) = codes.column(feature), size = 1 << 14
    let rows = rows, spare = spare, pieces = max(1, range.count / size)
    guard pieces > 1 else {
      return weir_part_rows(rows.base + range.lowerBound, range.count, base, stride, goesRight, spare.base)
    }
    let counts = SharedArray<Int>(repeating: 0, count: pieces), codes = codes
    workers.run(pieces) { piece in
      let (base, stride) = codes.column(feature)
      let part = range.lowerBound + range.count * piece / pieces..<range.lowerBound + range.count * (piece + 1) / pieces
      counts[piece] = weir_part_rows(
        rows.base + part.lowerBound, part.count, base, stride, goesRight, spare.base + part.lowerBound)
    }
    // Left rows move together; right ones still lie in `spare`, from the start of their piece.
    var next = range.lowerBound
    for piece in 0..<pieces {
      let start = range.lowerBound + range.count * piece / pieces
      if next < start { (rows.base + next).update(from: rows.base + start, count: counts[piece]) }
      next += counts[piece]
    }
    let left = next - range.lowerBound
    for piece in 0..<pieces {
      let start = range.lowerBound + range.count * piece / pieces, end = range.lowerBound + range.count * (piece + 1) / pieces
      (rows.base + next).update(from: spare.base + start, count: end - start - counts[piece])
      next += end - start - counts[piece]
    }
    return left
  }
}
