import CWeirKernels
package import WeirBase
package import WeirTables

extension Column {
  /// The column with a value on the rows that have none; a float makes a column of ints one of floats.
  func filling(_ value: Scalar, workers: Workers = .one) throws -> Column {
    let wide = value.columnType == .float && type != .float ? try cast(to: .float) : self
    guard let validity = wide.validity else { return wide }
    switch (wide.storage, value) {
    case (.float(let values), _):
      guard let number = value.double else { break }
      return Column(.float(validity.filling(values, number, workers)))
    case (.int(let values), .int(let number)): return Column(.int(validity.filling(values, number, workers)))
    case (.bool(let values), .bool(let flag)): return Column(.bool(validity.filling(values, flag, workers)))
    case (.date(let values), .date(let day)): return Column(.date(validity.filling(values, day.number, workers)))
    case (.text(let texts), .text(let text)): return Column(.text(texts.filling(text, where: validity, workers)))
    default: break
    }
    let extended = try Column.concatenated([wide, Column.repeating(value, count: 1)])
    return extended.taking((0..<count).map { validity[$0] ? $0 : count })
  }
}

extension Bitmap {
  /// The values, of 1, 4 or 8 bytes, with another in the rows whose bit is not set.
  fileprivate func filling<T: BitwiseCopyable & Sendable>(_ values: [T], _ value: T, _ workers: Workers) -> [T] {
    let size = MemoryLayout<T>.size
    var bits: UInt64 = 0
    withUnsafeMutableBytes(of: &bits) { $0.storeBytes(of: value, as: T.self) }
    return values.withUnsafeBufferPointer { values in
      Optional(self).withWords { words in
        [T](filling: values.count) { out in
          guard let base = values.baseAddress, let words else { return }
          let (x, valid, out) = (Readings(base), Readings(words), Places(out)), bits = bits
          workers.overRows(values.count) { rows in
            weir_fill_absent(x.base, Int32(size), valid.base, rows.lowerBound, rows.upperBound, bits, out.base)
          }
        }
      }
    }
  }
}

extension TextValues {
  fileprivate func filling(_ text: String, where validity: Bitmap, _ workers: Workers) -> TextValues {
    let coded = dictionaryCoded
    guard let codes = coded.codes else { return self }
    let added = Array(text.utf8)
    var entry = (0..<coded.entryCount).first { entry in
      coded.bytes[coded.offsets[entry]..<coded.offsets[entry + 1]].elementsEqual(added)
    }
    var bytes = coded.bytes, offsets = coded.offsets
    if entry == nil {
      entry = coded.entryCount
      bytes += added
      offsets.append(bytes.count)
    }
    return TextValues(bytes: bytes, offsets: offsets, codes: validity.filling(codes, UInt32(entry ?? 0), workers))
  }
}

extension Scalar {
  /// As a setting of a step.
  package var setting: Archive {
    switch self {
    case .missing: .none
    case .bool(let x): .bool(x)
    case .int(let x): .int(x)
    case .float(let x): .float(x)
    case .text(let x): .text(x)
    case .date, .dateTime, .duration: .text(formatScalar(self))
    }
  }

  package init(setting: Archive) throws {
    switch setting {
    case .none: self = .missing
    case .bool(let x): self = .bool(x)
    case .int(let x): self = .int(x)
    case .float(let x): self = .float(x)
    case .text(let x): self = .text(x)
    default: throw ArchiveError("expected a single value")
    }
  }
}

/// The mean, from differences to a first estimate, so that large offsets cost no digits.
func mean(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return .nan }
  let count = Double(values.count)
  let rough = values.reduce(0, +) / count
  guard rough.isFinite else { return rough }
  return rough + values.reduce(0) { $0 + ($1 - rough) } / count
}
