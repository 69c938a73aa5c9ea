import CWeirKernels
import Glibc

/// The memory of a tensor, which several views may share.
///
/// Safety: it is written only by the one who made it, before any other sees it.
final class TensorBuffer: @unchecked Sendable {
  let memory: UnsafeMutableRawPointer
  let bytes: Int

  /// Memory that holds anything.
  init(bytes: Int, for operation: String, sizes: [Int]) throws(TensorError) {
    guard bytes <= TensorBuffer.most, let memory = weir_t_allocate(max(bytes, 1)) else {
      throw .tooLarge(operation: operation, sizes: sizes)
    }
    self.memory = memory
    self.bytes = max(bytes, 1)
  }

  deinit { weir_t_release(memory, bytes) }

  /// No tensor is larger than the memory of the machine.
  static let most: Int = {
    let pages = sysconf(Int32(_SC_PHYS_PAGES)), size = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && size > 0 ? pages / 10 * 9 * size : 1 << 34
  }()
}
