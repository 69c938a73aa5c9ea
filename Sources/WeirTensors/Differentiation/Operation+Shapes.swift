extension Operation {
  static let reshape: Operation = Operation("reshape", [Sample([[2, 3]], -1, 1, Settings(sizes: [3, -1]))]) { inputs, s in
    try inputs[0].reshaped(s.sizes)
  } derivative: { [try $0.g.reshaped($0.x.shape.sizes)] }

  static let transpose: Operation = Operation("transpose", [Sample([[2, 3]]), Sample([[2, 3, 4]], -1, 1, Settings(axes: [2, 0, 1]))]) {
    inputs, s in try inputs[0].transposed(s.axes)
  } derivative: { b in
    let order = try b.x.tensor.permutation(b.settings.axes)
    var back = order
    for (to, from) in order.enumerated() { back[from] = to }
    return [try b.g.transposed(back)]
  }

  static let expand: Operation = Operation("expand", [Sample([[2, 1]], -1, 1, Settings(sizes: [3, 2, 4]))]) { inputs, s in
    try inputs[0].expanded(to: Shape(s.sizes, for: "expand"))
  } derivative: { [$0.g] }

  private static let part1: [Tensor.Index] = [.part(first: 2, count: 2, step: -2), .at(-1)]

  static let slice: Operation = Operation("slice", [
    Sample([[4, 3]], -1, 1, Settings(indices: part1)), Sample([[3, 4]], -1, 1, Settings(indices: [.all, .part(first: 1, count: 2, step: 1)])),
  ]) { inputs, s in try inputs[0].part(s.indices) } derivative: { b in
    [try .apply(embed, [b.g], Settings(sizes: b.x.shape.sizes, indices: b.settings.indices))]
  }

  /// A part put where `slice` takes it from, with 0 elsewhere.
  static let embed: Operation = Operation("embed", [Sample([[2]], -1, 1, Settings(sizes: [4, 3], indices: part1))]) { inputs, s in
    try inputs[0].embedded(s.indices, in: Shape(s.sizes, for: "slice"))
  } derivative: { [try .apply(slice, [$0.g], Settings(indices: $0.settings.indices))] }

  /// Rows by their numbers, along an axis.
  package static let take: Operation = Operation("take", [Sample([[4, 2]], -1, 1, Settings(axes: [0], places: [3, 0, 0])), Sample([[2, 3]], -1, 1, Settings(axes: [1], places: [2, 2]))]) {
    inputs, s in try inputs[0].taken(s.places, axis: s.axis)
  } derivative: { b in
    [try .apply(put, [b.g], Settings(axes: b.settings.axes, sizes: b.x.shape.sizes, places: b.settings.places))]
  }

  /// Rows added up where `take` takes them from.
  static let put: Operation = Operation("put", [Sample([[3, 2]], -1, 1, Settings(axes: [0], sizes: [4, 2], places: [3, 0, 0]))]) { inputs, s in
    try inputs[0].put(s.places, axis: s.axis, in: Shape(s.sizes, for: "take"))
  } derivative: { [try .apply(take, [$0.g], Settings(axes: $0.settings.axes, places: $0.settings.places))] }

  static let concat: Operation = Operation("concat", [
    Sample([[2, 3], [1, 3]], -1, 1, Settings(axes: [0])), Sample([[2, 1], [2, 2], [2, 1]], -1, 1, Settings(axes: [-1])),
  ]) { inputs, s in try .concatenated(inputs, axis: s.axis) } derivative: { b in
    let axis = try b.x.shape.axis(b.settings.axis, for: "concat")
    var first = 0
    return try b.inputs.map { input in
      let count = input.shape.sizes[axis]
      defer { first += count }
      let indices = Array(repeating: Tensor.Index.all, count: axis) + [.part(first: first, count: count, step: 1)]
      return try .apply(slice, [b.g], Settings(indices: indices))
    }
  }

  package static let shapes = [reshape, transpose, expand, slice, embed, take, put, concat]
}

extension Tensor {
  func embedded(_ indices: [Index], in whole: Shape) throws(TensorError) -> Tensor {
    let out = try Tensor(whole, dtype, for: "slice") { memory in
      memory.initializeMemory(as: UInt8.self, repeating: 0, count: whole.count * dtype.width)
    }
    let place = try out.part(indices)
    guard place.shape == shape else { throw .shapes(operation: "slice", shape, place.shape, mend: nil) }
    try place.overwrite(with: self)
    return out
  }

  /// Writes into memory that nobody else sees yet, element by element of a view.
  private func overwrite(with values: Tensor) throws(TensorError) {
    let to = try node.stored(), from = try values.contiguous().node.stored(), width = dtype.width
    let source = from.pointer(width), target = to.pointer(width), steps = shape.rowMajorStrides
    for i in 0..<count {
      var at = 0
      for axis in 0..<rank { at += i / steps[axis] % shape.sizes[axis] * to.strides[axis] }
      (target + at * width).copyMemory(from: source + i * width, byteCount: width)
    }
    withExtendedLifetime(from.buffer) {}
  }

  /// Blocks along an axis: `outer` times as many as it is long, of `bytes` each.
  private func blocks(_ axis: Int) -> (outer: Int, length: Int, bytes: Int) {
    (shape.sizes[..<axis].reduce(1, *), shape.sizes[axis], shape.sizes[(axis + 1)...].reduce(1, *) * dtype.width)
  }

  /// Those with the numbers given, in that order.
  package func taken(_ places: [Int], axis: Int) throws(TensorError) -> Tensor {
    let axis = try shape.axis(axis, for: "take"), length = shape.sizes[axis]
    var wanted: [Int] = []
    for place in places {
      let number = place < 0 ? place + length : place
      guard number >= 0, number < length else { throw .indexOutOfRange(place, count: length) }
      wanted.append(number)
    }
    var sizes = shape.sizes
    sizes[axis] = places.count
    let source = try contiguous().node.stored(), blocks = blocks(axis)
    return try Tensor(Shape(sizes, for: "take"), dtype, for: "take") { out in
      let from = source.pointer(dtype.width)
      for o in 0..<blocks.outer {
        for (i, number) in wanted.enumerated() {
          (out + (o * wanted.count + i) * blocks.bytes).copyMemory(
            from: from + (o * length + number) * blocks.bytes, byteCount: blocks.bytes)
        }
      }
      withExtendedLifetime(source.buffer) {}
    }
  }

  func put(_ places: [Int], axis: Int, in whole: Shape) throws(TensorError) -> Tensor {
    let axis = try whole.axis(axis, for: "take"), length = whole.sizes[axis]
    let values = try converted(to: .f64).contiguous().node.stored()
    let outer = whole.sizes[..<axis].reduce(1, *), inner = whole.sizes[(axis + 1)...].reduce(1, *)
    let sums = try Tensor(whole, .f64, for: "take") { out in
      let to = out.assumingMemoryBound(to: Double.self), from = values.pointer(8).assumingMemoryBound(to: Double.self)
      to.update(repeating: 0, count: whole.count)
      for o in 0..<outer {
        for (i, place) in places.enumerated() {
          let number = place < 0 ? place + length : place
          for j in 0..<inner { to[(o * length + number) * inner + j] += from[(o * places.count + i) * inner + j] }
        }
      }
      withExtendedLifetime(values.buffer) {}
    }
    return try sums.converted(to: dtype)
  }
}
