import CWeirKernels

/// Turns the values of pages into the words of a column: 64 bits for numbers and times, 32 for dates, 8 for truth values.
struct ParquetNumbers {
  let leaf: ParquetLeaf

  private func damaged() -> ColumnFileError { ColumnFileError("a page is damaged", column: leaf.name) }

  // MARK: Dictionaries

  /// The entries of a dictionary as words.
  func wideEntries(_ page: UnpackedPage) throws(ColumnFileError) -> [UInt64] {
    // As many as there are bytes for, whatever the page says.
    guard page.present <= page.values.count / max(leaf.width ?? 4, 1) else { throw damaged() }
    var entries = [UInt64](repeating: 0, count: page.present)
    let fault: ColumnFileError? = entries.withUnsafeMutableBytes { out in
      guard let base = out.baseAddress else { return nil }
      do throws(ColumnFileError) {
        try readWide(page.values, page.present, .plain, into: base)
        return nil
      } catch { return error }
    }
    if let fault { throw fault }
    return entries
  }

  func dayEntries(_ page: UnpackedPage) throws(ColumnFileError) -> [UInt32] {
    guard page.present <= page.values.count / 4 else { throw damaged() }
    return (0..<page.present).map { page.values.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self) }
  }

  // MARK: Pages

  /// Writes the rows of a page; a row without a value is zero.
  func read(
    _ page: UnpackedPage, _ encoding: ParquetPage.Encoding, rows: Int, wide: [UInt64], days: [UInt32],
    into out: UnsafeMutableRawPointer
  ) throws(ColumnFileError) {
    let source = page.values.bindMemory(to: UInt8.self).baseAddress, count = page.values.count
    let isCoded = encoding.isDictionary
    if leaf.kind == .nothing, page.present > 0 { throw damaged() }
    // The places in a dictionary stand behind their width.
    if isCoded, page.present > 0, count < 1 { throw damaged() }
    let width = isCoded && count > 0 ? Int32(page.values[0]) : 0
    switch leaf.words {
    case .flags:
      guard !isCoded else { throw damaged() }
      let flags = out.assumingMemoryBound(to: UInt8.self)
      try readFlags(page, encoding, into: flags)
      if let bits = page.bits { weir_parquet_spread8(flags, rows, bits, page.present) }
    case .days:
      let words = out.assumingMemoryBound(to: UInt32.self)
      if isCoded {
        guard weir_parquet_hybrid_gather32(
          words, page.present, source.map { $0 + 1 }, max(count - 1, 0), width, days, days.count) >= 0
        else { throw damaged() }
      } else {
        try readDays(page.values, page.present, encoding, into: words)
      }
      if let bits = page.bits { weir_parquet_spread32(words, rows, bits, page.present) }
    case .ints, .floats, .texts:
      let words = out.assumingMemoryBound(to: UInt64.self)
      if isCoded {
        guard weir_parquet_hybrid_gather64(
          words, page.present, source.map { $0 + 1 }, max(count - 1, 0), width, wide, wide.count) >= 0
        else { throw damaged() }
      } else {
        try readWide(page.values, page.present, encoding, into: out)
      }
      if let bits = page.bits { weir_parquet_spread64(words, rows, bits, page.present) }
    }
  }

  private func readFlags(
    _ page: UnpackedPage, _ encoding: ParquetPage.Encoding, into out: UnsafeMutablePointer<UInt8>
  ) throws(ColumnFileError) {
    let source = page.values.bindMemory(to: UInt8.self).baseAddress
    switch encoding {
    case .plain, .bits:
      guard page.values.count >= (page.present + 7) / 8 else { throw damaged() }
      weir_parquet_unpack_bools(out, source, page.present)
    case .hybrid:
      guard page.values.count >= 4 else { throw damaged() }
      let count = min(Int(page.values.loadUnaligned(as: UInt32.self)), page.values.count - 4)
      var places = [UInt32](repeating: 0, count: page.present)
      guard weir_parquet_hybrid(&places, page.present, source.map { $0 + 4 }, count, 1) >= 0 else { throw damaged() }
      for (i, place) in places.enumerated() { out[i] = UInt8(truncatingIfNeeded: place) }
    default: throw damaged()
    }
  }

  private func readDays(
    _ values: UnsafeRawBufferPointer, _ count: Int, _ encoding: ParquetPage.Encoding,
    into out: UnsafeMutablePointer<UInt32>
  ) throws(ColumnFileError) {
    let source = values.bindMemory(to: UInt8.self).baseAddress
    switch encoding {
    case .plain:
      guard count <= values.count / 4 else { throw damaged() }
      UnsafeMutableRawBufferPointer(start: out, count: count * 4)
        .copyMemory(from: UnsafeRawBufferPointer(start: values.baseAddress, count: count * 4))
    case .split:
      guard count <= values.count / 4 else { throw damaged() }
      weir_parquet_unsplit(UnsafeMutableRawPointer(out).assumingMemoryBound(to: UInt8.self), source, count, 4)
    case .delta:
      var wide = [Int64](repeating: 0, count: count), made = 0
      guard weir_parquet_delta(&wide, count, source, values.count, &made) >= 0, made == count else { throw damaged() }
      for i in 0..<count { out[i] = UInt32(truncatingIfNeeded: wide[i]) }
    default: throw damaged()
    }
  }

  private func readWide(
    _ values: UnsafeRawBufferPointer, _ count: Int, _ encoding: ParquetPage.Encoding, into out: UnsafeMutableRawPointer
  ) throws(ColumnFileError) {
    switch encoding {
    case .plain: try readPlain(values, count, into: out)
    case .split:
      guard let width = leaf.width, width > 0, count <= values.count / width,
        let source = values.bindMemory(to: UInt8.self).baseAddress
      else {
        guard count == 0 else { throw damaged() }
        return
      }
      var joined = [UInt8](repeating: 0, count: count * width)
      weir_parquet_unsplit(&joined, source, count, width)
      let fault: ColumnFileError? = joined.withUnsafeBytes { bytes in
        do throws(ColumnFileError) {
          try readPlain(bytes, count, into: out)
          return nil
        } catch { return error }
      }
      if let fault { throw fault }
    case .delta where leaf.physical == .int32 || leaf.physical == .int64:
      let ints = out.assumingMemoryBound(to: Int64.self)
      var made = 0
      let source = values.bindMemory(to: UInt8.self).baseAddress
      guard weir_parquet_delta(ints, count, source, values.count, &made) >= 0, made == count else { throw damaged() }
      if leaf.physical == .int32 {
        // Differences wrap around at 32 bits.
        let isUnsigned = if case .int(_, let signed) = leaf.kind { !signed } else { false }
        for i in 0..<count {
          let low = UInt32(truncatingIfNeeded: ints[i])
          ints[i] = isUnsigned ? Int64(low) : Int64(Int32(bitPattern: low))
        }
      }
      try finish(ints, count)
    default: throw damaged()
    }
  }

  private func readPlain(
    _ values: UnsafeRawBufferPointer, _ count: Int, into out: UnsafeMutableRawPointer
  ) throws(ColumnFileError) {
    if leaf.physical == .byteArray { return try readTextDecimals(values, count, into: out) }
    guard let width = leaf.width, width > 0, count <= values.count / width else {
      guard count == 0 else { throw damaged() }
      return
    }
    guard let source = values.bindMemory(to: UInt8.self).baseAddress else { return }
    let ints = out.assumingMemoryBound(to: Int64.self)
    switch leaf.physical {
    case .float: weir_widen_f32(out.assumingMemoryBound(to: Double.self), source, count)
    case .int32:
      if case .int(_, signed: false) = leaf.kind { weir_widen_u32(ints, source, count) } else { weir_widen_i32(ints, source, count) }
      try finish(ints, count)
    case .int64, .double:
      UnsafeMutableRawBufferPointer(start: out, count: count * 8)
        .copyMemory(from: UnsafeRawBufferPointer(start: values.baseAddress, count: count * 8))
      if leaf.physical == .int64 { try finish(ints, count) }
    case .int96:
      for i in 0..<count { ints[i] = try oldDateTime(values, i * 12) }
    case .fixedByteArray:
      if leaf.kind == .float {
        weir_widen_f16(out.assumingMemoryBound(to: Double.self), source, count)
      } else {
        for i in 0..<count { try storeDecimal(values[i * width..<(i + 1) * width], at: i, out) }
      }
    case .boolean, .byteArray: throw damaged()
    }
  }

  // MARK: Meanings

  /// Brings integers to the column's unit, in place.
  private func finish(_ ints: UnsafeMutablePointer<Int64>, _ count: Int) throws(ColumnFileError) {
    switch leaf.kind {
    case .int(bits: 64, signed: false):
      for i in 0..<count where ints[i] < 0 {
        throw ColumnFileError("\(UInt64(bitPattern: ints[i])) is too large for an int", .unsupported, column: leaf.name)
      }
    case .dateTime(.millis), .duration(.millis):
      for i in 0..<count {
        let (micros, overflow) = ints[i].multipliedReportingOverflow(by: 1000)
        if overflow { throw ColumnFileError("a time is too far from 1970", .unsupported, column: leaf.name) }
        ints[i] = micros
      }
    case .dateTime(.nanos), .duration(.nanos):
      for i in 0..<count { ints[i] = ParquetNumbers.floored(ints[i], by: 1000) }
    case .decimal(let scale) where scale > 0:
      let doubles = UnsafeMutableRawPointer(ints).assumingMemoryBound(to: UInt64.self)
      let unit = ParquetNumbers.power(scale)
      for i in 0..<count { doubles[i] = (Double(ints[i]) / unit).bitPattern }
    default: break
    }
  }

  /// A moment in the form that Impala and old Spark wrote.
  private func oldDateTime(_ values: UnsafeRawBufferPointer, _ at: Int) throws(ColumnFileError) -> Int64 {
    let nanos = values.loadUnaligned(fromByteOffset: at, as: Int64.self)
    let day = Int64(values.loadUnaligned(fromByteOffset: at + 8, as: UInt32.self)) - 2_440_588
    let (micros, overflow) = day.multipliedReportingOverflow(by: microsecondsPerDay)
    let (sum, overflow2) = micros.addingReportingOverflow(ParquetNumbers.floored(nanos, by: 1000))
    if overflow || overflow2 { throw ColumnFileError("a time is too far from 1970", .unsupported, column: leaf.name) }
    return sum
  }

  private func readTextDecimals(
    _ values: UnsafeRawBufferPointer, _ count: Int, into out: UnsafeMutableRawPointer
  ) throws(ColumnFileError) {
    guard case .decimal = leaf.kind else { throw damaged() }
    var position = 0
    for i in 0..<count {
      guard values.count - position >= 4 else { throw damaged() }
      let length = Int(values.loadUnaligned(fromByteOffset: position, as: UInt32.self))
      position += 4
      guard length <= min(values.count - position, 64) else { throw damaged() }
      try storeDecimal(values[position..<position + length], at: i, out)
      position += length
    }
  }

  /// An integer of any length, the highest byte first, divided by the scale.
  private func storeDecimal(
    _ bytes: Slice<UnsafeRawBufferPointer>, at row: Int, _ out: UnsafeMutableRawPointer
  ) throws(ColumnFileError) {
    guard case .decimal(let scale) = leaf.kind else { throw damaged() }
    let isNegative = (bytes.first ?? 0) >= 128
    // Leading bytes that only repeat the sign do not count.
    let digits = bytes.drop { $0 == (isNegative ? 255 : 0) }
    let whole: Int64? = {
      guard digits.count < 8 || digits.count == 8 && ((digits.first ?? 0) >= 128) == isNegative else { return nil }
      return digits.reduce(isNegative ? -1 : 0) { $0 << 8 | Int64($1) }
    }()
    if scale == 0 {
      guard let whole else { throw ColumnFileError("a decimal is too large for an int", .unsupported, column: leaf.name) }
      out.assumingMemoryBound(to: Int64.self)[row] = whole
      return
    }
    let value = whole.map(Double.init)
      ?? digits.reduce(isNegative ? -1.0 : 0.0) { $0 * 256 + Double($1) }
    out.assumingMemoryBound(to: UInt64.self)[row] = (value / ParquetNumbers.power(scale)).bitPattern
  }

  private static func power(_ scale: Int) -> Double { Double("1e\(scale)") ?? 1 }

  private static func floored(_ value: Int64, by unit: Int64) -> Int64 {
    value >= 0 ? value / unit : -((unit - 1 - value) / unit)
  }
}
