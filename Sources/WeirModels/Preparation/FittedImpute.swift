package import WeirBase
package import WeirTables

/// What `impute` learned: a value for each column, and the rows to ask where neighbours fill in.
package struct FittedImpute: ParallelTransformer {
  package static let archiveName = "fitted_impute"
  let names: [String]
  /// One column of one row for each name.
  let fills: [Column]
  let neighbors: NeighborFill?
  /// The columns beside which stands whether they were filled.
  let indicated: [String]

  init(names: [String], fills: [Column], neighbors: NeighborFill?, indicated: [String]) {
    self.names = names
    self.fills = fills
    self.neighbors = neighbors
    self.indicated = indicated
  }

  package init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    fills = try archive.part("fills").asList().map { fill in
      try Column(archive: fill) { kind, _ in throw ArchiveError("a fill can't be a \(kind)") }
    }
    guard fills.count == names.count, fills.allSatisfy({ $0.count == 1 && $0.missingCount == 0 }) else {
      throw ArchiveError("one value a column is needed")
    }
    neighbors = try archive.part("neighbors").present.map { try NeighborFill(archive: $0) }
    indicated = try archive.part("indicated").asTexts()
    guard Set(indicated).isSubset(of: names) else { throw ArchiveError("a column is indicated that is not filled") }
  }

  package var archive: Archive {
    .of([
      "names": .texts(names), "fills": .list(fills.map(\.archive)), "neighbors": neighbors?.archive ?? .none,
      "indicated": .texts(indicated),
    ])
  }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    let old = try features.columns(named: names, for: "impute")
    let nearest = try neighbors?.filled(features, workers: workers) ?? [:]
    let marked = Set(indicated)
    let new = try workers.columns(
      names.count, rows: features.rowCount, splits: { old[$0].type == fills[$0].type && nearest[names[$0]] == nil }
    ) { place, workers -> [NamedColumn] in
      let column = old[place], name = names[place]
      let filled: Column
      if let values = nearest[name] {
        filled = Column(.float(values))
      } else {
        filled = try fill(column, place, workers)
      }
      guard marked.contains(name) else { return [(name, filled)] }
      return [(name, filled), ("\(name)_was_missing", Column(.bool((0..<column.count).map(column.isMissing))))]
    }
    return try features.putting(new, inPlaceOf: names, for: "impute")
  }

  private func fill(_ column: Column, _ place: Int, _ workers: Workers) throws -> Column {
    let fill = fills[place], value = fill.scalar(at: 0)
    if column.type == fill.type { return try column.filling(value, workers: workers) }
    // A column of which nothing is known but that values are missing takes the type that was learned.
    if column.missingCount == column.count { return try Column.repeating(value, count: column.count) }
    switch (fill.type, column.type) {
    case (.float, .int): return try column.filling(value)
    case (.int, .float): return try column.filling(value.converted(to: .float) ?? value)
    // A date in an archive of a date and time, and the like.
    case (.date, .dateTime): return try column.filling(value.converted(to: .dateTime) ?? value)
    default:
      throw PreparationError.typeChanged(
        step: "impute", column: names[place], learned: "\(fill.type) values", found: column.type.description)
    }
  }

  package var lessons: [Lesson] {
    zip(names, fills).map { name, fill in
      let asked = neighbors?.names.contains(name) ?? false
      return Lesson(name, asked ? "mean, where no row is near" : "fills in", fill.scalar(at: 0))
    }
  }
}
