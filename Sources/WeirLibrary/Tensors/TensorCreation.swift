import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTensors

private let numberKinds = ["f32", "f64", "i64", "bool"]

extension CatalogBuilder {
  /// Tensors out of nothing, of lists, and of random numbers.
  mutating func defineTensorCreation() {
    register(TensorValue.self)
    define("tensor", "Makes a tensor of numbers in lists, columns or images.") { f in
      let values = f.required(Value.self, "values", "A list, nested lists, a column, a range, a number, or a tensor.", accepts: .tensorLike)
      let dtype = f.optionalChoice("dtype", numberKinds, "The kind of its numbers; without it, f32 for floats, i64 for ints, bool for truths.")
      f.returns(.tensor)
      f.details("A missing float is NaN. Rows of nested lists must have one length.")
      f.example("tensor([[1.5, 2], [3, 4]])[1, 0]", gives: "3.0")
      f.example("tensor([1, 2, 3]).dtype", gives: "\"i64\"")
      f.seeAlso("to_tensor", "to_table", "zeros", "shape")
      f.body { call in
        let value = try call[values], wanted = try call[dtype].flatMap { DType(rawValue: $0) }
        guard let variable = try Variable(value, as: wanted) else {
          throw ArgumentReader.wrongKind(.value(value), wanted: "list, column, number or tensor", "values", in: call)
        }
        // A number by itself is f32 as all else, and stays a tensor.
        if wanted == nil, case .float = value { return .other(TensorValue(try variable.converted(to: .f32))) }
        return .other(TensorValue(variable))
      }
    }
    for (name, summary, number) in [("zeros", "Makes a tensor of zeros.", 0.0), ("ones", "Makes a tensor of ones.", 1.0)] {
      define(name, summary) { f in
        let sizes = f.sizes()
        let dtype = f.choice("dtype", numberKinds, default: "f32", "The kind of its numbers.")
        f.returns(.tensor)
        f.flow(.none)
        f.example("\(name)(2, 3).shape", gives: "[2, 3]")
        f.seeAlso(name == "zeros" ? "ones" : "zeros", "full", "tensor")
        f.body { call in
          let shape = try Shape(try call[sizes], for: name), kind = DType(rawValue: try call[dtype]) ?? .f32
          return .other(TensorValue(Variable(try Tensor(repeating: number, shape, kind))))
        }
      }
    }
    define("full", "Makes a tensor of one number, again and again.") { f in
      let shape = f.required([Int].self, "shape", "The sizes of its axes.")
      let value = f.required(Value.self, "value", "The number.", accepts: .either([.number, .bool, .tensor]))
      let dtype = f.optionalChoice("dtype", numberKinds, "The kind of its numbers; without it, f32 for a float, i64 for an int.")
      f.returns(.tensor)
      f.flow(.none)
      f.example("sum(full([2, 2], 7))", gives: "28")
      f.seeAlso("zeros", "ones", "expand")
      f.body { call in
        let given = try call[value]
        guard let one = try Variable(given), one.rank == 0 else {
          throw ArgumentReader.wrongKind(.value(given), wanted: "number", "value", in: call)
        }
        let kind = try call[dtype].flatMap { DType(rawValue: $0) } ?? (one.dtype == .f64 ? .f32 : one.dtype)
        let shape = try Shape(try call[shape], for: "full")
        return .other(TensorValue(try one.converted(to: kind).expanded(to: shape.sizes)))
      }
    }
    defineSpacedTensors()
    defineRandomTensors()
  }

