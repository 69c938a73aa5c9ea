import CWeirKernels
import Synchronization

/// Memory that parts of a table are written to side by side.
///
/// Safety: each part is handed a range of its own, and what was written is read only once all parts are done.
struct SharedMemory: @unchecked Sendable {
  let base: UnsafeMutableRawPointer

  /// Asks for large pages where much memory is about to be written for the first time: the system then hands it out in
  /// a tenth of the time.
  static func prepare(_ base: UnsafeMutableRawPointer?, _ byteCount: Int) {
    guard let base, byteCount >= 1 << 22 else { return }
    weir_prefer_large_pages(base, byteCount)
  }
}

/// Memory for packed pages, lent to one page after the other.
///
/// Safety: a block is in the hands of one part at a time; the list of free ones is behind a lock.
final class PageMemory: Sendable {
  private struct Block: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
  }

  private let free = Mutex<[Block]>([])

  func lending<Result>(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) throws -> Result) rethrows -> Result {
    var block = free.withLock { $0.popLast() }
    if let small = block, small.byteCount < byteCount {
      small.base.deallocate()
      block = nil
    }
    let lent = block ?? {
      let wanted = max(byteCount, 1 << 16)
      return Block(base: .allocate(byteCount: wanted, alignment: 64), byteCount: wanted)
    }()
    defer { free.withLock { $0.append(lent) } }
    return try body(lent.base)
  }

  deinit { for block in free.withLock({ $0 }) { block.base.deallocate() } }
}
