package import WeirTables

/// What is known of a value before anything runs. Gradual: `any` fits everything, and the unknown never fails a check.
package indirect enum ValueType: Sendable, Hashable {
  case any
  case missing, bool, int, float, string, date, dateTime, duration, range
  /// An int or a float.
  case number
  case list(ValueType)
  /// Nil where the fields are not known.
  case record([FieldType]?)
  case column(ColumnType?)
  case table(TableType)
  case function
  case plan
  case model
  /// A model of which it is known what its steps make of the columns of new rows.
  case fitted(FittedType)
  case other(String)
  case either([ValueType])

  package struct FieldType: Sendable, Hashable {
    package let name: String
    package let type: ValueType
    package init(_ name: String, _ type: ValueType) {
      self.name = name
      self.type = type
    }
  }

  package static let anyTable = ValueType.table(TableType())
  package static let anyRecord = ValueType.record(nil)
  package static let anyColumn = ValueType.column(nil)
  package static let anyList = ValueType.list(.any)
  /// What functions of numbers are given: one, or several in a list or column.
  package static let numeric = series(of: [.number, .bool, .duration], alone: [.number, .bool, .duration, .tensor])
  package static let tensor = ValueType.other("tensor")
  /// What becomes a tensor: one, or numbers in a list, column or range, or one number.
  package static let tensorLike = ValueType.either([.tensor, .anyList, .anyColumn, .range, .number, .bool])
  package static let textual = series(of: [.string], alone: [.string])
  package static let temporal = series(of: [.date, .dateTime], alone: [.date, .dateTime])
  package static let numbers = series(of: [.number, .bool, .duration])
  package static let truths = series(of: [.bool])
  package static let numbersOrTensor = series(of: [.number, .bool, .duration, .tensor, .anyList], alone: [.tensor])
  package static let truthsOrTensor = series(of: [.bool], alone: [.tensor])

  /// A list, column or range of values of these types; `alone` too, one by itself.
  package static func series(of types: [ValueType], alone: [ValueType] = []) -> ValueType {
    .either(alone + [.list(.either(types + [.missing])), .anyColumn] + (types.contains(.number) ? [.range] : []))
  }

  /// As a message names it.
  package var description: String {
    switch self {
    case .any: "any value"
    case .missing: "missing"
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .number: "number"
    case .string: "text"
    case .date: "date"
    case .dateTime: "datetime"
    case .duration: "duration"
    case .range: "range"
    case .list: "list"
    case .record: "record"
    case .column: "column"
    case .table: "table"
    case .function: "function"
    case .plan: "plan"
    case .model, .fitted: "model"
    case .other(let name): name
    case .either(let types): types.map(\.description).joined(separator: " or ")
    }
  }

  /// Whether a value of this type may be given where `wanted` is asked for.
  package func fits(_ wanted: ValueType) -> Bool {
    switch (self, wanted) {
    case (.any, _), (_, .any): true
    case (.either(let types), _): types.contains { $0.fits(wanted) }
    case (_, .either(let types)): types.contains { fits($0) }
    case (.int, .number), (.float, .number), (.number, .int), (.number, .float), (.int, .float): true
    case (.list(let a), .list(let b)): a.fits(b)
    case (.list, _), (_, .list), (.record, _), (_, .record), (.column, _), (_, .column), (.table, _), (_, .table):
      kind == wanted.kind
    default: self == wanted || (isModel && wanted.isModel)
    }
  }

  package var isModel: Bool {
    switch self {
    case .model, .fitted: true
    default: false
    }
  }

  private var kind: String {
    switch self {
    case .list: "list"
    case .record: "record"
    case .column: "column"
    case .table: "table"
    default: description
    }
  }
}

/// What is known of a table before anything runs: its columns, and which splits its rows come from.
package struct TableType: Sendable, Hashable {
  package struct ColumnHeader: Sendable, Hashable {
    package var name: String
    /// Nil where the values were not looked at.
    package var type: ColumnType?
    package init(_ name: String, _ type: ColumnType? = nil) {
      self.name = name
      self.type = type
    }
  }

  /// In order; nil where they are not known.
  package var columns: [ColumnHeader]?
  /// Where not all columns are known, those that are: of what is not among them nothing may be concluded.
  package var partial: [ColumnHeader] = []
  /// The parts of splits whose rows are, or may be, in it.
  package var origins: Set<Origin>
  /// Set where `allow_leak` was written.
  package var leakAllowed: Bool

  /// A split and its part, with the definition that made it, so that a message can point there.
  package struct Origin: Sendable, Hashable {
    /// A number for each `split` in the program.
    package let split: Int
    package let part: Lineage.Part
    /// The name the part was given (`test`).
    package let name: String
    package init(split: Int, part: Lineage.Part, name: String) {
      self.split = split
      self.part = part
      self.name = name
    }
  }

  package init(columns: [ColumnHeader]? = nil, origins: Set<Origin> = [], leakAllowed: Bool = false) {
    self.columns = columns
    self.origins = origins
    self.leakAllowed = leakAllowed
  }

  package func column(_ name: String) -> ColumnHeader? { (columns ?? partial).first { $0.name == name } }

  /// The same table with each column that is known as something else.
  package func mapping(_ change: (ColumnHeader) -> ColumnHeader) -> TableType {
    var copy = self
    copy.columns = columns?.map(change)
    copy.partial = partial.map(change)
    return copy
  }

  /// The same rows with other columns.
  package func with(columns: [ColumnHeader]?) -> TableType {
    TableType(columns: columns, origins: origins, leakAllowed: leakAllowed)
  }

  package func union(_ other: TableType) -> TableType {
    TableType(columns: columns, origins: origins.union(other.origins), leakAllowed: leakAllowed || other.leakAllowed)
  }
}

/// What is known of a model before it is fitted.
package struct FittedType: Sendable, Hashable {
  /// The columns that it learns from; nil where they are not known.
  package let inputs: [TableType.ColumnHeader]?
  /// What `transform` gives of columns of the same types.
  package let output: TableType
  /// What it gives whatever numbers they hold.
  package let outputOfNumbers: TableType

  package init(inputs: [TableType.ColumnHeader]?, output: TableType, outputOfNumbers: TableType) {
    (self.inputs, self.output, self.outputOfNumbers) = (inputs, output, outputOfNumbers)
  }
}
