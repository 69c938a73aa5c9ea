package import WeirDiagnostics

/// Which argument goes to which slot of a builtin; checker and evaluator share it.
package struct CallBinding: Sendable {
  /// An argument as written: its name, and where name and value stand.
  package struct Written: Sendable {
    package let name: String?
    package let nameSpan: SourceSpan?
    package let span: SourceSpan?
    /// Whether it may turn out to be a table, as far as it can be seen.
    package let mayBeTable: Bool
    package init(name: String?, nameSpan: SourceSpan?, span: SourceSpan?, mayBeTable: Bool = true) {
      self.name = name
      self.nameSpan = nameSpan
      self.span = span
      self.mayBeTable = mayBeTable
    }
  }

  /// For each slot, the numbers of the arguments that go to it, in order.
  package let arguments: [[Int]]
  package let problems: [Diagnostic]

  package init(_ builtin: Builtin, _ written: [Written], at call: SourceSpan?) {
    let slots = builtin.slots
    var arguments = Array(repeating: [Int](), count: slots.count)
    var problems: [Diagnostic] = []
    var position = 0
    for (number, argument) in written.enumerated() {
      if let name = argument.name {
        // A name of the caller's own may be that of a parameter that has its argument: `t |> aggregate(rows: count())`.
        let own = slots.firstIndex { $0.name == name && !$0.takesAnyName }
        let isFree = own.map { arguments[$0].isEmpty } ?? false
        if let slot = own, isFree || !slots.contains(where: \.takesAnyName) {
          if !arguments[slot].isEmpty, !slots[slot].isVariadic || slots[slot].kind == .variadic {
            problems.append(.argumentGivenTwice(name, of: builtin.name, at: argument.nameSpan ?? argument.span))
          } else {
            arguments[slot].append(number)
          }
        } else if let slot = slots.firstIndex(where: \.takesAnyName) {
          arguments[slot].append(number)
        } else {
          problems.append(.unknownArgument(
            name, of: builtin.name, known: slots.map(\.name), at: argument.nameSpan ?? argument.span))
        }
        continue
      }
      while position < slots.count, slots[position].takesAnyName || slots[position].namedOnly
        || (!slots[position].isVariadic && !arguments[position].isEmpty)
        || (slots[position].isLead && !argument.mayBeTable)
      {
        position += 1
      }
      guard position < slots.count else {
        let takes = slots.filter { !$0.takesAnyName && !$0.namedOnly && !$0.isVariadic }.count
        problems.append(.tooManyArguments(
          builtin.name, takes: takes, signature: builtin.info.signature, at: argument.span))
        break
      }
      arguments[position].append(number)
      if !slots[position].isVariadic { position += 1 }
    }
    if problems.isEmpty {
      for (slot, given) in zip(slots, arguments) where slot.isRequired && given.isEmpty {
        problems.append(.missingArgument(slot.name, of: builtin.info, at: call))
      }
    }
    self.arguments = arguments
    self.problems = problems
  }

  /// The number of the argument that goes to the slot of a leading table by its position, where there is such a slot.
  package func lead(_ builtin: Builtin, _ written: [Written]) -> Int? {
    guard builtin.slots.first?.isLead == true, let number = arguments.first?.first, written[number].name == nil else {
      return nil
    }
    return number
  }
}

extension Diagnostic {
  package static func missingArgument(_ name: String, of function: CallableInfo, at span: SourceSpan? = nil) -> Diagnostic {
    .missingArgument(name, of: function.name, signature: function.signature, at: span)
  }
}
