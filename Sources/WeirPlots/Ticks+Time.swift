extension Ticks {
  private static let second = 1_000_000.0
  private static let day = 86_400.0 * second

  /// Ticks at round times over `low...high`, in microseconds since 1970.
  package static func times(_ low: Double, _ high: Double, count: Int) -> Ticks {
    let (low, high) = spread(low, high)
    let wanted = (high - low) / Double(max(count - 1, 1))
    if wanted > 20 * day { return months(low, high, wanted) }
    let steps =
      [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200].map { $0 * second }
      + [1, 2, 3, 7, 14].map { $0 * day }
    guard wanted >= second, let step = steps.first(where: { $0 >= wanted }) ?? steps.last else {
      let plain = numbers(low, high, count: count, widens: false)
      return Ticks(values: plain.values, labels: plain.values.map(CivilTime.clock), low: low, high: high)
    }
    let first = (low / step).rounded(.up), number = max(0, min(((high / step).rounded(.down) - first), 60))
    let values = (0...Int(number)).map { (first + Double($0)) * step }.filter { $0 <= high }
    let labels = values.map { step >= day ? CivilTime.date($0) : CivilTime.clock($0) }
    return Ticks(values: values, labels: labels, low: low, high: high)
  }

  private static func months(_ low: Double, _ high: Double, _ wanted: Double) -> Ticks {
    let choices = [1, 2, 3, 6, 12]
    let months = wanted / (30.4 * day)
    let step = choices.first { Double($0) >= months } ?? 12 * Int(niceNumber(min(months / 12, 1e9), rounds: false))
    let start = CivilTime(low)
    var month = (start.year * 12 + start.month - 1) / step * step
    var values: [Double] = []
    while values.count < 60 {
      let place = CivilTime.microseconds(year: month / 12, month: month % 12 + 1)
      if place > high { break }
      if place >= low { values.append(place) }
      month += step
    }
    let labels = values.map { step >= 12 ? String(CivilTime($0).year) : String(CivilTime.date($0).dropLast(3)) }
    return Ticks(values: values, labels: labels, low: low, high: high)
  }
}

/// A moment in the proleptic Gregorian calendar, UTC.
struct CivilTime {
  let year: Int
  let month: Int
  let day: Int
  let seconds: Int

  init(_ microseconds: Double) {
    let limited = min(max(microseconds, -6e16), 2.5e17)
    let total = Int((limited / 1e6).rounded(.down))
    let days = (total - ((total % 86_400) + 86_400) % 86_400) / 86_400
    seconds = total - days * 86_400
    // Years begin in March here, so that the leap day is the last of its year.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * part + 2) / 5 + 1
    month = part < 10 ? part + 3 : part - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  static func microseconds(year: Int, month: Int) -> Double {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    return Double(days) * 86_400e6
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

  static func date(_ microseconds: Double) -> String {
    let time = CivilTime(microseconds)
    return "\(time.year)-\(two(time.month))-\(two(time.day))"
  }

  static func clock(_ microseconds: Double) -> String {
    let seconds = CivilTime(microseconds).seconds
    let minutes = "\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
    return seconds % 60 == 0 ? minutes : minutes + ":" + two(seconds % 60)
  }
}
