import WeirCatalog
import WeirDiagnostics
import WeirSyntax
import WeirTables

extension Walker {
  func interpolation(_ parts: [TextPart]) -> Known {
    var provenance = Provenance.none
    for case .expression(let expression) in parts { provenance.unite(walk(expression).provenance) }
    return Known(.string, provenance)
  }

  /// `.name`: a column of the table around.
  func column(_ name: String, at span: SourceSpan) -> Known {
    guard let rows else {
      report(.columnWithoutTable(name, at: span))
      return Known()
    }
    let type = columnType(name, in: rows.columns, at: span) ?? rows.partial.first { $0.name == name }?.type
    return Known(.column(type), rows.provenance)
  }

  /// The type of a column, with a report where the table is known not to have it.
  func columnType(_ name: String, in columns: [TableType.ColumnHeader]?, at span: SourceSpan) -> ColumnType? {
    guard let columns else { return nil }
    if let header = columns.first(where: { $0.name == name }) { return header.type }
    report(.unknownColumn(name, columns: columns.map(\.name), at: span))
    return nil
  }

  // MARK: Operators

  func range(_ lower: Expression, _ upper: Expression, closed: Bool) -> Known {
    let a = walk(lower), b = walk(upper)
    let wrong = [(a, lower), (b, upper)].first { known, _ in
      known.type == .float || (!known.type.isOpen && !known.type.fits(.int))
    }
    if let (_, expression) = wrong {
      report(.wrongOperands(closed ? ".." : "..<", a.type.description, b.type.description, at: expression.span))
    }
    return Known(.range, united(a, b))
  }

  func unary(_ op: UnaryOperator, _ operand: Expression, at span: SourceSpan) -> Known {
    let known = walk(operand)
    switch OperatorTypes.outcome(op, known.type) {
    case .type(let type): return Known(type, known.provenance)
    case .wrong:
      report(.wrongOperand(op.rawValue, known.type.kindInSentence, at: operand.span))
      return Known(.any, known.provenance)
    }
  }

  func binary(_ op: BinaryOperator, _ left: Expression, _ right: Expression, at span: SourceSpan) -> Known {
    let a = walk(left), b = walk(right)
    if op == .equal || op == .notEqual {
      // Between two literals it shows what the language does, and misleads nobody.
      let isLeft = left.kind.isMissing, isRight = right.kind.isMissing
      if isLeft != isRight { report(.comparedWithMissing(op.rawValue, at: span)) }
    }
    switch OperatorTypes.outcome(op, a.type, b.type) {
    case .type(let type):
      // Names of files are put together this way.
      if op == .add, let first = a.text, let second = b.text, first.utf8.count + second.utf8.count <= 1_000 {
        return Known(type, constant: .string(first + second), united(a, b))
      }
      return Known(type, united(a, b))
    case .wrong:
      report(.wrongOperands(op.rawValue, a.type.kindInSentence, b.type.kindInSentence, at: span))
      return Known(.any, united(a, b))
    }
  }

  func then(_ left: Expression, _ right: Expression, at span: SourceSpan) -> Known {
    let a = walk(left), b = walk(right)
    if (a.type != .plan && !a.type.isOpen) || (b.type != .plan && !b.type.isOpen) {
      let wrong = a.type != .plan && !a.type.isOpen ? left : right
      report(.wrongOperands(">>", a.type.description, b.type.description, at: wrong.span))
    }
    var result = Known(.plan, united(a, b))
    result.constant = a.constant.flatMap { first in b.constant.flatMap { first.followed(by: $0) } }
    return result
  }

  func united(_ a: Known, _ b: Known) -> Provenance {
    var both = a.provenance
    both.unite(b.provenance)
    return both
  }

  // MARK: Parts of values

  func field(_ base: Known, _ name: String, at span: SourceSpan) -> Known {
    if let module = base.module, let names = modules[module] {
      if let binding = names[name] { return binding.known }
      report(.unknownFunctionOfModule(name, module: module, known: Array(names.keys), at: span))
      return Known()
    }
    if let part = base[field: name] {
      var known = part
      known.provenance = known.provenance.reentered(from: base.provenance)
      return known
    }
    switch base.type {
    case .table(let table):
      let type = columnType(name, in: table.columns, at: span) ?? table.column(name)?.type
      return Known(.column(type), base.provenance)
    case .record(let fields?):
      if let field = fields.first(where: { $0.name == name }) { return Known(field.type, base.provenance) }
      report(.noField(name, of: "record", known: fields.map(\.name), at: span))
    case .list(.record(let fields?)):
      if let field = fields.first(where: { $0.name == name }) { return Known(.list(of: field.type), base.provenance) }
    case let type where type.isScalar || type == .function || type == .plan || type == .range:
      report(.noField(name, of: type.description, known: [], at: span))
    default: break
    }
    return Known(.any, base.provenance)
  }

  func index(_ base: Expression, _ indices: [Expression]) -> Known {
    var known = walk(base)
    for expression in indices {
      let index = walk(expression)
      var item = item(of: known, at: index, expression.span)
      item.provenance.uniteLearned(index.provenance)
      known = item
    }
    return known
  }

