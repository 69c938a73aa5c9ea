import WeirCatalog
import WeirDiagnostics
import WeirSyntax
import WeirTables

extension Walker {
  /// What is known of what one slot of a builtin was given.
  struct SlotKnowledge {
    var entry: BoundTypes.Entry = .absent
    var given: [(known: Known, span: SourceSpan)] = []

    var provenance: Provenance {
      given.reduce(into: Provenance.none) { $0.unite($1.known.provenance) }
    }
  }

  func pipe(_ input: Expression, _ target: Expression) -> Known {
    let first = Argument(name: nil, nameSpan: nil, value: input)
    if case .call(let callee, let arguments) = target.kind {
      return call(callee, [first] + arguments, at: target.span)
    }
    return call(target, [first], at: target.span)
  }

  func call(_ callee: Expression, _ arguments: [Argument], at span: SourceSpan) -> Known {
    let target: Known
    if case .field(let base, let name, let nameSpan) = callee.kind {
      let value = walk(base)
      if let known = methodCall(name, of: value, base, arguments, at: nameSpan) { return known }
      target = field(value, name, at: nameSpan)
    } else {
      target = walk(callee)
    }
    switch target.callee {
    case .builtin(let builtin): return call(builtin, arguments, at: span, name: callee.span)
    case .function(let function): return call(function, arguments, at: span, name: callee.span)
    case nil: break
    }
    if !target.type.isOpen, target.type != .function { report(.notCallable(target.type.description, at: callee.span)) }
    var result = Known(.any, target.provenance)
    result.provenance.unite(leniently(arguments))
    return result
  }

  /// `table.head()`, as other languages write it: one mistake with its mend. Nil where it may be a call.
  private func methodCall(
    _ name: String, of value: Known, _ base: Expression, _ arguments: [Argument], at span: SourceSpan
  ) -> Known? {
    switch value.type {
    case .table(let table) where table.column(name) == nil: break
    case .column, .list, .string, .range, .model, .fitted, .plan: break
    default: return nil
    }
    let written = switch base.kind {
    case .name(let name): name
    case .column(let name): ".\(name)"
    case .field(let table, let name, _): if case .name(let table) = table.kind { "\(table).\(name)" } else { "…" }
    default: "…"
    }
    let isFunction = surroundings.catalog[name] != nil || prelude[name] != nil
    report(.methodCall(name, of: value.type.description, written: written, isFunction: isFunction, at: span))
    var provenance = value.provenance
    provenance.unite(leniently(arguments))
    return Known(.any, provenance)
  }

  /// Arguments of a call that is not understood: columns in them may be of any table.
  private func leniently(_ arguments: [Argument]) -> Provenance {
    let saved = rows
    if rows == nil { rows = RowScope(columns: nil, provenance: .none) }
    defer { rows = saved }
    return arguments.reduce(into: Provenance.none) { $0.unite(walk($1.value).provenance) }
  }

  private func call(_ builtin: Builtin, _ arguments: [Argument], at span: SourceSpan, name: SourceSpan) -> Known {
    func written(noTable: Int? = nil) -> [CallBinding.Written] {
      arguments.enumerated().map { number, argument in
        CallBinding.Written(
          name: argument.name, nameSpan: argument.nameSpan, span: argument.value.span,
          mayBeTable: argument.value.mayBeTable && number != noTable)
      }
    }
    var binding = CallBinding(builtin, written(), at: name)
    if binding.problems.isEmpty, let lead = binding.lead(builtin, written()), isNoTable(arguments[lead].value) {
      binding = CallBinding(builtin, written(noTable: lead), at: name)
    }
    guard binding.problems.isEmpty else {
      for problem in binding.problems { report(problem.located(at: name)) }
      let provenance = leniently(arguments)
      if case .type(let type) = builtin.returns { return Known(type, provenance) }
      return Known(.any, provenance)
    }
    if case .window = builtin.kernel, let rows, !rows.isWindow {
      report(.windowFunctionOutside(builtin.name, at: name))
    }
    var slots: [SlotKnowledge] = []
    for (slot, numbers) in zip(builtin.slots, binding.arguments) {
      slots.append(walk(slot, numbers.map { arguments[$0] }, of: builtin, after: slots))
    }
    let called = followFunctions(in: slots, of: builtin, at: span)
    let type = resultType(of: builtin, slots, arguments, at: span)
    var result = flow(through: builtin, slots, called, arguments, as: type, at: span, name: name)
    if result.constant == nil { result.constant = valueAhead(of: builtin, slots, at: span) }
    return result
  }

  /// Whether an expression is known to give something that is no table. Nothing is reported of it here.
  private func isNoTable(_ expression: Expression) -> Bool {
    guard case .name = expression.kind else { return false }
    let type = walk(expression).type
    if case .table = type { return false }
    return !type.isOpen
  }

  /// What the call gives, where that follows from literals. Of its errors those of layers alone are told here; the others are
  /// found by kinds and names, or left to the run.
  private func valueAhead(of builtin: Builtin, _ slots: [SlotKnowledge], at span: SourceSpan) -> Value? {
    do { return try builtin.valueAhead(slots.map(\.entry)) } catch {
      let diagnostic = Diagnostic.from(error, at: span)
      if (680...682).contains(diagnostic.code.number) { report(diagnostic) }
      return nil
    }
  }

