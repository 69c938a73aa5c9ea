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
  package func rows(_ width: Int) -> UnsafeMutablePointer<S> { memory.allocate(capacity * max(width, 1), of: S.self) }
  /// A buffer of `count` numbers.
  package func buffer(_ count: Int) -> UnsafeMutablePointer<S> { memory.allocate(max(count, 1), of: S.self) }
  package func bytes(perRow width: Int) -> UnsafeMutablePointer<UInt8> { memory.allocate(capacity * max(width, 1), of: UInt8.self) }
  package func indices(perRow width: Int) -> UnsafeMutablePointer<Int32> { memory.allocate(capacity * max(width, 1), of: Int32.self) }

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

  init(learned: Int, kept: Int, isTraining: Bool) {
    func block(_ count: Int) -> UnsafeMutableRawPointer { RunMemory.block(max(count, 1) * MemoryLayout<S>.stride) }
    let parts = [block(learned), block(isTraining ? learned : 0), block(kept)]
    blocks = parts
    parameters = parts[0].bindMemory(to: S.self, capacity: max(learned, 1))
    gradients = parts[1].bindMemory(to: S.self, capacity: max(learned, 1))
    self.kept = parts[2].bindMemory(to: S.self, capacity: max(kept, 1))
    bytes = (learned * (isTraining ? 2 : 1) + kept) * MemoryLayout<S>.stride
  }

  func allocate<T: BitwiseCopyable>(_ count: Int, of type: T.Type) -> UnsafeMutablePointer<T> {
    let size = count * MemoryLayout<T>.stride
    let block = RunMemory.block(size)
    blocks.append(block)
    bytes += size
    return block.bindMemory(to: T.self, capacity: count)
  }

  private static func block(_ size: Int) -> UnsafeMutableRawPointer {
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    return block
  }

  deinit { for block in blocks { block.deallocate() } }
}
