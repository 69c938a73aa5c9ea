import Glibc

extension Ticks {
  /// Ticks at powers of ten, or at 1, 2 and 5 times these where there is room, over `low...high`, both above 0.
  package static func powers(_ low: Double, _ high: Double, count: Int, widens: Bool = true) -> Ticks {
    var (low, high) = spreadRatio(low, high)
    if widens { (low, high) = (roundPlace(low, up: false), roundPlace(high, up: true)) }
    let first = Int(log10(low).rounded(.down)), last = Int(log10(high).rounded(.up))
    let every = max(1, (last - first + max(count, 2) - 1) / max(count, 2))
    let shares: [Double] = every == 1 && (last - first) * 2 <= count ? [1, 2, 5] : [1]
    // The hair's breadth keeps ticks at the ends, which rounding may have put just outside.
    let least = low * (1 - 1e-9), most = high * (1 + 1e-9)
    var values: [Double] = []
    for power in first...max(first, last) where power % every == 0 {
      let unit = pow(10, Double(power))
      for share in shares where share * unit >= least && share * unit <= most { values.append(share * unit) }
    }
    if values.count < 2 {
      let plain = numbers(low, high, count: count, widens: false)
      return Ticks(values: plain.values, labels: plain.labels, low: low, high: high, isLog: true)
    }
    let labels = values.map { Numerals.short($0, digits: 4) }
    return Ticks(values: values, labels: labels, low: low, high: high, isLog: true)
  }

  /// Ends above 0 that differ.
  static func spreadRatio(_ low: Double, _ high: Double) -> (Double, Double) {
    func held(_ value: Double) -> Double { min(max(value.isFinite ? value : 1, 1e-300), 1e300) }
    let low = held(low), high = held(high)
    return high > low * (1 + 1e-9) ? (low, high) : (low / 2, low * 2)
  }

  /// The nearest of 1, 2 and 5 times a power of ten, at or beyond the value.
  private static func roundPlace(_ value: Double, up: Bool) -> Double {
    let power = pow(10, log10(value).rounded(.down))
    let places = [1, 2, 5, 10].map { $0 * power }
    return up ? places.first { $0 >= value * (1 - 1e-9) } ?? value : places.last { $0 <= value * (1 + 1e-9) } ?? value
  }
}
