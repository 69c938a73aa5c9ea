package import WeirModels
package import WeirTables

/// What a Weir program computes with.
///
/// A closed set, so that the compiler finds what a new case breaks. Large payloads are one reference; rare kinds are
/// `ForeignValue`. Values carry no places in the source.
package enum Value: Sendable {
  case missing
  case bool(Bool)
  case int(Int64)
  case float(Double)
  case string(String)
  case date(Day)
  case dateTime(Instant)
  case duration(TimeSpan)
  case range(IntRange)
  case list([Value])
  case record(Record)
  case column(Column)
  case table(Table)
  /// A table that is still a plan; a name is never bound to one, and whoever needs rows gets them computed.
  indirect case query(LazyTable)
  case function(any Callable)
  case plan(Plan)
  indirect case model(any FittedModel)
  indirect case other(any ForeignValue)
}

/// `1..10`: whole numbers with both ends in it. `0..<10` is `0..9`; empty where `upper < lower`.
package struct IntRange: Sendable, Hashable {
  package let lower: Int64
  package let upper: Int64

  package init(_ lower: Int64, _ upper: Int64) {
    self.lower = lower
    self.upper = upper
  }

  package var isEmpty: Bool { upper < lower }

  /// How many numbers it holds, or nil where that is more than can be counted.
  package var count: Int? {
    if isEmpty { return 0 }
    let (width, overflow) = upper.subtractingReportingOverflow(lower)
    guard !overflow, width < Int64.max else { return nil }
    return Int(width) + 1
  }

  package func contains(_ value: Int64) -> Bool { value >= lower && value <= upper }
}

/// `{a: 1, b: "x"}`: named values in the order written.
package struct Record: Sendable {
  package struct Field: Sendable {
    package let name: String
    package let value: Value
    package init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  package let fields: [Field]

  package init(_ fields: [Field]) { self.fields = fields }
  package init(_ fields: KeyValuePairs<String, Value>) { self.fields = fields.map { Field($0.key, $0.value) } }

  package subscript(name: String) -> Value? { fields.first { $0.name == name }?.value }
  package var names: [String] { fields.map(\.name) }
}

extension Value {
  /// The value of one cell of a table.
  package init(_ scalar: Scalar) {
    switch scalar {
    case .missing: self = .missing
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .text(let value): self = .string(value)
    case .date(let value): self = .date(value)
    case .dateTime(let value): self = .dateTime(value)
    case .duration(let value): self = .duration(value)
    }
  }

  /// As one cell of a table; nil for what cannot be one.
  package var scalar: Scalar? {
    switch self {
    case .missing: .missing
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .float(let value): .float(value)
    case .string(let value): .text(value)
    case .date(let value): .date(value)
    case .dateTime(let value): .dateTime(value)
    case .duration(let value): .duration(value)
    default: nil
    }
  }

  package var isMissing: Bool { if case .missing = self { true } else { false } }

  /// What a reader calls its kind, with an article left to the sentence ("text", "list", "table").
  package var typeName: String {
    switch self {
    case .missing: "missing"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .string: "text"
    case .date: "date"
    case .dateTime: "datetime"
    case .duration: "duration"
    case .range: "range"
    case .list: "list"
    case .record: "record"
    case .column: "column"
    case .table, .query: "table"
    case .function: "function"
    case .plan: "plan"
    case .model: "model"
    case .other(let value): value.typeName
    }
  }
}

extension Value {
  /// A table, computed or still a plan.
  package var isTable: Bool {
    switch self {
    case .table, .query: true
    default: false
    }
  }
}
