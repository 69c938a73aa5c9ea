import CWeirKernels
import WeirBase

/// Other looks at the same elements; nothing is copied but where a reshape has to.
extension Tensor {
  package func reshaped(_ wanted: [Int]) throws(TensorError) -> Tensor {
    let target = try resolved(wanted)
    if target == shape { return self }
    let stored = try node.stored()
    if let strides = Tensor.strides(of: stored, shape, as: target) {
      return Tensor(target, dtype, Stored(buffer: stored.buffer, offset: stored.offset, strides: strides))
    }
    let copy = try contiguous().node.stored()
    return Tensor(target, dtype, Stored(buffer: copy.buffer, offset: copy.offset, strides: target.rowMajorStrides))
  }

  /// The sizes with one -1 filled in.
  private func resolved(_ wanted: [Int]) throws(TensorError) -> Shape {
    var sizes = wanted
    if let open = wanted.firstIndex(of: -1) {
      guard wanted.filter({ $0 == -1 }).count == 1 else {
        throw .other("`reshape`: only one size can be -1", mend: "give the other sizes as numbers")
      }
      sizes[open] = 1
      let rest = try Shape(sizes, for: "reshape").count
      guard rest > 0, count % rest == 0 else { throw misfit(wanted) }
      sizes[open] = count / rest
    }
    let target = try Shape(sizes, for: "reshape")
    guard target.count == count else { throw misfit(wanted) }
    return target
  }

  private func misfit(_ wanted: [Int]) -> TensorError {
    let target = Shape(known: wanted, count: 0)
    return .shapes(
      operation: "reshape", shape, target,
      mend: "the sizes must multiply to \(count); -1 stands for the one that follows from the others")
  }

  /// Strides under which the elements in order are those of the target shape; nil where none are.
  private static func strides(of stored: Stored, _ shape: Shape, as target: Shape) -> [Int]? {
    if stored.isContiguous(shape) { return target.rowMajorStrides }
    // Runs of axes of both shapes that hold as many elements are matched; within a run the old axes must go on.
    var strides = [Int](repeating: 1, count: target.rank), new = 0, old = 0
    let kept = shape.sizes.indices.filter { shape.sizes[$0] != 1 }
    while old < kept.count {
      var oldCount = shape.sizes[kept[old]], newCount = 1
      let firstNew = new, firstOld = old
      while newCount != oldCount || new == firstNew {
        if newCount < oldCount || new == firstNew {
          guard new < target.rank else { return nil }
          newCount *= target.sizes[new]
          new += 1
        } else {
          old += 1
          guard old < kept.count else { return nil }
          oldCount *= shape.sizes[kept[old]]
        }
      }
      for axis in firstOld..<old
      where stored.strides[kept[axis]] != stored.strides[kept[axis + 1]] * shape.sizes[kept[axis + 1]] { return nil }
      var step = stored.strides[kept[old]]
      for axis in stride(from: new - 1, through: firstNew, by: -1) {
        strides[axis] = step
        step *= target.sizes[axis]
      }
      old += 1
    }
    return strides
  }

  /// The axes in another order; all of them reversed where none is given.
  package func transposed(_ order: [Int]? = nil) throws(TensorError) -> Tensor {
    let order = try permutation(order)
    let stored = try node.stored()
    return Tensor(
      shape.with(order.map { shape.sizes[$0] }), dtype,
      Stored(buffer: stored.buffer, offset: stored.offset, strides: order.map { stored.strides[$0] }))
  }

  func permutation(_ order: [Int]?) throws(TensorError) -> [Int] {
    guard let order else { return (0..<rank).reversed() }
    var out: [Int] = []
    for axis in order { out.append(try shape.axis(axis, for: "transpose")) }
    guard out.count == rank, Set(out).count == rank else {
      throw .other(
        "`transpose`: \(order) does not name each axis of \(shape) once",
        mend: rank == 0 ? nil : "give an order of 0..\(rank - 1)")
    }
    return out
  }

  /// Stretched to a shape: axes of size 1 repeat, and new ones come in front. No element is copied.
  package func expanded(to target: Shape, for operation: String = "expand") throws(TensorError) -> Tensor {
    if target == shape { return self }
    let front = target.rank - rank
    guard front >= 0, shape.sizes.indices.allSatisfy({ shape.sizes[$0] == 1 || shape.sizes[$0] == target.sizes[front + $0] })
    else {
      throw .shapes(operation: operation, shape, target, mend: "axes are matched from the last; only a size of 1 stretches")
    }
    guard target.count <= TensorBuffer.most / dtype.width else { throw .tooLarge(operation: operation, sizes: target.sizes) }
    let stored = try node.stored()
    let strides = (0..<target.rank).map { axis in
      axis < front || shape.sizes[axis - front] == 1 ? 0 : stored.strides[axis - front]
    }
    return Tensor(target, dtype, Stored(buffer: stored.buffer, offset: stored.offset, strides: strides))
  }

