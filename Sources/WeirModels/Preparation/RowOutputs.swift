import CWeirKernels
import WeirBase
import WeirTables

/// Which of the new columns of `one_hot` is true on each row, in bytes where they suffice: the columns are made of it one
/// after the other, and bytes of a whole column stay in the cache.
enum RowOutputs: Sendable {
  case bytes([UInt8])
  case numbers([Int32])

  init(_ codes: [Int32]) {
    if (codes.max() ?? 0) <= 255 { self = .bytes(codes.map { UInt8(truncatingIfNeeded: $0) }) } else { self = .numbers(codes) }
  }

  func column(of output: Int) -> Column {
    switch self {
    case .bytes(let codes):
      guard let wanted = UInt8(exactly: output) else {
        return Column(.bool([Bool](repeating: false, count: codes.count)))
      }
      return codes.withUnsafeBufferPointer { codes in
        Column(.bool([Bool](filling: codes.count) { out in
          guard let base = codes.baseAddress else { return }
          // A Bool is a byte that is 0 or 1.
          weir_match_bytes(base, codes.count, wanted, UnsafeMutableRawPointer(out).assumingMemoryBound(to: UInt8.self))
        }))
      }
    case .numbers(let codes): return Column(.bool(codes.map { Int($0) == output }))
    }
  }
}

extension FittedOneHot.Encoding {
  /// The output that is true on each row of a column: for texts found entry by entry of the dictionary.
  func rowOutputs(of column: Column, named name: String, workers: Workers) throws -> RowOutputs {
    guard case .text(let texts) = column.storage, labels.column.type == .text || labels.count == 0,
      let none = UInt8(exactly: outputs.count)
    else { return try RowOutputs(outputs(of: column, named: name)) }
    let coded = texts.dictionaryCoded
    let numbers = labels.entryNumbers, rareOnes = Set(rare.names)
    var table: [UInt8] = []
    for entry in 0..<coded.entryCount {
      let text = coded.entry(entry)
      if let number = numbers[text] {
        table.append(UInt8(truncatingIfNeeded: number))
      } else if rareOnes.contains(text) || unknown == .rare {
        table.append(rareOutput.map { UInt8(truncatingIfNeeded: $0) } ?? none)
      } else if unknown == .error {
        // The entry may be one that no row holds.
        return try RowOutputs(outputs(of: column, named: name))
      } else {
        table.append(none)
      }
    }
    let missing = missingOutput.map { UInt8(truncatingIfNeeded: $0) } ?? none
    return .bytes(coded.bytes(by: table, absent: missing, where: column.validity, workers))
  }
}

extension ClassLabels {
  /// The number of each class by its text.
  fileprivate var entryNumbers: [String: Int] {
    Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension TextValues {
  /// What the table says of each row's code, and another byte where there is no value.
  fileprivate func bytes(
    by table: [UInt8], absent: UInt8, where validity: Bitmap?, _ workers: Workers
  ) -> [UInt8] {
    guard let codes else { return [] }
    return codes.withUnsafeBufferPointer { codes in
      table.withUnsafeBufferPointer { table in
        validity.withWords { words in
          [UInt8](filling: codes.count) { out in
            guard let base = codes.baseAddress, let table = table.baseAddress else { return }
            let (x, bytes, valid, out) = (Readings(base), Readings(table), words.map { Readings($0) }, Places(out))
            workers.overRows(codes.count) { rows in
              weir_lookup_present(bytes.base, x.base, valid?.base, absent, rows.lowerBound, rows.upperBound, out.base)
            }
          }
        }
      }
    }
  }
}