  private mutating func defineSpacedTensors() {
    define("arange", "Makes a tensor of numbers in equal steps, without the end.") { f in
      let start = f.required(Double.self, "start", "The first number; by itself, the end, and the first is 0.")
      let stop = f.optional(Double.self, "stop", "Where it stops, which is not in it.")
      let step = f.optional(Double.self, "step", default: 1, "How far apart.")
      let dtype = f.optionalChoice("dtype", numberKinds, "The kind of its numbers; without it, i64 where all are whole, else f32.")
      f.returns(.tensor)
      f.flow(.none)
      f.example("sum(arange(5))", gives: "10")
      f.example("arange(0, 1, 0.25).shape", gives: "[4]")
      f.seeAlso("linspace")
      f.body { call in
        let first = try call[start], last = try call[stop], step = try call[step]
        let (low, high) = last.map { (first, $0) } ?? (0, first)
        let areWhole = [low, high, step].allSatisfy { $0 == $0.rounded() && $0.magnitude < 0x1p53 }
        let kind = try call[dtype].flatMap { DType(rawValue: $0) } ?? (areWhole ? .i64 : .f32)
        return .other(TensorValue(Variable(try Tensor.range(low, high, step: step, kind))))
      }
    }
    define("linspace", "Makes a tensor of numbers from one to another, both in it, equally far apart.") { f in
      let start = f.required(Double.self, "start", "The first number.")
      let stop = f.required(Double.self, "stop", "The last number.")
      let count = f.optional(Int.self, "n", default: 50, "How many.")
      let dtype = f.choice("dtype", numberKinds, default: "f32", "The kind of its numbers.")
      f.returns(.tensor)
      f.flow(.none)
      f.example("linspace(0, 1, 5)[1]", gives: "0.25")
      f.seeAlso("arange")
      f.body { call in
        let kind = DType(rawValue: try call[dtype]) ?? .f32
        return .other(TensorValue(Variable(try Tensor.spaced(try call[start], try call[stop], try call[count], kind))))
      }
    }
    define("eye", "Makes the matrix with ones on its diagonal.") { f in
      let rows = f.required(Int.self, "rows", "How many rows.")
      let columns = f.optional(Int.self, "columns", "How many columns; without it, as many as rows.")
      let dtype = f.choice("dtype", numberKinds, default: "f32", "The kind of its numbers.")
      f.returns(.tensor)
      f.flow(.none)
      f.example("sum(eye(3))", gives: "3.0")
      f.seeAlso("zeros", "inverse")
      f.body { call in
        let rows = try call[rows]
        let kind = DType(rawValue: try call[dtype]) ?? .f32
        return .other(TensorValue(Variable(try Tensor.eye(rows, try call[columns] ?? rows, kind))))
      }
    }
  }

  private mutating func defineRandomTensors() {
    for (name, summary, first, second, words) in [
      ("random_uniform", "Makes a tensor of random numbers, equally likely between two.", ("low", 0.0), ("high", 1.0), ("The least number.", "The greatest, which is not among them.")),
      ("random_normal", "Makes a tensor of random numbers of a normal distribution.", ("mean", 0.0), ("std", 1.0), ("The mean.", "The standard deviation.")),
    ] {
      define(name, summary) { f in
        let shape = f.required(Value.self, "shape", "The sizes of its axes, or one size.", accepts: .either([.int, .list(.int)]))
        let a = f.optional(Double.self, first.0, default: first.1, words.0)
        let b = f.optional(Double.self, second.0, default: second.1, words.1)
        let dtype = f.choice("dtype", ["f32", "f64"], default: "f32", "The kind of its numbers.")
        f.returns(.tensor)
        f.random()
        f.flow(.none)
        f.details("The same numbers at the same place of the same notebook, whatever the number of threads.")
        f.example("\(name)([2, 3]).shape", gives: "[2, 3]")
        f.seeAlso(name == "random_uniform" ? "random_normal" : "random_uniform", "zeros")
        f.body { call in
          let shape = try Shape(try sizes([try call[shape]], call), for: name), kind = DType(rawValue: try call[dtype]) ?? .f32
          let low = try call[a], high = try call[b]
          let tensor =
            name == "random_uniform"
            ? try Tensor.uniform(shape, low, high, call.random, kind) : try Tensor.normal(shape, low, high, call.random, kind)
          return .other(TensorValue(Variable(tensor)))
        }
      }
    }
  }
}

extension BuiltinDefinition {
  /// `f(2, 3)` or `f([2, 3])`.
  mutating func sizes() -> Parameter<[Int]> {
    let given = variadic(Value.self, "sizes", "The sizes of its axes, one by one or in a list.", accepts: .either([.int, .list(.int)]))
    return Parameter(slot: given.slot) { argument, call in
      guard case .values(let values) = argument else { return [] }
      return try WeirLibrary.sizes(values, call)
    }
  }
}

/// Sizes written one by one, or in one list.
func sizes(_ values: [Value], _ call: Call) throws -> [Int] {
  if values.count == 1, let list = try [Int].from(values[0]) { return list }
  return try values.map { value in
    guard let size = Int.from(value) else { throw ArgumentReader.wrongKind(.value(value), wanted: "int", "sizes", in: call) }
    return size
  }
}
