import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

/// An expression of `window`, compiled like one over rows.
final class WindowProgram: @unchecked Sendable {
  private let lambda: LambdaNode
  private let reads: Set<String>
  private let isJoint: Bool
  private let span: SourceSpan?

  init(_ compiled: CompiledRows, isJoint: Bool, span: SourceSpan?) {
    lambda = compiled.lambda
    reads = compiled.reads
    self.isJoint = isJoint
    self.span = span
  }

  func expression(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> WindowExpression {
    let closure = try lambda.closure(machine, frame)
    let fork = ForkedMachine(machine.fork())
    return WindowExpression { [span, reads, isJoint] table, window in
      do {
        let machine = fork.make()
        if isJoint || window.isWhole {
          machine.scope = table
          machine.window = window
          return try machine.call(closure, []).asColumn(rows: table.rowCount)
        }
        for name in reads.sorted() { _ = try table.column(name) }
        let read = try table.selecting(table.names.filter(reads.contains))
        var parts: [Column] = []
        for group in 0..<window.groupCount {
          try machine.cancellation.check()
          let rows = Array(window.order[window.starts[group]..<window.starts[group + 1]])
          machine.scope = try read.taking(rows)
          machine.window = window.alone(group)
          parts.append(try machine.call(closure, []).asColumn(rows: rows.count))
        }
        var places = window.order
        for (place, row) in window.order.enumerated() { places[row] = place }
        return try Column.concatenated(parts).taking(places)
      } catch { throw Diagnostic.from(error, at: span) }
    }
  }
}

extension Machine {
  /// What a builtin gives inside `window`; nil for one that means the same there as anywhere.
  func inWindow(_ builtin: Builtin, _ values: [ArgumentValue]) throws -> Column? {
    guard let window else { return nil }
    switch builtin.kernel {
    case .window(let kernel): return try kernel(Call(builtin, values, context(random: false)), window)
    case .aggregate(let inputs, let grouped):
      // Of one group as it stands, an aggregate is what it is anywhere: a single value.
      if window.isWhole { return nil }
      var columns: [Column] = []
      for value in values.prefix(inputs) {
        switch value {
        case .value(.column(let column)):
          // A column of another length is not one of these rows.
          guard column.count == window.rowCount else { return nil }
          columns.append(column)
        case .value(.table(let table)):
          guard let scope, table.isIdentical(to: scope) else { return nil }
        default: return nil
        }
      }
      // `max(.a, 0)` compares row by row.
      for case .values(let others) in values.dropFirst(inputs) where !others.isEmpty { return nil }
      let call = Call(builtin, values, context(random: false))
      return try window.spreading(columns) { try grouped($0, $1, call) }
    default: return nil
    }
  }
}
