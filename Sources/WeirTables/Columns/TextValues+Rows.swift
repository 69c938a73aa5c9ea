import WeirBase

extension TextValues {
  /// Fewer rows than this share of the entries are given bytes of their own: a small result must not hold a large buffer.
  private static let smallestShare = 8

  /// The texts at these rows; an empty one where the position is below zero.
  func taking(_ rows: Positions) -> TextValues {
    precondition(rows.greatest < count)
    guard entryCount > 0 else { return TextValues(bytes: [], offsets: Array(repeating: 0, count: rows.count + 1)) }
    let taken = codes.map { rows.gathered($0) } ?? rows.codes
    let chosen = TextValues(bytes: bytes, offsets: offsets, codes: taken, entriesAreDistinct: entriesAreDistinct)
    return entryCount > 256 && rows.count * TextValues.smallestShare < entryCount ? chosen.compacted : chosen
  }

  /// The texts of the rows in a buffer of their own: no entry that no row uses, and without codes where entries may repeat.
  var compacted: TextValues {
    guard let codes else { return self }
    if entriesAreDistinct {
      var used = [Bool](repeating: false, count: entryCount)
      for code in codes { used[Int(code)] = true }
      guard used.contains(false) else { return self }
      var numbers = [UInt32](repeating: 0, count: entryCount)
      var kept: [UInt32] = []
      for entry in 0..<entryCount where used[entry] {
        numbers[entry] = UInt32(kept.count)
        kept.append(UInt32(entry))
      }
      let (bytes, offsets) = copied(kept)
      return TextValues(bytes: bytes, offsets: offsets, codes: codes.map { numbers[Int($0)] })
    }
    let (bytes, offsets) = copied(codes)
    return TextValues(bytes: bytes, offsets: offsets)
  }

  /// The bytes of some entries one after the other.
  private func copied(_ entries: [UInt32]) -> (bytes: [UInt8], offsets: [Int]) {
    var ends = [0]
    ends.reserveCapacity(entries.count + 1)
    var end = 0
    for entry in entries {
      end += offsets[Int(entry) + 1] - offsets[Int(entry)]
      ends.append(end)
    }
    let starts = ends
    let copy = [UInt8](filling: end) { out in
      let out = Places(out)
      Workers.current.overRows(entries.count) { block in
        bytes.withUnsafeBufferPointer { bytes in
          offsets.withUnsafeBufferPointer { offsets in
            guard let base = bytes.baseAddress else { return }
            for i in block {
              let start = offsets[Int(entries[i])], count = offsets[Int(entries[i]) + 1] - start
              (out.base + starts[i]).update(from: base + start, count: count)
            }
          }
        }
      }
    }
    return (copy, ends)
  }

  /// The same texts with a dictionary, so that each distinct one is kept and worked on once.
  package var dictionaryCoded: TextValues {
    if entriesAreDistinct { return self }
    let numbering = RowNumbering([Column(.text(self))], count: count)
    let entries = numbering.firstRows.map { row in codes.map { $0[row] } ?? UInt32(row) }
    let (bytes, offsets) = copied(entries)
    return TextValues(bytes: bytes, offsets: offsets, codes: numbering.numbers)
  }

  /// Applies a function to every text, once to each entry of a dictionary that a row uses.
  package func mapping<T>(_ function: (String) throws -> T) rethrows -> [T] {
    guard let codes else { return try (0..<entryCount).map { try function(entry($0)) } }
    if codes.count < entryCount { return try codes.map { try function(entry(Int($0))) } }
    var results = [T?](repeating: nil, count: entryCount)
    return try codes.map { code in
      if let result = results[Int(code)] { return result }
      let result = try function(entry(Int(code)))
      results[Int(code)] = result
      return result
    }
  }
}

extension Positions {
  /// The positions as numbers of entries; 0 where there is no row.
  var codes: [UInt32] {
    withNumbers { numbers, bytes in
      [UInt32](filling: count) { out in
        guard let numbers else { return }
        let (out, rows) = (Places(out), Reading(numbers))
        Workers.current.overRows(count) { block in
          for i in block {
            let row = bytes == 4
              ? Int(rows.base.load(fromByteOffset: i * 4, as: Int32.self)) : rows.base.load(fromByteOffset: i * 8, as: Int.self)
            out[i] = UInt32(truncatingIfNeeded: max(row, 0))
          }
        }
      }
    }
  }
}
