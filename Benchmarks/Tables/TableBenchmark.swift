import CWeirKernels
import Glibc

/// `weir-table-bench SECTION DATA [THREADS [RUNS [WORKLOAD]]]`: times the tables of Weir on the files in the folder DATA
/// and prints one JSON line for each workload. Benchmarks/compare.py runs it beside the peers.
@main
struct TableBenchmark {
  static let sections: [String: @Sendable (BenchmarkSettings) throws -> Void] = [
    "csv": csvWorkloads, "parquet": parquetWorkloads, "verbs": verbWorkloads, "prep": prepWorkloads,
    "readers": readerWorkloads,
  ]

  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 2, let section = sections[arguments[0]] else {
      print("usage: weir-table-bench \(sections.keys.sorted().joined(separator: "|")) DATA [THREADS [RUNS [WORKLOAD]]]")
      Glibc.exit(2)
    }
    try section(
      BenchmarkSettings(
        data: arguments[1], threads: arguments.count > 2 ? Int(arguments[2]) ?? 2 : 2,
        runs: arguments.count > 3 ? Int(arguments[3]) ?? 7 : 7, only: arguments.count > 4 ? arguments[4] : nil))
  }
}

/// What is measured, and how often.
struct BenchmarkSettings {
  let data: String
  let threads: Int
  let runs: Int
  /// The one workload wanted; nil for all.
  let only: String?

  /// Runs `body` twice to warm up and then `runs` times; prints the times and the most memory held, results included.
  func measure<Result>(_ workload: String, _ body: () throws -> Result, check: (Result) throws -> String) rethrows {
    if let only, only != workload { return }
    var result: Result? = try body()
    var times: [Double] = []
    result = nil
    result = try body()
    Memory.resetPeak()
    for _ in 0..<max(runs, 1) {
      result = nil
      let start = Clock.seconds()
      result = try body()
      times.append(Clock.seconds() - start)
    }
    let peak = Memory.peakMegabytes()
    times.sort()
    let fields = [
      "\"workload\": \"\(workload)\"", "\"threads\": \(threads)", "\"runs\": \(times.count)",
      "\"median_s\": \(times[times.count / 2])", "\"min_s\": \(times.first ?? 0)", "\"max_s\": \(times.last ?? 0)",
      "\"peak_mb\": \(peak)", "\"check\": \"\(try result.map(check) ?? "")\"",
    ]
    print("{\(fields.joined(separator: ", "))}")
  }
}

enum Clock {
  static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// The most memory that this process held, as the system counts it.
enum Memory {
  /// Gives what is free back, so that the peak is that of what is measured.
  static func release() { weir_release_free_memory() }

  static func resetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  static func peakMegabytes() -> Double {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix("VmHWM:") else { continue }
      return (Double(text.filter(\.isNumber)) ?? 0) / 1024
    }
    return 0
  }
}
