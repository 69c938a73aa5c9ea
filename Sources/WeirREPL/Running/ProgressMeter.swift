import WeirDiagnostics

/// How far a long piece of work is, how quickly it goes, and when it will end.
package struct ProgressMeter: Sendable {
  /// Work that ends sooner is not worth a line.
  package static let patience = 0.5

  private struct Work {
    var what: String
    /// What stands after the noun and a colon: it may change all the time.
    var detail: String
    var begun: Double
    /// How much was done when it was first heard of.
    var first: Int
    var done: Int
    var total: Int
  }

  private let begun: Double
  private var work: Work?
  private var isStopping = false

  /// Times are in seconds of any clock.
  package init(now: Double) { begun = now }

  package mutating func note(_ done: Int, of total: Int, _ what: String, now: Double) {
    let cut = what.firstRange(of: ": "), noun = cut.map { String(what[..<$0.lowerBound]) } ?? what
    let detail = cut.map { String(what[$0.upperBound...]) } ?? ""
    if let known = work, known.what == noun, known.total == total, known.done <= done {
      work?.done = done
      work?.detail = detail
    } else {
      work = Work(what: noun, detail: detail, begun: now, first: done, done: done, total: total)
    }
  }

  package mutating func stop() { isStopping = true }

  /// The line to show; nil while it is too early for one.
  package func line(now: Double, width: Int) -> String? {
    let gone = now - begun
    guard gone >= Self.patience || isStopping else { return nil }
    if isStopping { return fitted("stopping … \(Self.time(gone))", to: width - 1) }
    guard let work else { return fitted("running \(Self.time(gone))", to: width - 1) }
    return fitted(Self.text(work, now: now), to: width - 1)
  }

  private static func text(_ work: Work, now: Double) -> String {
    let passed = now - work.begun, more = work.detail.isEmpty ? "" : "; " + work.detail
    let rate = passed > 0 ? Double(work.done - work.first) / passed : 0
    guard work.total > 0 else {
      return (rate > 0 ? "\(work.what) \(count(work.done)), \(speed(rate))" : "\(work.what) \(time(passed))") + more
    }
    let share = min(1, max(0, Double(work.done) / Double(work.total)))
    let full = Int(share * 20)
    var parts = ["\(count(work.done)) of \(count(work.total))"]
    if rate > 0 {
      parts.append(speed(rate))
      if work.done < work.total { parts.append("\(time(Double(work.total - work.done) / rate)) left") }
    }
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: 20 - full)
    return "\(work.what) \(bar) \(Int(share * 100)) %  " + parts.joined(separator: ", ") + more
  }

  /// "12.5/s", or where one takes long "3 s each".
  private static func speed(_ rate: Double) -> String {
    rate >= 1 ? "\(rate < 100 ? tenths(rate) : count(Int(min(rate, 1e15))))/s" : "\(time(1 / rate)) each"
  }

  /// "950", "12.3k", "4.1M".
  static func count(_ number: Int) -> String {
    let size = number.magnitude
    if size < 10_000 { return String(number) }
    let (unit, name): (Double, String) = size < 1_000_000 ? (1e3, "k") : size < 1_000_000_000 ? (1e6, "M") : (1e9, "G")
    return tenths(Double(number) / unit) + name
  }

  private static func tenths(_ value: Double) -> String {
    let scaled = Int((value * 10).rounded())
    return scaled % 10 == 0 ? String(scaled / 10) : "\(scaled / 10).\(scaled % 10)"
  }

  /// "80 ms", "1.2 s", "2 min 5 s", "3 h 10 min".
  package static func time(_ seconds: Double) -> String {
    let seconds = max(0, min(seconds, 1e9))
    if seconds < 0.0995 { return "\(tenths(seconds * 1000)) ms" }
    if seconds < 9.95 { return "\(tenths(seconds)) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
