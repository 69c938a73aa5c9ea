import CWeirKernels
import WeirBase

/// Many elements to one. Sums go by blocks of a fixed length whose sums are added up in doubles, in order: the bytes depend
/// neither on the instruction set nor on the number of threads.
extension Tensor {
  package enum Reduction: String, Sendable, Hashable, CaseIterable { case sum, mean, max, min, any, all }

  /// Over some axes, or over all. With `keep` they stay, with size 1.
  package func reduced(_ reduction: Reduction, axes: [Int]? = nil, keep: Bool = false) throws(TensorError) -> Tensor {
    let name = reduction.rawValue
    let dropped = try axes.map { a throws(TensorError) in try shape.axes(a, for: name) } ?? Array(0..<rank)
    let kept = shape.sizes.indices.filter { !dropped.contains($0) }
    let result = try Shape(
      keep ? shape.sizes.indices.map { dropped.contains($0) ? 1 : shape.sizes[$0] } : kept.map { shape.sizes[$0] }, for: name)
    // Axes that lie side by side are one; others are brought side by side first.
    var source = self, blocks = (outer: 1, count: dropped.reduce(1) { $0 * shape.sizes[$1] }, inner: 1)
    if let first = dropped.first, let last = dropped.last, last - first + 1 == dropped.count {
      blocks.outer = shape.sizes[..<first].reduce(1, *)
      blocks.inner = shape.sizes[(last + 1)...].reduce(1, *)
    } else if !dropped.isEmpty {
      source = try transposed(kept + dropped)
      blocks.outer = kept.reduce(1) { $0 * shape.sizes[$1] }
    } else {
      blocks.outer = count
    }
    return try source.reduced(reduction, blocks, result)
  }

  typealias Blocks = (outer: Int, count: Int, inner: Int)

  private func reduced(_ reduction: Reduction, _ blocks: Blocks, _ shape: Shape) throws(TensorError) -> Tensor {
    switch reduction {
    case .sum:
      if dtype.isFloat { return try floatSums(blocks, shape, dividing: false) }
      return try converted(to: .i64).wholeSums(blocks, shape)
    case .mean: return try converted(to: dtype.floating).floatSums(blocks, shape, dividing: true)
    case .max, .min:
      guard blocks.count > 0 else {
        throw .other("`\(reduction.rawValue)` of no elements is nothing (the shape is \(self.shape))", mend: nil)
      }
      return dtype.isFloat
        ? try floatExtremes(blocks, shape, greatest: reduction == .max)
        : try chosen(blocks, shape) { a, b in (reduction == .max) == (a > b) ? a : b }
    case .any, .all:
      let truths = try converted(to: .bool)
      let start: UInt8 = reduction == .all ? 1 : 0
      return try truths.folded(blocks, shape, start) { (a: UInt8, b: UInt8) in reduction == .all ? a & b : a | b }
    }
  }

  // MARK: Sums of floats

  /// Rows whose sums are one part of the work: a multiple of what the kernels add before they go over to doubles.
  private static func height(_ inner: Int) -> Int { max(32, (1 << 17) / max(min(inner, 1024), 1) / 32 * 32) }
  /// Elements of a row that are one part of the work.
  private static let span = 1 << 16

  private func floatSums(_ blocks: Blocks, _ shape: Shape, dividing: Bool) throws(TensorError) -> Tensor {
    let source = try contiguous(), stored = try source.node.stored()
    let place = stored.pointer(dtype.width)
    let sums =
      blocks.inner == 1
      ? Tensor.rowSums(place, dtype, blocks) : Tensor.columnSums(place, dtype, blocks)
    withExtendedLifetime(stored.buffer) {}
    let divisor = dividing ? Double(blocks.count) : 1
    return try Tensor(shape, dtype, for: "sum") { out in
      if dtype == .f32 {
        let to = out.assumingMemoryBound(to: Float.self)
        for i in 0..<sums.count { to[i] = Float(dividing ? sums[i] / divisor : sums[i]) }
      } else {
        let to = out.assumingMemoryBound(to: Double.self)
        for i in 0..<sums.count { to[i] = dividing ? sums[i] / divisor : sums[i] }
      }
    }
  }

