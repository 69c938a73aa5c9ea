import CWeirKernels
import Glibc
import WeirBase
import WeirTables

/// The rounds of boosting: gradients, a tree for each output, new scores, a look at the rows held out.
final class BoostingRun {
  struct Result {
    var base: [Double]
    var trees: BinnedTrees
    var gains: [Double]
    /// The mean loss on the held out rows after each round that was kept; empty where none are held out.
    var losses: [Double]
  }

  /// Rows that no tree learns from, given beside those that they do.
  struct Watched {
    let features: Table
    let y: [Double]
    let weights: [Double]?

    init(_ sample: TrainingSample, y: [Double], for step: String) throws {
      features = sample.features
      self.y = y
      weights = try sample.checkedWeights(for: step)
    }
  }

  private let loss: BoostingLoss
  private let options: GradientBoosting.Options
  private let context: FitContext
  private let names: [String]
  private let codes: GroupedCodes
  private let y: SharedArray<Double>
  private let weights: SharedArray<Double>?
  private let base: [Double]
  /// Output k of row r is at `k * rows + r`.
  private let scores: SharedArray<Double>
  private let gradients: SharedArray<Double>
  private let hessians: SharedArray<Double>
  private let sums: SharedArray<weir_slopes>
  private let grower: BoostedTreeGrower
  private var trees: BinnedTrees
  private var held: HeldOut?

  /// Rows that no tree learns from, as trees read them.
  private struct HeldOut {
    let y: [Double]
    let weights: [Double]?
    let codes: [UInt8]
    /// `outputs` numbers a row.
    let scores: SharedArray<Double>
    var losses: [Double] = []
  }

  private var rowCount: Int { codes.rowCount }
  private var outputs: Int { loss.outputs }

  init(
    _ features: Table, y: [Double], weights: [Double]?, watched: Watched?, loss: BoostingLoss,
    options: GradientBoosting.Options, context: FitContext
  ) throws {
    let rows = try BoostingRun.parted(
      y.count, weights: weights, holds: options.stopEarly != nil && watched == nil, options: options, context: context)
    func taken(_ values: [Double], _ rows: [Int]) -> [Double] { rows.count == values.count ? values : rows.map { values[$0] } }
    let learning = rows.learn.count == y.count ? features : try features.taking(rows.learn)
    self.loss = loss
    self.options = options
    self.context = context
    names = features.names
    let known = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    for name in options.monotone.map(\.name) + options.categories where known[name] == nil {
      throw ModelError.columnsAbsent([name], from: names, for: "gbm")
    }
    codes = try GroupedCodes(
      learning.columns, names: names, categories: Set(options.categories.compactMap { known[$0] }), for: "gbm",
      workers: context.workers)
    var monotone = [Int32](repeating: 0, count: names.count)
    for (name, direction) in options.monotone {
      guard let j = known[name], direction != 0 else { continue }
      guard !codes.bins[j].isCategorical else { throw ModelError("`monotone` of `gbm` names `\(name)`, whose values have no order") }
      monotone[j] = Int32(direction)
    }
    let target = taken(y, rows.learn), counts = weights.map { taken($0, rows.learn) }, n = target.count
    base = loss.baseline(target, weights: counts)
    guard base.allSatisfy(\.isFinite) else { throw ModelError("the target holds numbers too large to add up") }
    self.y = SharedArray(target, or: 0)
    self.weights = counts.map { SharedArray($0, or: 0) }
    scores = SharedArray(repeating: 0, count: n * loss.outputs)
    for k in 0..<loss.outputs { (scores.base + k * n).update(repeating: base[k], count: n) }
    gradients = SharedArray(repeating: 0, count: n * loss.outputs)
    hessians = SharedArray(repeating: 0, count: n * loss.outputs)
    sums = SharedArray(repeating: .zero, count: n)
    trees = BinnedTrees(bins: codes.bins, width: 1)
    grower = BoostedTreeGrower(
      codes, sums: sums,
      rules: BoostedTreeGrower.Rules(
        maxLeaves: options.maxLeaves, depth: options.depth ?? .max, minSamplesLeaf: options.minSamplesLeaf, l2: options.l2,
        learningRate: options.learningRate, monotone: monotone),
      workers: context.workers)
    if let watched {
      held = try heldOut(watched.features, watched.y, watched.weights)
    } else if !rows.hold.isEmpty {
      held = try heldOut(try features.taking(rows.hold), taken(y, rows.hold), weights.map { taken($0, rows.hold) })
    }
  }

  private func heldOut(_ features: Table, _ y: [Double], _ weights: [Double]?) throws -> HeldOut {
    let binned = try BinnedRows(features, named: names, coder: trees.coder, for: "gbm")
    let scores = SharedArray<Double>(repeating: 0, count: y.count * outputs)
    for i in 0..<scores.count { scores[i] = base[i % outputs] }
    return HeldOut(y: y, weights: weights, codes: binned.codes(0..<y.count), scores: scores)
  }

