import CWeirKernels
import Synchronization

/// Numbers on axes: a value that never changes.
///
/// Its elements lie in memory, or are still a chain of elementwise operations that is run in one pass when they are asked for.
/// Views (a transpose, a slice) share the memory of what they look at.
package struct Tensor: Sendable {
  let node: TensorNode

  package var shape: Shape { node.shape }
  package var dtype: DType { node.dtype }
  package var rank: Int { node.shape.rank }
  package var count: Int { node.shape.count }
}

final class TensorNode: Sendable {
  let shape: Shape
  let dtype: DType
  private let state: Mutex<State>

  struct State {
    var content: Content
    /// How many chains go on from it while it is one itself.
    var uses = 0
  }

  enum Content {
    case stored(Stored)
    case pending(Pending)
  }

  init(_ shape: Shape, _ dtype: DType, _ stored: Stored) {
    self.shape = shape
    self.dtype = dtype
    state = Mutex(State(content: .stored(stored)))
  }

  init(_ shape: Shape, _ dtype: DType, _ pending: Pending) {
    self.shape = shape
    self.dtype = dtype
    state = Mutex(State(content: .pending(pending)))
  }

  var content: Content { state.withLock { $0.content } }

  /// The chain, where a further one may go on from it; nil where it should be run first, since it would run twice.
  func continued() -> Pending? {
    state.withLock { state in
      guard case .pending(let pending) = state.content, state.uses == 0 else { return nil }
      state.uses += 1
      return pending
    }
  }

  /// The elements in memory; runs the chain where they are not there yet.
  func stored() throws(TensorError) -> Stored {
    switch content {
    case .stored(let stored): return stored
    case .pending(let pending):
      let stored = try Fusion.run(self, pending)
      state.withLock { $0.content = .stored(stored) }
      return stored
    }
  }
}

/// Where elements lie: `strides` are in elements.
struct Stored: Sendable {
  let buffer: TensorBuffer
  let offset: Int
  let strides: [Int]

  func pointer(_ width: Int) -> UnsafeMutableRawPointer { buffer.memory + offset * width }

  /// Whether the elements lie in the order of the axes, without gaps.
  func isContiguous(_ shape: Shape) -> Bool {
    var expected = 1
    for axis in stride(from: shape.rank - 1, through: 0, by: -1) where shape.sizes[axis] != 1 {
      if strides[axis] != expected { return shape.count == 0 }
      expected *= shape.sizes[axis]
    }
    return true
  }
}

extension Tensor {
  init(_ shape: Shape, _ dtype: DType, _ stored: Stored) { node = TensorNode(shape, dtype, stored) }

  /// A tensor whose elements `fill` sets, all of them.
  init(_ shape: Shape, _ dtype: DType, for operation: String, fill: (UnsafeMutableRawPointer) -> Void) throws(TensorError) {
    let buffer = try TensorBuffer(bytes: shape.count * dtype.width, for: operation, sizes: shape.sizes)
    fill(buffer.memory)
    node = TensorNode(shape, dtype, Stored(buffer: buffer, offset: 0, strides: shape.rowMajorStrides))
  }

  /// The elements in the order of the axes without gaps, copied where they do not lie so.
  package func contiguous() throws(TensorError) -> Tensor {
    let stored = try node.stored()
    return stored.isContiguous(shape) ? self : try copied(stored)
  }

  /// Reads the elements in the order of the axes.
  package func withElements<T: BitwiseCopyable, Result>(
    as type: T.Type, _ body: (UnsafeBufferPointer<T>) throws -> Result
  ) throws -> Result {
    let tensor = try contiguous(), stored = try tensor.node.stored()
    return try withExtendedLifetime(stored.buffer) {
      let base = UnsafePointer(stored.pointer(dtype.width).assumingMemoryBound(to: T.self))
      return try body(UnsafeBufferPointer(start: base, count: count))
    }
  }

  /// Runs what is still a chain, so that the work is done here and not where it is first read.
  package func evaluated() throws(TensorError) -> Tensor {
    _ = try node.stored()
    return self
  }
}
