import Foundation
import Synchronization
import WeirBase
package import WeirCatalog
package import WeirStore
import WeirTables

/// What cells came to, kept in the store under the hash of all that they depend on.
///
/// Which files a cell reads is known only once it has run. So under the key that is known before (code, inputs, seed) the
/// store has the paths read last time; with the contents of those files now, the full key follows, and under that the
/// result.
package final class CellCache: Sendable {
  package let store: Store
  private let catalog: Catalog
  /// Results larger than this are not kept; their cells run again when somebody needs them.
  package static let largestResult = 256 << 20

  package init(store: Store, catalog: Catalog) {
    self.store = store
    self.catalog = catalog
  }

  enum Finding {
    case found(CellResult)
    /// Why not, against the last time; empty where there was none.
    case absent([String])
  }

  func find(_ parts: KeyParts, of cell: ProgramCell, in program: Program, hashing: FileHashing) -> Finding {
    guard let key = ContentHash(hex: parts.key) else { return .absent([]) }
    var full = parts
    if let trace = record(key), let paths = trace["paths"].flatMap({ try? $0.asTexts() }) {
      full = parts.with(files: paths.map { FileRead(path: $0, hash: hashing.currentHash(of: $0, in: program.folder)) })
      if let result = result(full, cell), result.writes.allSatisfy({
        hashing.hash(ofFile: Folder.join(program.folder, $0.path)) == $0.hash
      }) {
        return .found(result)
      }
    }
    return .absent(reasons(full, cell, program))
  }

  private func reasons(_ parts: KeyParts, _ cell: ProgramCell, _ program: Program) -> [String] {
    guard let latest = record(latestKey(cell, program)), let text = try? latest.part("parts").asText(),
      let old = try? JSONDecoder().decode(KeyParts.self, from: Data(text.utf8))
    else { return [] }
    let reasons = parts.reasons(since: old)
    return reasons.isEmpty ? ["what it gave was no longer kept"] : reasons
  }

  /// Names the last run of a cell, for the reasons why it runs again.
  private func latestKey(_ cell: ProgramCell, _ program: Program) -> ContentHash {
    ContentHash(of: Array("latest\u{0}\(program.path)\u{0}\(cell.name)".utf8))
  }

  /// The archive that a record of the store holds beside values.
  private func record(_ key: ContentHash) -> Archive? {
    guard let record = try? store.cell(key), let output = record.output, let bytes = try? store.get(output) else { return nil }
    return try? Archive(decoding: bytes)
  }

  private func result(_ parts: KeyParts, _ cell: ProgramCell) -> CellResult? {
    guard let key = ContentHash(hex: parts.key), let record = try? store.cell(key), let output = record.output,
      let bytes = try? store.get(output), let kept = try? Archive(decoding: bytes), let details = try? KeptDetails(kept)
    else { return nil }
    let objects = Dictionary(record.names.map { ($0.name, $0.object.hex) }, uniquingKeysWith: { $1 })
    let entries = details.names.map { name, key in
      KeptValues.Entry(name: name, key: key, place: objects[name].map { .stored($0) } ?? .recomputed)
    }
    let shown = details.shown, catalog = self.catalog
    return CellResult(
      name: cell.name, status: .cached, reason: "nothing it depends on changed", key: parts, values: KeptValues(entries),
      shown: ShownOutputs { shown.compactMap { try? Shown(archive: $0, catalog: catalog) } }, notes: details.notes,
      reads: details.reads, writes: details.writes, duration: Double(record.duration) / 1e6)
  }

  /// A value that was kept, or nil where it is lost.
  func load(_ object: String, catalog: Catalog) -> Value? {
    guard let hash = ContentHash(hex: object), let bytes = try? store.get(hash), let archive = try? Archive(decoding: bytes)
    else { return nil }
    return try? Value(archive: archive, catalog: catalog)
  }

  // MARK: Keeping

  /// Keeps what a cell gave, and names its values by their content: a cell below then runs again only where a value
  /// differs. What can't be kept is named by the key of the cell.
  func save(_ result: CellResult, of cell: ProgramCell, in program: Program) -> CellResult {
    guard let parts = result.key, let key = ContentHash(hex: parts.key) else { return result }
    var draft = CellDraft(names: [], output: nil, reads: [], duration: Int64(result.duration * 1e6))
    var entries: [KeptValues.Entry] = [], size = 0
    for entry in result.values.all {
      var named = entry
      if case .memory(let value) = entry.place, let archive = try? value.archive() {
        let bytes = archive.encoded()
        size += bytes.count
        // What was measured is kept and names nothing: a cell below does not run again because a fit took longer.
        let hash = ContentHash(of: archive.holdsMeasured ? archive.identity.encoded() : bytes).hex
        named = KeptValues.Entry(name: entry.name, key: hash, place: entry.place)
        if size <= CellCache.largestResult { draft.names.append((entry.name, bytes)) }
      }
      entries.append(named)
    }
    let shown = result.shown.all.compactMap { try? $0.archive() }
    let details = KeptDetails(
      names: entries.map { ($0.name, $0.key) }, shown: shown, notes: result.notes, reads: result.reads, writes: result.writes)
    draft.output = details.archive.encoded()
    draft.reads = result.reads.compactMap { read in ContentHash(hex: read.hash).map { LineageEntry(.file, read.path, $0) } }
    let before = parts.withoutFiles
    do {
      try store.saveCell(key, draft)
      if let trace = ContentHash(hex: before.key) { try keep(.of(["paths": .texts(result.reads.map(\.path))]), trace, unless: key) }
      let text = String(decoding: (try? JSONEncoder().encode(parts)) ?? Data(), as: UTF8.self)
      try keep(.of(["parts": .text(text)]), latestKey(cell, program), unless: nil)
    } catch {
      // Without its store a run goes on; what it can't keep it computes again.
    }
    return CellResult(
      name: result.name, status: result.status, reason: result.reason, key: result.key, values: KeptValues(entries),
      shown: result.shown, diagnostic: result.diagnostic, notes: result.notes, reads: result.reads, writes: result.writes,
      duration: result.duration)
  }

  private func keep(_ archive: Archive, _ key: ContentHash, unless other: ContentHash?) throws {
    guard key != other else { return }
    try store.saveCell(key, CellDraft(names: [], output: archive.encoded(), reads: [], duration: 0))
  }
}