  /// Without axes of size 1: those named, or all.
  package func squeezed(_ axes: [Int]?) throws(TensorError) -> Tensor {
    let dropped: [Int]
    if let axes {
      dropped = try shape.axes(axes, for: "squeeze")
      for axis in dropped where shape.sizes[axis] != 1 {
        throw .other(
          "`squeeze`: axis \(axis) of \(shape) has size \(shape.sizes[axis]), and only 1 can go",
          mend: "take one of it with an index, or leave the axis out of the list")
      }
    } else {
      dropped = shape.sizes.indices.filter { shape.sizes[$0] == 1 }
    }
    return try reshaped(shape.sizes.indices.filter { !dropped.contains($0) }.map { shape.sizes[$0] })
  }

  /// With a new axis of size 1 before `axis`.
  package func unsqueezed(_ axis: Int) throws(TensorError) -> Tensor {
    let place = axis < 0 ? axis + rank + 1 : axis
    guard place >= 0, place <= rank else { throw .noAxis(operation: "unsqueeze", axis: axis, shape) }
    var sizes = shape.sizes
    sizes.insert(1, at: place)
    return try reshaped(sizes)
  }

  /// One part of an axis, as an index says.
  package enum Index: Sendable, Hashable {
    /// One place; the axis goes.
    case at(Int)
    /// `count` places from `first` on, `step` apart.
    case part(first: Int, count: Int, step: Int)
    case all
    /// All axes that are not named.
    case rest
  }

  /// A view of a part; axes after the last index are whole.
  package func part(_ indices: [Index]) throws(TensorError) -> Tensor {
    let indices = try spelledOut(indices)
    let stored = try node.stored()
    var offset = stored.offset, sizes: [Int] = [], strides: [Int] = []
    for (axis, index) in indices.enumerated() {
      let size = shape.sizes[axis], stride = stored.strides[axis]
      switch index {
      case .at(let place):
        let wanted = place < 0 ? place + size : place
        guard wanted >= 0, wanted < size else { throw .indexOutOfRange(place, count: size) }
        offset += wanted * stride
      case .part(let first, let count, let step):
        guard count == 0 || (first >= 0 && first < size && first + (count - 1) * step >= 0 && first + (count - 1) * step < size)
        else { throw .indexOutOfRange(first, count: size) }
        if count > 0 { offset += first * stride }
        sizes.append(count)
        strides.append(stride * step)
      case .all, .rest:
        sizes.append(size)
        strides.append(stride)
      }
    }
    return Tensor(try Shape(sizes, for: "slice"), dtype, Stored(buffer: stored.buffer, offset: offset, strides: strides))
  }

  /// One index for each axis.
  func spelledOut(_ indices: [Index]) throws(TensorError) -> [Index] {
    let named = indices.count { $0 != .rest }
    guard named <= rank else {
      throw .other(
        "\(named) indices are given for a tensor of shape \(shape), which has \(rank) \(rank == 1 ? "axis" : "axes")",
        mend: nil)
    }
    var out: [Index] = []
    for index in indices {
      if index == .rest { out += Array(repeating: .all, count: rank - named) } else { out.append(index) }
    }
    while out.count < rank { out.append(.all) }
    return Array(out.prefix(rank))
  }

  /// Copies a matrix that lies transposed by tiles; nil where it is not one.
  func turned(_ stored: Stored) throws(TensorError) -> Tensor? {
    guard rank >= 2, count > 4096, stored.strides[rank - 2] == 1, shape.sizes[rank - 1] > 1, shape.sizes[rank - 2] > 1 else {
      return nil
    }
    let rows = shape.sizes[rank - 2], columns = shape.sizes[rank - 1], step = stored.strides[rank - 1]
    let front = shape.with(Array(shape.sizes.dropLast(2)))
    let batches = count / (rows * columns)
    let frontStrides = front.rowMajorStrides
    let starts = (0..<batches).map { batch in
      front.sizes.indices.reduce(0) { $0 + batch / frontStrides[$1] % front.sizes[$1] * stored.strides[$1] }
    }
    let width = dtype.width, height = max(16, ((1 << 16) / columns + 15) / 16 * 16)
    let parts = (rows + height - 1) / height
    return try Tensor(shape, dtype, for: "transpose") { out in
      let to = Places(out.assumingMemoryBound(to: UInt8.self))
      let from = Readings(UnsafePointer(stored.pointer(width).assumingMemoryBound(to: UInt8.self)))
      Workers.current.run(parts * batches) { part in
        let batch = part / parts, row = part % parts * height
        weir_t_transpose(
          from.base + starts[batch] * width, step, row, min(rows, row + height), columns, Int32(width),
          to.base + batch * rows * columns * width)
      }
    }
  }
}
