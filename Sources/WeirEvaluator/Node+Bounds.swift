import WeirCatalog
import WeirSyntax
import WeirTables

/// What a condition over rows says of single columns, for files that know between which ends their values lie.
extension Node {
  /// Bounds that hold wherever the condition is true: comparisons of a column with a value, joined by `and`.
  func columnBounds(_ captures: [Value]) -> [ColumnBound] {
    switch self {
    case let placed as PlacedNode: return placed.node.columnBounds(captures)
    case let both as LogicalNode where both.op == .and:
      return both.left.columnBounds(captures) + both.right.columnBounds(captures)
    case let comparison as CompareNode:
      if let name = comparison.left.columnName, let value = comparison.right.known(captures) {
        return ColumnBound.Relation(comparison.op).map { [ColumnBound(name, $0, value)] } ?? []
      }
      if let name = comparison.right.columnName, let value = comparison.left.known(captures) {
        return ColumnBound.Relation(comparison.op).map { [ColumnBound(name, $0.turned, value)] } ?? []
      }
      return []
    default: return []
    }
  }

  private var columnName: String? {
    if let placed = self as? PlacedNode { return placed.node.columnName }
    return (self as? ColumnNode)?.name
  }

  /// The single value that it has on every row.
  private func known(_ captures: [Value]) -> Scalar? {
    switch self {
    case let placed as PlacedNode: placed.node.known(captures)
    case let constant as ConstantNode: constant.value.scalar
    case let capture as CaptureNode where captures.indices.contains(capture.index): captures[capture.index].scalar
    default: nil
    }
  }
}

extension ColumnBound.Relation {
  fileprivate init?(_ op: BinaryOperator) {
    switch op {
    case .less: self = .less
    case .lessOrEqual: self = .lessOrEqual
    case .equal: self = .equal
    case .greaterOrEqual: self = .greaterOrEqual
    case .greater: self = .greater
    default: return nil
    }
  }

  /// The same with its sides changed.
  fileprivate var turned: ColumnBound.Relation {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .equal: .equal
    case .greaterOrEqual: .lessOrEqual
    case .greater: .less
    }
  }
}
