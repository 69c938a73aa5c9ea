import WeirBase

/// Some columns of a Parquet file that are read together.
struct ParquetBatch {
  /// How many columns at most: their memory is held at the same time.
  static let largest = 16

  let bytes: SharedBytes
  let leaves: [ParquetLeaf]
  let groups: [(rows: Range<Int>, chunks: [ParquetMetadata.Chunk])]
  let rowCount: Int
  let workers: Workers
  let cancellation: Cancellation

  /// A page of one of the columns.
  private struct Task {
    let column: Int
    let chunk: Int
    let page: Int
  }

  /// What a page leaves behind beside its values.
  private struct Outcome: Sendable {
    var bits: [UInt64]?
    var isFull = true
    var texts: ParquetTextPage?
  }

  func columns() throws -> [Column] {
    let chunks = try workers.map(leaves.count) { try findPages(leaves[$0]) }
    try checkSize(chunks)
    let dictionaries = try ParquetDictionaries(leaves, chunks, bytes: bytes, rowCount: rowCount, workers: workers)
    let tasks = chunks.indices.flatMap { column in
      chunks[column].indices.flatMap { chunk in
        chunks[column][chunk].pages.indices.map { Task(column: column, chunk: chunk, page: $0) }
      }
    }
    // Texts that are no codes stay unpacked until it is known how many bytes they take in all.
    let arena = TextArena(leaves.indices.map { column in
      dictionaries.isCoded[column] || leaves[column].words != .texts ? [] : chunks[column]
    })
    let memory = PageMemory()
    var outcomes: [Outcome] = []
    let forms = leaves.indices.map { column in
      leaves[column].words == .texts && !dictionaries.isCoded[column] ? ColumnMemory.Form.none : ColumnMemory.form(leaves[column])
    }
    var storages = try ColumnMemory.filling(forms[...], rowCount) { bases in
      outcomes = try workers.map(tasks.count) { index in
        try cancellation.check()
        let task = tasks[index]
        return try read(task, chunks[task.column][task.chunk], dictionaries, arena, memory, bases[task.column])
      }
    }
    for column in leaves.indices {
      if let merged = dictionaries.merged[column], case .text(let texts) = storages[column] {
        storages[column] = .text(TextValues(bytes: merged.bytes, offsets: merged.offsets, codes: texts.codes))
      } else if forms[column] == .none {
        let own = tasks.indices.filter { tasks[$0].column == column }
        storages[column] = .text(try joinTexts(leaves[column], own.map { tasks[$0] }, own.map { outcomes[$0] }, chunks[column], dictionaries.texts[column]))
      }
    }
    return leaves.indices.map { column in
      let own = tasks.indices.filter { tasks[$0].column == column && !outcomes[$0].isFull }
      guard !own.isEmpty else { return Column(storages[column]) }
      return Column(storages[column], validity: validity(column, tasks, outcomes, chunks[column]))
    }
  }

  // MARK: Pages

  private func findPages(_ leaf: ParquetLeaf) throws -> [ParquetChunk] {
    var start = 0
    return try groups.map { group in
      defer { start += group.rows.count }
      return try ParquetChunk(group.chunks[leaf.place], of: leaf, rows: start..<start + group.rows.count, in: bytes.bytes)
    }
  }

  /// A file of a few bytes can claim any number of equal rows; beyond a ratio that no real one has that is damage.
  private func checkSize(_ chunks: [[ParquetChunk]]) throws(ColumnFileError) {
    for (leaf, chunks) in zip(leaves, chunks) {
      let packed = chunks.reduce(0) { $0 + $1.byteCount }
      guard rowCount * 8 <= max(1 << 26, packed << 17) else {
        throw ColumnFileError("it has more rows than its size allows", column: leaf.name)
      }
    }
  }

