import WeirDiagnostics
import WeirTables
import WeirTensors

extension TensorValue {
  /// `t[0]`, `t[1..3, -1]`, `t[[2, 0]]`, `t[t > 0]`: numbers drop an axis, ranges keep it, lists of numbers pick along it, and
  /// truths of the same shape pick elements.
  package func part(_ indices: [Value]) throws -> Value? {
    if indices.count == 1, case .string = indices[0] { return nil }
    if indices.count == 1, let truths = try Self.truths(indices[0]) { return try .tensor(chosen(truths)) }
    var views: [Tensor.Index] = [], picks: [(axis: Int, places: [Int])] = [], axes = 0
    let shape = tensor.shape
    guard indices.count <= shape.rank else {
      throw TensorError.other(
        "\(indices.count) \(indices.count == 1 ? "index is" : "indices are") given for a tensor of shape \(shape), which has "
          + "\(shape.rank) \(shape.rank == 1 ? "axis" : "axes")", mend: nil)
    }
    for (axis, index) in indices.enumerated() {
      let size = shape.sizes[axis]
      switch index {
      case .int(let place):
        guard let small = Int(exactly: place) else { throw Diagnostic.indexOutOfRange(place, count: size) }
        views.append(.at(small))
      case .range(let range):
        views.append(Self.part(range, size))
        axes += 1
      default:
        guard let places = try Self.places(index, size) else { throw Diagnostic.notIndexable("tensor", by: index.typeName) }
        views.append(.all)
        picks.append((axes, places))
        axes += 1
      }
    }
    var out = try variable.part(views)
    for pick in picks { out = try .apply(Operation.take, [out], Settings(axes: [pick.axis], places: pick.places)) }
    return try .tensor(out)
  }

  /// A range of places as lists have them: cut to what is there, the end counted from the back where it is negative.
  private static func part(_ range: IntRange, _ size: Int) -> Tensor.Index {
    let n = Int64(size)
    let lower = range.lower < 0 ? max(0, range.lower &+ n) : min(range.lower, n)
    let upper = range.upper < 0 ? range.upper &+ n : min(range.upper, n - 1)
    return .part(first: Int(lower), count: lower > upper ? 0 : Int(upper - lower + 1), step: 1)
  }

  private static func truths(_ index: Value) throws -> Tensor? {
    switch index {
    case .other: if let tensor = index.asTensor?.tensor, tensor.dtype == .bool { return tensor }
    case .column(let column): if column.type == .bool { return try Tensor(column) }
    case .list(let items):
      if !items.isEmpty, items.allSatisfy({ if case .bool = $0 { true } else { false } }) {
        return try Tensor(Column.of(items))
      }
    default: break
    }
    return nil
  }

  private static func places(_ index: Value, _ size: Int) throws -> [Int]? {
    if let tensor = index.asTensor?.tensor {
      guard tensor.dtype == .i64, tensor.rank == 1 else { return nil }
      return try tensor.withElements(as: Int64.self) { $0.map { Int($0) } }
    }
    if let truths = try truths(index) {
      guard truths.count == size else { throw TensorError.shapes(operation: "[]", truths.shape, truths.shape, mend: nil) }
      return try truths.doubles().enumerated().filter { $0.element != 0 }.map(\.offset)
    }
    return try [Int].from(index)
  }

  /// The elements, or rows, where truths say so.
  private func chosen(_ truths: Tensor) throws -> Variable {
    let sizes = tensor.shape.sizes
    guard truths.rank <= tensor.rank, Array(sizes.prefix(truths.rank)) == truths.shape.sizes else {
      throw TensorError.shapes(
        operation: "[]", tensor.shape, truths.shape, mend: "truths that choose must have the shape of what they choose from")
    }
    let flat = try variable.reshaped([truths.count] + sizes.dropFirst(truths.rank))
    let places = try truths.doubles().enumerated().filter { $0.element != 0 }.map(\.offset)
    return try .apply(Operation.take, [flat], Settings(axes: [0], places: places))
  }
}
