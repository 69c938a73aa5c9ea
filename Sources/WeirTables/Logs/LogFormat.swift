/// The forms of logs that have a name.
package enum LogFormat: String, Sendable, CaseIterable {
  /// The access logs of Apache and nginx, with referer and browser.
  case combined
  /// The same without those two.
  case common
  /// RFC 3164 as files have it, and the same with ISO times.
  case syslog
  /// An object on each line.
  case json

  /// Nil where lines are not read by a pattern.
  package var pattern: String? {
    let common =
      #"^(?<host>\S+) (?<identity>\S+) (?<user>\S+) \[(?<time>[^\]]+)\] "(?:(?<method>[A-Z]+) (?<path>[^ "]*)(?: (?<protocol>[^"]*))?|(?<request>[^"]*))" (?<status>\d{3}) (?<size>\d+|-)"#
    switch self {
    case .common: return common
    case .combined: return common + #" "(?<referer>(?:[^"\\]|\\.)*)" "(?<agent>(?:[^"\\]|\\.)*)""#
    case .syslog:
      return #"^(?:<(?<priority>\d{1,3})>)?(?<time>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) (?<host>\S+) (?<program>[^:\[ ]+)(?:\[(?<pid>\d+)\])?: ?(?<message>.*)$"#
    case .json: return nil
    }
  }
}
