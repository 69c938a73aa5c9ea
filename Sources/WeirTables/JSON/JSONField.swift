import WeirBase

/// The values of one name in the objects of one part of a text, in the narrowest form so far.
///
/// Ints and floats together are floats where every int is exact as one; other scalars of several kinds together are
/// texts, numbers with the fewest digits that read back; where lists or objects are among them, values stay what they are.
struct JSONField: Sendable {
  enum Kind: UInt8 { case nothing, bool, int, float, text, nested }

  /// The name of the column: that of the field, after those of the objects around it where these are flattened.
  let name: String
  let key: [UInt8]
  /// Whether anybody asked for it; else its values are read and forgotten.
  let isWanted: Bool
  private(set) var kind = Kind.nothing
  /// How many rows it has so far.
  private(set) var rows = 0
  /// The rows without a value, rising.
  private(set) var missing: [Int] = []
  private(set) var bools: [Bool] = []
  private(set) var ints: [Int64] = []
  private(set) var floats: [Double] = []
  private(set) var texts = TextGatherer()
  private(set) var nested: [Nested] = []
  /// Values that a repeated name gave a row after its first.
  private var again: [(row: Int, value: Nested)] = []
  /// The fields of the objects that stand here, where these are flattened: none or one.
  var children: [JSONRowBuilder] = []

  init(name: String, key: [UInt8], isWanted: Bool) {
    (self.name, self.key, self.isWanted) = (name, key, isWanted)
  }

  @inline(__always) mutating func add(_ value: Int64) {
    guard kind == .int else { return addOther(.scalar(.int(value))) }
    ints.append(value)
    rows &+= 1
  }

  @inline(__always) mutating func add(_ value: Double) {
    guard kind == .float else { return addOther(.scalar(.float(value))) }
    floats.append(value)
    rows &+= 1
  }

  @inline(__always) mutating func add(_ text: UnsafeRawBufferPointer) {
    guard kind == .text else { return addOther(.scalar(.text(String(decoding: text, as: UTF8.self)))) }
    texts.append(text)
    rows &+= 1
  }

  mutating func add(_ value: Bool) {
    guard kind == .bool else { return addOther(.scalar(.bool(value))) }
    bools.append(value)
    rows &+= 1
  }

  mutating func addMissing() {
    missing.append(rows)
    appendZero()
    rows += 1
  }

  /// Rows without a value up to `row`.
  @inline(__always) mutating func pad(to row: Int) {
    while rows < row { addMissing() }
  }

  /// Notes that `row`, which has a value or none already, is to have this one.
  mutating func replace(_ row: Int, with value: Nested) { again.append((row, value)) }

  private mutating func appendZero() {
    switch kind {
    case .nothing: break
    case .bool: bools.append(false)
    case .int: ints.append(0)
    case .float: floats.append(0)
    case .text: texts.append(UnsafeRawBufferPointer(start: nil, count: 0))
    case .nested: nested.append(.missing)
    }
  }

  /// Takes a value of any kind.
  mutating func addOther(_ value: Nested) {
    if case .scalar(.missing) = value { return addMissing() }
    let own = JSONField.kind(of: value)
    widen(to: JSONField.common(kind, own, exact: isExact(with: value)))
    switch (kind, value) {
    case (.bool, .scalar(.bool(let x))): bools.append(x)
    case (.int, .scalar(.int(let x))): ints.append(x)
    case (.float, .scalar(let x)): floats.append(x.double ?? 0)
    case (.text, .scalar(let x)): texts.append(x.exactText)
    default: nested.append(value)
    }
    rows += 1
  }

  private static func kind(of value: Nested) -> Kind {
    guard case .scalar(let scalar) = value else { return .nested }
    switch scalar {
    case .missing: return .nothing
    case .bool: return .bool
    case .int: return .int
    case .float: return .float
    default: return .text
    }
  }

  /// Whether ints, those here and the value, stay what they are as floats.
  private func isExact(with value: Nested) -> Bool {
    if kind == .float, case .scalar(.int(let x)) = value { return Int64(exactly: Double(x)) == x }
    if kind == .int, case .scalar(.float) = value { return intsAreExact }
    return true
  }

  var intsAreExact: Bool { ints.allSatisfy { Int64(exactly: Double($0)) == $0 } }

  static func common(_ a: Kind, _ b: Kind, exact: Bool) -> Kind {
    if a == b || b == .nothing { return a }
    if a == .nothing { return b }
    if a == .nested || b == .nested { return .nested }
    return exact && (a == .int || a == .float) && (b == .int || b == .float) ? .float : .text
  }

  /// The rows so far in a wider form.
  mutating func widen(to wider: Kind) {
    guard wider != kind else { return }
    let values = kind == .nothing ? [] : kind == .int && wider == .float ? [] : allValues()
    switch wider {
    case .bool: bools = Array(repeating: false, count: rows)
    case .int: ints = Array(repeating: 0, count: rows)
    case .float: floats = kind == .int ? ints.map { Double($0) } : Array(repeating: 0, count: rows)
    case .text:
      texts = TextGatherer()
      for row in 0..<rows {
        if kind != .nothing, case .scalar(let value) = values[row], value != .missing { texts.append(value.exactText) } else {
          texts.append(UnsafeRawBufferPointer(start: nil, count: 0))
        }
      }
    case .nested: nested = kind == .nothing ? Array(repeating: .missing, count: rows) : values
    case .nothing: break
    }
    if wider != .bool { bools = [] }
    if wider != .int { ints = [] }
    if wider != .float { floats = [] }
    if wider != .text { texts = TextGatherer() }
    kind = wider
  }

  /// Every row as a value.
  private func allValues() -> [Nested] {
    var out: [Nested]
    switch kind {
    case .nothing: out = Array(repeating: .missing, count: rows)
    case .bool: out = bools.map { .scalar(.bool($0)) }
    case .int: out = ints.map { .scalar(.int($0)) }
    case .float: out = floats.map { .scalar(.float($0)) }
    case .text:
      let values = texts.finished()
      out = (0..<rows).map { .scalar(.text(values[$0])) }
    case .nested: out = nested
    }
    for row in missing { out[row] = .missing }
    return out
  }

  /// With the values that repeated names gave.
  mutating func settle() {
    guard !again.isEmpty else { return }
    var values = allValues()
    for (row, value) in again { values[row] = value }
    var settled = JSONField(name: name, key: key, isWanted: isWanted)
    for value in values { settled.addOther(value) }
    settled.children = children
    self = settled
  }
}
