import WeirCatalog
import WeirDiagnostics
import WeirSyntax
import WeirTables

/// What is known of a value before anything runs: its type, where its rows come from, and what it is where it is
/// written as a literal.
struct Known {
  enum Callee {
    case builtin(Builtin)
    case function(FunctionKnowledge)
  }

  struct Part {
    let name: String?
    let known: Known
  }

  /// Values made of more pieces than this are known by their type alone.
  private static let sizeLimit = 200

  var type: ValueType
  /// The value itself, where it is a literal, a list of them, or a layer or plan made of such.
  var constant: Value?
  var callee: Callee?
  /// The fields of a record or the items of a short list.
  private(set) var parts: [Part]?
  var provenance = Provenance.none
  /// The module that a `use` names.
  var module: String?
  private var size = 1

  init(_ type: ValueType = .any, constant: Value? = nil, _ provenance: Provenance = .none) {
    self.type = type
    self.constant = constant
    self.provenance = provenance
  }

  init(_ callee: Callee) {
    type = .function
    self.callee = callee
  }

  /// A list of the given items.
  init(items: [Known]) {
    var element: ValueType?
    for item in items { element = element.map { $0.joined(with: item.type) } ?? item.type }
    self.init(.list(of: element ?? .any))
    let constants = items.compactMap(\.constant)
    if constants.count == items.count, items.count <= 64 { constant = .list(constants) }
    take(items.map { Part(name: nil, known: $0) })
  }

  /// A record of the given fields.
  init(fields: [(name: String, known: Known)]) {
    self.init(.anyRecord)
    if take(fields.map { Part(name: $0.name, known: $0.known) }) {
      type = .record(fields.map { ValueType.FieldType($0.name, $0.known.type.depth < 8 ? $0.known.type : .any) })
    }
    let constants = fields.compactMap { field in field.known.constant.map { Record.Field(field.name, $0) } }
    if constants.count == fields.count, fields.count <= 64 { constant = .record(Record(constants)) }
  }

  /// The parts of a split, in order: as the type says a record or a list.
  init(parts: [(name: String, known: Known)], as type: ValueType) {
    if case .record = type { self.init(fields: parts) } else { self.init(items: parts.map(\.known)) }
  }

  @discardableResult
  private mutating func take(_ parts: [Part]) -> Bool {
    for part in parts { provenance.unite(part.known.provenance) }
    let total = parts.reduce(1) { $0 + $1.known.size }
    guard total <= Self.sizeLimit else { return false }
    size = total
    self.parts = parts
    return true
  }

  subscript(field name: String) -> Known? { parts?.first { $0.name == name }?.known }

  /// One item of it, whichever.
  var element: Known {
    if let parts, let first = parts.first {
      return parts.dropFirst().reduce(first.known) { $0.joined(with: $1.known) }
    }
    return switch type {
    case .list(let element): Known(element, provenance)
    case .range: Known(.int, provenance)
    case .column(let column?): Known(ValueType(column), provenance)
    default: Known(.any, provenance)
    }
  }

  /// What holds whichever of the two it is.
  func joined(with other: Known) -> Known {
    var both = Known(type.joined(with: other.type), provenance)
    both.provenance.unite(other.provenance)
    if case .function(let a) = callee, case .function(let b) = other.callee, a === b { both.callee = callee }
    if case .builtin(let a) = callee, case .builtin(let b) = other.callee, a === b { both.callee = callee }
    if let parts, let others = other.parts, parts.map(\.name) == others.map(\.name) {
      let joined = zip(parts, others).map { Part(name: $0.name, known: $0.known.joined(with: $1.known)) }
      both.take(joined)
    }
    return both
  }

  var text: String? { if case .string(let text) = constant { text } else { nil } }

  /// The table that it is, or one of which nothing is known.
  var table: TableType { if case .table(let table) = type { table } else { TableType() } }

  /// The same where nothing is known of which number, layer or plan it is.
  var forgettingValue: Known {
    switch constant {
    case .int, .float, .plan, .other:
      var copy = self
      copy.constant = nil
      return copy
    default: return self
    }
  }

  /// What tells two arguments apart for the outcome of a call.
  var key: Key {
    var callee: ObjectIdentifier?
    switch self.callee {
    case .builtin(let builtin): callee = ObjectIdentifier(builtin)
    case .function(let function): callee = ObjectIdentifier(function)
    case nil: break
    }
    let constant: String? = switch self.constant {
    case .string(let text): "\"\(text)"
    case .bool(let truth): "\(truth)"
    case .int(let number): "\(number)"
    case .float(let number): "\(number)"
    case .plan, .other: self.constant?.shortText
    default: nil
    }
    return Key(
      type: type, constant: constant, callee: callee, parts: parts.map { $0.map { $0.known.key } },
      rows: Set(provenance.rows.keys), learned: Set(provenance.learned.keys))
  }

  struct Key: Hashable {
    let type: ValueType
    let constant: String?
    let callee: ObjectIdentifier?
    let parts: [Key]?
    let rows: Set<RowSet>
    let learned: Set<RowSet>
  }
}

/// A function written in Weir, with what it took along from where it was written.
final class FunctionKnowledge {
  let name: String
  let parameters: [FunctionParameter]
  let body: Expression
  let captured: [String: Binding]
  /// The table that `.name` means in the body of a lambda.
  let rows: RowScope?
  /// The module that it stands in; its mistakes are not the reader's.
  let module: String?
  let isLambda: Bool
  var outcomes: [[Known.Key]: Outcome] = [:]
  /// How many calls of it are being followed right now.
  var active = 0

  struct Outcome {
    let result: Known
    /// The test parts that are evaluated in it.
    let evaluated: [RowSet]
  }

  init(
    name: String, parameters: [FunctionParameter], body: Expression, captured: [String: Binding], rows: RowScope?,
    module: String?, isLambda: Bool
  ) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.captured = captured
    self.rows = rows
    self.module = module
    self.isLambda = isLambda
  }

  /// `f(x, times: 1)`.
  var signature: String {
    let parts = parameters.map { parameter in
      guard let value = parameter.defaultValue else { return parameter.name }
      if case .literal(let literal) = value.kind { return "\(parameter.name): \(Value(literal).shortText)" }
      return "\(parameter.name): …"
    }
    return "\(name)(\(parts.joined(separator: ", ")))"
  }
}

/// A name as it is bound at a place.
final class Binding {
  let name: String
  let known: Known
  let span: SourceSpan?
  var isRead = false

  init(_ name: String, _ known: Known, _ span: SourceSpan? = nil) {
    self.name = name
    self.known = known
    self.span = span
  }
}

/// The table whose columns `.name` means.
struct RowScope {
  /// Nil where they are not known.
  var columns: [TableType.ColumnHeader]?
  /// Those that are known where not all are.
  var partial: [TableType.ColumnHeader] = []
  var provenance: Provenance
  /// Whether the rows have groups and an order, which window functions need.
  var isWindow = false
}
