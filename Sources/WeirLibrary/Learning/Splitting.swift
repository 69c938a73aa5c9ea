package import WeirCatalog
import WeirModels
import WeirTables

extension CatalogBuilder {
  mutating func defineSplitting() {
    define("split", "Parts rows at random into those to learn from, to choose by, and to test on at the end.") { f in
      let rows = f.required(Table.self, "rows", "The rows.")
      let train = f.optional(Double.self, "train", "The share to learn from; 0.7 where no share is given.")
      let valid = f.optional(Double.self, "valid", "The share to choose between models by; 0.15 where no share is given.")
      let test = f.optional(Double.self, "test", "The share to test on at the end; 0.15 where no share is given.")
      let stratify = f.optionalColumn("stratify", of: rows, "A column whose values are shared out alike.")
      let group = f.optionalColumn("group", of: rows, "A column whose equal values stay in one part.")
      let time = f.optionalColumn("time", of: rows, "A column to split by instead of chance: the earliest rows to learn from.")
      f.returns { bound in
        func share(_ parameter: Parameter<Double?>) -> Double?? {
          if bound.isAbsent(parameter) { return .some(nil) }
          guard let share = bound.constant(parameter).flatMap({ Double.from($0) }) else { return nil }
          return .some(share)
        }
        guard let a = share(train), let b = share(valid), let c = share(test),
          let parts = try? Split(train: a, valid: b, test: c).shares
        else { return .anyRecord }
        let table = ValueType.table(bound.table(rows))
        return .record(parts.map { ValueType.FieldType($0.part.rawValue, table) })
      }
      f.flow(.splits(0))
      f.random()
      f.details("""
        Gives a record of the parts asked for, in the order train, valid, test: `train, test = rows |> split(train: 0.8)`. \
        Of shares that do not make 1 the test part gets the rest, or the training part where the test part has its \
        share. Each part keeps the order of its rows, and `fit` refuses rows of the test part. Rows of a later part that \
        are equal to rows of the first are counted and told.
        """)
      f.example(
        "train, valid, test = table(x: 1..100) |> split()\n[count(train), count(valid), count(test)]",
        gives: "[70, 15, 15]")
      f.example("parts = table(x: 1..10, day: 1..10) |> split(train: 0.8, time: .day)\nparts.test.day", gives: "[9, 10]")
      f.seeAlso("kfold", "fit", "allow_leak")
      f.body { call in
        let table = try call[rows]
        let split = try Split(train: call[train], valid: call[valid], test: call[test])
        let parts = try call.parts(
          of: table, by: split, stratify: call[stratify], group: call[group], time: call[time])
        let repeated = zip(split.shares.dropFirst(), Split.repeated(parts, in: table)).filter { $0.1 > 0 }
        if !repeated.isEmpty {
          let counts = repeated.map { "\($0.1) of `\($0.0.part.rawValue)`" }.joined(separator: " and ")
          call.host.emit(.printed(
            "rows that also stand in `\(split.shares[0].part.rawValue)`: \(counts); `distinct()` before `split` takes them out"))
        }
        return .record(Record(try zip(split.shares, parts).map { share, rows in
          let origin = Lineage.Origin(split: call.context.place, part: share.part)
          let part = try table.taking(rows)
          return Record.Field(
            share.part.rawValue, .table(part.with(lineage: table.lineage.union(Lineage(origins: [origin])))))
        }))
      }
    }

    define("time_folds", "Says how rows are parted by time: each fold learns from the rows before those it scores.") { f in
      let k = f.optional(Int.self, "k", default: 5, "How many folds.")
      let by = f.optionalColumn("by", of: Parameter<Table>?.none, "The column to order by; the order of the rows where left out.")
      let gap = f.optional(Int.self, "gap", default: 0, "How many rows just before the scored ones are left out.")
      let window = f.optional(Int.self, "window", "How many of the latest rows to learn from at most; all where left out.")
      f.returns(.other("folds"))
      f.flow(.none)
      f.details("""
        The rows are cut into k + 1 blocks of equal length; fold i learns from the blocks before block i + 1 and scores on \
        that one. Rows of the same moment as the first scored row are not learned from. Rows of the first block are never \
        scored, so `predictions` is missing there.
        """)
      f.example("time_folds(4, by: .day, gap: 1)", gives: "time_folds(4, by: .day, gap: 1)")
      f.seeAlso("kfold", "cross_validate", "split")
      f.body { call in
        .other(try TimeFolds(call[k], by: call[by], gap: call[gap], window: call[window]))
      }
    }
    define("leave_one_out", "Says that each row is left out once by itself.") { f in
      f.returns(.other("folds"))
      f.flow(.none)
      f.details("As many models are fitted as there are rows. Metrics that one row can't define, such as `r2`, are missing.")
      f.example("leave_one_out()", gives: "leave_one_out()")
      f.seeAlso("kfold", "cross_validate")
      f.body { _ in .other(LeaveOneOut()) }
    }
    define("kfold", "Says how rows are parted for cross-validation: k folds, each left out once.") { f in
      let k = f.optional(Int.self, "k", default: 5, "How many folds.")
      let shuffle = f.optional(Bool.self, "shuffle", default: true, "Whether rows are dealt out at random.")
      let stratify = f.optionalColumn("stratify", of: Parameter<Table>?.none, "A column whose values are shared out alike.")
      let group = f.optionalColumn("group", of: Parameter<Table>?.none, "A column whose equal values stay in one fold.")
      let repeats = f.optional(Int.self, "repeats", default: 1, "How many times over, each time with other folds.")
      f.returns(.other("folds"))
      f.flow(.none)
      f.example("kfold(10, stratify: .species)", gives: "kfold(10, stratify: .species)")
      f.seeAlso("cross_validate", "split")
      f.body { call in
        .other(try Folds(
          call[k], shuffle: call[shuffle], stratify: call[stratify], group: call[group], repeats: call[repeats]))
      }
    }
  }
}

