/// A file that can be read a part at a time.
enum ChunkedSource {
  case csv(CSVScan)
  case columns(ColumnScan)

  /// About how many bytes are read of it; `limit` where a text has more.
  func byteCount(upTo limit: Int) throws -> Int {
    switch self {
    case .csv(let scan): return try scan.reader.bodyBytes(upTo: limit)
    case .columns(let scan):
      let file = scan.neededFile, rows = file.partRows.reduce(0) { $0 &+ $1 }
      // Without parts it would be read as a whole in any case.
      return file.partRows.count < 2 ? 0 : rows.multipliedReportingOverflow(by: 8 * file.schema.fields.count).partialValue
    }
  }
}

/// A file, and the verbs above it, from below, each of which looks at one row at a time.
struct ChunkedBranch {
  let source: ChunkedSource
  var steps: [(Table) throws -> Table] = []
  /// Whether rows are left out on the way.
  var isFiltered: Bool
  /// Whether something of it depends on what values are, not only on where they stand.
  var looksAtValues: Bool

  init(_ source: ChunkedSource, isFiltered: Bool) {
    (self.source, self.isFiltered, looksAtValues) = (source, isFiltered, isFiltered)
  }

  func rows(of chunk: Table) throws -> Table { try steps.reduce(chunk) { try $1($0) } }

  fileprivate func with(
    _ step: @escaping (Table) throws -> Table, filters: Bool = false, looks: Bool = false
  ) -> ChunkedBranch {
    var branch = self
    branch.steps.append(step)
    branch.isFiltered = isFiltered || filters
    branch.looksAtValues = looksAtValues || filters || looks
    return branch
  }
}

extension LogicalPlan {
  /// The files one below the other, and the verbs above each; nil where there is any that looks at more than a row.
  var chunkedBranches: [ChunkedBranch]? {
    func above(
      _ input: LogicalPlan, filters: Bool = false, looks: Bool = false, _ step: @escaping (Table) throws -> Table
    ) -> [ChunkedBranch]? {
      input.chunkedBranches.map { branches in branches.map { $0.with(step, filters: filters, looks: looks) } }
    }
    switch self {
    case .csv(let scan): return [ChunkedBranch(.csv(scan), isFiltered: !scan.predicates.isEmpty)]
    case .columns(let scan): return [ChunkedBranch(.columns(scan), isFiltered: !scan.predicates.isEmpty)]
    case .filter(let input, let condition):
      return condition.isRowwise ? above(input, filters: true) { try $0.filtered(by: condition) } : nil
    case .select(let input, let names): return above(input) { try $0.selecting(names) }
    case .rename(let input, let renamings): return above(input) { try $0.renaming(renamings) }
    case .derive(let input, let derivations):
      return derivations.allSatisfy(\.expression.isRowwise) ? above(input, looks: true) { try $0.deriving(derivations) } : nil
    case .concat(let inputs, let options):
      // Only tables of the same columns: what one has not would be missing in it.
      let names = inputs.map { ($0.schema?.names).map(Set.init) }
      guard names.allSatisfy({ $0 != nil && $0 == names[0] }) else { return nil }
      var all: [ChunkedBranch] = []
      for (place, input) in inputs.enumerated() {
        guard let branches = input.chunkedBranches else { return nil }
        guard let source = options.sourceColumn else {
          all += branches
          continue
        }
        guard options.sources.indices.contains(place), names[place]?.contains(source) == false else { return nil }
        let value = Scalar.text(options.sources[place])
        all += branches.map { branch in
          branch.with({ try $0.setting(source, to: .repeating(value, count: $0.rowCount)) })
        }
      }
      return all
    default: return nil
    }
  }
}
