import Testing
import WeirBase
import WeirCatalog
import WeirDiagnostics
@testable import WeirLibrary
import WeirTables

/// Sums that do not fit on the way and do in the end are right, and those that do not fit are an error: in aggregates, groups,
/// windows, and where files stream through.
struct OverflowTests {
  /// The largest int, and a float near the largest.
  static let most = "9223372036854775807", huge = "1.7e308"

  /// What the last statement gives, or the first that fails.
  private func last(_ program: String) -> String {
    let steps = ProgramRunner().run(program)
    return (steps.first { if case .failed = $0.outcome { true } else { false } } ?? steps.last)?.outcome.text ?? "nothing"
  }

  /// The standard builtins that matter here, and a file that is read a few bytes at a time.
  private func streamed(_ call: String, of values: [String]) throws -> String {
    let reader = try CSVReader(FileContents(Array(("x,g\n" + values.map { "\($0),a\n" }.joined()).utf8)), name: "x", partSize: 4)
    let file = LazyTable(CSVScan(reader, name: "x"))
    var runner = ProgramRunner()
    runner.catalog = Catalog { builtins in
      builtins.defineAggregates()
      builtins.defineTables()
      builtins.define("file", "Gives a file that is not read yet.") { f in f.body { _ in .query(file) } }
      builtins.define("chunked", "Reads it.") { f in
        let query = f.required(Value.self, "query", "What is not computed yet.")
        f.body { call in
          guard case .query(let lazy) = try call[query] else { throw Diagnostic.failure("nothing streams") }
          return try lazy.collect(chunkSize: 1).column("v").values().first ?? .missing
        }
      }
    }
    return runner.run("file() |> aggregate(by: .g, v: \(call)) |> chunked()").last?.outcome.text ?? "nothing"
  }

  /// What an aggregate gives as a whole, in groups, in a window and for a file that streams.
  private func everyWay(_ aggregate: String, of values: [String]) throws -> [String] {
    let list = values.joined(separator: ", "), call = aggregate.replacing("@", with: ".x")
    return [
      last("u = table(x: [\(list)])\n\(aggregate.replacing("@", with: "u.x"))"),
      last("u = table(x: [\(list)]) |> aggregate(v: \(call))\nu.v[0]"),
      last("u = table(x: [\(list)], g: \"a\") |> aggregate(by: .g, v: \(call))\nu.v[0]"),
      last("u = table(x: [\(list)], g: \"a\") |> window(by: .g, v: \(call))\nu.v[0]"),
      try streamed(call, of: values),
    ]
  }

