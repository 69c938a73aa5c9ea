package import WeirTables

/// Why rows can't be those that a model is watched on while it learns.
package enum ValidationRowsError: Error, Sendable, Hashable {
  /// The step at the end of the plan does not look at such rows.
  case watchesNone(String)
  case noRows(String)
  /// The rows are those that the model learns from.
  case sameRows
  /// A class that none of the rows to learn from has.
  case unknownClass(String, row: Int)
}

extension TrainingSample {
  /// The numbers of the rows' classes among those that a model learns.
  package func codes(in labels: ClassLabels, for step: String) throws -> [Double] {
    let own = try classes(for: step)
    guard let target else { return [] }
    let codes = labels.codes(of: target)
    if let row = codes.firstIndex(of: -1) {
      throw ValidationRowsError.unknownClass(own.labels.names[Int(own.codes[row])], row: row)
    }
    return codes.map { Double($0) }
  }
}
