import Glibc
import WeirCatalog
import WeirNetworks
import WeirTables
import WeirTensors

extension CatalogBuilder {
  /// Functions from number to number.
  mutating func defineNumbers() {
    let input = (name: "x", summary: "A number, or a list or column of them.")
    defineElementwise("abs", "Gives the size of a number without its sign.", input: input, gives: .number, accepts: .numeric) { f in
      f.definition.example("abs([-3, 2.5])", gives: "[3.0, 2.5]")
      f.definition.seeAlso("sign")
      f.column { column, _ in try column.absolute() }
    }
    defineElementwise("sign", "Gives -1, 0 or 1 for a negative number, zero or a positive number.", input: input, gives: .number, accepts: .numeric) { f in
      f.definition.example("sign(-3)", gives: "-1")
      f.definition.seeAlso("abs")
      f.column { column, _ in try column.signs() }
    }
    defineFloats(input)
    defineRounding(input)
  }

  private mutating func defineFloats(_ input: (name: String, summary: String)) {
    let functions: [(String, String, String, String, String?, @Sendable (Double) -> Double)] = [
      ("sqrt", "Gives the square root of a number.", "sqrt(16)", "4.0", "exp", { $0.squareRoot() }),
      ("exp", "Gives e to the power of a number.", "exp(1)", "2.71828", "log", { Glibc.exp($0) }),
      ("log", "Gives the natural logarithm of a number.", "log(exp(2))", "2.0", "log10", { Glibc.log($0) }),
      ("log2", "Gives the logarithm of a number to base 2.", "log2(8)", "3.0", "log", { Glibc.log2($0) }),
      ("log10", "Gives the logarithm of a number to base 10.", "log10([1, 1000])", "[0.0, 3.0]", "log", { Glibc.log10($0) }),
      ("log1p", "Gives the natural logarithm of one more than a number, exact near zero.", "log1p(0)", "0.0", "expm1", { Glibc.log1p($0) }),
      ("expm1", "Gives one less than e to the power of a number, exact near zero.", "expm1(0)", "0.0", "log1p", { Glibc.expm1($0) }),
      ("sin", "Gives the sine of an angle in radians.", "sin(pi() / 2)", "1.0", "cos", { Glibc.sin($0) }),
      ("cos", "Gives the cosine of an angle in radians.", "cos(0)", "1.0", "sin", { Glibc.cos($0) }),
      ("tan", "Gives the tangent of an angle in radians.", "tan(0)", "0.0", "atan", { Glibc.tan($0) }),
      ("tanh", "Gives the hyperbolic tangent of a number.", "tanh(0)", "0.0", "sigmoid", { Glibc.tanh($0) }),
      ("sigmoid", "Gives a number pressed between 0 and 1: 1 / (1 + exp(-x)).", "sigmoid(0)", "0.5", "tanh", { 1 / (1 + Glibc.exp(-$0)) }),
      ("atan", "Gives the angle in radians whose tangent is a number.", "4 * atan(1)", "3.14159", "tan", { Glibc.atan($0) }),
    ]
    for (name, summary, example, gives, other, function) in functions {
      let layer: Activation.Kind? = name == "tanh" ? .tanh : name == "sigmoid" ? .sigmoid : nil
      let given = layer == nil ? input.summary : input.summary + " Left out, a layer of a network is made."
      defineElementwise(name, summary, input: (input.name, given), accepts: .numeric, isOptional: layer != nil) { f in
        if let layer { f.activation(layer) }
        f.definition.example(example, gives: gives)
        if let other { f.definition.seeAlso(other) }
        f.number(function)
      }
    }
    define("pi", "Gives the ratio of a circle's circumference to its diameter.") { f in
      f.returns(.float)
      f.flow(.none)
      f.worksRowwise()
      f.example("pi()", gives: "3.14159")
      f.body { _ in .float(.pi) }
    }
  }

