import Glibc
import WeirCatalog
import WeirModels
import WeirNetworks

/// Functions that are layers of a network where nothing is given to them.
extension CatalogBuilder {
  mutating func defineActivations() {
    let input = (name: "x", summary: "A number, or a list, column or tensor of them; left out, a layer is made.")
    defineElementwise("relu", "Gives 0 for what is below 0, and the rest as it is.", input: input, accepts: .numeric, isOptional: true) { f in
      f.activation(.relu)
      f.definition.example("relu([-1, 2.5])", gives: "[0.0, 2.5]")
      f.definition.example("relu()", gives: "relu()")
      f.definition.seeAlso("leaky_relu", "tanh", "sequential")
      f.number { max($0, 0) }
    }
    for (name, kind, summary, details) in [
      ("gelu", Activation.Kind.gelu, "Makes a layer that multiplies each number with its share of the normal distribution.",
        "x times the share of a standard normal below x, exact and not by tanh; Hendrycks and Gimpel 2016."),
      ("silu", .silu, "Makes a layer that multiplies each number with its sigmoid.",
        "x / (1 + exp(-x)), also called swish; Elfwing and others 2018."),
    ] {
      layer(name, summary, example: "\(name)()", gives: "\(name)()", see: "relu") { f in
        f.details("Any shape, which stays. " + details)
        return { _ in Activation(kind) }
      }
    }
    for (name, kind, usual, summary, what, details) in [
      ("leaky_relu", Activation.Kind.leakyReLU, 0.01, "Makes a layer that gives numbers below 0 a small slope.",
        "The slope below 0.", "x above 0, alpha x below; Maas and others 2013."),
      ("elu", .elu, 1.0, "Makes a layer that bends numbers below 0 towards a least value.",
        "How far below 0 the least value lies.", "x above 0, alpha (exp(x) - 1) below; Clevert and others 2016."),
    ] {
      layer(name, summary, example: "\(name)(0.2)", gives: "\(name)(0.2)", see: "relu") { f in
        let alpha = f.optional(Double.self, "alpha", default: usual, what)
        f.details("Any shape, which stays. " + details)
        return { call in Activation(kind, alpha: try call[alpha]) }
      }
    }
  }
}

extension ElementwiseDefinition {
  /// Without a value it makes this layer.
  mutating func activation(_ kind: Activation.Kind) {
    let value = input
    definition.knownAhead()
    instead { given, _ in given == nil ? .other(LayerValue(layer: Activation(kind))) : nil }
    definition.returns { $0.layerOr(.float, value) }
  }
}

extension BoundTypes {
  /// A layer where no value is given, else what is computed of it.
  func layerOr<T>(_ type: ValueType, _ value: Parameter<T>) -> ValueType {
    isAbsent(value) ? .other("layer") : type.elementwise(of: self.type(value) ?? .any)
  }
}

extension Value {
  /// The layer that lays numbers out like this, where all values are sides: `reshape(8, 8, 1)`, `reshape([8, 8, 1])`.
  static func reshapeLayer(_ values: [Value]) throws -> Value? {
    var sides = values
    if values.count == 1, case .list(let items) = values[0] { sides = items }
    let numbers = sides.compactMap { Int.from($0) }
    guard numbers.count == sides.count, !numbers.isEmpty else { return nil }
    guard numbers.count <= 3, numbers.allSatisfy({ $0 > 0 }) else {
      throw LayerError(
        "reshape", .setting("it has one to three sides above zero"), mend: "write `reshape(height, width, channels)`")
    }
    return .other(LayerValue(layer: Reshape(numbers)))
  }
}
