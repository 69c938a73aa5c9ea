import WeirBase

/// Choosing rows: every verb that filters, sorts, joins or splits ends here.
extension Column {
  /// The value of one row, which must be in the column.
  package func scalar(at row: Int) -> Scalar {
    if isMissing(row) { return .missing }
    switch storage {
    case .bool(let v): return .bool(v[row])
    case .int(let v): return .int(v[row])
    case .float(let v): return .float(v[row])
    case .text(let v): return .text(v[row])
    case .date(let v): return .date(Day(v[row]))
    case .dateTime(let v): return .dateTime(Instant(v[row]))
    case .duration(let v): return .duration(TimeSpan(v[row]))
    case .objects: return .missing
    }
  }

  /// The rows at these positions, in this order; a position below zero gives a missing value.
  package func taking(_ rows: [Int]) -> Column {
    let taken = storage.taking(rows)
    var anyMissing = false
    if validity == nil {
      for row in rows where row < 0 {
        anyMissing = true
        break
      }
      if !anyMissing { return Column(taken) }
    }
    let validity = self.validity
    var bits = Bitmap(repeating: false, count: rows.count)
    for (i, row) in rows.enumerated() where row >= 0 { bits[i] = validity?[row] ?? true }
    return Column(taken, validity: bits)
  }

  /// The rows where a bool column is true; throws where the mask has another type or length.
  package func filtered(by mask: Column) throws(TableError) -> Column { taking(try mask.trueRows(count: count)) }

  /// The positions where a bool column is true; missing counts as false.
  package func trueRows(count: Int) throws(TableError) -> [Int] {
    guard case .bool(let bits) = storage else {
      throw .wrongType(operation: "a filter", column: nil, type: type.description, expected: "true or false on every row")
    }
    guard bits.count == count else { throw .lengthDiffers("the condition", bits.count, expected: count) }
    var rows: [Int] = []
    rows.reserveCapacity(count)
    if let validity {
      for i in 0..<bits.count where bits[i] && validity[i] { rows.append(i) }
    } else {
      for i in 0..<bits.count where bits[i] { rows.append(i) }
    }
    return rows
  }

  /// The rows of a range, which must lie in the column.
  package func sliced(_ range: Range<Int>) -> Column {
    if range.lowerBound == 0, range.upperBound == count { return self }
    let part: Storage
    switch storage {
    case .bool(let v): part = .bool(Array(v[range]))
    case .int(let v): part = .int(Array(v[range]))
    case .float(let v): part = .float(Array(v[range]))
    case .date(let v): part = .date(Array(v[range]))
    case .dateTime(let v): part = .dateTime(Array(v[range]))
    case .duration(let v): part = .duration(Array(v[range]))
    case .objects(let v, let type): part = .objects(Array(v[range]), type: type)
    case .text: return taking(Array(range))
    }
    return Column(part, validity: validity.map { bits in
      var out = Bitmap(repeating: false, count: range.count)
      for i in range where bits[i] { out[i - range.lowerBound] = true }
      return out
    })
  }
}

extension Column.Storage {
  fileprivate func taking(_ rows: [Int]) -> Column.Storage {
    func gather<T>(_ values: [T], _ zero: T) -> [T] {
      [T](unsafeUninitializedCapacity: rows.count) { buffer, count in
        for (i, row) in rows.enumerated() { (buffer.baseAddress.map { $0 + i })?.initialize(to: row < 0 ? zero : values[row]) }
        count = rows.count
      }
    }
    switch self {
    case .bool(let v): return .bool(gather(v, false))
    case .int(let v): return .int(gather(v, 0))
    case .float(let v): return .float(gather(v, 0))
    case .text(let v): return .text(v.taking(rows))
    case .date(let v): return .date(gather(v, 0))
    case .dateTime(let v): return .dateTime(gather(v, 0))
    case .duration(let v): return .duration(gather(v, 0))
    case .objects(let v, let type):
      // A row without a value still needs some object in its place.
      guard let first = v.first else { return .objects([], type: type) }
      return .objects(rows.map { $0 < 0 ? first : v[$0] }, type: type)
    }
  }
}

extension TextValues {
  /// The texts at these rows; an empty one where the position is below zero.
  package func taking(_ rows: [Int]) -> TextValues {
    if let codes {
      let anyMissing = rows.contains { $0 < 0 }
      if !anyMissing { return TextValues(bytes: bytes, offsets: offsets, codes: rows.map { codes[$0] }) }
      if entryCount > 0 { return TextValues(bytes: bytes, offsets: offsets, codes: rows.map { $0 < 0 ? 0 : codes[$0] }) }
    }
    var out: [UInt8] = []
    var ends = [0]
    ends.reserveCapacity(rows.count + 1)
    for row in rows {
      if row >= 0, row < count {
        let entry = codes.map { Int($0[row]) } ?? row
        out.append(contentsOf: bytes[offsets[entry]..<offsets[entry + 1]])
      }
      ends.append(out.count)
    }
    return TextValues(bytes: out, offsets: ends)
  }

  /// The same texts with a dictionary, so that each distinct one is kept and worked on once.
  package var dictionaryCoded: TextValues {
    if codes != nil { return self }
    var builder = TextDictionary()
    var codes: [UInt32] = []
    codes.reserveCapacity(count)
    for row in 0..<count { codes.append(builder.code(of: bytes[offsets[row]..<offsets[row + 1]])) }
    return TextValues(bytes: builder.bytes, offsets: builder.offsets, codes: codes)
  }

  /// Applies a function to every distinct text once.
  package func mapping<T>(_ function: (String) throws -> T) rethrows -> [T] {
    let coded = dictionaryCoded
    let results = try (0..<coded.entryCount).map { try function(coded.entry($0)) }
    return coded.codes?.map { results[Int($0)] } ?? results
  }
}

/// Distinct texts, numbered as they come.
package struct TextDictionary {
  package private(set) var bytes: [UInt8] = []
  package private(set) var offsets = [0]
  private var slots = [UInt32](repeating: .max, count: 64)
  private var hashes: [UInt64] = []

  package init() {}

  package var count: Int { hashes.count }

  /// The number of this text, a new one where it has not been seen.
  package mutating func code(of text: ArraySlice<UInt8>) -> UInt32 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    hash ^= hash >> 29
    var slot = Int(truncatingIfNeeded: hash & UInt64(slots.count - 1))
    while slots[slot] != .max {
      let code = Int(slots[slot])
      if hashes[code] == hash, bytes[offsets[code]..<offsets[code + 1]].elementsEqual(text) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    let code = UInt32(hashes.count)
    slots[slot] = code
    hashes.append(hash)
    bytes.append(contentsOf: text)
    offsets.append(bytes.count)
    if hashes.count * 2 > slots.count { grow() }
    return code
  }

  private mutating func grow() {
    slots = [UInt32](repeating: .max, count: slots.count * 2)
    for (code, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash & UInt64(slots.count - 1))
      while slots[slot] != .max { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(code)
    }
  }
}
