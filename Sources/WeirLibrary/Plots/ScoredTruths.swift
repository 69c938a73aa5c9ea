import WeirCatalog
import WeirDiagnostics
import WeirModels
import WeirTables

extension ScoredTruths {
  /// Without `positive`, true or the greater of two classes is meant. Rows with one missing are left out.
  init(_ truth: Column, _ scores: Column, positive: Value?) throws {
    guard truth.count == scores.count else {
      throw TableError.lengthDiffers("scores", scores.count, expected: truth.count)
    }
    let wanted: Value
    if let positive {
      wanted = positive
    } else {
      guard truth.uniqueCount <= 2 else {
        throw ModelError("there are \(truth.uniqueCount) classes", mend: "say which one is meant: `positive: …`")
      }
      wanted = try RowAggregate.extreme(truth, .whole(truth.count), greatest: true).values().first ?? .missing
    }
    let rows = (0..<truth.count).filter { !truth.isMissing($0) && !scores.isMissing($0) }
    self.init(
      scores: try scores.taking(rows).asDoubles(),
      isPositive: truth.taking(rows).values().map { $0.isEqual(to: wanted) ?? false })
  }
}

/// The three parameters of curves over scores, read together.
struct ScoredTruthParameters: Sendable {
  let truth: Parameter<Column>
  let scores: Parameter<Column>
  let positive: Parameter<Value?>

  func callAsFunction(_ call: Call) throws -> ScoredTruths {
    try ScoredTruths(try call[truth], try call[scores], positive: try call[positive])
  }
}

extension BuiltinDefinition {
  mutating func scoredTruths(_ scores: String) -> ScoredTruthParameters {
    ScoredTruthParameters(
      truth: required(Column.self, "truth", "The true classes."),
      scores: required(Column.self, "scores", scores),
      positive: optional(
        Value.self, "positive", "The class that is meant; true, or the greater of two, where left out."))
  }
}
