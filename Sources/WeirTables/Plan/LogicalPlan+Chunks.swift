/// A file that can be read a part at a time.
enum ChunkedSource {
  case csv(CSVScan)
  case columns(ColumnScan)

  /// About how many bytes are read of it.
  var byteCount: Int {
    switch self {
    case .csv(let scan): return scan.reader.bodyBytes
    case .columns(let scan):
      let file = scan.neededFile, rows = file.partRows.reduce(0) { $0 &+ $1 }
      // Without parts it would be read as a whole in any case.
      return file.partRows.count < 2 ? 0 : rows.multipliedReportingOverflow(by: 8 * file.schema.fields.count).partialValue
    }
  }
}

extension LogicalPlan {
  typealias Steps = [(Table) throws -> Table]

  /// The files one below the other, and the verbs above each, from below, where these look at one row at a time; nil where
  /// there is anything else.
  var chunkedBranches: [(source: ChunkedSource, steps: Steps)]? {
    func above(_ input: LogicalPlan, _ step: @escaping (Table) throws -> Table) -> [(source: ChunkedSource, steps: Steps)]? {
      input.chunkedBranches.map { branches in branches.map { ($0.source, $0.steps + [step]) } }
    }
    switch self {
    case .csv(let scan): return [(.csv(scan), [])]
    case .columns(let scan): return [(.columns(scan), [])]
    case .filter(let input, let condition):
      return condition.isRowwise ? above(input) { try $0.filtered(by: condition) } : nil
    case .select(let input, let names): return above(input) { try $0.selecting(names) }
    case .rename(let input, let renamings): return above(input) { try $0.renaming(renamings) }
    case .derive(let input, let derivations):
      return derivations.allSatisfy(\.expression.isRowwise) ? above(input) { try $0.deriving(derivations) } : nil
    case .concat(let inputs, let options):
      // Only tables of the same columns: what one has not would be missing in it.
      let names = inputs.map { ($0.schema?.names).map(Set.init) }
      guard names.allSatisfy({ $0 != nil && $0 == names[0] }) else { return nil }
      var all: [(source: ChunkedSource, steps: Steps)] = []
      for (place, input) in inputs.enumerated() {
        guard let branches = input.chunkedBranches else { return nil }
        guard let source = options.sourceColumn else {
          all += branches
          continue
        }
        guard options.sources.indices.contains(place), names[place]?.contains(source) == false else { return nil }
        let value = Scalar.text(options.sources[place])
        all += branches.map { branch in
          (branch.source, branch.steps + [{ try $0.setting(source, to: .repeating(value, count: $0.rowCount)) }])
        }
      }
      return all
    default: return nil
    }
  }
}
