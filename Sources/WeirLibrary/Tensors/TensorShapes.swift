import WeirCatalog
import WeirDiagnostics
import WeirTensors

extension BuiltinDefinition {
  /// A tensor, or what can be one.
  mutating func tensorInput(_ name: String = "x", _ summary: String = "A tensor, or numbers in lists.") -> Parameter<Variable> {
    let given = required(Value.self, name, summary, accepts: .tensorLike)
    return Parameter(slot: given.slot) { argument, call in
      guard case .value(let value) = argument else { throw ArgumentReader.absent(name, in: call) }
      guard let variable = try Variable(value) else { throw ArgumentReader.wrongKind(argument, wanted: "tensor", name, in: call) }
      return variable
    }
  }
}

extension CatalogBuilder {
  /// Other looks at the elements of a tensor.
  mutating func defineTensorShapes() {
    define("shape", "Gives the sizes of a tensor's axes.") { f in
      let x = f.tensorInput()
      f.returns(.list(.int))
      f.flow(.none)
      f.example("shape(zeros(2, 3))", gives: "[2, 3]")
      f.seeAlso("reshape", "tensor")
      f.body { call in .list(try call[x].shape.sizes.map { .int(Int64($0)) }) }
    }
    define("reshape", "Lays the elements of a tensor on other axes, in the same order.") { f in
      let x = f.required(Value.self, "x", "A tensor, or numbers in lists; for a layer, the first side.", accepts: .tensorLike)
      let sizes = f.variadic(
        Value.self, "sizes", "The new sizes; -1 for the one that follows from the others.", accepts: .either([.int, .list(.int)]))
      f.returns(.any)
      f.knownAhead()
      f.details("Of sizes alone it makes a layer, which lays the columns of a row out as an image or a sequence.")
      f.example("reshape(arange(6), [2, -1])[1, 0]", gives: "3")
      f.example("reshape(8, 8, 1)", gives: "reshape(8, 8, 1)")
      f.seeAlso("transpose", "squeeze", "shape", "sequential")
      f.body { call in
        let first = try call[x], rest = try call[sizes]
        if rest.isEmpty || Int.from(first) != nil, let layer = try Value.reshapeLayer([first] + rest) { return layer }
        guard let variable = try Variable(first) else {
          throw ArgumentReader.wrongKind(.value(first), wanted: "tensor", "x", in: call)
        }
        guard !rest.isEmpty else { throw ArgumentReader.absent("sizes", in: call) }
        return try .tensor(variable.reshaped(WeirLibrary.sizes(rest, call)))
      }
    }
    define("transpose", "Puts the axes of a tensor in another order, the reverse where none is given.") { f in
      let x = f.tensorInput()
      let axes = f.axes("The order of the axes.", named: "axes")
      f.returns(.any)
      f.details("A view: nothing is copied.")
      f.example("transpose(zeros(2, 3)).shape", gives: "[3, 2]")
      f.seeAlso("reshape")
      f.body { call in try .tensor(call[x].transposed(call[axes])) }
    }
    define("squeeze", "Takes away axes of size 1.") { f in
      let x = f.tensorInput()
      let axes = f.axes("Which; without it, all of size 1.")
      f.returns(.any)
      f.example("squeeze(zeros(1, 3, 1)).shape", gives: "[3]")
      f.seeAlso("unsqueeze", "reshape", "expand")
      f.body { call in
        let x = try call[x]
        return try .tensor(x.reshaped(x.tensor.squeezed(try call[axes]).shape.sizes))
      }
    }
    define("unsqueeze", "Adds an axis of size 1.") { f in
      let x = f.tensorInput()
      let axis = f.optional(Int.self, "axis", default: 0, "The place of the new axis; -1 for the end.")
      f.returns(.any)
      f.example("unsqueeze(zeros(3), -1).shape", gives: "[3, 1]")
      f.seeAlso("squeeze", "reshape")
      f.body { call in
        let x = try call[x]
        return try .tensor(x.reshaped(x.tensor.unsqueezed(try call[axis]).shape.sizes))
      }
    }
    define("expand", "Repeats axes of size 1, without a copy.") { f in
      let x = f.tensorInput()
      let sizes = f.required(Value.self, "sizes", "The sizes to stretch to; new axes come in front.", accepts: .either([.int, .list(.int)]))
      f.returns(.any)
      f.example("sum(expand(tensor([1, 2]), [3, 2]))", gives: "9")
      f.seeAlso("reshape", "squeeze")
      f.body { call in try .tensor(call[x].expanded(to: WeirLibrary.sizes([try call[sizes]], call))) }
    }
    defineSlice()
    define("stack", "Puts tensors of one shape along a new axis.") { f in
      let parts = f.required([Value].self, "parts", "A list of tensors.", accepts: .anyList)
      let axis = f.optional(Int.self, "axis", default: 0, "The place of the new axis.")
      f.returns(.any)
      f.example("stack([tensor([1, 2]), tensor([3, 4])], axis: 1)[0, 1]", gives: "3")
      f.seeAlso("concat", "reshape")
      f.body { call in
        let variables = try call[parts].map { value in
          guard let variable = try Variable(value) else { throw ArgumentReader.wrongKind(.value(value), wanted: "tensor", "parts", in: call) }
          return variable
        }
        return try .tensor(Variable.stacked(variables, axis: try call[axis]))
      }
    }
  }

