package import WeirBase
package import WeirTables

/// The classes of a target, ascending, in the target's own type.
package struct ClassLabels: Sendable {
  package let column: Column
  package var count: Int { column.count }

  /// A column of different values, ascending.
  package init(_ column: Column) { self.column = column }

  /// The different values of a column, missing ones left out.
  package init(of values: Column) {
    let distinct = values.taking(Grouping(by: [values]).firstRows.filter { !values.isMissing($0) })
    column = distinct.taking(Column.sortedOrder([(column: distinct, descending: false)], count: distinct.count))
  }

  /// The classes with these numbers: predictions in the target's own type. A number below zero gives missing.
  package func values(_ codes: [Int]) -> Column { column.taking(codes) }

  /// The number of each value's class; -1 for missing and for what is no class. Ints and floats compare as numbers.
  package func codes(of values: Column) -> [Int32] {
    var number: [Scalar: Int32] = [:]
    for i in 0..<count { number[ClassLabels.key(column.scalar(at: i))] = Int32(i) }
    let grouping = Grouping(by: [values])
    return grouping.spreading(grouping.firstRows.map { row in
      values.isMissing(row) ? -1 : number[ClassLabels.key(values.scalar(at: row))] ?? -1
    })
  }

  /// As a person reads them, in order.
  package var names: [String] { (0..<count).map { formatScalar(column.scalar(at: $0)) } }

  private static func key(_ value: Scalar) -> Scalar {
    if case .int(let x) = value { .float(Double(x)) } else { value }
  }
}

extension ClassLabels: Archivable {
  package static let archiveName = "class_labels"
  package init(archive: Archive) throws {
    column = try Column(archive: archive) { kind, _ in throw ArchiveError("a class can't be a \(kind)") }
    guard column.missingCount == 0 else { throw ArchiveError("a class is missing") }
  }
  package var archive: Archive { column.archive }
}
