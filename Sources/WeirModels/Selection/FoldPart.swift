package import WeirBase
package import WeirTables

/// One round of a validation: the rows to learn from and the rows to score on.
package struct FoldPart: Sendable, Hashable {
  /// The repeat, from 0.
  package let turn: Int
  /// The fold within the repeat, from 0.
  package let fold: Int
  package let train: [Int]
  package let test: [Int]

  package init(turn: Int = 0, fold: Int, train: [Int], test: [Int]) {
    self.turn = turn
    self.fold = fold
    self.train = train
    self.test = test
  }
}

/// A way to part rows for validation. Knows no rows yet; columns are named and looked up in the table that is parted.
package protocol FoldScheme: Archivable {
  /// The rounds, repeat by repeat and fold by fold. `target` is what is learned from the rows, where that is known.
  func parts(of table: Table, target: Column?, random: RandomStream) throws -> [FoldPart]
}

/// The schemes by the names under which they are stored.
package enum FoldSchemes {
  package static func tagged(_ scheme: any FoldScheme) -> Archive {
    .of(["kind": .text(type(of: scheme).archiveName), "value": scheme.archive])
  }

  package static func read(_ tagged: Archive) throws -> any FoldScheme {
    let kinds: [any FoldScheme.Type] = [Folds.self, UsualFolds.self, TimeFolds.self, LeaveOneOut.self]
    let name = try tagged.part("kind").asText()
    guard let kind = kinds.first(where: { $0.archiveName == name }) else { throw ArchiveError("unknown folds, `\(name)`") }
    return try kind.init(archive: tagged.part("value"))
  }
}

extension Folds: FoldScheme {
  package func parts(of table: Table, target: Column?, random: RandomStream) throws -> [FoldPart] {
    try Folds.parts(assigned(to: table, random: random))
  }

  /// The rounds where each repeat gives the fold of each row.
  package static func parts(_ assigned: [[Int32]]) -> [FoldPart] {
    assigned.enumerated().flatMap { turn, folds in
      (0..<(Int(folds.max() ?? -1) + 1)).map { fold in
        FoldPart(
          turn: turn, fold: fold, train: folds.indices.filter { folds[$0] != Int32(fold) },
          test: folds.indices.filter { folds[$0] == Int32(fold) })
      }
    }
  }
}

/// Every row is left out once, by itself.
package struct LeaveOneOut: FoldScheme, Hashable {
  package static let archiveName = "leave_one_out"
  /// More would be a mistake: as many models are fitted.
  static let mostRows = 100_000

  package init() {}
  package init(archive: Archive) throws {}
  package var archive: Archive { .record([]) }

  package func parts(of table: Table, target: Column?, random: RandomStream) throws -> [FoldPart] {
    let count = table.rowCount
    guard count >= 2 else { throw ModelError("leaving one out takes at least 2 rows, not \(count)") }
    guard count <= LeaveOneOut.mostRows else {
      throw ModelError("leaving each of \(count) rows out would fit as many models", mend: "take folds: `kfold(10)`")
    }
    return (0..<count).map { row in FoldPart(fold: row, train: (0..<count).filter { $0 != row }, test: [row]) }
  }
}

/// Folds given as a number: shuffled, and stratified by a target of classes.
package struct UsualFolds: FoldScheme, Hashable {
  package static let archiveName = "usual_folds"
  package let count: Int

  package init(_ count: Int = 5) throws { self.count = try Folds(count).count }
  package init(archive: Archive) throws {
    self = try readingSettings { try UsualFolds(archive.asInt()) }
  }
  package var archive: Archive { .int(Int64(count)) }

  package func parts(of table: Table, target: Column?, random: RandomStream) throws -> [FoldPart] {
    let strata = target.flatMap { $0.suggestsClasses ? $0 : nil }
    let folds = try Folds(count, stratify: strata == nil ? nil : "the target")
    return Folds.parts([
      try folds.assigned(rows: table.rowCount, strata: strata, groups: nil, random: random.child(0)),
    ])
  }
}