  private func read(
    _ task: Task, _ chunk: ParquetChunk, _ dictionaries: ParquetDictionaries, _ arena: TextArena, _ memory: PageMemory,
    _ base: SharedMemory?
  ) throws -> Outcome {
    let leaf = leaves[task.column], page = chunk.pages[task.page]
    func unpacked(_ memory: UnsafeMutableRawPointer?) throws(ColumnFileError) -> UnpackedPage {
      do throws(ColumnFileError) {
        return try UnpackedPage(page, chunk.codec, level: leaf.level, in: bytes.bytes, memory: memory)
      } catch {
        throw error.with(column: leaf.name)
      }
    }
    if leaf.words == .texts, !dictionaries.isCoded[task.column] {
      let found = try unpacked(arena.base(task.column, task.chunk, task.page))
      let dictionary = dictionaries.texts[task.column][task.chunk]
      let texts = try ParquetTexts(leaf: leaf).texts(
        of: found, page.encoding, entryCount: dictionary.count, offsets: dictionary.offsets)
      return Outcome(bits: found.bits, isFull: found.bits == nil, texts: texts)
    }
    guard let base else { return Outcome() }
    return try memory.lending(chunk.codec == .none ? 0 : page.unpackedCount) { lent in
      let found = try unpacked(lent)
      if leaf.words == .texts {
        let out = base.base.assumingMemoryBound(to: UInt32.self) + page.firstRow
        try ParquetTexts(leaf: leaf).codes(
          found, rows: page.rowCount, map: dictionaries.maps[task.column][task.chunk], into: out)
      } else {
        let out = base.base + page.firstRow * ColumnMemory.form(leaf).byteCount
        try ParquetNumbers(leaf: leaf).read(
          found, page.encoding, rows: page.rowCount, wide: dictionaries.wide[task.column][task.chunk],
          days: dictionaries.days[task.column][task.chunk], into: out)
      }
      return Outcome(bits: found.bits, isFull: found.bits == nil)
    }
  }

  // MARK: Texts

  private func joinTexts(
    _ leaf: ParquetLeaf, _ tasks: [Task], _ outcomes: [Outcome], _ chunks: [ParquetChunk],
    _ dictionaries: [ParquetDictionary]
  ) throws -> TextValues {
    var total = 0
    let starts = outcomes.map { outcome in
      defer { total += outcome.texts?.byteCount ?? 0 }
      return total
    }
    let byteTotal = total
    var bytes: [UInt8] = []
    let texts = ParquetTexts(leaf: leaf)
    let offsets = try [Int](unsafeUninitializedCapacity: rowCount + 1) { offsets, offsetCount in
      SharedMemory.prepare(offsets.baseAddress, offsets.count * 8)
      guard let ends = UnsafeMutableRawPointer(offsets.baseAddress) else { return }
      let shared = SharedMemory(base: ends)
      ends.storeBytes(of: 0, as: Int64.self)
      bytes = try [UInt8](unsafeUninitializedCapacity: byteTotal) { out, byteCount in
        SharedMemory.prepare(out.baseAddress, byteTotal)
        let target = out.baseAddress.map { SharedMemory(base: UnsafeMutableRawPointer($0)) }
        try workers.forEach(tasks.count) { index in
          let task = tasks[index], page = chunks[task.chunk].pages[task.page]
          guard let found = outcomes[index].texts else { return }
          let out = UnsafeMutableBufferPointer(
            start: target.map { $0.base.assumingMemoryBound(to: UInt8.self) + starts[index] }, count: found.byteCount)
          let ends = shared.base.assumingMemoryBound(to: Int64.self) + 1 + page.firstRow
          guard texts.copy(
            found, rows: page.rowCount, to: out, ends: ends, start: starts[index],
            dictionaries.indices.contains(task.chunk) ? dictionaries[task.chunk] : nil)
          else { throw ColumnFileError("a page is damaged", column: leaf.name, offset: page.body.lowerBound) }
          guard ParquetTexts.isText(UnsafeRawBufferPointer(out), ends: ends, count: page.rowCount, start: starts[index]) else {
            throw ColumnFileError("it holds bytes that are no UTF-8 text", .unsupported, column: leaf.name)
          }
        }
        byteCount = byteTotal
      }
      offsetCount = rowCount + 1
    }
    return TextValues(bytes: bytes, offsets: offsets)
  }

  // MARK: Missing values

  private func validity(
    _ column: Int, _ tasks: [Task], _ outcomes: [Outcome], _ chunks: [ParquetChunk]
  ) -> Bitmap {
    var words = [UInt64](repeating: 0, count: (rowCount + 63) / 64)
    for (task, outcome) in zip(tasks, outcomes) where task.column == column {
      let page = chunks[task.chunk].pages[task.page]
      ParquetBits.place(outcome.bits, in: &words, at: page.firstRow, count: page.rowCount)
    }
    return Bitmap(words: words, count: rowCount)
  }
}
