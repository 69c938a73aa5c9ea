/// A sum in two doubles, so that what enters and leaves it leaves no trace: 106 bits.
struct TwofoldNumber {
  private(set) var high = 0.0
  private(set) var low = 0.0

  mutating func add(_ x: Double) {
    let sum = high + x
    let part = sum - high
    low += (high - (sum - part)) + (x - part)
    high = sum + low
    low -= high - sum
  }

  /// Adds the square of a number with its rounding error.
  mutating func addSquare(_ x: Double, _ sign: Double) {
    let square = x * x
    add(sign * square)
    add(sign * (-square).addingProduct(x, x))
  }

  var value: Double { high }
}

/// The numbers in a window, with those that are not finite counted apart.
struct RollingMoments {
  private let shift: Double
  private var sum = TwofoldNumber()
  private var squares = TwofoldNumber()
  private(set) var count = 0
  private var nans = 0, infinities = 0, negativeInfinities = 0
  private var hasSpilled = false
  /// The greatest sum of squares there has been.
  private var peak = 0.0

  /// `shift` is a number near the others, about which squares are taken.
  init(shift: Double) { self.shift = shift.isFinite ? shift : 0 }

  mutating func enter(_ x: Double) { change(x, 1) }

  mutating func leave(_ x: Double) {
    change(x, -1)
    if count == 0 { self = RollingMoments(shift: shift) }
  }

  private mutating func change(_ x: Double, _ sign: Int) {
    count += sign
    if x.isNaN { nans += sign } else if x == .infinity { infinities += sign } else if x == -.infinity {
      negativeInfinities += sign
    } else {
      let distance = x - shift
      sum.add(Double(sign) * distance)
      squares.addSquare(distance, Double(sign))
      peak = max(peak, squares.high)
      if !sum.value.isFinite || !squares.value.isFinite { hasSpilled = true }
    }
  }

  /// Whether numbers have left beside which those that stayed are so small that little is known of them any more.
  var isWorn: Bool { squares.high < peak * 0x1p-40 }

  /// What is not finite decides; nil where the numbers do.
  private var special: Double? {
    if nans > 0 || (infinities > 0 && negativeInfinities > 0) { return .nan }
    return infinities > 0 ? .infinity : negativeInfinities > 0 ? -.infinity : nil
  }

  /// Nil where the numbers are too large for it, and have to be looked at again.
  func mean() -> Double? {
    if let special { return special }
    if count == 0 { return .nan }
    return hasSpilled ? nil : shift + (sum.high + sum.low) / Double(count)
  }

  func total() -> Double? {
    if let special { return special }
    if hasSpilled { return nil }
    var total = TwofoldNumber()
    let product = shift * Double(count)
    total.add(product)
    total.add((-product).addingProduct(shift, Double(count)))
    total.add(sum.low)
    total.add(sum.high)
    return total.value.isFinite ? total.value : nil
  }

  /// With `count - ddof` in the denominator; NaN where that is not positive.
  func variance(ddof: Int) -> Double? {
    guard count > ddof else { return .nan }
    if special != nil { return .nan }
    if hasSpilled { return nil }
    // n Σx² - (Σx)², each with its rounding error.
    let n = Double(count)
    let a = n * squares.high, b = sum.high * sum.high
    let restA = (-a).addingProduct(n, squares.high) + n * squares.low
    let restB = (-b).addingProduct(sum.high, sum.high) + 2 * sum.high * sum.low
    return max(0, ((a - b) + (restA - restB)) / (n * (n - Double(ddof))))
  }
}

extension WindowFrame {
  package enum RollingStatistic: Sendable, Hashable {
    case mean, sum, median
    case variance(ddof: Int, root: Bool)

    var name: String {
      switch self {
      case .mean: "rolling_mean"
      case .sum: "rolling_sum"
      case .median: "rolling_median"
      case .variance(_, let root): root ? "rolling_std" : "rolling_var"
      }
    }
  }

