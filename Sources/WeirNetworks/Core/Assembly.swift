import Glibc

/// Makes the operations and buffers of a run, in the order in which the layers were declared.
package final class Assembly<S: NetworkScalar> {
  /// The most rows of a batch.
  package let capacity: Int
  /// Whether gradients are wanted.
  package let isTraining: Bool
  private(set) var operations: [Operation<S>] = []
  /// What each layer gives, with the number of the layer's row in the plan.
  private(set) var signals: [(row: Int, signal: Signal<S>)] = []
  private let memory: RunMemory<S>
  private let learned: ParameterTable, kept: ParameterTable
  private var nextLearned = 0, nextKept = 0, nextRow = 0

  init(capacity: Int, isTraining: Bool, memory: RunMemory<S>, learned: ParameterTable, kept: ParameterTable) {
    self.capacity = capacity
    self.isTraining = isTraining
    self.memory = memory
    self.learned = learned
    self.kept = kept
  }

  /// Something learned, and the place for its gradient (nil in runs that don't train).
  package struct Learned {
    package let value: UnsafeMutablePointer<S>
    package let gradient: UnsafeMutablePointer<S>?
  }

  /// The next thing that the layers declared to learn.
  package func takeLearned() -> Learned {
    let entry = learned.entries[nextLearned]
    nextLearned += 1
    return Learned(value: memory.parameters + entry.offset, gradient: isTraining ? memory.gradients + entry.offset : nil)
  }

  /// The next thing that the layers declared to keep.
  package func takeKept() -> UnsafeMutablePointer<S> {
    let entry = kept.entries[nextKept]
    nextKept += 1
    return memory.kept + entry.offset
  }

  /// A buffer of `width` numbers for each row, zero at first.
  package func rows(_ width: Int) -> UnsafeMutablePointer<S> { memory.allocate(capacity, max(width, 1), of: S.self) }
  /// A buffer of `count` numbers.
  package func buffer(_ count: Int) -> UnsafeMutablePointer<S> { memory.allocate(1, max(count, 1), of: S.self) }
  package func bytes(perRow width: Int) -> UnsafeMutablePointer<UInt8> { memory.allocate(capacity, max(width, 1), of: UInt8.self) }
  package func indices(perRow width: Int) -> UnsafeMutablePointer<Int32> { memory.allocate(capacity, max(width, 1), of: Int32.self) }

  /// A signal of a shape with buffers of its own; with a gradient where one is asked for and the run trains.
  package func signal(_ shape: [Int], withGradient: Bool = true, mask: UnsafeMutablePointer<UInt8>? = nil) -> Signal<S> {
    let width = shape.reduce(1, *)
    return Signal(shape: shape, value: rows(width), gradient: isTraining && withGradient ? rows(width) : nil, mask: mask)
  }

  package func add(_ operation: Operation<S>) {
    operation.number = operations.count
    operations.append(operation)
  }

  /// The layers, one after another; an activation that follows a layer which can apply it is no operation of its own.
  package func assemble(_ layers: [any Layer], _ input: Signal<S>) -> Signal<S> {
    var signal = input, index = 0
    while index < layers.count {
      let layer = layers[index], row = nextRow
      nextRow += 1
      if let fusing = layer as? any FusingLayer, index + 1 < layers.count,
        let activation = layers[index + 1] as? Activation, activation.kind.isKnownByResult
      {
        signal = fusing.assemble(self, signal, fusing: activation)
        signals.append((nextRow, signal))
        nextRow += 1
        index += 2
      } else {
        signal = layer.assemble(self, signal)
        signals.append((row, signal))
        index += 1
      }
    }
    return signal
  }
}

/// The memory of a run: what is learned and its gradients in one buffer each, and buffers that live as long.
///
/// Safety: freed with the object that holds the operations, which is the only one to use it.
final class RunMemory<S: NetworkScalar>: @unchecked Sendable {
  let parameters: UnsafeMutablePointer<S>
  let gradients: UnsafeMutablePointer<S>
  let kept: UnsafeMutablePointer<S>
  private var blocks: [UnsafeMutableRawPointer] = []
  private(set) var bytes = 0
  /// Whether more was asked for than the machine has. Then what was handed out is of no use, and nothing may be computed.
  private(set) var isTooLarge = false

  init(learned: Int, kept: Int, isTraining: Bool) {
    var isShort = false
    func block(_ count: Int) -> UnsafeMutablePointer<S> {
      let size = max(count, 1) * MemoryLayout<S>.stride
      if let block = RunMemory.block(size) { return block.bindMemory(to: S.self, capacity: max(count, 1)) }
      isShort = true
      return UnsafeMutablePointer<S>.allocate(capacity: 1)
    }
    parameters = block(learned)
    gradients = block(isTraining ? learned : 0)
    self.kept = block(kept)
    blocks = [UnsafeMutableRawPointer(parameters), UnsafeMutableRawPointer(gradients), UnsafeMutableRawPointer(self.kept)]
    bytes = (learned * (isTraining ? 2 : 1) + kept) * MemoryLayout<S>.stride
    isTooLarge = isShort
  }

  func allocate<T: BitwiseCopyable>(_ rows: Int, _ width: Int, of type: T.Type) -> UnsafeMutablePointer<T> {
    let (count, overflow) = rows.multipliedReportingOverflow(by: width)
    let (size, tooMany) = count.multipliedReportingOverflow(by: MemoryLayout<T>.stride)
    var given = size
    if overflow || tooMany || size > RunMemory.limit - bytes {
      isTooLarge = true
      given = 64
    }
    guard let block = RunMemory.block(given) else {
      isTooLarge = true
      return UnsafeMutablePointer<T>.allocate(capacity: 1)
    }
    blocks.append(block)
    bytes += given
    return block.bindMemory(to: T.self, capacity: given / MemoryLayout<T>.stride)
  }

  /// The memory of the machine.
  private static var limit: Int { max(1 << 28, sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))) }

  /// Zeros, in whole lines of the cache.
  private static func block(_ size: Int) -> UnsafeMutableRawPointer? {
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, 64, (size + 63) / 64 * 64) == 0, let block else { return nil }
    memset(block, 0, size)
    return block
  }

  deinit { for block in blocks { free(block) } }
}
