import CWeirKernels
import WeirBase

/// Turns the buffers of a column into a column.
struct ArrowColumn {
  let field: ArrowField
  let bytes: UnsafeRawBufferPointer

  private static let damaged = ColumnFileError("a buffer is damaged")

  func column(_ pieces: [ArrowPiece]) throws -> Column {
    let parts = try pieces.map(part)
    guard let first = parts.first else {
      return Column.missing(ArrowPiece.type(field, []), count: 0)
    }
    if parts.count == 1 { return first }
    return try joinTexts(parts) ?? Column.concatenated(parts)
  }

  /// Texts that are no codes stay none.
  private func joinTexts(_ parts: [Column]) throws -> Column? {
    guard field.dictionary == nil, first(parts) != nil else { return nil }
    var bytes: [UInt8] = [], offsets = [0], validity = Bitmap(repeating: true, count: 0)
    for part in parts {
      guard case .text(let texts) = part.storage, texts.codes == nil else { return nil }
      let start = bytes.count
      bytes += texts.bytes
      offsets += texts.offsets.dropFirst().map { $0 + start }
      for row in 0..<part.count { validity.append(!part.isMissing(row)) }
    }
    return Column(.text(TextValues(bytes: bytes, offsets: offsets)), validity: validity)
  }

  private func first(_ parts: [Column]) -> TextValues? {
    if case .text(let texts)? = parts.first?.storage { texts } else { nil }
  }

  // MARK: One batch

  private func part(_ piece: ArrowPiece) throws -> Column {
    let count = piece.rowCount
    if field.dictionary == nil, case .nothing = field.kind {
      // A row without bytes: the count is bounded like that of any other column.
      guard count <= 1 << 32 else { throw ArrowColumn.damaged }
      return .missing(.float, count: count)
    }
    guard piece.data.first.map({ $0.place.count > 0 || count == 0 }) ?? false, count <= bytes.count << 17 else { throw ArrowColumn.damaged }
    let validity = try validity(piece)
    if let dictionary = field.dictionary { return try decoded(piece, dictionary, validity) }
    let storage: Column.Storage
    switch field.kind {
    case .text(let isLarge): storage = .text(try texts(piece, isLarge: isLarge, validity))
    case .textView: storage = .text(try views(piece, validity))
    case .bool: storage = .bool(try flags(piece))
    default: storage = try numbers(piece, validity)
    }
    return Column(storage, validity: validity)
  }

