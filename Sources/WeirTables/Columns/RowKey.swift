import CWeirKernels
import WeirBase

/// One column by whose values rows are compared: numbers in memory, or texts.
struct RowKey: Sendable {
  private let column: Column
  let validity: Bitmap?

  init(_ column: Column) {
    self.validity = column.validity
    if case .objects(let objects, _) = column.storage {
      // Objects are equal where what would be stored of them is.
      var seen: [Archive: Int64] = [:]
      var numbers: [Int64] = []
      for object in objects {
        let archive = object.archive, number = seen[archive] ?? Int64(seen.count)
        seen[archive] = number
        numbers.append(number)
      }
      self.column = Column(.int(numbers), validity: column.validity)
    } else {
      self.column = column
    }
  }

  /// The values in memory, their size in bytes and whether they are floats; nil for texts whose codes say nothing.
  private func withNumbers<Result>(_ body: (UnsafeRawPointer, Int32, Int32) -> Result) -> Result? {
    func on<T>(_ values: [T], isFloat: Int32 = 0) -> Result? {
      values.withUnsafeBytes { bytes in bytes.baseAddress.map { body($0, Int32(MemoryLayout<T>.stride), isFloat) } }
    }
    switch column.storage {
    case .bool(let v): return on(v)
    case .int(let v), .dateTime(let v), .duration(let v): return on(v)
    case .float(let v): return on(v, isFloat: 1)
    case .date(let v): return on(v)
    case .text(let v): return v.entriesAreDistinct ? v.codes.flatMap { on($0) } : nil
    case .objects: return nil
    }
  }

  private func withTexts<Result>(
    _ body: (UnsafePointer<UInt8>?, UnsafePointer<Int64>?, UnsafePointer<UInt32>?) -> Result
  ) -> Result? {
    guard case .text(let texts) = column.storage else { return nil }
    return texts.bytes.withUnsafeBufferPointer { bytes in
      texts.offsets.withUnsafeBytes { offsets in
        let offsets = offsets.bindMemory(to: Int64.self).baseAddress
        guard let codes = texts.codes else { return body(bytes.baseAddress, offsets, nil) }
        return codes.withUnsafeBufferPointer { body(bytes.baseAddress, offsets, $0.baseAddress) }
      }
    }
  }

  /// Whether equal hashes can only be equal values.
  var isExact: Bool {
    if validity != nil { return false }
    if case .text(let texts) = column.storage { return texts.entriesAreDistinct }
    return true
  }

  /// The whole numbers that stand for the values: the least, and how many there can be. Nil for floats and texts.
  func denseRange(_ count: Int) -> (least: Int64, size: Int)? {
    switch column.storage {
    case .float, .objects: return nil
    case .bool: return (0, 2)
    case .text(let texts): return texts.entriesAreDistinct ? (0, texts.entryCount) : nil
    default: break
    }
    let validity = validity
    let ranges: [(least: Int64, greatest: Int64)?]? = withNumbers { values, bytes, _ in
      let values = Reading(values)
      return Workers.current.blocks(of: count) { block in
        var (least, greatest): (Int64, Int64) = (0, 0)
        let found = validity.withWords {
          weir_int_range(values.base, bytes, $0, block.lowerBound, block.upperBound, &least, &greatest)
        }
        return found == 0 ? nil : (least, greatest)
      }
    }
    let found = (ranges ?? []).compactMap { $0 }
    guard let least = found.map(\.least).min(), let greatest = found.map(\.greatest).max() else { return (0, 1) }
    let (width, overflow) = greatest.subtractingReportingOverflow(least)
    return overflow || width > Int64(Int32.max) ? nil : (least, Int(width) + 1)
  }

  /// Joins the place of each value in its range to the keys; `factor` 0 starts anew.
  func addDense(
    least: Int64, missing: Int, factor: Int, _ rows: Range<Int>, _ keys: UnsafeMutablePointer<UInt32>
  ) {
    _ = withNumbers { values, bytes, _ in
      validity.withWords {
        weir_dense_keys(
          values, bytes, $0, least, UInt32(missing), UInt32(factor), rows.lowerBound, rows.upperBound, keys)
      }
    }
  }

  /// The hash of each value, or that mixed into the hashes that are there.
  func hash(isFirst: Bool, _ rows: Range<Int>, _ hashes: UnsafeMutablePointer<UInt64>) {
    validity.withWords { valid in
      let done: Void? = withNumbers {
        weir_hash_numbers($0, $1, $2, valid, isFirst ? 1 : 0, rows.lowerBound, rows.upperBound, hashes)
      }
      if done == nil {
        _ = withTexts {
          weir_hash_texts(
            $0, $1, $2, valid, isFirst ? 1 : 0, TextDictionary.seed, rows.lowerBound, rows.upperBound, hashes)
        }
      }
    }
  }

  /// Whether each row of the range has the value of the row that `firsts` names.
  func agrees(_ firsts: UnsafePointer<UInt32>, _ rows: Range<Int>) -> Bool {
    validity.withWords { valid in
      let agrees = withNumbers { weir_agree_numbers($0, $1, $2, valid, firsts, rows.lowerBound, rows.upperBound) }
      return (agrees ?? withTexts { weir_agree_texts($0, $1, $2, valid, firsts, rows.lowerBound, rows.upperBound) } ?? 1) != 0
    }
  }

  /// The bytes that tell a row's value from others, whatever is hashed: the slow and sure way.
  func appendBytes(_ row: Int, to bytes: inout [UInt8]) {
    func append(_ bits: UInt64) { withUnsafeBytes(of: bits) { bytes.append(contentsOf: $0) } }
    if column.isMissing(row) {
      bytes.append(0)
      return
    }
    bytes.append(1)
    switch column.storage {
    case .bool(let v): append(v[row] ? 1 : 0)
    case .int(let v), .dateTime(let v), .duration(let v): append(UInt64(bitPattern: v[row]))
    case .float(let v): append(v[row].isNaN ? 0x7ff8_0000_0000_0000 : v[row] == 0 ? 0 : v[row].bitPattern)
    case .date(let v): append(UInt64(bitPattern: Int64(v[row])))
    case .text(let v):
      let entry = v.codes.map { Int($0[row]) } ?? row
      append(UInt64(v.offsets[entry + 1] - v.offsets[entry]))
      bytes.append(contentsOf: v.bytes[v.offsets[entry]..<v.offsets[entry + 1]])
    case .objects: break
    }
  }
}
