import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  mutating func defineJoining() {
    defineJoin()
    defineNearestJoin()
  }

  private mutating func defineJoin() {
    define("join", "Puts rows of two tables side by side where their keys are equal.") { f in
      let left = f.required(LazyTable.self, "left", "The table whose rows come first.")
      let right = f.required(LazyTable.self, "right", "The other table.")
      let on = f.namedColumns("on", of: left, "The columns, of the same name in both, in which rows must agree.")
      let how = f.choice(
        "how", JoinOptions.Kind.allCases.map(\.rawValue) + ["cross"], default: "inner",
        "Which rows are kept: those that meet, all of the left, of the right, of both, or left rows that do or do not meet one; "
          + "`cross` puts each row beside each.")
      let suffix = f.optional(String.self, "suffix", default: "_right",
        "Added to columns of the right table whose names the left has too.")
      let leftOn = f.namedColumns("left_on", of: left, "With `right_on` instead of `on`: the columns as the left calls them.")
      let rightOn = f.namedColumns("right_on", of: right, "The same columns as the right calls them; the result has the left's names.")
      let expected = f.optionalChoice("expect", KeyUniqueness.allCases.map(\.rawValue),
        "How often a key may stand in the left and in the right table; an error names the first that stands there more often.")
      f.returns { bound in
        let l = bound.table(left), kind = bound.isAbsent(how) ? "inner" : bound.text(how)
        let isChoosing = kind == "semi" || kind == "anti"
        let united = isChoosing ? l : l.union(bound.table(right))
        guard bound.isAbsent(rightOn) == bound.isAbsent(leftOn), bound.isAbsent(on) || bound.isAbsent(leftOn),
          let own = bound.isAbsent(leftOn) ? bound.columns(on) : bound.columns(leftOn),
          let theirs = bound.isAbsent(rightOn) ? own : bound.columns(rightOn), own.count == theirs.count, let kind,
          let suffix = bound.isAbsent(suffix) ? "_right" : bound.text(suffix)
        else { return .table(united.with(columns: nil)) }
        try bound.table(right).require(theirs)
        let r = bound.table(right).with(columns: bound.table(right).columns.map { headers in
          let names = JoinNames(own, theirs, suffix, all: headers.map(\.name)).renamings
          return headers.map { header in TableType.Header(names.first { $0.old == header.name }?.new ?? header.name, header.type) }
        })
        guard let a = l.schema, let b = r.schema else { return .table(united.with(columns: nil)) }
        let options = JoinOptions(
          on: kind == "cross" ? [] : own, kind: JoinOptions.Kind(rawValue: kind) ?? .inner, suffix: suffix)
        return .table(united.with(schema: JoinColumns(a.names, b.names, options).schema(a, b)))
      }
      f.flow(.rowwiseChoosing(from: 0, by: how.slot, words: ["semi", "anti"]))
      f.details(
        "A row that meets several appears once for each. Missing keys meet nothing. `semi` and `anti` add no columns.")
      f.example(
        "join(table(id: [1, 2], a: [5, 6]), table(id: [2, 3], b: [7, 8]), on: .id) |> map(row => row.b)",
        gives: "[7]")
      f.example("join(table(id: [1, 2]), table(id: [2]), on: .id, how: \"anti\") |> map(row => row.id)", gives: "[1]")
      f.example(
        "join(table(id: [1, 2]), table(customer: [2], b: [7]), left_on: .id, right_on: .customer, expect: \"one_to_one\") "
          + "|> columns()", gives: "[\"id\", \"b\"]")
      f.seeAlso("join_nearest", "concat", "distinct")
      f.body { call in
        let kind = try call[how], left = try call[left], suffix = try call[suffix]
        var right = try call[right]
        let keys = try call.keys(on: try call[on], left: try call[leftOn], right: try call[rightOn], in: kind)
        if kind == "cross" {
          let other = try right.collect(workers: call.workers, cancellation: call.cancellation)
          return .table(try left.collect(workers: call.workers, cancellation: call.cancellation).crossed(with: other, suffix: suffix))
        }
        let uniqueness = try call[expected].flatMap { KeyUniqueness(rawValue: $0) }
        right = try right.expecting(uniqueness?.right ?? false, keys.right, in: "right")
        if keys.left != keys.right {
          let all = try right.schema()?.names ?? right.collect().names
          right = try right.renaming(JoinNames(keys.left, keys.right, suffix, all: all).renamings)
        }
        guard let kind = JoinOptions.Kind(rawValue: kind) else { return .missing }
        return .query(try left.expecting(uniqueness?.left ?? false, keys.left, in: "left").joining(
          right, JoinOptions(on: keys.left, kind: kind, suffix: suffix)))
      }
    }
  }

  private mutating func defineNearestJoin() {
    define("join_nearest", "Puts beside each row the one row of another table whose time or number is nearest.") { f in
      let left = f.required(Table.self, "left", "The table whose rows are kept, in their order.")
      let right = f.required(Table.self, "right", "The other table, in any order.")
      let on = f.column("on", of: left, "The column of times or numbers, of the same name in both.")
      let by = f.namedColumns("by", of: left, "Columns, of the same name in both, in which rows must agree.")
      let direction = f.choice("direction", NearestJoin.Direction.allCases.map(\.rawValue), default: "backward",
        "The last row that is not later, the first that is not earlier, or the nearer of the two.")
      let within = f.optional(Value.self, "within", "The greatest distance: a duration such as `5m`, or a number.",
        accepts: .either([.duration, .number]))
      let how = f.choice("how", ["left", "inner"], default: "left", "Whether rows stay that meet none.")
      let exact = f.optional(Bool.self, "exact", default: true, "Whether rows of the very same time meet.")
      let suffix = f.optional(String.self, "suffix", default: "_right",
        "Added to columns of the right table whose names the left has too.")
      f.returns { bound in
        let l = bound.table(left), r = bound.table(right), united = l.union(r)
        guard let on = bound.columns(on)?.first, let by = bound.columns(by), let a = l.schema, let b = r.schema,
          let suffix = bound.isAbsent(suffix) ? "_right" : bound.text(suffix)
        else { return .table(united.with(columns: nil)) }
        try r.require([on] + by)
        let options = JoinOptions(on: by + [on], kind: .left, suffix: suffix)
        return .table(united.with(schema: JoinColumns(a.names, b.names, options).schema(a, b)))
      }
      f.details(
        "Neither table has to be sorted. A missing time meets nothing. To see the other row's time too, copy it first: "
          + "`derive(seen: .time)`.")
      f.example(
        "trades = table(t: [3, 7], price: [10, 11])\n"
          + "quotes = table(t: [1, 5, 8], bid: [9, 10, 12])\ntrades |> join_nearest(quotes, on: .t) |> map(row => row.bid)",
        gives: "[9, 10]")
      f.seeAlso("join", "window", "lag")
      f.body { call in
        var join = NearestJoin(on: try call[on])
        join.by = try call[by]
        join.direction = NearestJoin.Direction(rawValue: try call[direction]) ?? .backward
        join.within = try call[within]?.scalar
        join.allowsEqual = try call[exact]
        join.keepsAll = try call[how] == "left"
        join.suffix = try call[suffix]
        return .table(try call[left].joinedNearest(with: try call[right], join))
      }
    }
  }
}