  /// Which rows to learn from and which to hold out, both ascending; rows that weigh nothing are left out.
  private static func parted(
    _ count: Int, weights: [Double]?, holds: Bool, options: GradientBoosting.Options, context: FitContext
  ) throws -> (learn: [Int], hold: [Int]) {
    let rows = weights.map { weights in (0..<count).filter { weights[$0] > 0 } } ?? Array(0..<count)
    guard holds else { return (rows, []) }
    let held = max(1, Int((Double(rows.count) * options.valid).rounded()))
    guard held < rows.count else {
      throw ModelError("`stop_early` of `gbm` holds rows out, and \(rows.count) are too few", mend: "leave `stop_early` out")
    }
    var random = context.random.child("valid")
    var isHeld = [Bool](repeating: false, count: rows.count)
    for place in random.permutation(rows.count).prefix(held) { isHeld[place] = true }
    return (rows.indices.filter { !isHeld[$0] }.map { rows[$0] }, rows.indices.filter { isHeld[$0] }.map { rows[$0] })
  }

  func run() throws -> Result {
    var best = 0
    for round in 0..<options.trees {
      try context.cancellation.check()
      context.progress(round, options.trees, "trees")
      let grew = try self.round(round)
      if let losses = look(round) {
        if losses[best] > losses[round] { best = round }
        if let patience = options.stopEarly, round - best >= patience { break }
      }
      // Nothing is left to learn; with other rows or features there might be.
      if !grew, options.rows == 1, options.features == 1 { break }
    }
    if let held {
      trees = try trees.prefix((best + 1) * outputs)
      return Result(base: base, trees: trees, gains: grower.gains, losses: Array(held.losses.prefix(best + 1)))
    }
    return Result(base: base, trees: trees, gains: grower.gains, losses: [])
  }

  /// Grows a tree for each output; says whether one of them splits at all.
  private func round(_ round: Int) throws -> Bool {
    let (gradient, hessian) = derive()
    guard gradient.isFinite, hessian.isFinite else { throw ModelError("the target holds numbers too large to boost") }
    let point = FixedPoint(rows: rowCount, gradient: gradient, hessian: hessian)
    var grew = false
    var random = context.random.child("trees").child(round)
    for k in 0..<outputs {
      fix(k, point)
      let rows = sampledRows(&random), features = sampledFeatures(&random)
      var draft = try grower.grow(rows, features: features, point: point)
      if draft.questions.count > 1 { grew = true }
      let values = try leafValues(k)
      for (leaf, value) in zip(grower.leaves, values) {
        guard value.isFinite else { throw ModelError("the target holds numbers too large to boost") }
        draft.setLeaf(leaf.node, CollectionOfOne(value))
      }
      update(k, values, draft, sampled: rows)
      try trees.append(draft)
    }
    return grew
  }

  // MARK: - Gradients

  /// Gradients and second derivatives of all outputs, weighted; gives the largest of both.
  private func derive() -> (gradient: Double, hessian: Double) {
    let n = rowCount, outputs = outputs, loss = loss, y = y, weights = weights, scores = scores
    let gradients = gradients, hessians = hessians, block = 4096, parts = (n + block - 1) / block
    let largest = SharedArray<SIMD2<Double>>(repeating: .zero, count: parts)
    context.workers.run(parts) { part in
      let rows = part * block..<min((part + 1) * block, n)
      largest[part] = loss.derive(
        rows, y: y.base, weights: weights?.base, scores: scores.base, stride: n, outputs: outputs, gradients: gradients.base,
        hessians: hessians.base)
    }
    var gradient = 0.0, hessian = 0.0
    for part in 0..<parts {
      let found = largest[part]
      // A number that is none must not be lost to a comparison.
      gradient = found[0] > gradient || found[0].isNaN ? found[0] : gradient
      hessian = found[1] > hessian || found[1].isNaN ? found[1] : hessian
    }
    return (gradient, hessian)
  }

  /// The derivatives of output `k` in fixed point.
  private func fix(_ k: Int, _ point: FixedPoint) {
    let n = rowCount, block = 4096, sums = sums, gradients = gradients, hessians = hessians
    context.workers.run((n + block - 1) / block) { part in
      let start = part * block, end = min(start + block, n)
      weir_fix_sums(
        gradients.base + k * n + start, hessians.base + k * n + start, end - start, 1 / point.gradientUnit, 1 / point.hessianUnit, point.countBits,
        sums.base + start)
    }
  }