  // MARK: Slots

  private func walk(
    _ slot: Slot, _ given: [Argument], of builtin: Builtin, after slots: [SlotKnowledge]
  ) -> SlotKnowledge {
    guard let first = given.first else { return SlotKnowledge() }
    var out = SlotKnowledge()
    switch slot.kind {
    case .value:
      let known = value(of: first.value)
      check(known, for: slot, of: builtin, at: first.value.span)
      out.given = [(known, first.value.span)]
      out.entry = .value(known.type, constant: known.constant)
    case .variadic:
      for argument in given {
        let known = value(of: argument.value)
        check(known, for: slot, of: builtin, at: argument.value.span)
        out.given.append((known, argument.value.span))
      }
      out.entry = .values(out.given.map { ($0.known.type, $0.known.constant) })
    case .namedValues:
      out.given = given.map { (value(of: $0.value), $0.value.span) }
      out.entry = .named(zip(given, out.given).map { ($0.name ?? "", $1.known.type, $1.known.constant) })
    case .rows(let table):
      // A fact about all rows that only chooses among them changes none of them.
      let known = inRows(of: slots, table) { _ in isLambda(first.value) ? value(of: first.value) : condition(first.value) }
        .forgetting(self.table(table, of: slots).provenance)
      out.given = [(known, first.value.span)]
      out.entry = .value(known.type, constant: known.constant)
    case .namedRows(let table): named(given, slots, table, forgetting: .none, &out)
    case .namedWindows(let table): named(given, slots, table, forgetting: .none, inWindow: true, &out)
    case .namedColumns(let table):
      let entries = inRows(of: slots, table) { columns in
        given.map { argument -> (name: String, type: ValueType, constant: Value?) in
          let names = columnNames(argument.value, in: columns, &out.given)
          return (argument.name ?? "", .string, names?.first.map { .string($0) })
        }
      }
      out.entry = .named(entries)
    case .namedGroups(let table):
      // A fact about a group is about the one row that the group becomes.
      named(given, slots, table, forgetting: self.table(table, of: slots).provenance, &out)
    case .columns(let table), .variadicColumns(let table):
      let names = inRows(of: slots, table) { columns in
        given.map { columnNames($0.value, in: columns, &out.given) }
      }
      let known = names.compactMap { $0 }
      out.entry = .columns(known.count == names.count ? known.flatMap { $0 } : nil)
    case .order(let table):
      inRows(of: slots, table) { columns in
        for argument in given {
          var keys = [argument.value]
          if case .list(let items) = argument.value.kind { keys = items }
          for key in keys { out.given.append((orderKey(key, in: columns), key.span)) }
        }
      }
      out.entry = .values(out.given.map { ($0.known.type, nil) })
    }
    return out
  }

  private func isLambda(_ expression: Expression) -> Bool {
    if case .lambda = expression.kind { true } else { false }
  }

  /// A lambda that is handed over is looked at with what it is called with, once all arguments are known.
  private func value(of expression: Expression) -> Known {
    guard case .lambda(let parameters, let body) = expression.kind else { return walk(expression) }
    return Known(.function(lambdaFunction(parameters, body)))
  }

  private func check(_ known: Known, for slot: Slot, of builtin: Builtin, at span: SourceSpan) {
    if case .missing = known.type { return }
    if !known.type.fits(slot.type) {
      report(.wrongArgument(
        slot.name, of: builtin.name, wanted: slot.type.description, found: known.type.description, at: span))
    } else if let text = known.text, !slot.choices.isEmpty, !slot.choices.contains(text) {
      report(.notAChoice(text, choices: slot.choices, parameter: slot.name, of: builtin.name, at: span))
    }
  }

  private func named(
    _ given: [Argument], _ slots: [SlotKnowledge], _ table: Int, forgetting own: Provenance, inWindow: Bool = false,
    _ out: inout SlotKnowledge
  ) {
    var entries: [(name: String, type: ValueType, constant: Value?)] = []
    for argument in given {
      // What an argument above makes may be read by those below it.
      let known = inRows(of: slots, table, adding: entries, inWindow: inWindow) { _ in value(of: argument.value) }
        .forgetting(own)
      out.given.append((known, argument.value.span))
      entries.append((argument.name ?? "", known.type, known.constant))
    }
    out.entry = .named(entries)
  }

  /// Looks at something for which `.name` means a column of the table in a slot.
  private func inRows<Result>(
    of slots: [SlotKnowledge], _ table: Int?, adding named: [(name: String, type: ValueType, constant: Value?)] = [],
    inWindow: Bool = false, _ body: ([TableType.ColumnHeader]?) -> Result
  ) -> Result {
    guard let table else {
      return rows == nil ? inRows(RowScope(columns: nil, provenance: .none)) { body(nil) } : body(rows?.columns)
    }
    let known = self.table(table, of: slots)
    var columns = known.table.columns, partial = known.table.partial
    for entry in named {
      let header = TableType.ColumnHeader(entry.name, entry.type.columnType)
      columns?.removeAll { $0.name == entry.name }
      columns?.append(header)
      partial.removeAll { $0.name == entry.name }
      if columns == nil { partial.append(header) }
    }
    let scope = RowScope(columns: columns, partial: partial, provenance: known.provenance, isWindow: inWindow)
    return inRows(scope) { body(columns) }
  }

