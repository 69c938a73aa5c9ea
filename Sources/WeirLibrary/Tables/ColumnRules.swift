import WeirBase
package import WeirCatalog
import WeirDiagnostics
package import WeirTables

extension ColumnRule: ForeignValue {
  package var typeName: String { "rule" }
  package var shortText: String { text }
  package func rendered(_ style: DisplayStyle) -> String { text }
  package var fieldNames: [String] { ["type", "text"] }

  package func field(_ name: String) -> Value? {
    switch name {
    case "type": .string(type.description)
    case "text": .string(text)
    default: nil
    }
  }
}

/// The settings that make a rule for columns of a call that else converts values: `int(0..120, missing: false)`.
struct RuleSettings: Sendable {
  private let type: ColumnType
  private let missing: Parameter<Bool?>
  private let low: Parameter<Value?>?
  private let high: Parameter<Value?>?
  private let oneOf: Parameter<[Value]?>
  private let pattern: Parameter<String?>?
  private let shortest: Parameter<Int?>?
  private let longest: Parameter<Int?>?

  init(_ type: ColumnType, _ f: inout BuiltinDefinition) {
    self.type = type
    let isText = type == .text, isOrdered = !isText && type != .bool
    low = isOrdered ? f.optional(Value.self, "min", "Of a rule: the least value allowed.") : nil
    high = isOrdered ? f.optional(Value.self, "max", "Of a rule: the greatest value allowed.") : nil
    oneOf = f.optional([Value].self, "one_of", "Of a rule: the values allowed.")
    pattern = isText ? f.optional(String.self, "pattern", "Of a rule: a regular expression that is found in each; `^` and `$` hold it to the whole.") : nil
    shortest = isText ? f.optional(Int.self, "min_length", "Of a rule: the fewest characters.") : nil
    longest = isText ? f.optional(Int.self, "max_length", "Of a rule: the most characters.") : nil
    missing = f.optional(Bool.self, "missing", "Of a rule: whether rows may have no value (true where left out).")
  }

  /// The rule, where a range or nothing stands in place of a value; nil where a value is to be converted.
  func rule(_ value: Value?, _ call: Call) throws -> Value? {
    var rule = ColumnRule(type)
    switch value {
    case nil: break
    case .range(let range)?:
      rule.low = .int(range.lower)
      rule.high = .int(range.upper)
    default:
      if isGiven(call) {
        throw Diagnostic.unfitRule(
          "`\(call.builtin.name)` either converts a value or makes a rule for columns, and here is both",
          mend: "leave the value out, or the settings of the rule")
      }
      return nil
    }
    for (name, parameter) in [("min", low), ("max", high)] {
      guard let parameter, let given = try call[parameter] else { continue }
      let bound = try scalar(given, name, call)
      if name == "min" { rule.low = bound } else { rule.high = bound }
    }
    rule.oneOf = try call[oneOf].map { try $0.map { try scalar($0, "one_of", call) } }
    if let pattern, let text = try call[pattern] {
      _ = try TextPattern(text)
      rule.pattern = text
    }
    rule.shortest = try shortest.flatMap { try call[$0] }
    rule.longest = try longest.flatMap { try call[$0] }
    rule.allowsMissing = try call[missing] ?? true
    return .other(rule)
  }

  private func isGiven(_ call: Call) -> Bool {
    call.has(missing) || call.has(oneOf) || [low, high].contains { $0.map { call.has($0) } ?? false }
      || (pattern.map { call.has($0) } ?? false) || [shortest, longest].contains { $0.map { call.has($0) } ?? false }
  }

  /// A bound or member in the column's own type: nothing is cast, save whole numbers to floats.
  private func scalar(_ value: Value, _ name: String, _ call: Call) throws -> Scalar {
    let fits: Bool =
      switch (type, value) {
      case (.int, .int), (.float, .int), (.float, .float), (.text, .string), (.bool, .bool), (.date, .date),
        (.dateTime, .dateTime), (.duration, .duration): true
      case (.int, .float(let x)): x == x.rounded() && x.magnitude < 9e15
      default: false
      }
    guard fits, let scalar = value.scalar else {
      throw Diagnostic.unfitRule("`\(name)` of a rule for \(type) is a \(type), not a \(value.typeName)")
    }
    if type == .int, case .float(let x) = scalar { return .int(Int64(x)) }
    return scalar
  }
}

extension BoundTypes {
  /// A rule where a range or nothing stands in place of a value, else what converting gives.
  func ruleOr<T>(_ type: ValueType, _ value: Parameter<T>) -> ValueType {
    if isAbsent(value) || self.type(value) == .range { return .other("rule") }
    return type.elementwise(of: self.type(value) ?? .any)
  }
}
