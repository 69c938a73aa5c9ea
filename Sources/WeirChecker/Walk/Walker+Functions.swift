import WeirCatalog
import WeirDiagnostics
import WeirSyntax

extension Walker {
  func lambda(_ parameters: [FunctionParameter], _ body: Expression) -> Known {
    let function = lambdaFunction(parameters, body)
    check(function)
    return Known(.function(function))
  }

  func lambdaFunction(_ parameters: [FunctionParameter], _ body: Expression) -> FunctionKnowledge {
    let kind = Expression.Kind.lambda(parameters, body)
    let whole = Expression(id: body.id, span: body.span, kind: kind)
    return FunctionKnowledge(
      name: "function", parameters: parameters, body: body,
      captured: captured(by: Statement(span: body.span, kind: .expression(whole))), rows: rows, module: owner,
      isLambda: true)
  }

  /// Looks at the body of a function where it is written, with nothing known of its arguments.
  func check(_ function: FunctionKnowledge) {
    // Bodies inside a call that is followed have been looked at where they are written.
    guard calls.isEmpty, !isReadingModule else { return }
    uncalled += 1
    defer { uncalled -= 1 }
    _ = inBody(of: function, arguments: []) { walk(function.body) }
  }

  /// Follows a call with what is known of its arguments, in the order of the parameters; nil takes the default.
  func follow(_ function: FunctionKnowledge, _ arguments: [Known?], at span: SourceSpan, inline: Bool = false) -> Known {
    var given = Provenance.none
    for argument in arguments { if let argument { given.unite(argument.provenance) } }
    guard calls.count < Self.callLimit, function.active < Self.recursionLimit, hasBudget else {
      for binding in function.captured.values { given.unite(binding.known.provenance) }
      return Known(.any, given)
    }
    if inline { return inBody(of: function, arguments: arguments) { walk(function.body) } }
    // Each number that a function is called with is followed for itself at first; of one that is called with many, what it
    // gives for any number.
    let arguments = function.outcomes.count < Self.outcomeLimit ? arguments : arguments.map { $0?.forgettingValue }
    let key = arguments.map { $0?.key ?? Known().key }
    if let outcome = function.outcomes[key] {
      for set in outcome.evaluated { noteEvaluation(of: set, at: span) }
      var result = outcome.result
      result.provenance = result.provenance.reentered(from: given)
      return result
    }
    calls.append(CallFrame(function: function, span: span))
    let outerBranches = branches
    if calls.count == 1 { branches = 0 }
    let logged = evaluationLog.count
    let result = inBody(of: function, arguments: arguments) { walk(function.body) }
    branches = outerBranches
    calls.removeLast()
    function.outcomes[key] = FunctionKnowledge.Outcome(result: result, evaluated: Array(evaluationLog[logged...]))
    return result
  }

  /// Enters a body: its names are what it took along, itself, and its parameters.
  private func inBody(of function: FunctionKnowledge, arguments: [Known?], _ body: () -> Known) -> Known {
    let saved = (locals, isInFunction, rows, currentModule)
    locals = [function.captured]
    if !function.isLambda { locals.append([function.name: Binding(function.name, Known(.function(function)))]) }
    locals.append([:])
    isInFunction = true
    rows = function.rows
    currentModule = nil
    function.active += 1
    defer {
      function.active -= 1
      (locals, isInFunction, rows, currentModule) = saved
    }
    for (index, parameter) in function.parameters.enumerated() {
      var known = Known()
      if arguments.indices.contains(index), let argument = arguments[index] {
        known = argument
      } else if let value = parameter.defaultValue {
        let standard = walk(value)
        // Where nothing is known of a call, the default is only one of the values that it may be.
        if !arguments.isEmpty { known = standard }
      }
      bind(parameter.name, known, parameter.span)
    }
    return body()
  }

  /// A call of a function written in Weir.
  func call(_ function: FunctionKnowledge, _ arguments: [Argument], at span: SourceSpan, name: SourceSpan) -> Known {
    let slots = order(arguments, of: function, at: name)
    let knowns = arguments.map { walk($0.value) }
    guard let slots else {
      var provenance = Provenance.none
      for known in knowns { provenance.unite(known.provenance) }
      return Known(.any, provenance)
    }
    return follow(function, slots.map { $0.map { knowns[$0] } }, at: span)
  }

  /// Which argument goes to which parameter; nil, with a report, where the call does not fit.
  private func order(_ arguments: [Argument], of function: FunctionKnowledge, at span: SourceSpan) -> [Int?]? {
    let parameters = function.parameters
    var slots: [Int?] = Array(repeating: nil, count: parameters.count)
    var position = 0
    var problems: [Diagnostic] = []
    for (number, argument) in arguments.enumerated() {
      let place = argument.nameSpan ?? argument.value.span
      if let name = argument.name {
        guard let slot = parameters.firstIndex(where: { $0.name == name }) else {
          problems.append(.unknownArgument(name, of: function.name, known: parameters.map(\.name), at: place))
          continue
        }
        if slots[slot] == nil { slots[slot] = number } else {
          problems.append(.argumentGivenTwice(name, of: function.name, at: place))
        }
      } else if position < slots.count {
        slots[position] = number
        position += 1
      } else {
        problems.append(.tooManyArguments(function.name, takes: slots.count, signature: function.signature, at: place))
        break
      }
    }
    if problems.isEmpty {
      for (slot, parameter) in zip(slots, parameters) where slot == nil && parameter.defaultValue == nil {
        problems.append(.missingArgument(parameter.name, of: function.name, signature: function.signature, at: span))
      }
    }
    for problem in problems { report(problem) }
    return problems.isEmpty ? slots : nil
  }
}