  private func table(_ slot: Int, of slots: [SlotKnowledge]) -> Known {
    slots.indices.contains(slot) ? slots[slot].given.first?.known ?? Known() : Known()
  }

  private func inRows<Result>(_ scope: RowScope, _ body: () -> Result) -> Result {
    let saved = rows
    rows = scope
    defer { rows = saved }
    return body()
  }

  /// The names that `.a`, a text or a list of them stand for; nil where they are only known when it runs.
  private func columnNames(
    _ expression: Expression, in columns: [TableType.ColumnHeader]?, _ given: inout [(known: Known, span: SourceSpan)]
  ) -> [String]? {
    switch expression.kind {
    case .column(let name), .literal(.string(let name)):
      _ = columnType(name, in: columns, at: expression.span)
      return [name]
    case .list(let items):
      var names: [String] = []
      var all = true
      for item in items {
        if let some = columnNames(item, in: columns, &given) { names += some } else { all = false }
      }
      return all ? names : nil
    default:
      let known = walk(expression)
      given.append((known, expression.span))
      var names: [String]?
      if let text = known.text { names = [text] }
      if case .list(let values) = known.constant {
        let texts = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
        names = texts.count == values.count ? texts : nil
      }
      for name in names ?? [] { _ = columnType(name, in: columns, at: expression.span) }
      return names
    }
  }

  private func orderKey(_ expression: Expression, in columns: [TableType.ColumnHeader]?) -> Known {
    if case .literal(.string(let name)) = expression.kind {
      return Known(.column(columnType(name, in: columns, at: expression.span)))
    }
    if case .call(let callee, let arguments) = expression.kind, arguments.count == 1, case .name = callee.kind,
      case .builtin(let builtin) = walk(callee).callee, case .descending = builtin.kernel
    {
      return orderKey(arguments[0].value, in: columns)
    }
    return value(of: expression)
  }

  // MARK: Functions as arguments

  /// What the functions give that a builtin was handed: it calls them with what else it was handed.
  private func followFunctions(in slots: [SlotKnowledge], of builtin: Builtin, at span: SourceSpan) -> Provenance {
    var result = Provenance.none
    let others = slots.flatMap(\.given).map(\.known).filter { $0.callee == nil }
    for slot in slots {
      for (known, span) in slot.given {
        guard case .function(let function) = known.callee else { continue }
        let item = others.first?.element ?? Known()
        let all = others.reduce(into: Provenance.none) { $0.unite($1.provenance) }
        let arguments = function.parameters.count == 1 ? [item] : function.parameters.map { _ in Known(.any, all) }
        loops += 1
        if function.isLambda, !hasBudget { check(function) }
        result.unite(follow(function, arguments, at: span, inline: function.isLambda).provenance)
        loops -= 1
      }
    }
    return result
  }

  // MARK: Results

  private func resultType(
    of builtin: Builtin, _ slots: [SlotKnowledge], _ arguments: [Argument], at span: SourceSpan
  ) -> ValueType {
    switch builtin.returns {
    case .type(let type): return type
    case .rows(let slot):
      guard case .value(let type, _)? = slots.indices.contains(slot) ? slots[slot].entry : nil else { return .anyTable }
      return type
    case .same(let slot):
      if case .value(let type, _)? = slots.indices.contains(slot) ? slots[slot].entry : nil { return type }
      return .any
    case .elementwise(let type):
      guard let input = slots.first?.given.first?.known.type else { return type }
      return type.elementwise(of: input)
    case .computed(let rule):
      do { return try rule(BoundTypes(slots.map(\.entry), file: surroundings.file) { self.surroundings.catalog[$0] }) } catch {
        report(Diagnostic.from(error, at: nil), of: arguments, at: span)
        return .any
      }
    }
  }

  /// What a type rule objects to; files are left to the run, which may write them first.
  private func report(_ diagnostic: Diagnostic, of arguments: [Argument], at span: SourceSpan) {
    let code = diagnostic.code.number
    guard (3...4).contains(code / 100) || (660...669).contains(code) || (680...682).contains(code) else { return }
    func isMeant(_ name: String?) -> Bool { name.map { diagnostic.title.contains("`\($0)`") } ?? false }
    var place = span
    for argument in arguments {
      if isMeant(argument.name) { place = argument.nameSpan ?? span }
      switch argument.value.kind {
      case .column(let name), .literal(.string(let name)): if isMeant(name) { place = argument.value.span }
      default: break
      }
    }
    report(diagnostic.located(at: place))
  }
}

extension Known {
  /// The same where facts about the given rows themselves do not count.
  func forgetting(_ own: Provenance) -> Known {
    var copy = self
    copy.provenance = provenance.forgetting(own)
    return copy
  }
}
