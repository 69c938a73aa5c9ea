import CWeirKernels
import WeirBase

/// The arrays that become columns, given out before they are filled.
enum ColumnMemory {
  enum Form: Sendable {
    case none, flags, days, ints, dateTimes, durations, floats, codes

    var byteCount: Int {
      switch self {
      case .none: 0
      case .flags: 1
      case .days, .codes: 4
      case .ints, .dateTimes, .durations, .floats: 8
      }
    }
  }

  static func form(_ leaf: ParquetLeaf) -> Form {
    switch leaf.type {
    case .bool: .flags
    case .date: .days
    case .int: .ints
    case .dateTime: .dateTimes
    case .duration: .durations
    case .text: .codes
    case .float, .object: .floats
    }
  }

  /// One array for each form; `fill` writes all elements of all of them.
  static func filling(
    _ forms: ArraySlice<Form>, _ count: Int, bases: [SharedMemory?] = [], fill: ([SharedMemory?]) throws -> Void
  ) throws -> [Column.Storage] {
    guard let form = forms.first else {
      try fill(bases)
      return []
    }
    var others: [Column.Storage] = []
    func array<Element>(_ type: Element.Type) throws -> [Element] {
      try [Element](unsafeUninitializedCapacity: count) { memory, filled in
        SharedMemory.prepare(memory.baseAddress, count * MemoryLayout<Element>.stride)
        let base = memory.baseAddress.map { SharedMemory(base: UnsafeMutableRawPointer($0)) }
        others = try filling(forms.dropFirst(), count, bases: bases + [base], fill: fill)
        filled = count
      }
    }
    let own: Column.Storage
    switch form {
    case .none:
      others = try filling(forms.dropFirst(), count, bases: bases + [nil], fill: fill)
      own = .text(TextValues(bytes: [], offsets: [0]))
    case .flags: own = .bool(try array(Bool.self))
    case .days: own = .date(try array(Int32.self))
    case .ints: own = .int(try array(Int64.self))
    case .dateTimes: own = .dateTime(try array(Int64.self))
    case .durations: own = .duration(try array(Int64.self))
    case .floats: own = .float(try array(Double.self))
    case .codes: own = .text(TextValues(bytes: [], offsets: [0], codes: try array(UInt32.self)))
    }
    return [own] + others
  }
}

/// Room for the unpacked pages of texts.
///
/// Safety: each page writes and reads a range of its own.
final class TextArena: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer?
  /// Where each page of each chunk of each column starts.
  private var starts: [[[Int]]] = []

  init(_ columns: [[ParquetChunk]]) {
    var total = 0
    for chunks in columns {
      starts.append(chunks.map { chunk in
        chunk.pages.map { page in
          defer { if chunk.codec != .none { total += (page.unpackedCount + 15) & ~15 } }
          return total
        }
      })
    }
    base = total > 0 ? .allocate(byteCount: total, alignment: 64) : nil
    SharedMemory.prepare(base, total)
  }

  deinit { base?.deallocate() }

  func base(_ column: Int, _ chunk: Int, _ page: Int) -> UnsafeMutableRawPointer? {
    base.map { $0 + starts[column][chunk][page] }
  }
}

enum ParquetBits {
  /// Sets bits from `start` on: those of `bits`, or all where that is nil.
  static func place(_ bits: [UInt64]?, in words: inout [UInt64], at start: Int, count: Int) {
    weir_parquet_place_bits(&words, start, bits, count)
  }
}

/// The dictionaries of some columns: of numbers as words, of texts merged into one for each column where that pays.
struct ParquetDictionaries {
  /// By column and chunk.
  var wide: [[[UInt64]]]
  var days: [[[UInt32]]]
  var texts: [[ParquetDictionary]]
  /// Whether a column of texts becomes codes.
  var isCoded: [Bool]
  var merged: [TextValues?]
  /// The code of each entry of each chunk's dictionary.
  var maps: [[[UInt32]]]

  private struct Entries: Sendable {
    var wide: [UInt64] = []
    var days: [UInt32] = []
    var texts = ParquetDictionary()
  }

  init(
    _ leaves: [ParquetLeaf], _ chunks: [[ParquetChunk]], bytes: SharedBytes, rowCount: Int, workers: Workers
  ) throws {
    let places = chunks.indices.flatMap { column in chunks[column].indices.map { (column, $0) } }
    let memory = PageMemory()
    let entries = try workers.map(places.count) { index in
      let (column, chunk) = places[index]
      return try ParquetDictionaries.entries(leaves[column], chunks[column][chunk], bytes, memory)
    }
    (wide, days, texts, isCoded, merged, maps) = ([], [], [], [], [], [])
    var next = 0
    for column in leaves.indices {
      let own = entries[next..<next + chunks[column].count]
      next += chunks[column].count
      wide.append(own.map(\.wide))
      days.append(own.map(\.days))
      texts.append(own.map(\.texts))
      let (values, map) = ParquetDictionaries.merge(leaves[column], chunks[column], own.map(\.texts), rowCount)
      merged.append(values)
      maps.append(map)
      isCoded.append(values != nil)
    }
  }

  private static func entries(
    _ leaf: ParquetLeaf, _ chunk: ParquetChunk, _ bytes: SharedBytes, _ memory: PageMemory
  ) throws -> Entries {
    guard let page = chunk.dictionary else { return Entries() }
    return try memory.lending(chunk.codec == .none ? 0 : page.unpackedCount) { lent in
      var entries = Entries()
      let found: UnpackedPage
      do {
        found = try UnpackedPage(page, chunk.codec, level: 0, in: bytes.bytes, memory: lent)
      } catch let fault as ColumnFileError {
        throw fault.with(column: leaf.name)
      }
      switch leaf.words {
      case .texts: entries.texts = try ParquetTexts(leaf: leaf).dictionary(found)
      case .days: entries.days = try ParquetNumbers(leaf: leaf).dayEntries(found)
      case .ints, .floats: entries.wide = try ParquetNumbers(leaf: leaf).wideEntries(found)
      case .flags: throw ColumnFileError("a page is damaged", column: leaf.name, offset: page.body.lowerBound)
      }
      return entries
    }
  }

  /// One dictionary for the column, where all its pages have one and entries repeat twice on average or are few.
  private static func merge(
    _ leaf: ParquetLeaf, _ chunks: [ParquetChunk], _ own: [ParquetDictionary], _ rowCount: Int
  ) -> (TextValues?, [[UInt32]]) {
    let few = 4096
    guard leaf.words == .texts, rowCount > 0, zip(chunks, own).allSatisfy({ chunk, dictionary in
      chunk.pages.allSatisfy(\.encoding.isDictionary) && (dictionary.count <= few || dictionary.count <= chunk.rowCount / 2)
    }) else { return (nil, []) }
    var merged = TextDictionary(), maps: [[UInt32]] = []
    for dictionary in own {
      maps.append((0..<dictionary.count).map { entry in
        merged.code(of: dictionary.bytes[Int(dictionary.offsets[entry])..<Int(dictionary.offsets[entry + 1])])
      })
    }
    guard merged.count <= few || merged.count <= rowCount / 2 else { return (nil, []) }
    // A row without a text has code 0, which must be an entry.
    if merged.count == 0 { _ = merged.code(of: []) }
    return (TextValues(bytes: merged.bytes, offsets: merged.offsets, codes: []), maps)
  }
}