  private static func rowSums(_ place: UnsafeMutableRawPointer, _ dtype: DType, _ blocks: Blocks) -> [Double] {
    let from = Places(place.assumingMemoryBound(to: UInt8.self)), width = dtype.width
    @Sendable func sums(_ first: Int, _ rows: Int, _ count: Int, _ out: UnsafeMutablePointer<Double>) {
      let start = UnsafeRawPointer(from.base + first * width)
      if dtype == .f32 { weir_t_row_sums_f32(start.assumingMemoryBound(to: Float.self), rows, count, out) }
      else { weir_t_row_sums_f64(start.assumingMemoryBound(to: Double.self), rows, count, out) }
    }
    let count = blocks.count
    guard blocks.outer > 0, count > 0 else { return Array(repeating: 0, count: blocks.outer) }
    if count <= 2 * span {
      let rows = max(1, span / count), parts = (blocks.outer + rows - 1) / rows
      return Array(filling: blocks.outer) { out in
        let out = Places(out)
        Workers.current.run(parts) { part in
          let first = part * rows
          sums(first * count, min(rows, blocks.outer - first), count, out.base + first)
        }
      }
    }
    let spans = (count + span - 1) / span
    let parts = [Double](filling: blocks.outer * spans) { out in
      let out = Places(out)
      Workers.current.run(blocks.outer * spans) { part in
        let row = part / spans, first = part % spans * span
        sums(row * count + first, 1, min(span, count - first), out.base + part)
      }
    }
    return (0..<blocks.outer).map { row in pairwise(parts[(row * spans)..<((row + 1) * spans)]) }
  }

  /// The sum of numbers, half and half.
  private static func pairwise(_ numbers: ArraySlice<Double>) -> Double {
    if numbers.count <= 8 { return numbers.reduce(0, +) }
    let middle = numbers.startIndex + numbers.count / 2
    return pairwise(numbers[..<middle]) + pairwise(numbers[middle...])
  }

  private static func columnSums(_ place: UnsafeMutableRawPointer, _ dtype: DType, _ blocks: Blocks) -> [Double] {
    let (outer, count, inner) = blocks
    guard outer * inner > 0, count > 0 else { return Array(repeating: 0, count: outer * inner) }
    let from = Places(place.assumingMemoryBound(to: UInt8.self)), width = dtype.width
    let height = height(inner), strips = (count + height - 1) / height
    let columns = min(inner, 2048), chunks = (inner + columns - 1) / columns
    let parts = [Double](filling: outer * strips * inner) { out in
      let out = Places(out)
      Workers.current.run(outer * strips * chunks) { part in
        let row = part / chunks, column = part % chunks * columns
        let first = row / strips * count + row % strips * height, rows = min(height, count - row % strips * height)
        let start = UnsafeRawPointer(from.base + (first * inner + column) * width)
        let to = out.base + row * inner + column, wide = min(columns, inner - column)
        to.update(repeating: 0, count: wide)
        if dtype == .f32 {
          weir_t_column_sums_f32(start.assumingMemoryBound(to: Float.self), rows, inner, wide, to)
        } else {
          weir_t_column_sums_f64(start.assumingMemoryBound(to: Double.self), rows, inner, wide, to)
        }
      }
    }
    if strips == 1 { return parts }
    return [Double](filling: outer * inner) { out in
      for row in 0..<outer {
        for i in 0..<inner {
          var total = parts[row * strips * inner + i]
          for strip in 1..<strips { total += parts[(row * strips + strip) * inner + i] }
          out[row * inner + i] = total
        }
      }
    }
  }

  // MARK: Others