/// How often a key may stand in each table of a join.
private enum KeyUniqueness: String, CaseIterable {
  case oneToOne = "one_to_one"
  case oneToMany = "one_to_many"
  case manyToOne = "many_to_one"
  case manyToMany = "many_to_many"

  var left: Bool { self == .oneToOne || self == .oneToMany }
  var right: Bool { self == .oneToOne || self == .manyToOne }
}

/// The new names of a right table whose keys are called otherwise than those of the left.
private struct JoinNames {
  let renamings: [Renaming]

  init(_ left: [String], _ right: [String], _ suffix: String, all: [String]) {
    var renamings = zip(left, right).filter { $0 != $1 }.map { Renaming(new: $0, old: $1) }
    // A column that is no key but has the name of one would be taken for it.
    for name in left where all.contains(name) && !right.contains(name) { renamings.append(Renaming(new: name + suffix, old: name)) }
    self.renamings = renamings
  }
}

extension LazyTable {
  /// The same, with an error once it is computed where keys repeat that must not.
  fileprivate func expecting(_ unique: Bool, _ keys: [String], in side: String) throws -> LazyTable {
    guard unique else { return self }
    return try transforming(TableVerb("keys once", schema: { $0 }) { table in
      if let repeated = try table.repeatedKeys(keys) {
        throw Diagnostic.keysRepeat(repeated.example, rows: repeated.rows, others: repeated.count - 1, side: side)
      }
      return table
    })
  }
}

extension Call {
  fileprivate func keys(on: [String], left: [String], right: [String], in kind: String) throws -> (left: [String], right: [String]) {
    if kind == "cross" {
      guard on.isEmpty, left.isEmpty, right.isEmpty else {
        throw Diagnostic.failure("a cross join has no keys: each row meets each", mend: "leave out `on`")
      }
      return ([], [])
    }
    guard on.isEmpty || (left.isEmpty && right.isEmpty) else {
      throw Diagnostic.failure(
        "`join` is given `on` and `left_on` or `right_on`", mend: "`on` where both tables have one name for the key, and else the two")
    }
    guard left.count == right.count else {
      throw Diagnostic.failure(
        "`left_on` names \(left.count) columns and `right_on` \(right.count)", mend: "name each key in both")
    }
    return on.isEmpty ? (left, right) : (on, on)
  }
}