  private mutating func defineRounding(_ input: (name: String, summary: String)) {
    defineElementwise("round", "Rounds a number, halves to the even neighbour.", input: input, gives: .number, accepts: .numeric) { f in
      let decimals = f.definition.optional(Int.self, "decimals", default: 0,
        "How many digits stay after the point; below zero, tens and hundreds go too.")
      f.definition.example("round(3.14159, 2)", gives: "3.14")
      f.definition.example("round([0.5, 1.5, 2.5])", gives: "[0.0, 2.0, 2.0]")
      f.definition.seeAlso("floor", "ceil", "int")
      f.instead { value, call in
        guard let variable = value?.asTensor else { return nil }
        let decimals = try call[decimals]
        guard decimals != 0 else { return nil }
        let scale = Variable(try Tensor(Glibc.pow(10, Double(decimals))))
        return try .tensor(Variable.apply(WeirTensors.Operation.round, [variable * scale]) / scale)
      }
      f.column { column, call in try column.rounded(decimals: try call[decimals]) }
    }
    defineElementwise("floor", "Gives the greatest whole number that is not above a number.", input: input, gives: .number, accepts: .numeric) { f in
      f.definition.example("floor(-2.5)", gives: "-3.0")
      f.definition.seeAlso("ceil", "round")
      f.column { column, _ in try column.rounded(.down, for: "floor") }
    }
    defineElementwise("ceil", "Gives the smallest whole number that is not below a number.", input: input, gives: .number, accepts: .numeric) { f in
      f.definition.example("ceil(2.1)", gives: "3.0")
      f.definition.seeAlso("floor", "round")
      f.column { column, _ in try column.rounded(.up, for: "ceil") }
    }
    defineElementwise("clip", "Moves numbers outside of bounds to the nearest bound.", input: input, gives: .number, accepts: .numeric) { f in
      let low = f.definition.optional(Double.self, "low", "The lower bound.")
      let high = f.definition.optional(Double.self, "high", "The upper bound.")
      f.definition.example("clip([-5, 3, 12], 0, 10)", gives: "[0, 3, 10]")
      f.instead { value, call in
        guard let variable = value?.asTensor else { return nil }
        return try .tensor(Variable.apply(WeirTensors.Operation.clip, [variable], Settings(low: try call[low], high: try call[high])))
      }
      f.column { column, call in try column.clipped(low: try call[low], high: try call[high]) }
    }
  }

  /// Functions that turn values into another kind.
  mutating func defineConversions() {
    let input = (name: "value", summary: "A single value, or a list or column of them.")
    defineElementwise("int", "Turns a value into a whole number.", input: input, gives: .int, isOptional: true) { f in
      let rule = RuleSettings(.int, &f.definition), value = f.input
      f.instead { try rule.rule($0, $1) }
      f.definition.returns { $0.ruleOr(.int, value) }
      f.definition.details(
        """
        Floats lose what stands after the point, texts are read, true is 1 and false 0. With a range, or nothing, in place of \
        the value it makes a rule for `expect_columns`: `int(0..120, missing: false)`.
        """)
      f.definition.example("int(0..120, missing: false)", gives: "int(0..120, missing: false)")
      f.definition.example("int(2.7)", gives: "2")
      f.definition.example("int(\"42\")", gives: "42")
      f.definition.seeAlso("float", "round")
      f.column { column, _ in try column.truncatedToInts() }
    }
    defineElementwise("float", "Turns a value into a float.", input: input, gives: .float, isOptional: true) { f in
      let rule = RuleSettings(.float, &f.definition), value = f.input
      f.instead { try rule.rule($0, $1) }
      f.definition.returns { $0.ruleOr(.float, value) }
      f.definition.example("float(\"2.5\")", gives: "2.5")
      f.definition.seeAlso("int")
      f.column { column, _ in try column.cast(to: .float) }
    }
    defineElementwise("bool", "Turns a value into true or false.", input: input, gives: .bool, isOptional: true) { f in
      let rule = RuleSettings(.bool, &f.definition), value = f.input
      f.instead { try rule.rule($0, $1) }
      f.definition.returns { $0.ruleOr(.bool, value) }
      f.definition.details("0 and 1 are numbers that can be; of texts, true, yes, t, y and 1, and their opposites.")
      f.definition.example("bool([\"yes\", \"no\"])", gives: "[true, false]")
      f.column { column, _ in try column.cast(to: .bool) }
    }
    define("text", "Turns a value into text.") { f in
      let value = f.optional(Value.self, "value", "Any value; of a list or column, each item.")
      let decimals = f.optional(Int.self, "decimals", "How many digits floats show after the point; without it, all.")
      let rule = RuleSettings(.text, &f)
      f.returns { bound in bound.isAbsent(value) ? .other("rule") : ValueType.string.elementwise(of: bound.type(value) ?? .any) }
      f.details("Without a value it makes a rule for `expect_columns`: `text(one_of: [\"a\", \"b\"])`.")
      f.worksElementwise()
      f.example("text(2 + 0.5)", gives: "\"2.5\"")
      f.example("text(2 / 3, decimals: 2)", gives: "\"0.67\"")
      f.body { call in
        guard call.has(value), let given = try call[value] else {
          return call.has(value) ? .missing : try rule.rule(nil, call) ?? .missing
        }
        let value = try given.forcedTable()
        switch value {
        case .missing: return .missing
        case .column(let column): return .column(try column.asTexts(decimals: try call[decimals]))
        case .list(let items) where items.allSatisfy({ $0.scalar != nil }) && !items.isEmpty:
          return .list(try Column.of(items).asTexts(decimals: try call[decimals]).values())
        case .range: return .list(try value.asColumn().asTexts().values())
        default:
          guard value.scalar != nil else { return .string(value.plainText) }
          return try Column.of([value]).asTexts(decimals: try call[decimals]).values().first ?? .missing
        }
      }
    }
  }
}

extension Value {
  /// The value with a planned table computed.
  func forcedTable() throws -> Value {
    if case .query(let query) = self { .table(try query.collect()) } else { self }
  }
}
