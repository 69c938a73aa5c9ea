package import WeirCatalog
import WeirDiagnostics
import WeirModels
import WeirTables

final class ListNode: Node, @unchecked Sendable {
  private let items: [Node]
  init(_ items: [Node]) { self.items = items }
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    var values: [Value] = []
    values.reserveCapacity(items.count)
    for item in items { values.append(try item.evaluate(machine, frame).forced()) }
    return .list(values)
  }
}

final class RecordNode: Node, @unchecked Sendable {
  private let fields: [(name: String, value: Node)]
  init(_ fields: [(name: String, value: Node)]) { self.fields = fields }
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    .record(Record(try fields.map { Record.Field($0.name, try $0.value.evaluate(machine, frame).forced()) }))
  }
}

final class RangeNode: Node, @unchecked Sendable {
  private let lower: Node
  private let upper: Node
  private let closed: Bool
  private let place: SourceSpan?

  init(_ lower: Node, _ upper: Node, closed: Bool, _ place: SourceSpan?) {
    self.lower = lower
    self.upper = upper
    self.closed = closed
    self.place = place
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let a = try lower.evaluate(machine, frame), b = try upper.evaluate(machine, frame)
    guard case .int(let low) = a, case .int(let high) = b else {
      throw Diagnostic.wrongOperands(closed ? ".." : "..<", a.typeName, b.typeName, at: place)
    }
    if closed { return .range(IntRange(low, high)) }
    let (last, overflow) = high.subtractingReportingOverflow(1)
    return .range(overflow ? IntRange(1, 0) : IntRange(low, last))
  }
}

final class InterpolationNode: Node, @unchecked Sendable {
  enum Part { case text(String), value(Node) }
  private let parts: [Part]
  init(_ parts: [Part]) { self.parts = parts }
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    var text = ""
    for part in parts {
      switch part {
      case .text(let part): text += part
      case .value(let node): text += try node.evaluate(machine, frame).forced().plainText
      }
    }
    return .string(text)
  }
}

/// `value.name`.
final class FieldNode: Node, @unchecked Sendable {
  private let value: Node
  private let name: String
  private let place: SourceSpan?

  init(_ value: Node, _ name: String, _ place: SourceSpan?) {
    self.value = value
    self.name = name
    self.place = place
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    do { return try value.evaluate(machine, frame).field(name) } catch { throw Diagnostic.from(error, at: place) }
  }
}

extension Value {
  /// What `value.name` gives.
  package func field(_ name: String) throws -> Value {
    switch self {
    case .record(let record):
      guard let value = record[name] else { throw Diagnostic.noField(name, of: "record", known: record.names) }
      return value
    case .table(let table): return .column(try table.column(name))
    case .query(let query): return .column(try query.collect().column(name))
    case .other(let foreign):
      guard let value = foreign.field(name) else {
        throw Diagnostic.noField(name, of: foreign.typeName, known: foreign.fieldNames)
      }
      return value
    case .list(let items):
      // A field of each record: `scores.accuracy` over a list of records.
      if !items.isEmpty, items.allSatisfy({ if case .record = $0 { true } else { false } }) {
        return .list(try items.map { try $0.field(name) })
      }
      throw Diagnostic.noField(name, of: typeName, known: [])
    case .column(let column):
      guard let field = try column.field(name) else { throw Diagnostic.noField(name, of: typeName, known: []) }
      return .column(field)
    default: throw Diagnostic.noField(name, of: typeName, known: [])
    }
  }

  /// The value with a planned table computed.
  package func forced() throws -> Value {
    if case .query(let query) = self { .table(try query.collect()) } else { self }
  }
}

/// `value[index]`, `value[row, column]`.
final class IndexNode: Node, @unchecked Sendable {
  private let value: Node
  private let indices: [Node]
  private let place: SourceSpan?

  init(_ value: Node, _ indices: [Node], _ place: SourceSpan?) {
    self.value = value
    self.indices = indices
    self.place = place
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    do {
      var item = try value.evaluate(machine, frame).forced()
      // Kinds with several axes see all indices at once; of others each takes from what the one before gave.
      if case .other(let foreign) = item {
        let places = try indices.map { try $0.evaluate(machine, frame) }
        if let part = try foreign.part(places) { return part }
        for place in places { item = try item.item(at: place) }
        return item
      }
      for index in indices { item = try item.forced().item(at: try index.evaluate(machine, frame)) }
      return item
    } catch { throw Diagnostic.from(error, at: place) }
  }
}

extension Value {
  /// What `value[index]` gives; whole numbers count from 0, and from the end where they are negative.
  package func item(at index: Value) throws -> Value {
    switch (self, index) {
    case (.list(let items), .int(let i)): return items[try position(i, items.count)]
    case (.list(let items), .range(let range)): return .list(Array(items[try slice(range, items.count)]))
    case (.range(let range), .int(let i)):
      guard let count = range.count else { throw Diagnostic.tooLarge("this range") }
      return .int(range.lower + Int64(try position(i, count)))
    case (.column(let column), .int(let i)): return column.taking([try position(i, column.count)]).values().first ?? .missing
    case (.column(let column), .range(let range)): return .column(column.taking(Array(try slice(range, column.count))))
    case (.string(let text), .int(let i)):
      let characters = Array(text)
      return .string(String(characters[try position(i, characters.count)]))
    case (.string(let text), .range(let range)):
      let characters = Array(text)
      return .string(String(characters[try slice(range, characters.count)]))
    case (.record, .string(let name)), (.table, .string(let name)), (.other, .string(let name)): return try field(name)
    case (.table(let table), .int(let i)):
      let row = try position(i, table.rowCount)
      return .record(Record(zip(table.names, table.columns).map { Record.Field($0, $1.taking([row]).values().first ?? .missing) }))
    case (.table(let table), .range(let range)):
      let rows = Array(try slice(range, table.rowCount))
      return .table(try Table(zip(table.names, table.columns).map { ($0, $1.taking(rows)) }, lineage: table.lineage))
    default: throw Diagnostic.notIndexable(typeName, by: index.typeName)
    }
  }

  private func position(_ index: Int64, _ count: Int) throws -> Int {
    let wanted = index < 0 ? index + Int64(count) : index
    guard wanted >= 0, wanted < Int64(count) else { throw Diagnostic.indexOutOfRange(index, count: count) }
    return Int(wanted)
  }

  /// A range of positions, cut to what is there.
  private func slice(_ range: IntRange, _ count: Int) throws -> Range<Int> {
    let n = Int64(count)
    let lower = range.lower < 0 ? max(0, range.lower + n) : min(range.lower, n)
    let upper = range.upper < 0 ? range.upper + n : min(range.upper, n - 1)
    return lower > upper ? 0..<0 : Int(lower)..<Int(upper + 1)
  }
}

/// `a >> b`.
final class ThenNode: Node, @unchecked Sendable {
  private let left: Node
  private let right: Node
  private let place: SourceSpan?

  init(_ left: Node, _ right: Node, _ place: SourceSpan?) {
    self.left = left
    self.right = right
    self.place = place
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let a = try left.evaluate(machine, frame), b = try right.evaluate(machine, frame)
    guard case .plan(let first) = a, case .plan(let second) = b else {
      throw Diagnostic.wrongOperands(">>", a.typeName, b.typeName, at: place)
    }
    return .plan(first.followed(by: second))
  }
}
