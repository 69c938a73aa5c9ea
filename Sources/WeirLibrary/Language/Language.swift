import WeirCatalog
import WeirDiagnostics

extension CatalogBuilder {
  /// Builtins about the program itself: what must hold, what is printed.
  mutating func defineLanguage() {
    define("expect", "Fails the run where a condition does not hold.") { f in
      let condition = f.required(Value.self, "condition", "What must be true; of a column, every row.")
      let message = f.optional(String.self, "message", default: "the condition is false", "What to say where it is not.")
      f.returns(.missing)
      f.flow(.none)
      f.effect(.prints)
      f.details("A failed expectation ends the run with exit status 3. A missing value counts as false.")
      f.example("expect(1 + 1 == 2, \"numbers add up\")")
      f.body { call in
        guard try call[condition].holdsEverywhere() else { throw Diagnostic.expectationFailed(try call[message]) }
        return .missing
      }
    }

    define("print", "Shows values at once, on one line.") { f in
      let values = f.variadic(Value.self, "values", "What to show; texts without quotes.")
      f.returns(.missing)
      f.flow(.none)
      f.effect(.prints)
      f.example("print(\"rows\", 3)")
      f.body { call in
        let values = try call[values]
        if values.count == 1, case .table = values[0] {
          call.host.emit(.value(values[0]))
        } else {
          call.host.emit(.printed(values.map(\.plainText).joined(separator: " ")))
        }
        return .missing
      }
    }

    define("type_of", "Gives the name of a value's kind.") { f in
      let value = f.required(Value.self, "value", "Any value.")
      f.returns(.string)
      f.flow(.none)
      f.example("type_of([1, 2])", gives: "\"list\"")
      f.body { call in .string(try call[value].typeName) }
    }

    define("error", "Ends the evaluation with a message of your own.") { f in
      let message = f.required(String.self, "message", "What went wrong.")
      f.flow(.none)
      f.example("if 1 > 2 then error(\"numbers are broken\") else \"fine\"", gives: "\"fine\"")
      f.body { call in throw Diagnostic.failure(try call[message]) }
    }
  }
}

extension Value {
  /// True, or a column or list with nothing but true in it.
  fileprivate func holdsEverywhere() throws -> Bool {
    switch self {
    case .bool(let value): return value
    case .missing: return false
    case .column, .list:
      for item in try items() ?? [] {
        guard case .bool(true) = item else {
          if case .bool = item { return false }
          if item.isMissing { return false }
          throw Diagnostic.notACondition(item.typeName)
        }
      }
      return true
    default: throw Diagnostic.notACondition(typeName)
    }
  }
}
