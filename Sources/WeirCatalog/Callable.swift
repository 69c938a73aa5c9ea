/// A value that can be called: a builtin, or a function or lambda written in Weir.
package protocol Callable: AnyObject, Sendable {
  var info: CallableInfo { get }
}

/// What help, completion and the checker know of a callable; the same for builtins and for `fn`.
package struct CallableInfo: Sendable, Hashable, Codable {
  package struct Parameter: Sendable, Hashable, Codable {
    package var name: String
    package var type: String
    package var summary: String
    /// How the default reads; nil where an argument must be given.
    package var defaultText: String?
    package var isRequired: Bool
    /// Takes any number of arguments.
    package var isVariadic: Bool
    /// The texts it may be, where these are few.
    package var choices: [String]

    package init(
      name: String, type: String = "", summary: String = "", defaultText: String? = nil, isRequired: Bool = true,
      isVariadic: Bool = false, choices: [String] = []
    ) {
      self.name = name
      self.type = type
      self.summary = summary
      self.defaultText = defaultText
      self.isRequired = isRequired
      self.isVariadic = isVariadic
      self.choices = choices
    }
  }

  package var name: String
  package var summary: String
  package var parameters: [Parameter]

  package init(name: String, summary: String, parameters: [Parameter]) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
  }

  /// `filter(rows, condition, times: 1)`.
  package var signature: String {
    let parts = parameters.map { parameter in
      if parameter.isVariadic { return "\(parameter.name)…" }
      guard let text = parameter.defaultText else { return parameter.isRequired ? parameter.name : "\(parameter.name):" }
      return "\(parameter.name): \(text)"
    }
    return "\(name)(\(parts.joined(separator: ", ")))"
  }
}

/// A function that a builtin made (`grad(f)`): called by position.
package protocol NativeFunction: Callable {
  func call(_ arguments: [Value], _ context: CallContext) throws -> Value
}

/// Runs functions for builtins that take one (`map`, `reduce`); the evaluator is behind it.
package protocol Invoker: AnyObject {
  func invoke(_ function: any Callable, _ a: Value) throws -> Value
  func invoke(_ function: any Callable, _ a: Value, _ b: Value) throws -> Value
  func invoke(_ function: any Callable, _ arguments: [Value]) throws -> Value
}
