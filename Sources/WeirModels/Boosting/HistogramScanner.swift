import CWeirKernels

/// What the workers do for one group of features: count its histogram, and find its best split.
struct HistogramScanner: Sendable {
  typealias Split = BoostedTreeGrower.Split

  let codes: GroupedCodes
  let rows: SharedArray<UInt32>
  let sums: SharedArray<weir_slopes>
  /// Where the best split of each group goes: of the first leaf that is looked at, then of the second.
  let found: SharedArray<Split>
  let point: FixedPoint
  let rules: BoostedTreeGrower.Rules
  let allowed: [Bool]

  /// Added to the weight of a category before categories are put in order, and to `l2` where there are many of them, so
  /// that rare ones do not end up outermost by chance.
  static let categorySmoothing = 10.0
  static let fewCategories = 4

  private func span(_ group: Int) -> Range<Int> {
    let features = codes.groups[group].features, last = features.upperBound - 1
    guard last >= features.lowerBound else { return 0..<0 }
    return Int(codes.offsets[features.lowerBound])..<Int(codes.offsets[last]) + codes.bins[last].count + 1
  }

  func count(_ group: Int, _ range: Range<Int>, whole: Bool, into histogram: SharedArray<weir_slopes>) {
    let span = span(group), part = codes.groups[group]
    (histogram.base + span.lowerBound).update(repeating: .zero, count: span.count)
    codes.offsets.withUnsafeBufferPointer { offsets in
      guard let offsets = offsets.baseAddress else { return }
      weir_histogram(
        codes.codes.base + part.start, part.width, whole ? nil : UnsafePointer(rows.base + range.lowerBound), range.count,
        sums.base, offsets + part.features.lowerBound, histogram.base)
    }
  }

  func subtract(_ group: Int, _ part: SharedArray<weir_slopes>, from whole: SharedArray<weir_slopes>) {
    let span = span(group)
    weir_subtract(whole.base + span.lowerBound, part.base + span.lowerBound, span.count)
  }

  func best(_ group: Int, _ histogram: SharedArray<weir_slopes>, _ leaf: BoostedTreeGrower.Leaf, _ side: Int) {
    var best = Split.none
    for feature in codes.groups[group].features where allowed[feature] {
      let split = codes.bins[feature].isCategorical
        ? bestSet(feature, histogram, leaf) : bestThreshold(feature, histogram, leaf)
      if split.feature >= 0, split.isBetter(than: best) { best = split }
    }
    found[side * codes.groups.count + group] = best
  }

  private func rules(_ leaf: BoostedTreeGrower.Leaf, _ feature: Int) -> weir_rules {
    weir_rules(
      gradient_unit: point.gradientUnit, hessian_unit: point.hessianUnit, count_bits: point.countBits, l2: rules.l2,
      min_hessian: rules.minHessian, min_rows: Int64(rules.minSamplesLeaf), low: leaf.low, high: leaf.high,
      monotone: rules.monotone[feature])
  }

  private func bestThreshold(_ feature: Int, _ histogram: SharedArray<weir_slopes>, _ leaf: BoostedTreeGrower.Leaf) -> Split {
    var rules = rules(leaf, feature), cut = weir_cut()
    weir_best_cut(
      histogram.base + Int(codes.offsets[feature]), codes.bins[feature].count, codes.hasMissing[feature] ? 1 : 0, leaf.sum,
      &rules, &cut)
    guard cut.gain >= 0, cut.bin >= 0 else { return .none }
    return Split(gain: cut.gain, feature: feature, bin: Int(cut.bin), missingLeft: cut.missing_left == 1, left: cut.left)
  }

  /// The categories that rows of a leaf have, by their mean gradient; the missing ones are one of them.
  func categories(_ feature: Int, _ histogram: SharedArray<weir_slopes>) -> [Int] {
    let first = Int(codes.offsets[feature])
    let present = (0...codes.bins[feature].count).filter { point.rows(histogram[first + $0]) > 0 }
    let means = present.map { code in
      let sum = histogram[first + code]
      return point.gradient(sum) / (point.hessian(sum) + HistogramScanner.categorySmoothing)
    }
    return present.indices.sorted { (means[$0], $0) < (means[$1], $1) }.map { present[$0] }
  }

  /// The best way to part categories in two is along their order by mean gradient (Fisher 1958).
  private func bestSet(_ feature: Int, _ histogram: SharedArray<weir_slopes>, _ leaf: BoostedTreeGrower.Leaf) -> Split {
    let order = categories(feature, histogram), first = Int(codes.offsets[feature])
    guard order.count > 1 else { return .none }
    var rules = rules(leaf, feature), cut = weir_cut()
    rules.monotone = 0
    if order.count > HistogramScanner.fewCategories { rules.l2 += HistogramScanner.categorySmoothing }
    let sorted = order.prefix(255).map { histogram[first + $0] }
    weir_best_cut(sorted, sorted.count, 0, leaf.sum, &rules, &cut)
    guard cut.gain >= 0, cut.bin >= 0 else { return .none }
    return Split(gain: cut.gain, feature: feature, bin: Int(cut.bin), missingLeft: false, left: cut.left)
  }
}
