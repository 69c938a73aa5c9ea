import Glibc
import WeirBase

/// How much knowing one quantity tells of another, in nats, from the distances of nearest neighbours.
///
/// Kraskov, Stögbauer and Grassberger (2004) for two numbers, Ross (2014) for a number and classes, with 3 neighbours, as
/// scikit-learn has it: numbers are brought to deviation 1, and a noise of 1e-10 parts values that repeat.
enum MutualInformation {
  private static let neighbors = 3

  static func ofClasses(
    _ x: [Double], _ codes: [Int32], classes: Int, isDiscrete: Bool, random: RandomStream
  ) throws -> Double {
    if isDiscrete { return ofTable(x.map { $0 == 0 ? 0 : 1 }, codes, classes: classes) }
    let values = blurred(x, random)
    var rows: [[Double]] = Array(repeating: [], count: classes)
    for (row, code) in codes.enumerated() { rows[Int(code)].append(values[row]) }
    // A class of one row has no neighbours.
    let used = rows.filter { $0.count > 1 }.map { $0.sorted() }
    let all = used.flatMap { $0 }.sorted()
    guard !all.isEmpty else { return 0 }
    var total = 0.0
    for own in used {
      let k = min(neighbors, own.count - 1)
      for place in own.indices {
        let radius = reach(own, place, k).nextDown
        let near = count(all, around: own[place], radius)
        total += digamma(Double(k)) - digamma(Double(own.count)) - digamma(Double(near))
      }
    }
    return max(0, digamma(Double(all.count)) + total / Double(all.count))
  }

  static func ofNumbers(_ x: [Double], _ y: [Double], isDiscrete: Bool, random: RandomStream) throws -> Double {
    guard x.count > neighbors else { return 0 }
    if isDiscrete {
      return try ofClasses(y, x.map { $0 == 0 ? 0 : 1 }, classes: 2, isDiscrete: false, random: random)
    }
    let a = blurred(x, random.child(0)), b = blurred(y, random.child(1))
    let byA = a.indices.sorted { a[$0] < a[$1] }
    let sortedA = byA.map { a[$0] }, others = byA.map { b[$0] }, sortedB = b.sorted()
    var total = 0.0
    for (place, row) in byA.enumerated() {
      let radius = reach(sortedA, others, place, b[row]).nextDown
      total += digamma(Double(count(sortedA, around: a[row], radius))) + digamma(Double(count(sortedB, around: b[row], radius)))
    }
    let n = Double(x.count)
    return max(0, digamma(n) + digamma(Double(neighbors)) - total / n)
  }

  /// How many numbers lie within a distance, the one in the middle among them. Differences are compared, not the ends: a
  /// sum would round what is just outside to the end.
  private static func count(_ sorted: [Double], around x: Double, _ radius: Double) -> Int {
    let end = first(in: sorted) { $0 - x > radius }, start = first(in: sorted) { x - $0 <= radius }
    return max(1, end - start)
  }

  /// The distance of the k-th nearest of some sorted numbers from one of them.
  private static func reach(_ sorted: [Double], _ place: Int, _ k: Int) -> Double {
    var low = place, high = place, distance = 0.0
    for _ in 0..<k {
      let below = low > 0 ? sorted[place] - sorted[low - 1] : .infinity
      let above = high + 1 < sorted.count ? sorted[high + 1] - sorted[place] : .infinity
      if below <= above { low -= 1 } else { high += 1 }
      distance = min(below, above)
    }
    return distance
  }

  /// The same in the plane, where the larger of the two distances counts; the search widens along the first number.
  private static func reach(_ x: [Double], _ y: [Double], _ place: Int, _ own: Double) -> Double {
    var nearest = [Double](repeating: .infinity, count: neighbors)
    func look(_ other: Int, _ dx: Double) {
      let distance = max(dx, abs(y[other] - own))
      guard distance < nearest[neighbors - 1] else { return }
      var at = neighbors - 1
      while at > 0, nearest[at - 1] > distance {
        nearest[at] = nearest[at - 1]
        at -= 1
      }
      nearest[at] = distance
    }
    var low = place - 1, high = place + 1
    while true {
      let below = low >= 0 ? x[place] - x[low] : .infinity, above = high < x.count ? x[high] - x[place] : .infinity
      guard min(below, above) < nearest[neighbors - 1] else { break }
      if below <= above {
        look(low, below)
        low -= 1
      } else {
        look(high, above)
        high += 1
      }
    }
    return nearest[neighbors - 1]
  }

  /// The place of the first of some sorted numbers from which on a condition holds.
  private static func first(in sorted: [Double], where holds: (Double) -> Bool) -> Int {
    var low = 0, high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if holds(sorted[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Brought to deviation 1, with a little noise.
  private static func blurred(_ values: [Double], _ random: RandomStream) -> [Double] {
    let center = mean(values)
    let deviation = (values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(max(1, values.count))).squareRoot()
    let scaled = deviation > 0 ? values.map { $0 / deviation } : values
    let size = 1e-10 * max(1, mean(scaled.map { abs($0) }))
    var random = random
    return scaled.map { $0 + size * random.nextNormal() }
  }

  /// Of two sets of classes, from how often they meet.
  private static func ofTable(_ a: [Int], _ b: [Int32], classes: Int) -> Double {
    var counts = [[Double]](repeating: [Double](repeating: 0, count: classes), count: 2)
    for (row, code) in b.enumerated() { counts[a[row]][Int(code)] += 1 }
    let n = Double(a.count), rows = counts.map { $0.reduce(0, +) }
    var total = 0.0
    for i in counts.indices {
      for j in 0..<classes where counts[i][j] > 0 {
        let column = counts[0][j] + counts[1][j]
        total += counts[i][j] / n * log(counts[i][j] * n / (rows[i] * column))
      }
    }
    return max(0, total)
  }

  /// The derivative of the logarithm of the gamma function, for positive numbers.
  static func digamma(_ x: Double) -> Double {
    var x = x, sum = 0.0
    // The series is good from 10 on.
    while x < 10 {
      sum -= 1 / x
      x += 1
    }
    let f = 1 / (x * x)
    let series = f * (1 / 12 - f * (1 / 120 - f * (1 / 252 - f * (1 / 240 - f * (1 / 132 - f * 691 / 32760)))))
    return sum + log(x) - 1 / (2 * x) - series
  }
}
