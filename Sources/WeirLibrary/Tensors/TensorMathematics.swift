import WeirCatalog
import WeirDiagnostics
import WeirNetworks
import WeirTensors

extension CatalogBuilder {
  /// What is computed of tensors beside the functions of numbers and the aggregates, which know them too.
  mutating func defineTensorMathematics() {
    for (name, summary, greatest, gives) in [
      ("argmax", "Gives the place of the greatest number, the first of several.", true, "1"),
      ("argmin", "Gives the place of the least number, the first of several.", false, "0"),
    ] {
      define(name, summary) { f in
        let x = f.tensorInput("values")
        let axis = f.optional(Int.self, "axis", "The axis to go along; without it, all elements in order.")
        let keep = f.optional(Bool.self, "keep", default: false, "Whether the axis stays, with size 1.")
        f.returns { bound in bound.isAbsent(axis) ? .int : .any }
        f.flow(.statistic(of: 0))
        f.details("NaN counts as the greatest and the least, as in NumPy.")
        f.example("\(name)([3, 9, 4])", gives: gives)
        f.seeAlso(greatest ? "argmin" : "argmax", greatest ? "max" : "min")
        f.body { call in
          try .tensor(call[x].tensor.extremePlaces(axis: call[axis], keep: call[keep], greatest: greatest))
        }
      }
    }
    for (name, summary, operation, gives) in [
      ("softmax", "Gives shares that sum to 1: the exponentials by their sum.", WeirTensors.Operation.softmax, "0.5"),
      ("log_softmax", "Gives the logarithm of `softmax`, exact where shares are tiny.", WeirTensors.Operation.logSoftmax, "-0.693147"),
    ] {
      define(name, summary) { f in
        let isLayer = name == "softmax"
        let x = isLayer ? nil : f.tensorInput()
        let given = isLayer
          ? f.optional(Value.self, "x", "A tensor, or numbers in lists; left out, a layer of a network is made.", accepts: .tensorLike) : nil
        let axis = f.optional(Int.self, "axis", default: -1, "The axis along which they sum to 1.")
        f.knownAhead()
        if let given { f.returns { $0.isAbsent(given) ? .other("layer") : .any } } else { f.returns(.any) }
        f.example("\(name)(tensor([2.0, 2.0]))[0]", gives: gives)
        f.seeAlso(name == "softmax" ? "log_softmax" : "softmax", "exp")
        f.body { call in
          var variable = try x.map { try call[$0] }
          if let given {
            guard let value = try call[given] else { return .other(LayerValue(layer: Softmax())) }
            variable = try Variable(value)
          }
          guard let variable else { throw ArgumentReader.wrongKind(call.arguments.first ?? .absent, wanted: "tensor", "x", in: call) }
          return try .tensor(Variable.apply(operation, [variable], Settings(axes: [try call[axis]])))
        }
      }
    }
    defineLinearAlgebra()
  }

  private mutating func defineLinearAlgebra() {
    define("solve", "Solves a system: gives `x` with `a @ x` equal to `b`.") { f in
      let a = f.tensorInput("a", "A square matrix, or several along axes in front.")
      let b = f.tensorInput("b", "A vector, or a matrix with as many rows.")
      f.returns(.any)
      f.details("In doubles, whatever the kind of the numbers. A singular matrix is an error.")
      f.example("solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0])[1]", gives: "0.5")
      f.seeAlso("inverse", "qr", "svd")
      f.body { call in try .tensor(Variable.apply(WeirTensors.Operation.solve, [try call[a], try call[b]])) }
    }
    for (name, summary, operation, example, gives) in [
      ("inverse", "Gives the inverse of a square matrix.", WeirTensors.Operation.inverse, "inverse([[2.0, 0.0], [0.0, 4.0]])[1, 1]", "0.25"),
      ("determinant", "Gives the determinant of a square matrix.", WeirTensors.Operation.determinant, "determinant([[2.0, 1.0], [1.0, 4.0]])", "7.0"),
    ] {
      define(name, summary) { f in
        let a = f.tensorInput("a", "A square matrix, or several along axes in front.")
        f.returns(.any)
        f.example(example, gives: gives)
        f.seeAlso("solve", name == "inverse" ? "determinant" : "inverse")
        f.body { call in try .tensor(Variable.apply(operation, [try call[a]])) }
      }
    }
    define("svd", "Takes a matrix apart by its singular values.") { f in
      let a = f.tensorInput("a", "A matrix, or several along axes in front.")
      f.returns(.record([.init("u", .tensor), .init("s", .tensor), .init("vt", .tensor)]))
      f.details("""
        `u * s @ vt` is the matrix again; the values fall. `u, s, vt = svd(a)` names all three. `grad` goes through the values, and \
        through the vectors where no two values are the same.
        """)
      f.example("svd([[3.0, 0.0], [0.0, 4.0]]).s[0]", gives: "4.0")
      f.seeAlso("qr", "eigen")
      f.body { call in
        let (u, s, vt) = try call[a].singularValues()
        return .record(Record(["u": tensorValue(u), "s": tensorValue(s), "vt": tensorValue(vt)]))
      }
    }
    define("qr", "Takes a matrix apart into orthonormal columns and a triangle.") { f in
      let a = f.tensorInput("a", "A matrix, or several along axes in front.")
      f.returns(.record([.init("q", .tensor), .init("r", .tensor)]))
      f.details("`grad` goes through it where there are no more columns than rows, and none follows from the others.")
      f.example("abs(qr([[3.0, 1.0], [4.0, 2.0]]).r[0, 0])", gives: "5.0")
      f.seeAlso("svd", "solve")
      f.body { call in
        let (q, r) = try call[a].orthogonal()
        return .record(Record(["q": tensorValue(q), "r": tensorValue(r)]))
      }
    }
    define("eigen", "Gives the eigenvalues and eigenvectors of a square matrix.") { f in
      let a = f.tensorInput("a", "A square matrix, or several along axes in front.")
      f.returns(.record([.init("values", .tensor), .init("vectors", .tensor)]))
      f.details(
        "Vectors are columns. Of a symmetric matrix the values rise and the vectors are orthonormal; of another they fall in size, "
          + "and complex ones are an error. `grad` goes through it where the matrix is symmetric, and through the vectors where no "
          + "two values are the same.")
      f.example("eigen([[2.0, 0.0], [0.0, 5.0]]).values[1]", gives: "5.0")
      f.seeAlso("svd", "pca")
      f.body { call in
        let (values, vectors) = try call[a].eigen()
        return .record(Record(["values": tensorValue(values), "vectors": tensorValue(vectors)]))
      }
    }
  }
}

private func tensorValue(_ variable: Variable) -> Value { .other(TensorValue(variable)) }
