import WeirBase

/// The fields of the objects of one part of a text, in the order of their first appearance.
struct JSONRowBuilder: Sendable {
  /// What goes before the names of the columns: `address.` within objects that are flattened.
  private let prefix: String
  private let options: JSONOptions
  private(set) var fields: [JSONField] = []
  private var places: [[UInt8]: Int] = [:]

  init(_ options: JSONOptions, prefix: String = "") { (self.options, self.prefix) = (options, prefix) }

  /// Reads an object, whose brace comes next, as one row; `depth` values are around it.
  mutating func read(_ scanner: inout JSONScanner, row: Int, depth: Int) throws(JSONFault) {
    try scanner.open(depth: depth)
    if scanner.take(UInt8(ascii: "}")) { return }
    // Objects mostly have the names of the one before, in the same order.
    var expected = 0
    repeat {
      let (text, offset) = try scanner.name()
      let place = place(of: text, expected, &scanner)
      expected = place &+ 1
      try readValue(of: place, row, offset, &scanner, depth)
    } while scanner.take(UInt8(ascii: ","))
    try scanner.demand(UInt8(ascii: "}"), "a comma or `}` belongs here")
  }

  @inline(__always)
  private mutating func place(of text: JSONScanner.Text, _ expected: Int, _ scanner: inout JSONScanner) -> Int {
    if expected < fields.count, !text.escaped {
      let raw = UnsafeRawBufferPointer(rebasing: scanner.bytes[text.range])
      if JSONRowBuilder.same(raw, fields[expected].key) { return expected }
    }
    return placeByName(scanner.withBytes(text) { Array($0) })
  }

  @inline(__always) private static func same(_ raw: UnsafeRawBufferPointer, _ key: [UInt8]) -> Bool {
    guard raw.count == key.count else { return false }
    for i in 0..<raw.count where raw[i] != key[i] { return false }
    return true
  }

  private mutating func placeByName(_ key: [UInt8]) -> Int {
    if let place = places[key] { return place }
    let name = prefix + String(decoding: key, as: UTF8.self)
    fields.append(JSONField(name: name, key: key, isWanted: options.columns?.contains(name) ?? true))
    places[key] = fields.count - 1
    return fields.count - 1
  }

  @inline(__always)
  private mutating func readValue(
    of place: Int, _ row: Int, _ offset: Int, _ scanner: inout JSONScanner, _ depth: Int
  ) throws(JSONFault) {
    guard let first = scanner.peek() else { throw scanner.fault("a value belongs here") }
    if options.flattens, first == UInt8(ascii: "{") { return try readInner(place, row, &scanner, depth) }
    guard fields[place].isWanted else { return try scanner.skip(depth: depth + 1) }
    if fields[place].rows > row {
      scanner.remarks.note(repeated: fields[place].name, at: offset)
      return fields[place].replace(row, with: try scanner.value(depth: depth + 1))
    }
    fields[place].pad(to: row)
    switch first {
    case UInt8(ascii: "\""):
      let text = try scanner.text()
      scanner.withBytes(text) { fields[place].add($0) }
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      switch try scanner.number() {
      case .int(let value): fields[place].add(value)
      case .float(let value): fields[place].add(value)
      case .digits(let range): fields[place].add(UnsafeRawBufferPointer(rebasing: scanner.bytes[range]))
      }
    case UInt8(ascii: "{"), UInt8(ascii: "["): fields[place].addOther(try scanner.value(depth: depth + 1))
    default:
      switch try scanner.scalar(first) {
      case .bool(let value): fields[place].add(value)
      default: fields[place].addMissing()
      }
    }
  }

  private mutating func readInner(
    _ place: Int, _ row: Int, _ scanner: inout JSONScanner, _ depth: Int
  ) throws(JSONFault) {
    if fields[place].children.isEmpty {
      fields[place].children = [JSONRowBuilder(options, prefix: fields[place].name + ".")]
    }
    try fields[place].children[0].read(&scanner, row: row, depth: depth + 1)
  }

  /// Gives every field as many rows as there are objects.
  mutating func finish(rows: Int) {
    for i in fields.indices {
      fields[i].pad(to: rows)
      fields[i].settle()
      for child in fields[i].children.indices { fields[i].children[child].finish(rows: rows) }
    }
  }
}