  private func item(of base: Known, at index: Known, _ span: SourceSpan) -> Known {
    if let name = index.text {
      switch base.type {
      case .record, .table: return field(base, name, at: span)
      default: break
      }
    }
    if case .int(let number) = index.constant, let parts = base.parts, case .list = base.type {
      let position = number < 0 ? number + Int64(parts.count) : number
      if position >= 0, position < Int64(parts.count) {
        var known = parts[Int(position)].known
        known.provenance = known.provenance.reentered(from: base.provenance)
        return known
      }
      report(.indexOutOfRange(number, count: parts.count, at: span))
      return Known(.any, base.provenance)
    }
    switch (base.type, index.type) {
    case (.list, .int), (.column, .int), (.range, .int):
      var element = base.element
      element.provenance.unite(base.provenance)
      return element
    case (.list, .range), (.column, .range), (.table, .range), (.string, .range): return Known(base.type, base.provenance)
    case (.string, .int): return Known(.string, base.provenance)
    case (.list, .string), (.column, .string), (.string, .string), (.int, _), (.float, _), (.bool, _):
      if !index.type.isOpen {
        report(.notIndexable(base.type.description, by: index.type.description, at: span))
      }
      return Known(.any, base.provenance)
    default: return Known(.any, base.provenance)
    }
  }

  // MARK: Control

  func conditional(_ test: Expression, _ yes: Expression, _ no: Expression) -> Known {
    let condition = walk(test)
    check(condition: condition, test)
    // In a call that is followed, a condition that is known leaves one branch dead.
    if !calls.isEmpty, case .bool(let truth) = condition.constant { return walk(truth ? yes : no) }
    branches += 1
    defer { branches -= 1 }
    let before = evaluated
    let first = walk(yes)
    let afterFirst = evaluated
    evaluated = before
    let second = walk(no)
    evaluated.merge(afterFirst) { a, _ in a }
    var result = first.joined(with: second)
    result.provenance.uniteLearned(condition.provenance)
    return result
  }

  func check(condition: Known, _ expression: Expression) {
    if condition.type.isOpen || condition.type == .bool { return }
    report(.notACondition(condition.type.description, at: expression.span))
  }

  func match(_ subject: Expression, _ arms: [MatchArm]) -> Known {
    let value = walk(subject)
    branches += 1
    defer { branches -= 1 }
    let before = evaluated
    var after = evaluated
    var result: Known?
    for arm in arms {
      evaluated = before
      let known = scoped {
        bind(arm.pattern, value)
        if let condition = arm.condition { check(condition: walk(condition), condition) }
        return walk(arm.body)
      }
      after.merge(evaluated) { a, _ in a }
      result = result.map { $0.joined(with: known) } ?? known
    }
    evaluated = after
    var joined = result ?? Known()
    joined.provenance.uniteLearned(value.provenance)
    return joined
  }

  private func bind(_ pattern: Pattern, _ known: Known) {
    switch pattern.kind {
    case .binding(let name): bind(name, known, pattern.span)
    case .list(let patterns):
      if let parts = known.parts, parts.count == patterns.count {
        for (pattern, part) in zip(patterns, parts) { bind(pattern, part.known) }
      } else {
        for part in patterns { bind(part, Known(.any, known.provenance)) }
      }
    case .wildcard, .literal, .range, .either: break
    }
  }

  func comprehension(_ body: Expression, _ clauses: [ComprehensionClause]) -> Known {
    let scopes = locals.count, outerLoops = loops
    var learned = Provenance.none
    for clause in clauses {
      switch clause {
      case .each(let pattern, let source):
        let known = walk(source)
        if known.type.isScalar || known.type == .function || known.type == .plan || known.type.isModel,
          known.type != .string
        {
          report(.notIterable(known.type.description, at: source.span))
        }
        locals.append([:])
        loops += 1
        bind(pattern, item(of: known))
      case .condition(let test):
        let known = walk(test)
        check(condition: known, test)
        learned.uniteLearned(known.provenance)
      }
    }
    let element = walk(body)
    locals.removeLast(locals.count - scopes)
    loops = outerLoops
    var result = Known(.list(of: element.type), element.provenance)
    result.provenance.unite(learned)
    return result
  }

  /// What a loop sees of a value, one at a time.
  private func item(of known: Known) -> Known {
    switch known.type {
    case .table, .record: return Known(.any, known.provenance)
    default: return known.element
    }
  }

  func block(_ statements: [Statement]) -> Known {
    scoped {
      var last = Known()
      for statement in statements { last = walkInBlock(statement) }
      return last
    }
  }
}

extension ValueType {
  /// As the sentence about an operator names it.
  var kindInSentence: String {
    if case .column(let type?) = self { return "column of \(type)" }
    return description
  }
}

extension Expression.Kind {
  fileprivate var isMissing: Bool { if case .literal(.missing) = self { true } else { false } }
}