  private func wholeSums(_ blocks: Blocks, _ shape: Shape) throws(TensorError) -> Tensor {
    let stored = try contiguous().node.stored()
    let from = stored.pointer(8).assumingMemoryBound(to: Int64.self)
    var failed = false
    let result = try Tensor(shape, .i64, for: "sum") { out in
      let to = out.assumingMemoryBound(to: Int64.self)
      for o in 0..<blocks.outer {
        for i in 0..<blocks.inner {
          var total: Int64 = 0
          for r in 0..<blocks.count {
            let (next, overflow) = total.addingReportingOverflow(from[(o * blocks.count + r) * blocks.inner + i])
            total = next
            if overflow { failed = true }
          }
          to[o * blocks.inner + i] = total
        }
      }
    }
    withExtendedLifetime(stored.buffer) {}
    if failed { throw .overflow(operation: "sum") }
    return result
  }

  private func floatExtremes(_ blocks: Blocks, _ shape: Shape, greatest: Bool) throws(TensorError) -> Tensor {
    guard blocks.inner == 1 else {
      return dtype == .f32
        ? try folded(blocks, shape, nil) { (a: Float, b: Float) in a != a || (greatest ? a > b : a < b) ? a : b }
        : try folded(blocks, shape, nil) { (a: Double, b: Double) in a != a || (greatest ? a > b : a < b) ? a : b }
    }
    let stored = try contiguous().node.stored(), dtype = dtype
    let from = Places(stored.pointer(dtype.width).assumingMemoryBound(to: UInt8.self))
    let span = Tensor.span, spans = (blocks.count + span - 1) / span
    let extremes: @Sendable (Int, Int, Int, UnsafeMutableRawPointer) -> Void = { first, rows, count, out in
      let start = UnsafeRawPointer(from.base + first * dtype.width)
      if dtype == .f32 {
        weir_t_row_extremes_f32(start.assumingMemoryBound(to: Float.self), rows, count, greatest ? 1 : 0,
          out.assumingMemoryBound(to: Float.self))
      } else {
        weir_t_row_extremes_f64(start.assumingMemoryBound(to: Double.self), rows, count, greatest ? 1 : 0,
          out.assumingMemoryBound(to: Double.self))
      }
    }
    let partial = try Tensor(Shape([blocks.outer, spans], for: "max"), dtype, for: "max") { out in
      let to = Places(out.assumingMemoryBound(to: UInt8.self))
      Workers.current.run(blocks.outer * spans) { part in
        let first = part % spans * span
        extremes(part / spans * blocks.count + first, 1, min(span, blocks.count - first), to.base + part * dtype.width)
      }
    }
    withExtendedLifetime(stored.buffer) {}
    if spans == 1 { return try partial.reshaped(shape.sizes) }
    return try partial.floatExtremes((blocks.outer, spans, 1), shape, greatest: greatest)
  }

  private func chosen(_ blocks: Blocks, _ shape: Shape, _ choose: (Int64, Int64) -> Int64) throws(TensorError) -> Tensor {
    if dtype == .bool {
      return try folded(blocks, shape, nil) { (a: UInt8, b: UInt8) in UInt8(clamping: choose(Int64(a), Int64(b))) }
    }
    return try folded(blocks, shape, nil, choose)
  }

  /// Element by element from the first, or from `start`.
  private func folded<T: BitwiseCopyable>(_ blocks: Blocks, _ shape: Shape, _ start: T?, _ combine: (T, T) -> T)
    throws(TensorError) -> Tensor
  {
    let stored = try contiguous().node.stored()
    let from = stored.pointer(dtype.width).assumingMemoryBound(to: T.self)
    let result = try Tensor(shape, dtype, for: "max") { out in
      let to = out.assumingMemoryBound(to: T.self), inner = blocks.inner
      for o in 0..<blocks.outer {
        let base = from + o * blocks.count * inner, row = to + o * inner
        for i in 0..<inner { row[i] = start ?? base[i] }
        for r in (start == nil ? 1 : 0)..<max(blocks.count, start == nil ? 1 : 0) {
          for i in 0..<inner { row[i] = combine(row[i], base[r * inner + i]) }
        }
      }
    }
    withExtendedLifetime(stored.buffer) {}
    return result
  }

