import CLZ4
import CZstd
import WeirBase

/// The buffers of one column in one batch of rows, as they stand in the file.
struct ArrowWrittenColumn: Sendable {
  var rowCount: Int
  var missing = 0
  var buffers: [[UInt8]] = []
}

/// Makes the buffers of one column in one batch of rows.
struct ArrowColumnWriter {
  let column: Column
  let rows: Range<Int>
  /// Which of its categories each row has, where it is written by categories.
  let codes: [Int32]?
  let compression: ArrowOptions.Compression

  /// No more bytes of text than this are in a batch, for they are counted by 32 bits.
  static let mostTextBytes = Int(Int32.max)

  func written() throws(ColumnFileError) -> ArrowWrittenColumn {
    var out = ArrowWrittenColumn(rowCount: rows.count)
    var buffers: [[UInt8]] = [[]]
    if let validity = column.validity {
      let bits = ArrowColumnWriter.bits(validity, rows)
      out.missing = rows.count - bits.reduce(0) { $0 + $1.nonzeroBitCount }
      if out.missing > 0 { buffers = [bits] }
    }
    switch column.storage {
    case .bool(let values): buffers.append(flags(values))
    case .int(let values), .dateTime(let values), .duration(let values): buffers.append(raw(values, zero: 0))
    case .float(let values): buffers.append(raw(values, zero: 0))
    case .date(let values): buffers.append(raw(values, zero: 0))
    case .text(let texts):
      if let codes { buffers.append(codes.withUnsafeBytes { Array($0) }) } else { buffers += try self.texts(texts) }
    case .objects: throw ColumnFileError("it holds objects, which are not written", .unsupported)
    }
    for buffer in buffers { out.buffers.append(try pack(buffer)) }
    return out
  }

  // MARK: Values

  private static func bits(_ bitmap: Bitmap, _ rows: Range<Int>) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: (rows.count + 7) / 8)
    if rows.lowerBound % 8 == 0 {
      let first = rows.lowerBound / 8, count = out.count
      bitmap.words.withUnsafeBytes { words in
        out.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: words[first..<first + count])) }
      }
      if rows.count % 8 != 0 { out[count - 1] &= UInt8(1 << (rows.count % 8)) - 1 }
    } else {
      for (place, row) in rows.enumerated() where bitmap[row] { out[place >> 3] |= 1 << UInt8(place & 7) }
    }
    return out
  }

  private func flags(_ values: [Bool]) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: (rows.count + 7) / 8)
    for (place, row) in rows.enumerated() where values[row] && !column.isMissing(row) {
      out[place >> 3] |= 1 << UInt8(place & 7)
    }
    return out
  }

  /// Rows without a value hold zero, so that equal tables make equal files.
  private func raw<Value: BitwiseCopyable>(_ values: [Value], zero: Value) -> [UInt8] {
    guard let validity = column.validity else { return values[rows].withUnsafeBytes { Array($0) } }
    var own = Array(values[rows])
    for row in rows where !validity[row] { own[row - rows.lowerBound] = zero }
    return own.withUnsafeBytes { Array($0) }
  }

  /// Where the text of a row lies; nothing where the row has none.
  private static func place(_ texts: TextValues, _ column: Column, _ row: Int) -> Range<Int> {
    if column.isMissing(row) { return 0..<0 }
    let entry = texts.codes.map { Int($0[row]) } ?? row
    return texts.offsets[entry]..<texts.offsets[entry + 1]
  }

  static func textBytes(_ column: Column, _ rows: Range<Int>) -> Int {
    guard case .text(let texts) = column.storage else { return 0 }
    if texts.codes == nil { return texts.offsets[rows.upperBound] - texts.offsets[rows.lowerBound] }
    return rows.reduce(0) { $0 + place(texts, column, $1).count }
  }

  /// The ends of the texts, and the texts themselves one after the other.
  private func texts(_ texts: TextValues) throws(ColumnFileError) -> [[UInt8]] {
    guard ArrowColumnWriter.textBytes(column, rows) <= ArrowColumnWriter.mostTextBytes else {
      throw ColumnFileError("a text of more than 2 GiB is not written", .unsupported)
    }
    var ends: [Int32] = [0]
    ends.reserveCapacity(rows.count + 1)
    var out: [UInt8] = []
    if texts.codes == nil, column.validity == nil {
      let start = texts.offsets[rows.lowerBound]
      for row in rows { ends.append(Int32(truncatingIfNeeded: texts.offsets[row + 1] - start)) }
      out = Array(texts.bytes[start..<texts.offsets[rows.upperBound]])
    } else {
      out.reserveCapacity(ArrowColumnWriter.textBytes(column, rows))
      texts.bytes.withUnsafeBufferPointer { bytes in
        for row in rows {
          let place = ArrowColumnWriter.place(texts, column, row)
          if !place.isEmpty { out.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[place])) }
          ends.append(Int32(truncatingIfNeeded: out.count))
        }
      }
    }
    return [ends.withUnsafeBytes { Array($0) }, out]
  }

  // MARK: Packing

  /// Behind the count of its bytes, or behind -1 where packing makes it no shorter.
  private func pack(_ bytes: [UInt8]) throws(ColumnFileError) -> [UInt8] {
    guard compression != .none, !bytes.isEmpty else { return bytes }
    let bound = compression == .lz4 ? weir_lz4_frame_bound(bytes.count) : weir_zstd_bound(bytes.count)
    var made: Int64 = -1
    let packed = [UInt8](unsafeUninitializedCapacity: bound + 8) { out, count in
      guard let base = out.baseAddress else { return }
      made = bytes.withUnsafeBufferPointer { source in
        switch compression {
        case .lz4: weir_lz4_pack_frame(base + 8, bound, source.baseAddress, source.count)
        case .zstd, .none: weir_zstd_pack(base + 8, bound, source.baseAddress, source.count, 1)
        }
      }
      UnsafeMutableRawPointer(base).storeBytes(of: Int64(bytes.count).littleEndian, as: Int64.self)
      count = 8 + max(Int(made), 0)
    }
    guard made >= 0 else { throw ColumnFileError("there is no memory to pack a buffer", .unsupported) }
    if made < bytes.count { return packed }
    return withUnsafeBytes(of: Int64(-1).littleEndian, Array.init) + bytes
  }
}
