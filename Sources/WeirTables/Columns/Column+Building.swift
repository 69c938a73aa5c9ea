import WeirBase

/// Columns from single values.
extension Column {
  /// A column of values of one kind; ints and floats together become floats, bools stand alone, and a column of nothing
  /// but missing values is one of floats.
  package init(scalars: [Scalar]) throws(TableError) {
    var types: [ColumnType] = []
    var anyMissing = false
    for scalar in scalars {
      guard let type = scalar.columnType else {
        anyMissing = true
        continue
      }
      if !types.contains(type) { types.append(type) }
    }
    let type = try Column.common(types)
    let validity: Bitmap? = anyMissing ? Bitmap(scalars.map { $0 != .missing }) : nil
    self.init(Column.storage(scalars, type), validity: validity)
  }

  /// The type that holds values of all these types.
  package static func common(_ types: [ColumnType]) throws(TableError) -> ColumnType {
    guard let first = types.first else { return .float }
    if types.allSatisfy({ $0 == first }) { return first }
    if types.allSatisfy({ $0 == .int || $0 == .float }) { return .float }
    if types.allSatisfy({ $0 == .date || $0 == .dateTime }) { return .dateTime }
    let names = types.map(\.description)
    throw .other("a column can't hold both \(names[0]) and \(names[1])", mend: "convert one of them: `cast(…)` or `text(…)`")
  }

  private static func storage(_ scalars: [Scalar], _ type: ColumnType) -> Storage {
    switch type {
    case .bool: .bool(scalars.map { if case .bool(let x) = $0 { x } else { false } })
    case .int: .int(scalars.map { if case .int(let x) = $0 { x } else { 0 } })
    case .float: .float(scalars.map { $0.double ?? 0 })
    case .text: .text(TextValues(scalars.map { if case .text(let x) = $0 { x } else { "" } }))
    case .date: .date(scalars.map { if case .date(let x) = $0 { x.number } else { 0 } })
    case .dateTime:
      .dateTime(scalars.map {
        switch $0 {
        case .dateTime(let x): x.microseconds
        case .date(let x): midnight(x.number)
        default: 0
        }
      })
    case .duration: .duration(scalars.map { if case .duration(let x) = $0 { x.microseconds } else { 0 } })
    case .object: .float(scalars.map { _ in 0 })
    }
  }

  /// The same value on every row.
  package static func repeating(_ value: Scalar, count: Int) throws(TableError) -> Column {
    guard count >= 0, count <= 1 << 40 else { throw .other("a column of \(count) rows is too long", mend: nil) }
    switch value {
    case .missing: return Column(.float(Array(repeating: 0, count: count)), validity: Bitmap(repeating: false, count: count))
    case .bool(let x): return Column(.bool(Array(repeating: x, count: count)))
    case .int(let x): return Column(.int(Array(repeating: x, count: count)))
    case .float(let x): return Column(.float(Array(repeating: x, count: count)))
    case .text(let x):
      let bytes = Array(x.utf8)
      return Column(.text(TextValues(bytes: bytes, offsets: [0, bytes.count], codes: Array(repeating: 0, count: count))))
    case .date(let x): return Column(.date(Array(repeating: x.number, count: count)))
    case .dateTime(let x): return Column(.dateTime(Array(repeating: x.microseconds, count: count)))
    case .duration(let x): return Column(.duration(Array(repeating: x.microseconds, count: count)))
    }
  }

  /// A column of missing values of a type.
  package static func missing(_ type: ColumnType, count: Int) -> Column {
    let storage: Storage
    switch type {
    case .bool: storage = .bool(Array(repeating: false, count: count))
    case .int: storage = .int(Array(repeating: 0, count: count))
    case .text: storage = .text(TextValues(bytes: [], offsets: Array(repeating: 0, count: count + 1)))
    case .date: storage = .date(Array(repeating: 0, count: count))
    case .dateTime: storage = .dateTime(Array(repeating: 0, count: count))
    case .duration: storage = .duration(Array(repeating: 0, count: count))
    case .float, .object: storage = .float(Array(repeating: 0, count: count))
    }
    return Column(storage, validity: Bitmap(repeating: false, count: count))
  }