  private func sampledRows(_ random: inout RandomStream) -> [UInt32]? {
    guard options.rows < 1 else { return nil }
    var needed = max(1, Int((Double(rowCount) * options.rows).rounded())), chosen: [UInt32] = []
    chosen.reserveCapacity(needed)
    for row in 0..<rowCount where random.nextUniform() * Double(rowCount - row) < Double(needed) {
      chosen.append(UInt32(row))
      needed -= 1
    }
    return chosen
  }

  private func sampledFeatures(_ random: inout RandomStream) -> [Bool] {
    let p = codes.bins.count
    guard options.features < 1 else { return [Bool](repeating: true, count: p) }
    var chosen = [Bool](repeating: false, count: p)
    for j in random.permutation(p).prefix(max(1, Int((Double(p) * options.features).rounded()))) { chosen[j] = true }
    return chosen
  }

  // MARK: - Leaves

  /// What each leaf of the grown tree adds to the score.
  private func leafValues(_ k: Int) throws -> [Double] {
    let rate = options.learningRate
    if loss.isOfShares { return try classValues(k) }
    guard let q = loss.leafQuantile else { return grower.leaves.map { rate * grower.value($0) } }
    let rows = grower.rows, y = y, scores = scores, weights = weights, ranges = grower.leaves.map(\.rows)
    return try context.workers.map(ranges.count) { leaf in
      let left = ranges[leaf].map { y[Int(rows[$0])] - scores[Int(rows[$0])] }
      return rate * weightedQuantile(left, weights: weights.map { w in ranges[leaf].map { w[Int(rows[$0])] } }, q)
    }
  }

  /// The same where scores stand for shares of classes.
  private func classValues(_ k: Int) throws -> [Double] {
    let rate = options.learningRate, rows = grower.rows, gradients = gradients, weights = weights, first = k * rowCount
    let leaves = grower.leaves.map { (rows: $0.rows, search: LeafSearch($0, first: grower.value($0), l2: options.l2)) }
    return try context.workers.map(leaves.count) { leaf in
      let own = leaves[leaf].rows
      return rate * leaves[leaf].search.value { rise in
        var raised = weir_raised()
        weir_raised_slopes(rows.base + own.lowerBound, own.count, gradients.base + first, weights?.base, exp(rise), &raised)
        return raised
      }
    }
  }

  private func update(_ k: Int, _ values: [Double], _ draft: BinnedTrees.Draft, sampled: [UInt32]?) {
    let ranges = grower.leaves.map(\.rows), rows = grower.rows, scores = scores, start = k * rowCount
    context.workers.run(ranges.count) { leaf in
      weir_add_at(scores.base + start, rows.base + ranges[leaf].lowerBound, ranges[leaf].count, values[leaf])
    }
    guard let sampled else { return }
    var next = 0
    for row in 0..<rowCount {
      if next < sampled.count, Int(sampled[next]) == row { next += 1 } else {
        scores[start + row] += draft.values[draft.places[codes.leaf(of: row, in: draft)]]
      }
    }
  }

  /// The losses so far on the held out rows, where there are some.
  private func look(_ round: Int) -> [Double]? {
    guard var held else { return nil }
    let trees = trees, loss = loss, outputs = outputs, scores = held.scores, y = held.y, weights = held.weights
    let codes = held.codes, p = trees.bins.count, block = 1024, parts = (y.count + block - 1) / block
    let sums = SharedArray<SIMD2<Double>>(repeating: .zero, count: parts)
    context.workers.run(parts) { part in
      let rows = part * block..<min((part + 1) * block, y.count)
      codes.withUnsafeBufferPointer { codes in
        guard let codes = codes.baseAddress else { return }
        trees.add(
          round * outputs..<(round + 1) * outputs, codes: codes + rows.lowerBound * p, rows: rows.count, outputs: outputs,
          into: scores.base + rows.lowerBound * outputs)
      }
      for row in rows {
        let weight = weights?[row] ?? 1
        sums[part] += [weight * loss.loss(y[row], scores.base + row * outputs), weight]
      }
    }
    let total = sums.array.reduce(SIMD2<Double>.zero, +)
    held.losses.append(total[0] / total[1])
    self.held = held
    return held.losses
  }
}

extension GroupedCodes {
  /// The leaf that a training row ends in.
  func leaf(of row: Int, in draft: BinnedTrees.Draft) -> Int {
    var node = 0
    while true {
      let goesLeft: Bool
      switch draft.questions[node] {
      case .leaf: return node
      case .threshold(let feature, let bin, let missingLeft):
        let (base, stride) = column(feature), code = Int(base[row * stride])
        goesLeft = code == bins[feature].count ? missingLeft : code <= bin
      case .set(let feature, let codes):
        let (base, stride) = column(feature), code = Int(base[row * stride]), bit = code == bins[feature].count ? 255 : code
        goesLeft = codes[bit >> 3] >> UInt8(bit & 7) & 1 == 1
      }
      node = draft.left[node] + (goesLeft ? 0 : 1)
    }
  }
}