  private func validity(_ piece: ArrowPiece) throws -> Bitmap? {
    var all: Bitmap?
    for buffer in piece.validities {
      let own = try buffer.withBytes(in: bytes) { bits in
        guard bits.count >= (piece.rowCount + 7) / 8 else { throw ArrowColumn.damaged }
        var words = [UInt64](repeating: 0, count: (piece.rowCount + 63) / 64)
        words.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bits.prefix($0.count))) }
        return Bitmap(words: words, count: piece.rowCount)
      }
      all = all.map { $0 & own } ?? own
    }
    return all
  }

  private func flags(_ piece: ArrowPiece) throws -> [Bool] {
    try piece.data[0].withBytes(in: bytes) { bits in
      guard bits.count >= (piece.rowCount + 7) / 8 else { throw ArrowColumn.damaged }
      return (0..<piece.rowCount).map { bits[$0 >> 3] >> UInt8($0 & 7) & 1 == 1 }
    }
  }

  /// The codes of a batch as what they stand for.
  private func decoded(_ piece: ArrowPiece, _ dictionary: ArrowField.Dictionary, _ validity: Bitmap?) throws -> Column {
    let codes = try integers(piece, bits: dictionary.bits, signed: dictionary.signed)
    let values = piece.dictionary ?? .missing(ArrowPiece.type(field, []), count: 0)
    var rows: [Int] = []
    rows.reserveCapacity(codes.count)
    for (row, code) in codes.enumerated() {
      if let validity, !validity[row] {
        rows.append(-1)
      } else {
        guard code >= 0, code < values.count else { throw ArrowColumn.damaged }
        rows.append(Int(code))
      }
    }
    guard case .text(let texts) = values.storage, texts.codes == nil else { return values.taking(rows) }
    return Column(.text(texts.dictionaryCoded), validity: values.validity).taking(rows)
  }

  // MARK: Numbers

  private func integers(_ piece: ArrowPiece, bits: Int, signed: Bool) throws -> [Int64] {
    func widen<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type, _ data: UnsafeRawBufferPointer) throws -> [Int64] {
      let width = MemoryLayout<Value>.size
      guard piece.rowCount <= data.count / width else { throw ArrowColumn.damaged }
      return (0..<piece.rowCount).map { Int64(truncatingIfNeeded: data.loadUnaligned(fromByteOffset: $0 * width, as: Value.self)) }
    }
    return try piece.data[0].withBytes(in: bytes) { data in
      switch (bits, signed) {
      case (8, true): try widen(Int8.self, data)
      case (8, false): try widen(UInt8.self, data)
      case (16, true): try widen(Int16.self, data)
      case (16, false): try widen(UInt16.self, data)
      case (32, true): try widen(Int32.self, data)
      case (32, false): try widen(UInt32.self, data)
      case (64, _): try widen(Int64.self, data)
      default: throw ColumnFileError("it holds integers of \(bits) bits, which are not read", .unsupported)
      }
    }
  }

  private func numbers(_ piece: ArrowPiece, _ validity: Bitmap?) throws -> Column.Storage {
    func times(_ unit: ArrowField.Unit, bits: Int) throws -> [Int64] {
      var values = try integers(piece, bits: bits, signed: true)
      let factor: Int64 = unit == .seconds ? 1_000_000 : unit == .millis ? 1000 : 1
      for i in values.indices {
        if let validity, !validity[i] {
          values[i] = 0
        } else if unit == .nanos {
          values[i] = values[i] >= 0 ? values[i] / 1000 : -((999 - values[i]) / 1000)
        } else {
          let (micros, overflow) = values[i].multipliedReportingOverflow(by: factor)
          if overflow { throw ColumnFileError("a time is too far from 1970", .unsupported) }
          values[i] = micros
        }
      }
      return values
    }
    switch field.kind {
    case .int(let bits, let signed):
      let values = try integers(piece, bits: bits, signed: signed)
      if bits == 64, !signed, let bad = values.indices.first(where: { values[$0] < 0 && validity?[$0] ?? true }) {
        throw ColumnFileError("\(UInt64(bitPattern: values[bad])) is too large for an int", .unsupported)
      }
      return .int(cleared(values, validity))
    case .float(let bits): return .float(try floats(piece, bits: bits, validity))
    case .days:
      return .date(cleared(try integers(piece, bits: 32, signed: true).map { Int32(truncatingIfNeeded: $0) }, validity))
    case .dayMillis:
      let days = try integers(piece, bits: 64, signed: true).map { $0 >= 0 ? $0 / 86_400_000 : -((86_399_999 - $0) / 86_400_000) }
      return .date(cleared(days.map { Int32(clamping: $0) }, validity))
    case .time(let unit, let bits): return .duration(try times(unit, bits: bits))
    case .moment(let unit): return .dateTime(try times(unit, bits: 64))
    case .duration(let unit): return .duration(try times(unit, bits: 64))
    case .decimal(let scale, let bits): return try decimals(piece, scale: scale, bits: bits, validity)
    case .nothing, .bool, .text, .textView, .record, .other: throw ArrowColumn.damaged
    }
  }

  /// Rows without a value hold zero.
  private func cleared<Value: FixedWidthInteger>(_ values: [Value], _ validity: Bitmap?) -> [Value] {
    guard let validity else { return values }
    return values.indices.map { validity[$0] ? values[$0] : 0 }
  }

  private func floats(_ piece: ArrowPiece, bits: Int, _ validity: Bitmap?) throws -> [Double] {
    let count = piece.rowCount
    var values = try piece.data[0].withBytes(in: bytes) { data in
      guard count <= data.count / (bits / 8) else { throw ArrowColumn.damaged }
      return [Double](unsafeUninitializedCapacity: count) { out, filled in
        SharedMemory.prepare(out.baseAddress, count * 8)
        filled = count
        guard let base = out.baseAddress, let source = data.bindMemory(to: UInt8.self).baseAddress else { return }
        switch bits {
        case 16: weir_widen_f16(base, source, count)
        case 32: weir_widen_f32(base, source, count)
        default: UnsafeMutableRawPointer(base).copyMemory(from: source, byteCount: count * 8)
        }
      }
    }
    if let validity { for i in 0..<count where !validity[i] { values[i] = 0 } }
    return values
  }

  private func decimals(_ piece: ArrowPiece, scale: Int, bits: Int, _ validity: Bitmap?) throws -> Column.Storage {
    guard [32, 64, 128, 256].contains(bits), scale >= 0, scale <= 300 else {
      throw ColumnFileError("it holds decimals of an unknown form", .unsupported)
    }
    let count = piece.rowCount, width = bits / 8, unit = Double("1e\(scale)") ?? 1
    var ints: [Int64] = [], floats: [Double] = []
    try piece.data[0].withBytes(in: bytes) { data in
      guard count <= data.count / width else { throw ArrowColumn.damaged }
      for row in 0..<count {
        let own = UnsafeRawBufferPointer(rebasing: data[row * width..<(row + 1) * width])
        let isThere = validity?[row] ?? true, isNegative = own[width - 1] >= 128
        let high = own.dropFirst(8).allSatisfy { $0 == (isNegative ? 255 : 0) }
        let low = width == 4
          ? Int64(own.loadUnaligned(as: Int32.self)) : own.loadUnaligned(as: Int64.self)
        let whole: Int64? = isThere ? high && (low < 0) == isNegative ? low : nil : 0
        if scale == 0 {
          guard let whole else { throw ColumnFileError("a decimal is too large for an int", .unsupported) }
          ints.append(whole)
        } else {
          let value = whole.map(Double.init) ?? own.reversed().reduce(isNegative ? -1.0 : 0.0) { $0 * 256 + Double($1) }
          floats.append(value / unit)
        }
      }
    }
    return scale == 0 ? .int(ints) : .float(floats)
  }

  // MARK: Texts

  private func texts(_ piece: ArrowPiece, isLarge: Bool, _ validity: Bitmap?) throws -> TextValues {
    let count = piece.rowCount, width = isLarge ? 8 : 4
    return try piece.data[0].withBytes(in: bytes) { ends in
      try piece.data[1].withBytes(in: bytes) { data in
        func offset(_ row: Int) -> Int {
          isLarge ? Int(ends.loadUnaligned(fromByteOffset: row * 8, as: Int64.self))
            : Int(ends.loadUnaligned(fromByteOffset: row * 4, as: Int32.self))
        }
        if count == 0 { return TextValues(bytes: [], offsets: [0]) }
        guard ends.count / width > count else { throw ArrowColumn.damaged }
        let start = offset(0)
        var offsets = [0], last = start
        offsets.reserveCapacity(count + 1)
        for row in 1...count {
          let end = offset(row)
          guard end >= last, end <= data.count else { throw ArrowColumn.damaged }
          offsets.append(end - start)
          last = end
        }
        guard start >= 0 else { throw ArrowColumn.damaged }
        return try checked(Array(data[start..<last]), offsets)
      }
    }
  }

  /// Texts up to twelve bytes stand in their view, longer ones in buffers of their own.
  private func views(_ piece: ArrowPiece, _ validity: Bitmap?) throws -> TextValues {
    let count = piece.rowCount
    return try piece.data[0].withBytes(in: bytes) { views in
      guard count <= views.count / 16 else { throw ArrowColumn.damaged }
      let long = try piece.data.dropFirst().map { try $0.withBytes(in: bytes) { Array($0) } }
      var out: [UInt8] = [], offsets = [0]
      offsets.reserveCapacity(count + 1)
      for row in 0..<count {
        if validity?[row] ?? true {
          let at = row * 16, length = Int(views.loadUnaligned(fromByteOffset: at, as: Int32.self))
          guard length >= 0 else { throw ArrowColumn.damaged }
          if length <= 12 {
            out.append(contentsOf: views[at + 4..<at + 4 + length])
          } else {
            let buffer = Int(views.loadUnaligned(fromByteOffset: at + 8, as: Int32.self))
            let start = Int(views.loadUnaligned(fromByteOffset: at + 12, as: Int32.self))
            // Views may share bytes; together they may still not take more than a file could hold.
            guard long.indices.contains(buffer), start >= 0, start <= long[buffer].count,
              length <= long[buffer].count - start, out.count <= 1 << 34
            else { throw ArrowColumn.damaged }
            out.append(contentsOf: long[buffer][start..<start + length])
          }
        }
        offsets.append(out.count)
      }
      return try checked(out, offsets)
    }
  }

  private func checked(_ bytes: [UInt8], _ offsets: [Int]) throws -> TextValues {
    let isText = bytes.withUnsafeBytes { bytes in
      offsets.map { Int64($0) }.withUnsafeBufferPointer {
        ParquetTexts.isText(bytes, ends: $0.baseAddress, count: $0.count, start: 0)
      }
    }
    guard isText else { throw ColumnFileError("it holds bytes that are no UTF-8 text", .unsupported) }
    return TextValues(bytes: bytes, offsets: offsets)
  }
}
