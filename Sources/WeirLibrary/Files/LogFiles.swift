import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// Logs: lines by a pattern.
  mutating func defineLogFiles() {
    define("read_log", "Reads the lines of logs into a table: named groups of a pattern become columns.") { f in
      let path = f.required(String.self, "path", "The file, or a pattern like logs/*.log; relative to the notebook.")
      let pattern = f.required(String.self, "pattern",
        "A regular expression with named groups, `(?<name>...)`, or one of \"combined\", \"common\", \"syslog\", \"json\".")
      let rest = f.choice("rest", LogOptions.Rest.allCases.map(\.rawValue), default: "error",
        "What becomes of lines that do not fit: an error, left out, kept in a column `rest`, or joined to the line before.")
      let types = f.optional(Record.self, "types", "Types that are not left to the lines: `{pid: \"text\"}`.")
      let missing = f.optional([String].self, "missing", default: LogOptions.standardMissing, "What stands for a missing value.")
      let encoding = f.choice("encoding", CSVOptions.Encoding.allCases.map(\.rawValue), default: "utf-8", "How characters are stored.")
      let source = f.optional(String.self, "source", "The name of a column that says which file a row comes from.")
      f.returns { bound in
        guard let text = bound.text(pattern), text != LogFormat.json.rawValue else { return .anyTable }
        let names = try LinePattern(LogFormat(rawValue: text)?.pattern ?? text).names
        guard !bound.isAbsent(rest) || names.contains("line") || !bound.isAbsent(source) else {
          return .table(TableType(columns: [("line", .int)] + names.map { ($0, nil) }))
        }
        return .anyTable
      }
      f.effect(.reads)
      f.details(
        """
        A line fits where the pattern is found in it; `^` and `$` hold it to the whole line. The column `line` has the \
        numbers of the lines, and the types of the others are those that all lines have, as with `read_csv`; moments as \
        web servers write them are read too. Files packed by gzip are read as they are. \
        `rest: "join"` puts the lines of a stack trace into the last column of the line that they belong to.
        """)
      f.example(
        "read_log(\"app.log\", pattern: \"^(?<at>[^ ]+) (?<level>[A-Z]+) (?<message>.*)$\") |> filter(.level == \"WARN\") |> map(row => row.message)",
        gives: "[\"disk at 91%\"]")
      f.seeAlso("read_jsonl", "read_text", "extract")
      f.body { call in
        let paths = try call.files(try call[path])
        var options = LogOptions(
          rest: LogOptions.Rest(rawValue: try call[rest]) ?? .error, missing: try call[missing],
          encoding: CSVOptions.Encoding(rawValue: try call[encoding]) ?? .utf8)
        for field in try call[types]?.fields ?? [] {
          options.types[field.name] = try call.columnType(field.value, of: field.name)
        }
        let text = try call[pattern]
        let format = LogFormat(rawValue: text)
        let tables = try format == .json
          ? paths.map { LazyTable(try call.jsonLog($0, options)) }
          : call.logs(paths, try LinePattern(format?.pattern ?? text, cancellation: call.cancellation), options)
        return try call.below(tables, paths, source: try call[source])
      }
    }
  }
}

extension Call {
  fileprivate func logs(_ paths: [String], _ pattern: LinePattern, _ options: LogOptions) throws -> [LazyTable] {
    try paths.map { path in
      let reader = try LogReader(try host.read(path), name: path, pattern: pattern, options: options)
      let result = try reader.read(workers: workers, cancellation: cancellation)
      if let first = result.firstRejected {
        report(path, count: result.rejectedCount, line: first.line, "does not fit the pattern: \(first.text)")
      }
      return LazyTable(result.table)
    }
  }

  /// A log with an object on each line.
  fileprivate func jsonLog(_ path: String, _ options: LogOptions) throws -> Table {
    guard options.rest == .error || options.rest == .skip else {
      throw TableError.other("lines of JSON can't be kept or joined", mend: "`rest: \"skip\"` leaves out those that can't be read")
    }
    let reader = try JSONReader(
      try host.read(path), name: path,
      options: JSONOptions(types: options.types, rejects: options.rest == .skip ? .skip : .error, numbersLines: true))
    let result = try reader.lines(workers: workers, cancellation: cancellation)
    for remark in result.remarks { host.emit(.printed(remark)) }
    if let first = result.rejected.first { report(path, count: result.rejected.count, line: first.line, first.problem) }
    return result.table
  }

  private func report(_ path: String, count: Int, line: Int, _ problem: String) {
    host.emit(.printed("\(path): \(count == 1 ? "one line" : "\(count) lines") left out, the first is line \(line): \(problem)"))
  }
}
