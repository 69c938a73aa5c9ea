import WeirCatalog
import WeirSyntax
import WeirTables

extension ValueType {
  /// How far lists and records are nested in it, looked at no deeper than matters.
  var depth: Int { depth(limit: 9) }

  private func depth(limit: Int) -> Int {
    guard limit > 0 else { return 1 }
    return switch self {
    case .list(let element): 1 + element.depth(limit: limit - 1)
    case .record(let fields?): 1 + (fields.map { $0.type.depth(limit: limit - 1) }.max() ?? 0)
    case .either(let types): 1 + (types.map { $0.depth(limit: limit - 1) }.max() ?? 0)
    default: 1
    }
  }

  /// A list type that does not nest without end.
  static func list(of element: ValueType) -> ValueType { .list(element.depth < 8 ? element : .any) }

  /// The type that holds both; `any` where they have little in common.
  func joined(with other: ValueType) -> ValueType {
    if self == other { return self }
    switch (self, other) {
    case (.int, .float), (.float, .int), (.number, .int), (.number, .float), (.int, .number), (.float, .number):
      return .number
    case (.list(let a), .list(let b)): return .list(a.joined(with: b))
    case (.column(let a), .column(let b)): return .column(a == b ? a : nil)
    case (.table(let a), .table(let b)):
      return .table(a.columns == b.columns ? a.union(b) : a.union(b).with(columns: nil))
    case (.record, .record): return .anyRecord
    case (.model, .fitted), (.fitted, .model), (.fitted, .fitted): return .model
    default: return .any
    }
  }

  /// Nothing may be concluded from it.
  var isOpen: Bool {
    switch self {
    case .any, .either, .other, .missing: true
    default: false
    }
  }

  /// One value of a row.
  init(_ column: ColumnType) {
    self =
      switch column {
      case .bool: .bool
      case .int: .int
      case .float: .float
      case .text: .string
      case .date: .date
      case .dateTime: .dateTime
      case .duration: .duration
      case .object(let name): .other(name)
      }
  }

  /// The type of a column that holds this on every row; nil where that is not known.
  var columnType: ColumnType? {
    switch self {
    case .bool: .bool
    case .int: .int
    case .float: .float
    case .string: .text
    case .date: .date
    case .dateTime: .dateTime
    case .duration: .duration
    case .column(let type): type
    default: nil
    }
  }

  /// A single value that can stand in a cell of a table.
  var isScalar: Bool {
    switch self {
    case .bool, .int, .float, .number, .string, .date, .dateTime, .duration: true
    default: false
    }
  }
}

extension Value {
  init(_ literal: Literal) {
    switch literal {
    case .missing: self = .missing
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .string(let value): self = .string(value)
    case .duration(let microseconds): self = .duration(TimeSpan(microseconds))
    }
  }
}

extension ValueType {
  init(_ literal: Literal) {
    self =
      switch literal {
      case .missing: .missing
      case .bool: .bool
      case .int: .int
      case .float: .float
      case .string: .string
      case .duration: .duration
      }
  }
}
