/// Writes Thrift's compact protocol.
struct ThriftWriter {
  private(set) var bytes: [UInt8] = []
  private var last = 0
  private var outer: [Int] = []

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func zigzag(_ value: Int) { varint(UInt64(bitPattern: Int64(value << 1 ^ value >> 63))) }

  /// The number and kind before the value of a field; numbers rise.
  private mutating func header(_ id: Int, _ kind: ThriftReader.Kind) {
    bytes.append(UInt8((id - last) << 4) | kind.rawValue)
    last = id
  }

  mutating func field(_ id: Int, int32 value: Int) {
    header(id, .int32)
    zigzag(value)
  }

  mutating func field(_ id: Int, int64 value: Int) {
    header(id, .int64)
    zigzag(value)
  }

  mutating func field(_ id: Int, bool value: Bool) { header(id, value ? .yes : .no) }

  mutating func field(_ id: Int, bytes value: some Collection<UInt8>) {
    header(id, .binary)
    item(value)
  }

  mutating func field(_ id: Int, text: String) { field(id, bytes: Array(text.utf8)) }

  mutating func field(_ id: Int, _ fields: (inout ThriftWriter) -> Void) {
    header(id, .structure)
    structure(fields)
  }

  mutating func field<Items: Collection>(
    _ id: Int, listOf kind: ThriftReader.Kind, _ items: Items, _ write: (inout ThriftWriter, Items.Element) -> Void
  ) {
    header(id, .list)
    if items.count < 15 {
      bytes.append(UInt8(items.count) << 4 | kind.rawValue)
    } else {
      bytes.append(0xF0 | kind.rawValue)
      varint(UInt64(items.count))
    }
    for item in items { write(&self, item) }
  }

  mutating func structure(_ fields: (inout ThriftWriter) -> Void) {
    outer.append(last)
    last = 0
    fields(&self)
    bytes.append(0)
    last = outer.popLast() ?? 0
  }

  mutating func item(_ value: Int) { zigzag(value) }

  mutating func item(_ value: some Collection<UInt8>) {
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }
}
