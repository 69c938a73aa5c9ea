extension LogicalPlan {
  /// One line for each verb, sources first; the inputs of joins and concatenations are indented.
  var lines: [String] {
    switch self {
    case .table(let table): ["table of \(table.rowCount) rows: \(LogicalPlan.list(table.names))"]
    case .csv(let scan): [LogicalPlan.line("read_csv", scan.name, scan.columns, scan.predicates)]
    case .columns(let scan): [LogicalPlan.line(type(of: scan.file).verb, scan.name, scan.columns, scan.predicates)]
    case .filter(let input, let condition): input.lines + ["filter \(LogicalPlan.reading(condition.reads))"]
    case .select(let input, let names): input.lines + ["select \(LogicalPlan.list(names))"]
    case .rename(let input, let renamings):
      input.lines + ["rename " + renamings.map { "\($0.old) to \($0.new)" }.joined(separator: ", ")]
    case .derive(let input, let derivations): input.lines + ["derive \(LogicalPlan.list(derivations.map(\.name)))"]
    case .aggregate(let input, let keys, let values):
      input.lines
        + ["aggregate \(LogicalPlan.list(values.map(\.name)))" + (keys.isEmpty ? "" : " by \(LogicalPlan.list(keys))")]
    case .join(let left, let right, let options):
      left.lines.indented + right.lines.indented + ["\(options.kind.rawValue) join on \(LogicalPlan.list(options.on))"]
    case .sort(let input, let keys):
      input.lines
        + ["sort " + keys.map { ($0.descending ? "falling " : "") + LogicalPlan.reading($0.expression.reads) }
          .joined(separator: ", ")]
    case .slice(let input, .first(let n)): input.lines + ["take \(n)"]
    case .slice(let input, .skipping(let n)): input.lines + ["skip \(n)"]
    case .slice(let input, .last(let n)): input.lines + ["tail \(n)"]
    case .sample(let input, _): input.lines + ["sample"]
    case .distinct(let input, let names):
      input.lines + [names.isEmpty ? "distinct" : "distinct by \(LogicalPlan.list(names))"]
    case .concat(let inputs, _): inputs.flatMap(\.lines.indented) + ["concat"]
    case .verb(let input, let verb): input.lines + [verb.name]
    }
  }

  private static func line(
    _ verb: String, _ name: String, _ columns: [String]?, _ predicates: [RowExpression]
  ) -> String {
    var line = "\(verb) \(name)"
    if let columns { line += ": \(list(columns))" }
    for predicate in predicates { line += "; rows by \(reading(predicate.reads))" }
    return line
  }

  private static func reading(_ names: Set<String>?) -> String { names.map { list($0.sorted()) } ?? "an expression" }

  private static func list(_ names: [String]) -> String {
    if names.isEmpty { return "no columns" }
    return names.count <= 8
      ? names.joined(separator: ", ") : names.prefix(7).joined(separator: ", ") + " and \(names.count - 7) more"
  }
}

extension [String] {
  fileprivate var indented: [String] { map { "  " + $0 } }
}
