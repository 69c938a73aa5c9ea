import WeirBase
import WeirModels
import WeirStore

/// The memory of long computations in the store: answers lie beside the cells, under the hash of the question and of the
/// engine that answered.
struct StoreMemory: Memory {
  let store: Store
  let fingerprint: String

  func digest(_ content: Archive) -> Archive { .text(ContentHash(of: content.encoded()).hex) }

  func recall(_ question: Archive) -> Archive? {
    guard let record = try? store.cell(key(question)), let output = record.output, let bytes = try? store.get(output)
    else { return nil }
    return try? Archive(decoding: bytes)
  }

  func keep(_ question: Archive, _ answer: Archive) {
    // Without its store a run goes on; what it can't keep it computes again.
    _ = try? store.saveCell(
      key(question), CellDraft(names: [], output: answer.encoded(), reads: [], duration: 0))
  }

  private func key(_ question: Archive) -> ContentHash {
    ContentHash(of: Archive.list([.text("part"), .text(fingerprint), question]).encoded())
  }
}
