import WeirCatalog
import WeirSyntax

/// Whether the value of a row depends on that row alone: then an expression may be evaluated on other rows than those of
/// the verb it was given to (a filter moves down a plan), and once for all groups of an `aggregate`.
struct RowDependence {
  /// False where the tree already says that rows are looked at together, or does not say enough.
  var isRowwise = true
  /// The names that must hold single values for it; a list stands for one value a row.
  var singles: Set<String> = []
}

extension Compiler {
  func dependence(of expression: Expression) -> RowDependence {
    var found = RowDependence()
    look(at: expression, &found)
    return found
  }

  private func look(at expression: Expression, _ found: inout RowDependence) {
    guard found.isRowwise else { return }
    switch expression.kind {
    case .literal, .column: break
    case .name(let name): look(atName: name, &found)
    case .unary(_, let operand): look(at: operand, &found)
    case .binary(let op, let left, let right, _):
      look(at: left, &found)
      switch op {
      case .contained, .notContained: if !isListOfLiterals(right) { found.isRowwise = false }
      case .matrixMultiply: found.isRowwise = false
      default: look(at: right, &found)
      }
    case .call(let callee, let arguments): look(atCallOf: callee, arguments.map(\.value), &found)
    case .pipe(let input, let target):
      if case .call(let callee, let arguments) = target.kind {
        look(atCallOf: callee, [input] + arguments.map(\.value), &found)
      } else {
        look(atCallOf: target, [input], &found)
      }
    default: found.isRowwise = false
    }
  }

  private func look(atName name: String, _ found: inout RowDependence) {
    guard let node = try? resolve(name, at: nil, capturing: false) else {
      found.singles.insert(name)
      return
    }
    guard let constant = node as? ConstantNode else {
      found.singles.insert(name)
      return
    }
    if constant.value.scalar == nil { found.isRowwise = false }
  }

  private func look(atCallOf callee: Expression, _ arguments: [Expression], _ found: inout RowDependence) {
    guard case .name(let name) = callee.kind, let node = try? resolve(name, at: nil, capturing: false) as? ConstantNode,
      case .function(let function) = node.value, let builtin = function as? Builtin
    else {
      found.isRowwise = false
      return
    }
    switch builtin.kernel {
    case .elementwise, .rowwise: for argument in arguments { look(at: argument, &found) }
    case .plain, .aggregate, .window, .descending: found.isRowwise = false
    }
  }

  private func isListOfLiterals(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .literal: true
    case .list(let items): items.allSatisfy { isListOfLiterals($0) }
    case .range(let low, let high, _): isListOfLiterals(low) && isListOfLiterals(high)
    case .unary(.negate, let operand): isListOfLiterals(operand)
    case .name(let name): (try? resolve(name, at: nil, capturing: false)).map { $0 is ConstantNode } ?? false
    default: false
    }
  }
}