  private mutating func defineSlice() {
    define("slice", "Takes a part of one axis of a tensor, with steps.") { f in
      let x = f.tensorInput()
      let start = f.optional(Int.self, "start", "The first place; negative ones count from the end.")
      let stop = f.optional(Int.self, "stop", "Where it stops, which is not in it.")
      let step = f.optional(Int.self, "step", default: 1, "How far apart; negative steps go backwards.")
      let axis = f.optional(Int.self, "axis", default: 0, "Which axis.")
      f.returns(.any)
      f.details("As `x[start:stop:step]` of NumPy: what lies outside is left out. A view: nothing is copied.")
      f.example("slice(arange(10), 1, 8, step: 3)[-1]", gives: "7")
      f.example("slice(arange(3), step: -1)[0]", gives: "2")
      f.seeAlso("take", "reshape")
      f.body { call in
        let x = try call[x], place = try x.shape.axis(try call[axis], for: "slice"), step = try call[step]
        guard step != 0, step != Int.min else { throw TensorError.other("`slice`: the step can't be 0", mend: nil) }
        let size = x.shape.sizes[place]
        func bound(_ given: Int?, otherwise: Int) -> Int {
          guard let given else { return otherwise }
          let wanted = given < 0 ? given &+ size : given
          return step > 0 ? min(max(wanted, 0), size) : min(max(wanted, -1), size - 1)
        }
        let first = bound(try call[start], otherwise: step > 0 ? 0 : size - 1)
        let end = bound(try call[stop], otherwise: step > 0 ? size : -1)
        let count = step > 0 ? max(0, (end - first + step - 1) / step) : max(0, (first - end - step - 1) / -step)
        let indices = Array(repeating: Tensor.Index.all, count: place) + [.part(first: first, count: count, step: step)]
        return try .tensor(x.part(indices))
      }
    }
  }

  /// Tensors and tables.
  mutating func defineTensorTables() {
    define("to_tensor", "Turns the numbers of a table, a column, a list or images into a tensor.") { f in
      let values = f.required(Value.self, "values", "A table, column, list or image, or a list or column of images.")
      let dtype = f.choice("dtype", numberKinds, default: "f32", "The kind of its numbers.")
      f.returns(.tensor)
      f.details(
        "A table gives a row for each row and a column for each column, which must hold numbers or truths. An image gives rows, "
          + "columns and channels, its samples between 0 and 1; images of one size give one axis more.")
      f.example("to_tensor(table(a: [1, 2], b: [3, 4])).shape", gives: "[2, 2]")
      f.seeAlso("to_table", "tensor")
      f.body { call in
        let kind = DType(rawValue: try call[dtype]) ?? .f32
        return .other(TensorValue(try Variable(numbersOf: try call[values].forcedTable(), kind, call)))
      }
    }
    define("to_table", "Turns a matrix into a table, a vector into one of one column.") { f in
      let x = f.tensorInput()
      let names = f.optional([String].self, "names", "The names of the columns; without it, c1, c2, ….")
      f.returns(.anyTable)
      f.details("NaN, by which a tensor says missing, is missing in the table.")
      f.example("to_table(tensor([[1, 2], [3, 4]]), names: [\"a\", \"b\"]).b", gives: "[2, 4]")
      f.seeAlso("to_tensor")
      f.body { call in
        let x = try call[x]
        if x.isTraced { throw Diagnostic.notDifferentiable("to_table") }
        return .table(try x.tensor.table(names: try call[names]))
      }
    }
  }
}

private let numberKinds = ["f32", "f64", "i64", "bool"]
