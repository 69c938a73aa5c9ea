import CWeirKernels
import WeirBase

/// What support vector machines solve: the least ½ Σᵢⱼ αᵢαⱼyᵢyⱼ K(rᵢ, rⱼ) + Σᵢ pᵢαᵢ with Σᵢ yᵢαᵢ = 0 and 0 ≤ αᵢ ≤ capᵢ.
/// Each variable i belongs to a row rᵢ and has a sign yᵢ; several may belong to one row.
///
/// Decomposition: of the variables that violate most a few hundred are solved for by pairs while the others rest, and so
/// on until no two violate by more than the tolerance (Joachims: "Making large-scale SVM learning practical", 1998; half of
/// the variables stay for the next step: Wen et al.: "ThunderSVM", JMLR 19, 2018).
struct DualProblem {
  var rows: [Int32]
  var signs: [Double]
  var linear: [Double]
  var caps: [Double]

  struct Solution: Sendable {
    /// For each row of the data, the sum of its yᵢαᵢ: zero where it supports nothing.
    var coefficients: [Double]
    var intercept: Double
    var objective: Double
    /// Whether the tolerance was reached.
    var converged: Bool
  }

  /// How many variables are solved for at a time.
  static let together = 256

  func solved(
    _ data: KernelRows, tolerance: Double, maxIterations: Int, workers: Workers, cancellation: Cancellation,
    told: (_ iterations: Int) -> Void = { _ in }
  ) throws -> Solution {
    let together = min(DualProblem.together, rows.count)
    let cache = try KernelCache(data, atOnce: together, workers: workers)
    var state = DualState(self, dataRows: data.rows)
    var kept: [Int32] = [], converged = false
    for iteration in 0..<maxIterations {
      try cancellation.check()
      told(iteration)
      let gap = state.gap
      if gap < tolerance {
        converged = true
        break
      }
      let fresh = state.mostViolating(together - min(kept.count, together / 2), besides: kept.suffix(together / 2))
      let chosen = kept.suffix(together / 2) + fresh
      kept = fresh.count >= together / 2 ? fresh : chosen
      let moved = state.solve(Array(chosen), cache, tolerance: max(tolerance / 2, gap / 10), workers: workers)
      // The pairs that violate most are among the chosen, so that only rounding can leave nothing to move.
      if moved == 0 && fresh.isEmpty { break }
    }
    return state.solution(converged: converged)
  }
}

/// Where the solving stands.
struct DualState {
  private let problem: DualProblem
  private var alpha: [Double]
  /// For each row of the data, Σᵢ yᵢαᵢ K(rᵢ, row).
  private var sums: [Double]

  init(_ problem: DualProblem, dataRows: Int) {
    self.problem = problem
    alpha = [Double](repeating: 0, count: problem.rows.count)
    sums = [Double](repeating: 0, count: dataRows)
  }

  /// -yᵢ times the derivative by αᵢ.
  private func slope(_ i: Int) -> Double { -sums[Int(problem.rows[i])] - problem.signs[i] * problem.linear[i] }
  private func mayGrow(_ i: Int) -> Bool { problem.signs[i] > 0 ? alpha[i] < problem.caps[i] : alpha[i] > 0 }
  private func mayShrink(_ i: Int) -> Bool { problem.signs[i] > 0 ? alpha[i] > 0 : alpha[i] < problem.caps[i] }

  /// How much the pair that violates most does.
  var gap: Double {
    var top = -Double.infinity, bottom = Double.infinity
    for i in alpha.indices {
      let slope = slope(i)
      if mayGrow(i) { top = max(top, slope) }
      if mayShrink(i) { bottom = min(bottom, slope) }
    }
    return top - bottom
  }

  /// The variables that violate most: as many to grow as to shrink, those further up first of equals.
  func mostViolating(_ count: Int, besides others: ArraySlice<Int32>) -> [Int32] {
    var taken = [Bool](repeating: false, count: alpha.count)
    for i in others { taken[Int(i)] = true }
    var chosen: [Int32] = []
    for growing in [true, false] {
      var best = LeastPlaces(capacity: growing ? (count + 1) / 2 : count - chosen.count)
      for i in alpha.indices where !taken[i] && (growing ? mayGrow(i) : mayShrink(i)) {
        best.add(growing ? -slope(i) : slope(i), Int32(i))
      }
      for i in best.places {
        chosen.append(i)
        taken[Int(i)] = true
      }
    }
    return chosen
  }

