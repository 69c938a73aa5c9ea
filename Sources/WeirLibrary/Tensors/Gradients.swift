import WeirCatalog
import WeirDiagnostics
import WeirTensors

extension CatalogBuilder {
  /// Derivatives of functions.
  mutating func defineGradients() {
    define("grad", "Gives the derivative of a function, as a function.") { f in
      let function = f.required(FunctionArgument.self, "fn", "A function that gives one number.")
      let argument = f.axes("By which argument, counted from 0; a list of them gives a list of derivatives.", named: "argument")
      let value = f.optional(Bool.self, "value", default: false, "Whether to give the value of the function too: `{value, gradient}`.")
      f.returns(.function)
      f.flow(.none)
      f.details(
        "Of any function made of arithmetic, functions of numbers, reductions, changes of shape, products and `if`; "
          + "of a derivative again. The derivative has the shape of the argument. Numbers are computed in 64 bits.")
      f.example("grad(x => x * x)(3.0)", gives: "6.0")
      f.example("grad(grad(x => x ^ 3))(2.0)", gives: "12.0")
      f.example("grad(w => sum(w * w))(tensor([1.0, 2.0]))[1]", gives: "4.0")
      f.seeAlso("tensor", "sum")
      f.body { call in
        let wanted = try call[argument] ?? [0]
        let isList = if case .value(.list) = call.raw(argument) { true } else { false }
        for place in wanted where place < 0 {
          throw TensorError.other("`grad`: there is no argument \(place); they are counted from 0", mend: nil)
        }
        return .function(Derivative(try call[function].function, by: wanted, asList: isList, withValue: try call[value]))
      }
    }
  }
}

/// `grad(f)`: the derivative of a function by some of its arguments.
private final class Derivative: NativeFunction {
  private let function: any Callable
  private let chosen: [Int]
  private let asList: Bool
  private let withValue: Bool

  init(_ function: any Callable, by chosen: [Int], asList: Bool, withValue: Bool) {
    self.function = function
    self.chosen = chosen
    self.asList = asList
    self.withValue = withValue
  }

  var info: CallableInfo {
    var info = function.info
    info.name = "grad(\(info.name))"
    return info
  }

  func call(_ arguments: [Value], _ context: CallContext) throws -> Value {
    for place in chosen where place >= arguments.count {
      throw TensorError.other(
        "`grad` is to differentiate by argument \(place), and \(arguments.count) \(arguments.count == 1 ? "is" : "are") given", mend: nil)
    }
    let inner = try chosen.map { place in
      guard let variable = try Variable(floats: arguments[place]) else {
        throw Diagnostic.wrongArgument(
          info.parameters.indices.contains(place) ? info.parameters[place].name : "\(place)", of: info.name, wanted: "number or tensor",
          found: arguments[place].typeName)
      }
      return variable
    }
    let (value, gradients) = try Differentiation.gradient(at: inner, by: Array(inner.indices)) { variables in
      var given = arguments
      for (place, variable) in zip(chosen, variables) { given[place] = .other(TensorValue(variable)) }
      let result = try context.invoker.invoke(function, given)
      switch result {
      case .int, .float, .other: if let variable = try Variable(result) { return variable }
      default: break
      }
      throw Diagnostic.gradientOfMany("a \(result.typeName)")
    }
    let list = try gradients.map { try Value.tensor($0) }
    let gradient = asList ? .list(list) : list.first ?? .missing
    return withValue ? .record(Record(["value": try .tensor(value), "gradient": gradient])) : gradient
  }
}

extension Variable {
  /// What can be differentiated by: whole numbers count as floats.
  fileprivate init?(floats value: Value) throws {
    guard let variable = try Variable(value) else { return nil }
    switch variable.dtype {
    case .f32, .f64: self = variable
    case .i64, .bool: self = try variable.converted(to: variable.rank == 0 ? .f64 : .f32)
    }
  }
}
