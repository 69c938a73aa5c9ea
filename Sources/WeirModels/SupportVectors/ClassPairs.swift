import Glibc
import WeirBase

/// The pairs of classes, each told apart by a machine of its own: (0, 1), (0, 2), ... (1, 2), ...
struct ClassPairs: Sendable {
  let classes: Int
  private let pairs: [(Int, Int)]

  init(classes: Int) {
    self.classes = classes
    pairs = (0..<classes).flatMap { a in (a + 1..<max(classes, a + 1)).map { b in (a, b) } }
  }

  var count: Int { pairs.count }
  subscript(number: Int) -> (Int, Int) { pairs[number] }

  /// The rows of each class.
  static func members(_ codes: [Int32], classes: Int) -> [[Int]] {
    var members = [[Int]](repeating: [], count: classes)
    for (row, code) in codes.enumerated() { members[Int(code)].append(row) }
    return members
  }

  /// For each other class (classes - 1 of them) the coefficient of every row, against it.
  func coefficients(of fits: [PairMachine], codes: [Int32], members: [[Int]]) -> [[Double]] {
    var result = [[Double]](repeating: [Double](repeating: 0, count: codes.count), count: classes - 1)
    for (number, (a, b)) in pairs.enumerated() {
      let solution = fits[number].solution.coefficients
      for (i, row) in members[a].enumerated() { result[b - 1][row] = solution[i] }
      for (i, row) in members[b].enumerated() { result[a][row] = solution[members[a].count + i] }
    }
    return result
  }

  /// The class that most pairs vote for, the first of equals; a decision above zero is for the first of a pair.
  func winner(_ decisions: (Int) -> Double) -> Int {
    var votes = [Int](repeating: 0, count: classes)
    for (number, (a, b)) in pairs.enumerated() { votes[decisions(number) > 0 ? a : b] += 1 }
    return votes.indices.max { votes[$0] < votes[$1] || (votes[$0] == votes[$1] && $0 > $1) } ?? 0
  }

  /// Probabilities of the classes from those within pairs (Wu, Lin, Weng: "Probability estimates for multi-class
  /// classification by pairwise coupling", JMLR 5, 2004, algorithm 2). `share` is the first one's part of a pair.
  func coupled(_ share: (Int) -> Double) -> [Double] {
    let k = classes
    var r = [Double](repeating: 0, count: k * k)
    for (number, (a, b)) in pairs.enumerated() {
      let part = min(max(share(number), 1e-7), 1 - 1e-7)
      r[a * k + b] = part
      r[b * k + a] = 1 - part
    }
    if k == 2 { return [r[1], r[2]] }
    var q = [Double](repeating: 0, count: k * k)
    for t in 0..<k {
      for j in 0..<k where j != t {
        q[t * k + t] += r[j * k + t] * r[j * k + t]
        q[t * k + j] = -r[j * k + t] * r[t * k + j]
      }
    }
    var p = [Double](repeating: 1 / Double(k), count: k)
    for _ in 0..<max(100, k) {
      var products = (0..<k).map { t in (0..<k).reduce(0) { $0 + q[t * k + $1] * p[$1] } }
      var total = (0..<k).reduce(0) { $0 + p[$1] * products[$1] }
      if (products.map { abs($0 - total) }.max() ?? 0) < 0.005 / Double(k) / 1e3 { break }
      for t in 0..<k {
        let change = (total - products[t]) / q[t * k + t]
        p[t] += change
        total = (total + change * (change * q[t * k + t] + 2 * products[t])) / (1 + change) / (1 + change)
        for j in 0..<k {
          products[j] = (products[j] + change * q[t * k + j]) / (1 + change)
          p[j] /= 1 + change
        }
      }
    }
    return p
  }
}

/// A machine that tells two classes apart: the rows of the first have the sign 1.
struct PairMachine: Sendable {
  /// Coefficients of the rows of the first class, then of the second.
  let solution: DualProblem.Solution
  let calibrator: Calibrator?

  init(
    _ data: KernelRows, first: [Int], second: [Int], caps: [Double], options: SupportVectorMachine.Options,
    context: FitContext, workers: Workers
  ) throws {
    let rows = first + second
    func solve(_ chosen: [Int]) throws -> (DualProblem.Solution, KernelRows) {
      let d = data.columns
      let part = try KernelRows(
        chosen.flatMap { data.values[rows[$0] * d..<(rows[$0] + 1) * d] }, columns: d, kernel: data.kernel,
        centered: data.means)
      let problem = DualProblem(
        rows: chosen.indices.map { Int32($0) }, signs: chosen.map { $0 < first.count ? 1 : -1 },
        linear: [Double](repeating: -1, count: chosen.count), caps: chosen.map { caps[rows[$0]] })
      return (
        try problem.solved(
          part, tolerance: options.tolerance, maxIterations: options.maxIterations, workers: workers,
          cancellation: context.cancellation), part
      )
    }
    solution = try solve(Array(rows.indices)).0
    calibrator = options.probabilities
      ? try PairMachine.calibrator(
        first: first.count, second: second.count, weights: rows.map { caps[$0] / options.c }, context.random
      ) { training, left in
        let (solution, part) = try solve(training)
        let d = data.columns
        return try part.decisions(
          left.flatMap { data.values[rows[$0] * d..<(rows[$0] + 1) * d] }, coefficients: [solution.coefficients],
          intercepts: [solution.intercept], workers: workers)
      } : nil
  }

  /// Learns from decisions on rows left out of five folds, each with its share of both classes.
  private static func calibrator(
    first: Int, second: Int, weights: [Double], _ random: RandomStream,
    decide: (_ training: [Int], _ left: [Int]) throws -> [Double]
  ) throws -> Calibrator {
    var stream = random
    var fold = [Int](repeating: 0, count: first + second)
    for (start, count) in [(0, first), (first, second)] {
      for (place, row) in stream.permutation(count).enumerated() { fold[start + row] = place % 5 }
    }
    var decisions = [Double](repeating: 0, count: fold.count)
    for number in 0..<5 {
      let left = fold.indices.filter { fold[$0] == number }, training = fold.indices.filter { fold[$0] != number }
      guard !left.isEmpty else { continue }
      let sides = (training.contains { $0 < first }, training.contains { $0 >= first })
      // With rows of one class alone to learn from, that class is what it says.
      let found = sides == (true, true) ? try decide(training, left) : left.map { _ in sides.0 ? 1 : -1 }
      for (row, decision) in zip(left, found) { decisions[row] = decision }
    }
    return Calibrator(
      .sigmoid, probabilities: decisions.map(PairMachine.share), isClass: fold.indices.map { $0 < first },
      weights: weights)
  }

  /// A decision as a probability whose log odds it is.
  static func share(_ decision: Double) -> Double { 1 / (1 + exp(-decision)) }
}