  @Test func intsThatFitInTheEnd() throws {
    for found in try everyWay("sum(@)", of: [Self.most, Self.most, "-\(Self.most)", "-\(Self.most)", "5"]) { #expect(found == "5") }
    for found in try everyWay("sum(@)", of: [Self.most, "1", "-1"]) { #expect(found == "\(Self.most)") }
  }

  @Test func intsThatDoNot() throws {
    for found in try everyWay("sum(@)", of: [Self.most, "1"]) { #expect(found.hasPrefix("W0601 the result of `sum`"), "\(found)") }
    for found in try everyWay("sum(@)", of: ["-\(Self.most)", "-2"]) { #expect(found.hasPrefix("W0601"), "\(found)") }
  }

  @Test func floatsThatFitInTheEnd() throws {
    for found in try everyWay("sum(@)", of: [Self.huge, Self.huge, "-\(Self.huge)", "-\(Self.huge)", "5.5"]) { #expect(found == "5.5") }
    for found in try everyWay("sum(@)", of: [Self.huge, Self.huge, "-\(Self.huge)"]) { #expect(found == "\(Self.huge)") }
  }

  @Test func floatsThatDoNot() throws {
    for found in try everyWay("sum(@)", of: [Self.huge, Self.huge]) { #expect(found.hasPrefix("W0601 the result of `sum` is too large for a float"), "\(found)") }
    for found in try everyWay("sum(@)", of: ["-\(Self.huge)", "-\(Self.huge)", "1.0"]) { #expect(found.hasPrefix("W0601"), "\(found)") }
    for found in try everyWay("var(@)", of: [Self.huge, "-\(Self.huge)"]) { #expect(found.hasPrefix("W0601 the result of `var`"), "\(found)") }
  }

  /// Means lie between the numbers, whatever their sum.
  @Test func meansAndSpreads() throws {
    for found in try everyWay("mean(@)", of: [Self.huge, Self.huge, "1.4e308"]) { #expect(found == "1.6e308", "\(found)") }
    for found in try everyWay("mean(@)", of: ["\(Self.most)", "\(Self.most)"]) { #expect(found == "9.22337e18", "\(found)") }
    for found in try everyWay("std(@)", of: ["1e308", "-1e308"]) { #expect(found == "1.41421e308", "\(found)") }
    #expect(last("weighted_mean([1e308, 2e307], [30, 10])") == "8.0e307")
    #expect(last("weighted_mean([3.0, 5.0], [1e308, 1e308])") == "4.0")
    #expect(last("cov([1e308, -1e308], [1e308, -1e308])").hasPrefix("W0601"))
    #expect(last("corr([1e308, -1e308], [1e308, -1e308])") == "1.0")
  }

  @Test func windows() {
    let floats = "table(i: 1..5, x: [\(Self.huge), \(Self.huge), -\(Self.huge), -\(Self.huge), \(Self.huge)])"
    #expect(last("\(floats) |> filter(.i > 1) |> window(order: .i, v: cumulative_sum(.x)) |> map(row => row.v)") == "[1.7e308, 0.0, -1.7e308, 0.0]")
    #expect(last("\(floats) |> window(order: .i, v: cumulative_sum(.x))").hasPrefix("W0601 the result of `cumulative_sum` is too large for a float"))
    #expect(last("\(floats) |> window(order: .i, v: rolling_sum(.x, 3)) |> map(row => row.v)") == "[missing, missing, 1.7e308, -1.7e308, -1.7e308]")
    #expect(last("\(floats) |> window(order: .i, v: rolling_sum(.x, 2))").hasPrefix("W0601 the result of `rolling_sum` is too large for a float"))
    #expect(last("\(floats) |> window(order: .i, v: rolling_mean(.x, 2)) |> map(row => row.v)") == "[missing, 1.7e308, 0.0, -1.7e308, 0.0]")
    #expect(last("\(floats) |> window(order: .i, v: rolling_std(.x, 2))").hasPrefix("W0601 the result of `rolling_std`"))
    #expect(last("table(x: [1e308, -5e307, 1e308]) |> window(v: rolling_std(.x, 2)) |> map(row => row.v)") == "[missing, 1.06066e308, 1.06066e308]")
    let ints = "table(i: 1..3, x: [\(Self.most), 1, -5])"
    for function in ["cumulative_sum(.x)", "rolling_sum(.x, 2)"] {
      #expect(last("\(ints) |> window(order: .i, v: \(function))").hasPrefix("W0601"), "\(function)")
    }
    #expect(last("\(ints) |> window(order: .i, v: rolling_sum(.x, 3)) |> map(row => row.v)") == "[missing, missing, 9223372036854775803]")
    #expect(last("table(x: [\(Self.most), -5]) |> window(v: difference(.x))").hasPrefix("W0601"))
  }

  /// What is infinite is so since a number is.
  @Test func infiniteNumbersStay() {
    #expect(last("sum([1.0 / 0.0, 1.0])") == "inf")
    #expect(last("table(x: [1.0 / 0.0, 1.0]) |> window(v: cumulative_sum(.x)) |> map(row => row.v)") == "[inf, inf]")
    #expect(last("table(x: [1.0 / 0.0, 1.0]) |> window(v: rolling_sum(.x, 2)) |> map(row => row.v)") == "[missing, inf]")
  }
}