  /// Solves for the chosen variables; gives how many pairs were moved.
  mutating func solve(_ chosen: [Int32], _ cache: KernelCache, tolerance: Double, workers: Workers) -> Int {
    let n = chosen.count
    guard n > 0 else { return 0 }
    var distinct: [Int32] = [], position: [Int32: Int] = [:]
    let places = chosen.map { i in
      let row = problem.rows[Int(i)]
      if let known = position[row] { return known }
      position[row] = distinct.count
      distinct.append(row)
      return distinct.count - 1
    }
    return cache.withRows(distinct) { kernel in
      let rows = chosen.map { Int(problem.rows[Int($0)]) }
      let square = [Float](filling: n * n) { out in
        for a in 0..<n {
          let row = kernel[places[a]]
          for b in 0..<n { out[a * n + b] = row[rows[b]] }
        }
      }
      let before = chosen.map { alpha[Int($0)] }, signs = chosen.map { problem.signs[Int($0)] }
      var after = before, slopes = chosen.map { slope(Int($0)) }
      let caps = chosen.map { problem.caps[Int($0)] }
      var pairs = weir_pairs()
      let moved = square.withUnsafeBufferPointer { square in
        signs.withUnsafeBufferPointer { signs in
          caps.withUnsafeBufferPointer { caps in
            after.withUnsafeMutableBufferPointer { after in
              slopes.withUnsafeMutableBufferPointer { slopes in
                pairs = weir_pairs(
                  count: n, kernel: square.baseAddress, sign: signs.baseAddress, cap: caps.baseAddress,
                  alpha: after.baseAddress, slope: slopes.baseAddress)
                return weir_move_pairs(&pairs, tolerance, 100 * n)
              }
            }
          }
        }
      }
      var changes = [Double](repeating: 0, count: distinct.count)
      for a in 0..<n {
        alpha[Int(chosen[a])] = after[a]
        changes[places[a]] += signs[a] * (after[a] - before[a])
      }
      let changed = distinct.indices.filter { changes[$0] != 0 }
      add(changed.map { kernel[$0] }, changed.map { changes[$0] }, workers)
      return moved
    }
  }

  private mutating func add(_ rows: [UnsafePointer<Float>], _ factors: [Double], _ workers: Workers) {
    let count = sums.count, parts = max(1, count / 2048)
    let readings = rows.map { Readings($0) }
    sums.withUnsafeMutableBufferPointer { sums in
      guard let base = sums.baseAddress else { return }
      let out = Places(base)
      workers.run(parts) { part in
        let pointers = readings.map { Optional($0.base) }
        weir_add_scaled_rows(
          pointers, factors, factors.count, count * part / parts, count * (part + 1) / parts, out.base)
      }
    }
  }

  func solution(converged: Bool) -> DualProblem.Solution {
    var coefficients = [Double](repeating: 0, count: sums.count)
    var free = 0.0, freeCount = 0, top = -Double.infinity, bottom = Double.infinity, objective = 0.0
    for i in alpha.indices {
      coefficients[Int(problem.rows[i])] += problem.signs[i] * alpha[i]
      let slope = slope(i)
      // α (derivative + p) adds up to twice the objective.
      objective += alpha[i] * (-problem.signs[i] * slope + problem.linear[i]) / 2
      if alpha[i] > 0 && alpha[i] < problem.caps[i] {
        free += slope
        freeCount += 1
      }
      if mayGrow(i) { top = max(top, slope) }
      if mayShrink(i) { bottom = min(bottom, slope) }
    }
    let middle = top.isFinite && bottom.isFinite ? (top + bottom) / 2 : top.isFinite ? top : bottom.isFinite ? bottom : 0
    return DualProblem.Solution(
      coefficients: coefficients, intercept: freeCount > 0 ? free / Double(freeCount) : middle,
      objective: objective, converged: converged)
  }
}

/// The places of the least of many numbers, found in one pass.
struct LeastPlaces {
  private let capacity: Int
  /// A heap with the largest on top.
  private var heap: [(value: Double, place: Int32)] = []

  init(capacity: Int) {
    self.capacity = max(capacity, 0)
    heap.reserveCapacity(self.capacity)
  }

  /// From the least on, those added first ahead of equals.
  var places: [Int32] { heap.sorted { ($0.value, $0.place) < ($1.value, $1.place) }.map(\.place) }

  mutating func add(_ value: Double, _ place: Int32) {
    if heap.count < capacity {
      heap.append((value, place))
      var child = heap.count - 1
      while child > 0, heap[(child - 1) / 2] < heap[child] {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    } else if let top = heap.first, (value, place) < top {
      heap[0] = (value, place)
      var parent = 0
      while true {
        var largest = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[largest] < heap[child] {
          largest = child
        }
        if largest == parent { break }
        heap.swapAt(parent, largest)
        parent = largest
      }
    }
  }
}
