import WeirBase

/// A number as it stands in a JSON text.
enum JSONNumber {
  case int(Int64)
  case float(Double)
  /// A whole number that neither 64 bits nor a float hold exactly, as its digits.
  case digits(Range<Int>)
}

extension JSONScanner {
  // MARK: Numbers

  /// Reads a number; its sign or first digit comes next.
  @inline(__always) mutating func number() throws(JSONFault) -> JSONNumber {
    let start = position
    let negative = bytes[position] == UInt8(ascii: "-")
    if negative { position &+= 1 }
    let whole = position
    var magnitude: UInt64 = 0
    while position < end, bytes[position] &- 48 < 10 {
      magnitude = magnitude &* 10 &+ UInt64(bytes[position] &- 48)
      position &+= 1
    }
    let digits = position &- whole
    guard digits > 0 else { throw fault("a digit belongs here") }
    guard digits == 1 || bytes[whole] != 48 else {
      throw JSONFault(problem: "a number does not start with a zero", offset: whole)
    }
    if position < end, bytes[position] == UInt8(ascii: ".") || bytes[position] | 0x20 == UInt8(ascii: "e") {
      return try fraction(start)
    }
    // -0 is a float: there is no such int.
    if negative, magnitude == 0, digits == 1 { return .float(-0.0) }
    // 19 digits stay below 2^64, so the sum above did not wrap.
    if digits <= 19 {
      if negative, magnitude <= 1 << 63 { return .int(0 &- Int64(bitPattern: magnitude)) }
      if !negative, let value = Int64(exactly: magnitude) { return .int(value) }
    }
    return long(start..<position)
  }

  /// Reads on at the point or exponent of the number that starts at `start`.
  private mutating func fraction(_ start: Int) throws(JSONFault) -> JSONNumber {
    if bytes[position] == UInt8(ascii: ".") {
      position += 1
      try demandDigits("a digit belongs after the point")
    }
    if position < end, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < end, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
      try demandDigits("a digit belongs into the exponent")
    }
    let raw = UnsafeRawBufferPointer(rebasing: bytes[start..<position])
    let value = FieldParser().float(raw) ?? Double(String(decoding: raw, as: UTF8.self)) ?? .infinity
    guard value.isFinite else { throw JSONFault(problem: "the number is too large", offset: start) }
    return .float(value)
  }

  @inline(__always) private mutating func demandDigits(_ problem: String) throws(JSONFault) {
    let first = position
    while position < end, bytes[position] &- 48 < 10 { position &+= 1 }
    guard position > first else { throw fault(problem) }
  }

  /// A whole number beyond 64 bits: a float where that loses nothing.
  private func long(_ range: Range<Int>) -> JSONNumber {
    let text = String(decoding: bytes[range], as: UTF8.self)
    guard range.count <= 39, let value = Double(text), let exact = Int128(text), Int128(exactly: value) == exact else {
      return .digits(range)
    }
    return .float(value)
  }

  // MARK: Any value

  /// Reads a value with all that is in it; `depth` values are around it.
  mutating func value(depth: Int) throws(JSONFault) -> Nested {
    guard let first = peek() else { throw fault("a value belongs here") }
    switch first {
    case UInt8(ascii: "{"): return try record(depth: depth)
    case UInt8(ascii: "["): return try list(depth: depth)
    case UInt8(ascii: "\""):
      let text = try text()
      return .scalar(.text(string(text)))
    default: return .scalar(try scalar(first))
    }
  }

  /// Reads a number or a word.
  mutating func scalar(_ first: UInt8) throws(JSONFault) -> Scalar {
    switch first {
    case UInt8(ascii: "t"):
      try word("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try word("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try word("null")
      return .missing
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      switch try number() {
      case .int(let value): return .int(value)
      case .float(let value): return .float(value)
      case .digits(let range): return .text(String(decoding: bytes[range], as: UTF8.self))
      }
    default: throw fault("a value belongs here")
    }
  }

  /// Goes into a list or an object, unless it is too deep for one more.
  mutating func open(depth: Int) throws(JSONFault) {
    guard depth < JSONScanner.deepest else {
      throw JSONFault(problem: "values are inside each other more deeply than \(JSONScanner.deepest)", offset: position)
    }
    position += 1
  }

  private mutating func list(depth: Int) throws(JSONFault) -> Nested {
    try open(depth: depth)
    var items: [Nested] = []
    if take(UInt8(ascii: "]")) { return .list(items) }
    repeat { items.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
    try demand(UInt8(ascii: "]"), "a comma or `]` belongs here")
    return .list(items)
  }

  private mutating func record(depth: Int) throws(JSONFault) -> Nested {
    try open(depth: depth)
    var fields: [Nested.Field] = []
    var places: [String: Int] = [:]
    if take(UInt8(ascii: "}")) { return .record(fields) }
    repeat {
      let (text, offset) = try name()
      let name = string(text)
      let field = Nested.Field(name, try value(depth: depth + 1))
      // A few names are compared with each other; many are looked up.
      if fields.count == 16 {
        places = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
      }
      if let place = fields.count < 16 ? fields.firstIndex(where: { $0.name == name }) : places[name] {
        remarks.note(repeated: name, at: offset)
        fields[place] = field
      } else {
        if fields.count >= 16 { places[name] = fields.count }
        fields.append(field)
      }
    } while take(UInt8(ascii: ","))
    try demand(UInt8(ascii: "}"), "a comma or `}` belongs here")
    return .record(fields)
  }

  /// Reads a name and the colon after it; gives where the name starts too.
  @inline(__always) mutating func name() throws(JSONFault) -> (Text, Int) {
    guard peek() == UInt8(ascii: "\"") else { throw fault("a name between quotes belongs here") }
    let offset = position
    let text = try text()
    guard take(UInt8(ascii: ":")) else { throw fault("a colon belongs after the name") }
    return (text, offset)
  }

  // MARK: Past a value

  /// Reads a value, as strictly as any, and forgets it.
  mutating func skip(depth: Int) throws(JSONFault) {
    guard let first = peek() else { throw fault("a value belongs here") }
    switch first {
    case UInt8(ascii: "\""): _ = try text()
    case UInt8(ascii: "{"):
      try open(depth: depth)
      if take(UInt8(ascii: "}")) { return }
      repeat {
        _ = try name()
        try skip(depth: depth + 1)
      } while take(UInt8(ascii: ","))
      try demand(UInt8(ascii: "}"), "a comma or `}` belongs here")
    case UInt8(ascii: "["):
      try open(depth: depth)
      if take(UInt8(ascii: "]")) { return }
      repeat { try skip(depth: depth + 1) } while take(UInt8(ascii: ","))
      try demand(UInt8(ascii: "]"), "a comma or `]` belongs here")
    default: _ = try scalar(first)
    }
  }
}
