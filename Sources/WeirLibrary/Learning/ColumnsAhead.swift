import WeirBase
import WeirCatalog
import WeirModels
import WeirTables

/// What is known of the columns that a fitted plan gives, before anything runs: plan and columns as they are written.
enum ColumnsAhead {
  /// The type of the model that `fit` gives. Throws where a step can't work on a column of the type that it has.
  static func model<Rows, PlanType>(
    _ bound: BoundTypes, rows: Parameter<Rows>, plan: Parameter<PlanType>, target: Parameter<String?>,
    features: Parameter<[String]>, weights: Parameter<String?>
  ) throws -> ValueType {
    guard case .plan(let plan)? = bound.constant(plan), let chosen = bound.columns(features),
      let target = bound.columns(target), let weights = bound.columns(weights)
    else { return .model }
    let table = bound.table(rows)
    let inputs = chosen.isEmpty ? table.dropping(target + weights) : table.keeping(chosen)
    guard inputs.columns != nil || !inputs.partial.isEmpty else { return .model }
    let given = try columns(of: plan, from: inputs, bound)
    // New rows may have ints where floats were learned from, and the other way round; what passes through is then of that type.
    let others = inputs.mapping { header in
      TableType.Header(header.name, header.type == .int ? .float : header.type == .float ? .int : header.type)
    }
    let other = (try? columns(of: plan, from: others, bound)) ?? TableType()
    let types = other.byName
    let sure = given.mapping { header in types[header.name]?.type == header.type ? header : TableType.Header(header.name) }
    return .fitted(FittedType(inputs: inputs.columns, output: given, outputOfNumbers: sure))
  }

  /// The columns that `transform` gives for rows.
  static func transformed(_ model: ValueType?, _ rows: TableType) -> ValueType {
    guard case .fitted(let fitted)? = model else { return .table(rows.with(columns: nil)) }
    // A column that is neither number nor what was learned from is a mistake that the run tells; of its type nothing is known.
    let learned = Dictionary((fitted.inputs ?? []).map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
    let given = rows.byName
    let isSame = !learned.isEmpty && learned.allSatisfy { name, type in given[name]?.type == type }
    let output = (isSame ? fitted.output : fitted.outputOfNumbers).mapping { header in
      guard let own = given[header.name]?.type, let before = learned[header.name] ?? nil, own != before,
        !(own == .int || own == .float) || !(before == .int || before == .float)
      else { return header }
      return TableType.Header(header.name)
    }
    var result = rows.with(columns: output.columns)
    result.partial = output.partial
    return .table(result)
  }

  /// Each step in turn, by the rule of its builtin. An estimator at the end changes no columns.
  static func columns(of plan: Plan, from inputs: TableType, _ bound: BoundTypes) throws -> TableType {
    var table = inputs
    for step in plan.steps {
      if !(step is any Transformer) { return table }
      guard let builtin = bound.builtin(step.name), builtin.slots.first?.isLead == true, builtin.slots.first?.name == "rows",
        case .computed(let rule) = builtin.returns, case .table(let next) = try rule(bound.with(entries(step, builtin, table)))
      else { return table.with(columns: nil) }
      table = next
    }
    return table
  }

  /// The settings of a step as what its builtin was given, after the rows.
  private static func entries(_ step: any Step, _ builtin: Builtin, _ table: TableType) -> [BoundTypes.Entry] {
    let settings = Dictionary(step.settings.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return builtin.slots.enumerated().map { place, slot in
      if place == 0 { return .value(.table(table), constant: nil) }
      guard let setting = settings[slot.name], setting.value != setting.defaultValue else { return .absent }
      switch slot.kind {
      case .variadicColumns, .columns: return .columns(try? setting.value.asTexts())
      default: break
      }
      switch setting.value {
      case let .bool(value): return .value(.bool, constant: .bool(value))
      case let .int(value): return .value(.int, constant: .int(value))
      case let .float(value): return .value(.float, constant: .float(value))
      case let .text(value): return .value(.string, constant: .string(value))
      default: return .value(.any, constant: nil)
      }
    }
  }
}
