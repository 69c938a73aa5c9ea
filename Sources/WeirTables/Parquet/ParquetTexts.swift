import CWeirKernels

/// The distinct texts of a chunk's dictionary.
struct ParquetDictionary: Sendable {
  var bytes: [UInt8] = []
  var offsets: [Int64] = [0]

  var count: Int { offsets.count - 1 }
}

/// The texts of a page, found but not yet copied to the column: how many bytes they take is known.
struct ParquetTextPage: Sendable {
  enum Form: Sendable {
    /// Each text behind its length.
    case prefixed(SharedBytes)
    /// Lengths, and the bytes one after the other.
    case split([Int64], SharedBytes)
    /// The same with bytes that were put together here.
    case made([Int64], [UInt8])
    case coded([UInt32])
  }

  let form: Form
  let bits: [UInt64]?
  let byteCount: Int
}

/// Bytes that stay where they are as long as the columns are read.
///
/// Safety: they are read only, and outlive the parts that read them.
struct SharedBytes: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }
  var start: UnsafePointer<UInt8>? { bytes.bindMemory(to: UInt8.self).baseAddress }
}

struct ParquetTexts {
  let leaf: ParquetLeaf

  /// Texts put together from shared beginnings may take no more than this in a page.
  private static let largestMade = 1 << 28

  private func damaged() -> ColumnFileError { ColumnFileError("a page is damaged", column: leaf.name) }
  private func notText() -> ColumnFileError { ColumnFileError("it holds bytes that are no UTF-8 text", .unsupported, column: leaf.name) }

  // MARK: Dictionaries

  func dictionary(_ page: UnpackedPage) throws(ColumnFileError) -> ParquetDictionary {
    let found = try texts(of: page, .plain, entryCount: 0, offsets: [])
    let rows = page.present
    var dictionary = ParquetDictionary()
    dictionary.bytes = [UInt8](repeating: 0, count: found.byteCount)
    dictionary.offsets = [Int64](repeating: 0, count: rows + 1)
    let isWhole = dictionary.bytes.withUnsafeMutableBufferPointer { bytes in
      dictionary.offsets.withUnsafeMutableBufferPointer { offsets in
        offsets.baseAddress.map { copy(found, rows: rows, to: bytes, ends: $0 + 1, start: 0, nil) } ?? false
      }
    }
    guard isWhole else { throw damaged() }
    try check(dictionary.bytes, dictionary.offsets)
    return dictionary
  }

  private func check(_ bytes: [UInt8], _ offsets: [Int64]) throws(ColumnFileError) {
    let isText = bytes.withUnsafeBytes { bytes in
      offsets.withUnsafeBufferPointer { ParquetTexts.isText(bytes, ends: $0.baseAddress, count: offsets.count, start: 0) }
    }
    guard isText else { throw notText() }
  }

  /// Whether bytes are UTF-8 and no text ends within a character; `ends` counts from `start`.
  static func isText(_ bytes: UnsafeRawBufferPointer, ends: UnsafePointer<Int64>?, count: Int, start: Int) -> Bool {
    var position = 0, isPlain = true
    while position + 8 <= bytes.count, isPlain {
      isPlain = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      position += 8
    }
    if isPlain {
      while position < bytes.count, bytes[position] < 128 { position += 1 }
      if position >= bytes.count { return true }
    }
    guard UTF8Check.firstFault(in: bytes, 0..<bytes.count) == nil, let ends else { return false }
    for i in 0..<count {
      let end = Int(ends[i]) - start
      if end < bytes.count, bytes[end] & 0xC0 == 0x80 { return false }
    }
    return true
  }

  // MARK: Pages

  /// The places of a page's texts in the merged dictionary; a row without a text has place 0.
  func codes(
    _ page: UnpackedPage, rows: Int, map: [UInt32], into out: UnsafeMutablePointer<UInt32>
  ) throws(ColumnFileError) {
    let source = page.values.bindMemory(to: UInt8.self).baseAddress, count = page.values.count
    guard page.present == 0 || count > 0 else { throw damaged() }
    let width = count > 0 ? Int32(page.values[0]) : 0
    guard weir_parquet_hybrid_gather32(
      out, page.present, source.map { $0 + 1 }, max(count - 1, 0), width, map, map.count) >= 0
    else { throw damaged() }
    if let bits = page.bits { weir_parquet_spread32(out, rows, bits, page.present) }
  }

