import WeirBase
import WeirTables

/// Reads `readers.jsonl` and `readers.log` (a web server's log) of the folder whole.
@Sendable func readerWorkloads(_ settings: BenchmarkSettings) throws {
  let workers = Workers(settings.threads)
  let path = settings.data + "/readers"
  try settings.measure("jsonl") {
    try JSONReader(try FileContents(mapping: path + ".jsonl"), name: "readers.jsonl").lines(workers: workers).table
  } check: { "\($0.rowCount) rows" }
  guard let combined = LogFormat.combined.pattern else { return }
  try settings.measure("log") {
    try LogReader(
      try FileContents(mapping: path + ".log"), name: "readers.log", pattern: try LinePattern(combined)
    ).read(workers: workers).table
  } check: { "\($0.rowCount) rows" }
}