  /// The place of the greatest (least) along an axis, the first of several; of all elements in order where no axis is given.
  /// NaN counts as the greatest and the least.
  package func extremePlaces(axis: Int?, keep: Bool = false, greatest: Bool) throws(TensorError) -> Tensor {
    let name = greatest ? "argmax" : "argmin"
    guard let axis else {
      let places = try reshaped([count]).extremePlaces(axis: 0, greatest: greatest)
      return keep ? try places.reshaped(shape.sizes.map { _ in 1 }) : places
    }
    let place = try shape.axis(axis, for: name)
    var sizes = shape.sizes
    let length = sizes.remove(at: place)
    guard length > 0 else { throw .other("`\(name)` of no elements is nothing (the shape is \(shape))", mend: nil) }
    let outer = sizes[..<place].reduce(1, *), inner = sizes[place...].reduce(1, *)
    if keep { sizes.insert(1, at: place) }
    let result = try Shape(sizes, for: name)
    let values = try converted(to: dtype == .bool ? .i64 : dtype)
    func places<T: BitwiseCopyable>(_ type: T.Type, _ beats: (T, T) -> Bool) throws -> [Int64] {
      try values.withElements(as: type) { from in
        var out: [Int64] = []
        out.reserveCapacity(result.count)
        for o in 0..<outer {
          for i in 0..<inner {
            var best = 0
            for r in 1..<max(length, 1) where beats(from[(o * length + r) * inner + i], from[(o * length + best) * inner + i]) {
              best = r
            }
            out.append(Int64(best))
          }
        }
        return out
      }
    }
    func beats<T: BinaryFloatingPoint>(_ a: T, _ b: T) -> Bool { b == b && (a != a || (greatest ? a > b : a < b)) }
    do {
      let out =
        switch values.dtype {
        case .f32: try places(Float.self, beats)
        case .f64: try places(Double.self, beats)
        default: try places(Int64.self) { greatest ? $0 > $1 : $0 < $1 }
        }
      return try Tensor(out, result)
    } catch let error as TensorError { throw error } catch { throw .other("\(error)", mend: nil) }
  }

  /// Softmax along an axis, or its logarithm.
  package func softmax(axis: Int, logarithm: Bool = false) throws(TensorError) -> Tensor {
    let name = logarithm ? "log_softmax" : "softmax"
    let place = rank == 0 && (axis == -1 || axis == 0) ? 0 : try shape.axis(axis, for: name)
    if rank > 0, place != rank - 1 {
      var order = Array(0..<rank)
      order.swapAt(place, rank - 1)
      return try transposed(order).softmax(axis: -1, logarithm: logarithm).transposed(order)
    }
    let source = try converted(to: dtype.floating).contiguous(), stored = try source.node.stored(), dtype = source.dtype
    let length = shape.sizes.last ?? 1, rows = length == 0 ? 0 : count / length
    let result = try Tensor(shape, dtype, for: name) { out in
      let to = Places(out.assumingMemoryBound(to: UInt8.self))
      let from = Places(stored.pointer(dtype.width).assumingMemoryBound(to: UInt8.self))
      let height = max(1, (1 << 15) / max(length, 1)), parts = (rows + height - 1) / height
      Workers.current.run(parts) { part in
        let first = part * height, many = min(height, rows - first), offset = first * length * dtype.width
        let a = UnsafeRawPointer(from.base + offset), b = UnsafeMutableRawPointer(to.base + offset)
        if dtype == .f32 {
          weir_t_softmax_f32(a.assumingMemoryBound(to: Float.self), many, length, logarithm ? 1 : 0, b.assumingMemoryBound(to: Float.self))
        } else {
          weir_t_softmax_f64(a.assumingMemoryBound(to: Double.self), many, length, logarithm ? 1 : 0, b.assumingMemoryBound(to: Double.self))
        }
      }
    }
    withExtendedLifetime(stored.buffer) {}
    return result
  }
}