  /// A statistic of the numbers in the window of each row; missing values are passed over, and where fewer than the window
  /// asks for are left, the result is missing.
  package func rolling(
    _ column: Column, _ statistic: RollingStatistic, _ window: RollingWindow
  ) throws(TableError) -> Column {
    let ranges = try ranges(of: window)
    switch (statistic, column.storage) {
    case (.sum, .int(let v)): return .init(.int(try exactSums(v, column, ranges, window)), validity: filled(column, ranges, window))
    case (.sum, .duration(let v)):
      return .init(.duration(try exactSums(v, column, ranges, window)), validity: filled(column, ranges, window))
    case (.sum, .bool(let v)):
      let ones: [Int64] = v.map { $0 ? 1 : 0 }
      return .init(.int(try exactSums(ones, column, ranges, window)), validity: filled(column, ranges, window))
    case (.median, _): return Column(doubles: try medians(column, ranges, window))
    default: return Column(doubles: try statistics(column, statistic, ranges, window))
    }
  }

  private func statistics(
    _ column: Column, _ statistic: RollingStatistic, _ ranges: [Range<Int>], _ window: RollingWindow
  ) throws(TableError) -> [Double] {
    let numbers = try column.numbers(for: statistic.name)
    let values = order.map { column.isMissing($0) ? nil : numbers[$0] }
    // Where the run of equal values begins that a place belongs to: a window of equal values has no spread at all.
    let runs = runStarts(values)
    var out = [Double](repeating: .nan, count: rowCount)
    var state = RollingMoments(shift: 0), group = 0, last = -1, isTooLarge = false
    sweep(
      ranges,
      start: {
        let own = values[starts[group]..<starts[group + 1]]
        state = RollingMoments(shift: own.first { $0?.isFinite ?? false }.flatMap { $0 } ?? 0)
        group += 1
        last = -1
      },
      enter: { place in
        if let x = values[place] {
          state.enter(x)
          last = place
        }
      },
      leave: { place in if let x = values[place] { state.leave(x) } },
      read: { place in
        guard !ranges[place].isEmpty, state.count >= window.least else { return }
        let held = { ranges[place].compactMap { values[$0] } }
        if state.isWorn {
          state = RollingMoments(shift: held().first { $0.isFinite } ?? 0)
          for x in held() { state.enter(x) }
        }
        switch statistic {
        case .mean: out[place] = state.mean() ?? held().reduce(0) { $0 + $1 / Double(state.count) }
        case .sum:
          out[place] = state.total() ?? LargeNumbers.sum(held())
          if out[place].magnitude == .infinity, held().allSatisfy(\.isFinite) { isTooLarge = true }
        case .variance(let ddof, let root):
          let isConstant = last >= 0 && runs[last] <= ranges[place].lowerBound && values[last]?.isFinite ?? false
          let variance = isConstant && state.count > ddof ? 0 : state.variance(ddof: ddof)
          out[place] = variance.map { root ? $0.squareRoot() : $0 } ?? LargeNumbers.variance(held(), ddof: ddof, root: root)
          if out[place] == .infinity { isTooLarge = true }
        case .median: break
        }
      })
    if isTooLarge { throw .floatOverflow(operation: "`\(statistic.name)`") }
    return scattering(out)
  }

  /// For each place that has a value, the first place back from which all values are equal to it.
  private func runStarts(_ values: [Double?]) -> [Int] {
    var out = [Int](repeating: 0, count: rowCount)
    for group in 0..<groupCount {
      var start = starts[group], current: Double?
      for place in starts[group]..<starts[group + 1] {
        if let value = values[place], value != current {
          if current != nil { start = place }
          current = value
        }
        out[place] = start
      }
    }
    return out
  }

  private func medians(_ column: Column, _ ranges: [Range<Int>], _ window: RollingWindow) throws(TableError) -> [Double] {
    let numbers = try column.numbers(for: "rolling_median")
    var out = [Double](repeating: .nan, count: rowCount)
    var sorted: [Double] = [], nans = 0
    func place(_ x: Double) -> Int {
      var low = 0, high = sorted.count
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < x { low = middle + 1 } else { high = middle }
      }
      return low
    }
    sweep(
      ranges,
      start: { (sorted, nans) = ([], 0) },
      enter: { at in
        let row = order[at]
        if column.isMissing(row) { return }
        if numbers[row].isNaN { nans += 1 } else { sorted.insert(numbers[row], at: place(numbers[row])) }
      },
      leave: { at in
        let row = order[at]
        if column.isMissing(row) { return }
        if numbers[row].isNaN { nans -= 1 } else { sorted.remove(at: place(numbers[row])) }
      },
      read: { at in
        guard !ranges[at].isEmpty, sorted.count + nans >= max(window.least, 1), nans == 0 else { return }
        out[at] = NumberAggregate.quantile(sorted, 0.5)
      })
    return scattering(out)
  }
}
