import Foundation
import Testing
import WeirBase
import WeirTables

@Suite struct LogReaderTests {
  private func read(
    _ text: String, _ pattern: String, _ options: LogOptions = LogOptions(), direct: Bool = true, partSize: Int = 1 << 20,
    workers: Int = 1
  ) throws -> LogResult {
    try LogReader(
      FileContents(Array(text.utf8)), name: "test.log", pattern: try LinePattern(pattern, direct: direct), options: options,
      partSize: partSize
    ).read(workers: Workers(workers))
  }

  @Test func makesColumnsOfGroups() throws {
    let table = try read("a=1 b=x\r\n\na=22 b=-\na=3 b=", #"a=(?<a>\d+) b=(?<b>\S*)"#).table
    #expect(table.names == ["line", "a", "b"])
    #expect(table.columns.map(\.type) == [.int, .int, .text])
    #expect(rows(table) == [[.int(1), .int(1), .text("x")], [.int(3), .int(22), .missing], [.int(4), .int(3), .missing]])
    #expect(try read("x", "(?<line>x)").table.names == ["line_2", "line"])
    #expect(try read("", "(?<x>x)").table.rowCount == 0)
    #expect(cells(try read("007", "(?<x>.*)").table.columns[1]) == [.text("007")])
    #expect(cells(try read("7", "(?<x>.*)", LogOptions(types: ["x": .text])).table.columns[1]) == [.text("7")])
    #expect(throws: TableError.self) { try read("x", "(?<x>.*)", LogOptions(types: ["y": .text])) }
  }

  @Test func treatsTheRestAsSaid() throws {
    let text = "junk\n1 first\n  at x\n  at y\n2 second\nmore\n"
    let pattern = #"^(?<n>\d) (?<message>.*)$"#
    #expect(throws: LogError.noMatch(file: "test.log", line: 1, text: "junk")) { try read(text, pattern) }
    let skipped = try read(text, pattern, LogOptions(rest: .skip))
    #expect(skipped.rejectedCount == 4 && skipped.firstRejected?.line == 1)
    #expect(cells(skipped.table.columns[0]) == [.int(2), .int(5)])
    let kept = try read(text, pattern, LogOptions(rest: .keep)).table
    #expect(kept.names == ["line", "n", "message", "rest"] && kept.rowCount == 6)
    #expect(cells(kept.columns[3])[0...2] == [.text("junk"), .missing, .text("  at x")])
    let joined = try read(text, pattern, LogOptions(rest: .join), partSize: 3)
    #expect(cells(joined.table.columns[2]) == [.text("first\n  at x\n  at y"), .text("second\nmore")])
    #expect(joined.rejectedCount == 1)
  }

  @Test func knowsCommonForms() throws {
    let combined = try #require(LogFormat.combined.pattern)
    let text = #"""
      127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326 "http://x/" "Mozilla \"5\""
      ::1 - - [10/Oct/2000:13:55:37 +0000] "\x16\x03" 400 - "-" "-"
      """#
    let table = try read(text, combined).table
    #expect(table.names == ["line", "host", "identity", "user", "time", "method", "path", "protocol", "request", "status", "size", "referer", "agent"])
    #expect(cells(table.columns[4]) == [.dateTime(Instant(971_211_336_000_000)), .dateTime(Instant(971_186_137_000_000))])
    #expect(cells(table.columns[9]) == [.int(200), .int(400)] && cells(table.columns[10]) == [.int(2326), .missing])
    #expect(cells(table.columns[8]) == [.missing, .text(#"\x16\x03"#)])
    #expect(cell(table.columns[12], 0) == .text(#"Mozilla \"5\""#))
    let syslog = try #require(LogFormat.syslog.pattern)
    let lines = "<34>Oct 11 22:14:15 mymachine su: failed\nOct  1 02:00:00 host cron[12]: (root) CMD\n"
    #expect(rows(try read(lines, syslog).table) == [
      [.int(1), .int(34), .text("Oct 11 22:14:15"), .text("mymachine"), .text("su"), .missing, .text("failed")],
      [.int(2), .missing, .text("Oct  1 02:00:00"), .text("host"), .text("cron"), .int(12), .text("(root) CMD")],
    ])
    for format in LogFormat.allCases { if let pattern = format.pattern { #expect(try LinePattern(pattern).isDirect, "\(format)") } }
  }

  @Test func refusesPatternsWithoutColumns() {
    for pattern in ["(.*)", "(?<x>", "["] {
      #expect(throws: LogError.self) { try LinePattern(pattern) }
    }
  }

  @Test func givesUpInTime() throws {
    let evil = #"^(?<x>(?:a|aa|aaa)+)$"#
    #expect(try LinePattern(evil).isDirect)
    #expect(throws: LogError.tooManyTries(file: "test.log", line: 1)) { try read(String(repeating: "a", count: 200) + "b", evil) }
  }

  @Test func readsOtherThanASCII() throws {
    let table = try read("né 1\nstraße 2\n", #"(?<word>\w+) (?<n>\d)"#).table
    #expect(rows(table) == [[.int(1), .text("né"), .int(1)], [.int(2), .text("straße"), .int(2)]])
  }

  @Test func isTheSameInAnyParts() throws {
    let text = (0..<500).map { "\($0) \($0 % 3 == 0 ? "x" : "yy") \($0 % 7 == 0 ? "é" : "e") tail\n" }.joined()
    let pattern = #"(?<n>\d+) (?<w>\w+) (?<e>.) "#
    let whole = try read(text, pattern).table
    for (size, workers) in [(1, 1), (50, 2), (999, 7)] {
      #expect(try read(text, pattern, partSize: size, workers: workers).table.archive == whole.archive)
    }
    #expect(try read(text, pattern, direct: false).table.archive == whole.archive)
  }

  /// The direct way finds what the general engine finds, for patterns and lines drawn from seeds.
  @Test func findsWhatTheGeneralEngineFinds() throws {
    var random = RandomStream(seed: 3)
    let atoms = ["a", "b", " ", "\\d", "\\w", "\\S", ".", "[ab]", "[^a ]", "[a-c\\d]", "x", "\\.", "-", "(?:ab|a)", "(?:b|ba)", "\\s"]
    let quantifiers = ["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,3}", "*?", "+?", "??", "{1,}?"]
    let letters = Array("aaabbxc1 2.-\t")
    func part(_ depth: Int) -> String {
      var out = ""
      for _ in 0...random.nextInt(below: 3) {
        if depth < 2, random.nextInt(below: 5) == 0 {
          out += "(?:" + part(depth + 1) + (random.nextInt(below: 2) == 0 ? "|" + part(depth + 1) : "") + ")"
            + ["", "?", "*", "+"][random.nextInt(below: 4)]
        } else {
          out += atoms[random.nextInt(below: atoms.count)] + quantifiers[random.nextInt(below: quantifiers.count)]
        }
      }
      return out
    }
    var direct = 0
    for _ in 0..<600 {
      let pattern = (random.nextInt(below: 3) == 0 ? "^" : "") + part(0) + "(?<one>" + part(1) + ")" + part(1) + "(?<two>" + part(1) + ")?"
        + (random.nextInt(below: 3) == 0 ? "$" : "")
      guard let fast = try? LinePattern(pattern), fast.isDirect, let slow = try? LinePattern(pattern, direct: false) else { continue }
      direct += 1
      for _ in 0..<8 {
        let line = String((0..<random.nextInt(below: 14)).map { _ in letters[random.nextInt(below: letters.count)] })
        let (a, b) = (try fast.groups(in: line), try slow.groups(in: line))
        #expect(a == b, "`\(pattern)` in `\(line)`")
      }
    }
    #expect(direct > 200)
  }
}
