package import WeirBase

extension Plan {
  /// The plan with some settings of its steps replaced, by the names that a user writes.
  ///
  /// A number stands for one of the setting's own kind where it loses nothing by that (1 for 1.0).
  package func with(
    _ values: [(dimension: SearchSpace.Dimension, value: Archive)], kinds: ModelKinds = .standard
  ) throws -> Plan {
    var changed = steps
    for (dimension, value) in values {
      let place = try place(of: dimension)
      let step = changed[place]
      guard case .record(var fields) = step.archive,
        let field = fields.firstIndex(where: { $0.name == dimension.setting })
      else { throw ModelError("`\(dimension.setting)` of `\(step.name)` can't be varied") }
      let setting = step.settings.first { $0.name == dimension.setting }
      fields[field].value = value.like([fields[field].value, setting?.defaultValue].compactMap { $0 })
      do {
        changed[place] = try kinds.another(step, .record(fields))
      } catch let error as ArchiveError {
        throw ModelError("`\(step.name)` can't have that `\(dimension.setting)`: \(error)")
      }
    }
    return Plan(changed)
  }

  /// The step whose setting is meant.
  func place(of dimension: SearchSpace.Dimension) throws -> Int {
    let named = steps.indices.filter { dimension.step == nil || steps[$0].name == dimension.step }
    if let step = dimension.step, named.isEmpty {
      throw ModelError("the plan has no step `\(step)`", mend: "its steps: " + steps.map(\.name).joined(separator: ", "))
    }
    let having = named.filter { steps[$0].settings.contains { $0.name == dimension.setting && $0.name != "columns" } }
    if having.count == 1 { return having[0] }
    if having.count > 1 {
      let names = having.map { "`\(steps[$0].name)`" }.joined(separator: " and ")
      throw ModelError(
        "the setting `\(dimension.setting)` is one of \(names)",
        mend: "say whose: `\(steps[having[0]].name): {\(dimension.setting): […]}`")
    }
    let known = named.flatMap { place in
      steps[place].settings.map(\.name).filter { $0 != "columns" }.map { "\(steps[place].name).\($0)" }
    }
    throw ModelError(
      "no step of the plan has a setting `\(dimension.setting)`",
      mend: known.isEmpty ? nil : "there are: " + known.joined(separator: ", "))
  }
}

extension Archive {
  /// A whole number as a float where one of the examples is a float, a float as a whole number where it is one.
  fileprivate func like(_ examples: [Archive]) -> Archive {
    for example in examples {
      switch (self, example) {
      case (.int(let value), .float): return .float(Double(value))
      case (.float(let value), .int):
        if let whole = Int64(exactly: value) { return .int(whole) }
      default: continue
      }
    }
    return self
  }
}