  /// Columns one below the other; ints and floats together become floats.
  package static func concatenated(_ columns: [Column]) throws(TableError) -> Column {
    guard let first = columns.first else { return Column(.float([])) }
    if columns.count == 1 { return first }
    var types: [ColumnType] = []
    for column in columns where column.missingCount < column.count && !types.contains(column.type) { types.append(column.type) }
    let type = types.isEmpty ? first.type : try common(types)
    var parts: [Column] = []
    for column in columns {
      if column.type == type { parts.append(column) } else if column.missingCount == column.count {
        parts.append(.missing(type, count: column.count))
      } else { parts.append(try column.cast(to: type)) }
    }
    let count = parts.reduce(0) { $0 + $1.count }
    var validity: Bitmap?
    if parts.contains(where: { $0.validity != nil }) {
      var bits = Bitmap(repeating: true, count: count)
      var start = 0
      for part in parts {
        if let own = part.validity { for i in 0..<part.count where !own[i] { bits[start + i] = false } }
        start += part.count
      }
      validity = bits
    }
    return Column(joined(parts, type), validity: validity)
  }

  private static func joined(_ parts: [Column], _ type: ColumnType) -> Storage {
    switch type {
    case .bool: return .bool(parts.flatMap { if case .bool(let v) = $0.storage { v } else { [Bool]() } })
    case .int: return .int(parts.flatMap { if case .int(let v) = $0.storage { v } else { [Int64]() } })
    case .float: return .float(parts.flatMap { if case .float(let v) = $0.storage { v } else { [Double]() } })
    case .date: return .date(parts.flatMap { if case .date(let v) = $0.storage { v } else { [Int32]() } })
    case .dateTime: return .dateTime(parts.flatMap { if case .dateTime(let v) = $0.storage { v } else { [Int64]() } })
    case .duration: return .duration(parts.flatMap { if case .duration(let v) = $0.storage { v } else { [Int64]() } })
    case .object(let name):
      return .objects(parts.flatMap { if case .objects(let v, _) = $0.storage { v } else { [any ColumnObject]() } }, type: name)
    case .text:
      var dictionary = TextDictionary()
      var codes: [UInt32] = []
      for part in parts {
        guard case .text(let texts) = part.storage else { continue }
        let coded = texts.dictionaryCoded
        let map = (0..<coded.entryCount).map { dictionary.code(of: coded.bytes[coded.offsets[$0]..<coded.offsets[$0 + 1]]) }
        codes += coded.codes?.map { map[Int($0)] } ?? []
      }
      return .text(TextValues(bytes: dictionary.bytes, offsets: dictionary.offsets, codes: codes))
    }
  }

  /// The values as floats, NaN where there is none; throws for texts and times.
  package func asDoubles() throws(TableError) -> [Double] {
    var out = try numbers()
    if let validity { for i in 0..<out.count where !validity[i] { out[i] = .nan } }
    return out
  }

  /// The values as floats, any at all where there is none; a column of floats gives its own.
  package func numbers() throws(TableError) -> [Double] {
    func converted<T: Sendable>(_ values: [T], _ convert: @Sendable (T) -> Double) -> [Double] {
      withoutActuallyEscaping(convert) { convert in
        [Double](filling: values.count) { out in
          let out = Places(out)
          Workers.current.overRows(values.count) { rows in
            values.withUnsafeBufferPointer { values in for row in rows { out[row] = convert(values[row]) } }
          }
        }
      }
    }
    switch storage {
    case .float(let v): return v
    case .int(let v): return converted(v) { Double($0) }
    case .bool(let v): return converted(v) { $0 ? 1 : 0 }
    case .duration(let v): return converted(v) { Double($0) / 1e6 }
    case .date(let v): return converted(v) { Double($0) }
    case .dateTime(let v): return converted(v) { Double($0) / 1e6 }
    case .text, .objects:
      throw .wrongType(operation: "this", column: nil, type: type.description, expected: "numbers")
    }
  }

  /// Floats with NaN for what is missing, as a column that has missing values there.
  package init(doubles: [Double]) {
    var validity: Bitmap?
    if doubles.contains(where: \.isNaN) { validity = Bitmap(doubles.map { !$0.isNaN }) }
    self.init(.float(validity == nil ? doubles : doubles.map { $0.isNaN ? 0 : $0 }), validity: validity)
  }
}

package let microsecondsPerDay: Int64 = 86_400_000_000

extension Scalar {
  /// The type of a column of such values; nil for missing.
  package var columnType: ColumnType? {
    switch self {
    case .missing: nil
    case .bool: .bool
    case .int: .int
    case .float: .float
    case .text: .text
    case .date: .date
    case .dateTime: .dateTime
    case .duration: .duration
    }
  }

  /// As a float, where it is a number.
  package var double: Double? {
    switch self {
    case .int(let x): Double(x)
    case .float(let x): x
    case .bool(let x): x ? 1 : 0
    default: nil
    }
  }
}