extension Call {
  /// The rows of each part of a split.
  fileprivate func parts(
    of table: Table, by split: Split, stratify: String?, group: String?, time: String?
  ) throws -> [[Int]] {
    guard [stratify, group, time].count(where: { $0 != nil }) <= 1 else {
      throw ModelError("`split` goes by one of `stratify`, `group` and `time`", mend: "leave the others out")
    }
    if let stratify { return try split.rows(stratifying: table.column(stratify), named: stratify, random: random) }
    if let group { return try split.rows(grouping: table.column(group), random: random) }
    if let time { return try split.rows(ordering: table.column(time), named: time) }
    return try split.rows(count: table.rowCount, random: random)
  }
}

extension Folds: ForeignValue {
  package var typeName: String { "folds" }

  package var shortText: String {
    var parts = ["\(count)"]
    if !shuffles { parts.append("shuffle: false") }
    if let stratify { parts.append("stratify: .\(stratify)") }
    if let group { parts.append("group: .\(group)") }
    if repeats > 1 { parts.append("repeats: \(repeats)") }
    return "kfold(\(parts.joined(separator: ", ")))"
  }

  package func rendered(_ style: DisplayStyle) -> String { shortText }
}

extension TimeFolds: ForeignValue {
  package var typeName: String { "folds" }

  package var shortText: String {
    var parts = ["\(count)"]
    if let time { parts.append("by: .\(time)") }
    if gap > 0 { parts.append("gap: \(gap)") }
    if let window { parts.append("window: \(window)") }
    return "time_folds(\(parts.joined(separator: ", ")))"
  }

  package func rendered(_ style: DisplayStyle) -> String { shortText }
}

extension LeaveOneOut: ForeignValue {
  package var typeName: String { "folds" }
  package var shortText: String { "leave_one_out()" }
  package func rendered(_ style: DisplayStyle) -> String { shortText }
}