/// What is kept of a cell beside its values.
private struct KeptDetails {
  var names: [(name: String, key: String)]
  var shown: [Archive]
  var notes: [RunNote]
  var reads: [FileRead]
  var writes: [FileRead]
  /// The paths read, for a cell whose key before it runs is also its full key.
  var archive: Archive {
    .of([
      "names": .list(names.map { .texts([$0.name, $0.key]) }), "shown": .list(shown),
      "notes": .list(notes.map(\.archive)), "reads": .list(reads.map { .texts([$0.path, $0.hash]) }),
      "writes": .list(writes.map { .texts([$0.path, $0.hash]) }), "paths": .texts(reads.map(\.path)),
    ])
  }

  init(names: [(name: String, key: String)], shown: [Archive], notes: [RunNote], reads: [FileRead], writes: [FileRead]) {
    self.names = names
    self.shown = shown
    self.notes = notes
    self.reads = reads
    self.writes = writes
  }

  init(_ archive: Archive) throws {
    names = try KeptDetails.pairs(archive, "names").map { (name: $0, key: $1) }
    shown = try archive.part("shown").asList()
    notes = try archive.part("notes").asList().map { try RunNote(archive: $0) }
    reads = try KeptDetails.pairs(archive, "reads").map { FileRead(path: $0, hash: $1) }
    writes = try KeptDetails.pairs(archive, "writes").map { FileRead(path: $0, hash: $1) }
  }

  private static func pairs(_ archive: Archive, _ name: String) throws -> [(String, String)] {
    try archive.part(name).asList().map { pair in
      let texts = try pair.asTexts()
      guard texts.count == 2 else { throw ArchiveError("a pair has two parts") }
      return (texts[0], texts[1])
    }
  }
}

extension RunNote {
  var archive: Archive {
    switch self {
    case .metric(let name, let value): .of(["metric": .text(name), "value": .float(value)])
    case .leakAllowed(let reason): .of(["leak": .text(reason)])
    }
  }

  init(archive: Archive) throws {
    if let reason = archive["leak"] {
      self = .leakAllowed(reason: try reason.asText())
    } else {
      self = .metric(name: try archive.part("metric").asText(), value: try archive.part("value").asFloat())
    }
  }
}
