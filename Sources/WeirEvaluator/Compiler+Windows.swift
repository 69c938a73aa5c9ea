import WeirCatalog
import WeirSyntax

extension Compiler {
  mutating func windowProgram(_ expression: Expression) throws -> WindowProgram {
    WindowProgram(try rows(expression), isJoint: isJoint(expression), span: expression.span)
  }

  /// Whether an expression of a window may be evaluated for all groups at once: it is made of what works row by row,
  /// of aggregates and of window functions, each of which knows about groups. Anything else sees one group after the other.
  private func isJoint(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .literal, .column, .name: true
    case .unary(_, let operand): isJoint(operand)
    case .binary(let op, let left, let right, _): op != .matrixMultiply && isJoint(left) && isJoint(right)
    case .list(let items): items.allSatisfy { if case .literal = $0.kind { true } else { false } }
    case .call(let callee, let arguments): isJoint(callee, arguments.map(\.value))
    case .pipe(let input, let target):
      if case .call(let callee, let arguments) = target.kind {
        isJoint(callee, [input] + arguments.map(\.value))
      } else {
        isJoint(target, [input])
      }
    default: false
    }
  }

  private func isJoint(_ callee: Expression, _ arguments: [Expression]) -> Bool {
    guard case .name(let name) = callee.kind, let node = try? resolve(name, at: nil, capturing: false) as? ConstantNode,
      case .function(let function) = node.value, let builtin = function as? Builtin
    else { return false }
    return switch builtin.kernel {
    case .elementwise, .rowwise, .aggregate, .window: arguments.allSatisfy { isJoint($0) }
    case .plain, .descending: false
    }
  }
}
