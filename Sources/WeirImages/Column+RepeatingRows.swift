import WeirBase
import WeirTables

extension Column {
  /// The given rows, each as often as it is named.
  func repeatingRows(_ rows: [Int]) -> Column {
    let validity = self.validity.map { known in Bitmap(rows.map { known[$0] }) }
    let storage: Storage =
      switch self.storage {
      case .bool(let values): .bool(rows.map { values[$0] })
      case .int(let values): .int(rows.map { values[$0] })
      case .float(let values): .float(rows.map { values[$0] })
      case .date(let values): .date(rows.map { values[$0] })
      case .dateTime(let values): .dateTime(rows.map { values[$0] })
      case .duration(let values): .duration(rows.map { values[$0] })
      case .text(let values):
        .text(TextValues(
          bytes: values.bytes, offsets: values.offsets,
          codes: rows.map { values.codes?[$0] ?? UInt32(truncatingIfNeeded: $0) }))
      case .objects(let values, let type): .objects(rows.map { values[$0] }, type: type)
      }
    return Column(storage, validity: validity)
  }
}

extension Table {
  func repeatingRows(_ rows: [Int]) throws -> Table {
    try Table(zip(names, columns).map { ($0, $1.repeatingRows(rows)) }, rowCount: rows.count, lineage: lineage)
  }
}