  func texts(
    of page: UnpackedPage, _ encoding: ParquetPage.Encoding, entryCount: Int, offsets: [Int64]
  ) throws(ColumnFileError) -> ParquetTextPage {
    let values = page.values, count = page.present
    let source = values.bindMemory(to: UInt8.self).baseAddress
    func made(_ form: ParquetTextPage.Form, _ byteCount: Int) throws(ColumnFileError) -> ParquetTextPage {
      guard byteCount >= 0 else { throw damaged() }
      return ParquetTextPage(form: form, bits: page.bits, byteCount: byteCount)
    }
    switch (encoding, leaf.physical) {
    case (.plain, .byteArray):
      return try made(.prefixed(SharedBytes(values)), Int(weir_parquet_text_bytes(source, values.count, count)))
    case (.plain, .fixedByteArray):
      let width = leaf.typeLength
      guard count <= values.count / max(width, 1) else { throw damaged() }
      let bytes = UnsafeRawBufferPointer(rebasing: values[0..<count * width])
      if leaf.kind == .uuid { return try made(uuids(bytes), count * 36) }
      return try made(.split(Array(repeating: Int64(width), count: count), SharedBytes(bytes)), count * width)
    case (.split, .fixedByteArray):
      let width = leaf.typeLength
      guard count <= values.count / max(width, 1), let source else {
        if count == 0 { return try made(.made([], []), 0) }
        throw damaged()
      }
      var joined = [UInt8](repeating: 0, count: count * width)
      weir_parquet_unsplit(&joined, source, count, width)
      if leaf.kind == .uuid { return try made(joined.withUnsafeBytes(uuids), count * 36) }
      return try made(.made(Array(repeating: Int64(width), count: count), joined), count * width)
    case (.plainDictionary, _), (.dictionary, _):
      var codes = [UInt32](repeating: 0, count: count)
      guard count == 0 || values.count > 0 else { throw damaged() }
      let width = values.isEmpty ? 0 : Int32(values[0])
      guard weir_parquet_hybrid(&codes, count, source.map { $0 + 1 }, max(values.count - 1, 0), width) >= 0 else {
        throw damaged()
      }
      return try made(.coded(codes), Int(weir_parquet_coded_bytes(codes, count, offsets, entryCount)))
    case (.deltaLengths, .byteArray):
      let (lengths, taken) = try deltas(values, count)
      var sum = 0
      for length in lengths {
        guard length >= 0, length <= values.count - taken - sum else { throw damaged() }
        sum += Int(length)
      }
      return try made(.split(lengths, SharedBytes(UnsafeRawBufferPointer(rebasing: values[taken...]))), sum)
    case (.deltaTexts, .byteArray), (.deltaTexts, .fixedByteArray):
      let joined = try deltaTexts(values, count)
      if leaf.kind == .uuid {
        guard joined.lengths.allSatisfy({ $0 == 16 }) else { throw damaged() }
        return try made(joined.bytes.withUnsafeBytes(uuids), count * 36)
      }
      return try made(.made(joined.lengths, joined.bytes), joined.bytes.count)
    default: throw damaged()
    }
  }

  private func deltas(_ values: UnsafeRawBufferPointer, _ count: Int) throws(ColumnFileError) -> ([Int64], taken: Int) {
    var deltas = [Int64](repeating: 0, count: count), made = 0
    let source = values.bindMemory(to: UInt8.self).baseAddress
    let taken = weir_parquet_delta(&deltas, count, source, values.count, &made)
    guard taken >= 0, made == count else { throw damaged() }
    return (deltas, Int(taken))
  }

  /// Texts that share their beginnings with the one before.
  private func deltaTexts(
    _ values: UnsafeRawBufferPointer, _ count: Int
  ) throws(ColumnFileError) -> (lengths: [Int64], bytes: [UInt8]) {
    let (shared, first) = try deltas(values, count)
    let (own, second) = try deltas(UnsafeRawBufferPointer(rebasing: values[first...]), count)
    var lengths = own, bytes: [UInt8] = [], position = first + second, before = 0..<0
    for i in 0..<count {
      guard shared[i] >= 0, shared[i] <= before.count, own[i] >= 0, own[i] <= values.count - position,
        bytes.count + Int(shared[i]) + Int(own[i]) <= ParquetTexts.largestMade
      else { throw damaged() }
      let start = bytes.count
      bytes.append(contentsOf: bytes[before.lowerBound..<before.lowerBound + Int(shared[i])])
      bytes.append(contentsOf: values[position..<position + Int(own[i])])
      position += Int(own[i])
      before = start..<bytes.count
      lengths[i] = Int64(before.count)
    }
    return (lengths, bytes)
  }

  private func uuids(_ bytes: UnsafeRawBufferPointer) -> ParquetTextPage.Form {
    let digits = Array("0123456789abcdef".utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count / 16 * 36)
    for (i, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(i % 16) { out.append(UInt8(ascii: "-")) }
      out.append(digits[Int(byte >> 4)])
      out.append(digits[Int(byte & 15)])
    }
    return .made(Array(repeating: 36, count: bytes.count / 16), out)
  }

  /// Copies the texts of a page to their place in the column, and writes where each ends.
  func copy(
    _ page: ParquetTextPage, rows: Int, to out: UnsafeMutableBufferPointer<UInt8>, ends: UnsafeMutablePointer<Int64>,
    start: Int, _ dictionary: ParquetDictionary?
  ) -> Bool {
    let start = Int64(start), capacity = out.count, target = out.baseAddress
    let copied: Int64
    switch page.form {
    case .prefixed(let shared):
      copied = weir_parquet_texts(target, capacity, ends, start, rows, page.bits, shared.start, shared.bytes.count)
    case .split(let lengths, let shared):
      copied = weir_parquet_split_texts(
        target, capacity, ends, start, rows, page.bits, lengths, lengths.count, shared.start, shared.bytes.count)
    case .made(let lengths, let bytes):
      copied = weir_parquet_split_texts(
        target, capacity, ends, start, rows, page.bits, lengths, lengths.count, bytes, bytes.count)
    case .coded(let codes):
      guard let dictionary else { return codes.isEmpty }
      copied = weir_parquet_coded_texts(
        target, capacity, ends, start, rows, page.bits, codes, codes.count, dictionary.bytes, dictionary.offsets,
        dictionary.count)
    }
    return copied == Int64(page.byteCount)
  }
}
