import WeirBase

extension Column {
  /// The same values in another type; throws with the first row that can't be read as it.
  package func cast(to type: ColumnType, column name: String? = nil) throws(TableError) -> Column {
    if self.type == type { return self }
    switch (storage, type) {
    case (.int(let v), .float): return Column(.float(v.map { Double($0) }), validity: validity)
    case (.bool(let v), .float): return Column(.float(v.map { $0 ? 1 : 0 }), validity: validity)
    case (.bool(let v), .int): return Column(.int(v.map { $0 ? 1 : 0 }), validity: validity)
    case (.date(let v), .dateTime): return Column(.dateTime(v.map { midnight($0) }), validity: validity)
    case (.dateTime(let v), .date):
      return Column(.date(v.map { Int32(truncatingIfNeeded: floorDivide($0, microsecondsPerDay)) }), validity: validity)
    case (.objects, _), (_, .object):
      throw .wrongType(operation: "a cast", column: name, type: self.type.description, expected: type.description)
    case (.text(let texts), _):
      return try parsed(texts, as: type, column: name)
    default: return try castRowByRow(to: type, column: name)
    }
  }

  /// Reads each distinct text once.
  private func parsed(_ texts: TextValues, as type: ColumnType, column: String?) throws(TableError) -> Column {
    let coded = texts.dictionaryCoded
    var entries: [Scalar?] = []
    for entry in 0..<coded.entryCount { entries.append(Scalar(parsing: coded.entry(entry), as: type)) }
    var scalars: [Scalar] = []
    scalars.reserveCapacity(count)
    for row in 0..<count {
      if isMissing(row) {
        scalars.append(.missing)
        continue
      }
      let code = Int(coded.codes?[row] ?? 0)
      guard let value = entries[code] else {
        throw .unreadable(value: coded.entry(code), type: type.description, column: column, row: row)
      }
      scalars.append(value)
    }
    return try Column(scalars: scalars, as: type)
  }

  private func castRowByRow(to type: ColumnType, column: String?) throws(TableError) -> Column {
    var scalars: [Scalar] = []
    scalars.reserveCapacity(count)
    for row in 0..<count {
      let value = scalar(at: row)
      guard let converted = value.converted(to: type) else {
        throw .unreadable(value: formatScalar(value), type: type.description, column: column, row: row)
      }
      scalars.append(converted)
    }
    return try Column(scalars: scalars, as: type)
  }

  /// A column of this type even where every value is missing.
  package init(scalars: [Scalar], as type: ColumnType) throws(TableError) {
    if scalars.allSatisfy({ $0 == .missing }) {
      self = .missing(type, count: scalars.count)
    } else {
      self = try Column(scalars: scalars)
    }
  }
}

extension Scalar {
  /// The value in another type, missing for missing; nil where it has no such form.
  package func converted(to type: ColumnType) -> Scalar? {
    if columnType == type || self == .missing { return self }
    switch (self, type) {
    case (.int(let x), .float): return .float(Double(x))
    case (.float(let x), .int): return Int64(exactly: x.rounded(.towardZero)).flatMap { Double($0) == x ? .int($0) : nil }
    case (.bool(let x), .int): return .int(x ? 1 : 0)
    case (.bool(let x), .float): return .float(x ? 1 : 0)
    case (.int(let x), .bool): return x == 0 ? .bool(false) : x == 1 ? .bool(true) : nil
    case (.float(let x), .bool): return x == 0 ? .bool(false) : x == 1 ? .bool(true) : nil
    case (.date(let x), .dateTime): return .dateTime(Instant(midnight(x.number)))
    case (.dateTime(let x), .date): return .date(Day(Int32(truncatingIfNeeded: floorDivide(x.microseconds, microsecondsPerDay))))
    case (.text(let x), _): return Scalar(parsing: x, as: type)
    case (_, .text): return .text(exactText)
    default: return nil
    }
  }

  /// Reads a text as a value of a type; blanks around it do not count.
  package init?(parsing text: String, as type: ColumnType) {
    let trimmed = text.trimmedBlanks
    switch type {
    case .text: self = .text(text)
    case .int:
      guard let value = Int64(trimmed) else { return nil }
      self = .int(value)
    case .float:
      guard let value = Double(trimmed) else { return nil }
      self = .float(value)
    case .bool:
      switch trimmed.lowercased() {
      case "true", "yes", "1", "t", "y": self = .bool(true)
      case "false", "no", "0", "f", "n": self = .bool(false)
      default: return nil
      }
    case .date:
      guard let day = Day(parsing: trimmed) else { return nil }
      self = .date(day)
    case .dateTime:
      guard let moment = Instant(parsing: trimmed) else { return nil }
      self = .dateTime(moment)
    case .duration:
      guard let span = TimeSpan(parsing: trimmed) else { return nil }
      self = .duration(span)
    case .object: return nil
    }
  }
}

extension String {
  /// Without blanks, tabs and line ends at both ends.
  package var trimmedBlanks: String {
    func blank(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { !blank($0) }), let last = bytes.lastIndex(where: { !blank($0) }) else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
