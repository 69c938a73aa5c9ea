import WeirBase

extension Tensor {
  /// One after the other along an axis.
  package static func concatenated(_ tensors: [Tensor], axis: Int) throws(TensorError) -> Tensor {
    guard let first = tensors.first else { throw .other("`concat` needs at least one tensor", mend: nil) }
    guard first.rank > 0 else { throw .other("`concat` joins along an axis, and numbers have none", mend: "use `stack`") }
    let axis = try first.shape.axis(axis, for: "concat")
    let dtype = tensors.map(\.dtype).max() ?? first.dtype
    var length = 0
    for tensor in tensors {
      guard tensor.rank == first.rank,
        tensor.shape.sizes.indices.allSatisfy({ $0 == axis || tensor.shape.sizes[$0] == first.shape.sizes[$0] })
      else {
        throw .shapes(
          operation: "concat", first.shape, tensor.shape, mend: "all sizes but that of axis \(axis) must be the same")
      }
      length += tensor.shape.sizes[axis]
    }
    var sizes = first.shape.sizes
    sizes[axis] = length
    let shape = try Shape(sizes, for: "concat")
    let outer = sizes[..<axis].reduce(1, *), inner = sizes[(axis + 1)...].reduce(1, *) * dtype.width
    var parts: [Stored] = []
    for tensor in tensors { parts.append(try tensor.converted(to: dtype).contiguous().node.stored()) }
    return try Tensor(shape, dtype, for: "concat") { out in
      var to = out
      for row in 0..<outer {
        for (part, tensor) in zip(parts, tensors) {
          let bytes = tensor.shape.sizes[axis] * inner
          to.copyMemory(from: part.pointer(dtype.width) + row * bytes, byteCount: bytes)
          to += bytes
        }
      }
      withExtendedLifetime(parts) {}
    }
  }

  /// Tensors of one shape along a new axis.
  package static func stacked(_ tensors: [Tensor], axis: Int) throws(TensorError) -> Tensor {
    guard let first = tensors.first else { throw .other("`stack` needs at least one tensor", mend: nil) }
    for tensor in tensors where tensor.shape != first.shape {
      throw .shapes(operation: "stack", first.shape, tensor.shape, mend: "all must have the same shape; `concat` joins along an axis")
    }
    let place = axis < 0 ? axis + first.rank + 1 : axis
    guard place >= 0, place <= first.rank else { throw .noAxis(operation: "stack", axis: axis, first.shape) }
    var raised: [Tensor] = []
    for tensor in tensors { raised.append(try tensor.unsqueezed(place)) }
    return try concatenated(raised, axis: place)
  }
}
