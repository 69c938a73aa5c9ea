package import WeirCatalog
import WeirDiagnostics
import WeirSyntax

/// What a cell finds around it: the values of cells above, modules and builtins.
package struct Surroundings {
  package let catalog: Catalog
  /// The value that a name has above this cell, of a module's function or of the prelude.
  package let value: (String) -> Value?
  /// A module of the library as a record of its functions.
  package let module: (String) -> Value?
  /// Names for "did you mean".
  package let known: () -> [String]

  package init(
    catalog: Catalog, value: @escaping (String) -> Value?, module: @escaping (String) -> Value?,
    known: @escaping () -> [String]
  ) {
    self.catalog = catalog
    self.value = value
    self.module = module
    self.known = known
  }
}

/// The names of one frame: of a cell, a function, a lambda or an expression over rows.
final class FrameScope {
  enum Kind { case cell, function, lambda, rows }
  enum Binding { case slot(Int), constant(Value) }

  let kind: Kind
  let parent: FrameScope?
  /// The function whose own name means itself here.
  let prototype: Prototype?
  var blocks: [[String: Binding]] = [[:]]
  var slotCount = 0
  var captures: [(name: String, node: Node)] = []
  var usesClosure = false
  var columnsRead: Set<String> = []

  init(_ kind: Kind, parent: FrameScope?, prototype: Prototype? = nil) {
    self.kind = kind
    self.parent = parent
    self.prototype = prototype
  }

  func bind(_ name: String) -> Int {
    let slot = slotCount
    slotCount += 1
    blocks[blocks.count - 1][name] = .slot(slot)
    return slot
  }

  func bind(_ name: String, to value: Value) { blocks[blocks.count - 1][name] = .constant(value) }

  func binding(_ name: String) -> Binding? {
    for block in blocks.reversed() { if let binding = block[name] { return binding } }
    return nil
  }
}

/// Turns a checked tree into nodes: names become slots, constants are looked up, calls are bound.
struct Compiler {
  let surroundings: Surroundings
  var scope: FrameScope

  init(_ surroundings: Surroundings, scope: FrameScope) {
    self.surroundings = surroundings
    self.scope = scope
  }

  // MARK: Names

  /// `capturing` false only looks: nothing is taken along from around the function.
  func resolve(_ name: String, at span: SourceSpan?, capturing: Bool = true) throws -> Node {
    if let node = lookup(name, in: scope, at: span, capturing: capturing) { return node }
    if let value = surroundings.value(name) { return ConstantNode(value) }
    if let builtin = surroundings.catalog[name] { return ConstantNode(.function(builtin)) }
    throw Diagnostic.unknownName(name, known: surroundings.known(), at: span)
  }

  private func lookup(_ name: String, in scope: FrameScope, at span: SourceSpan?, capturing: Bool) -> Node? {
    switch scope.binding(name) {
    case .slot(let slot): return LocalNode(slot, span)
    case .constant(let value): return ConstantNode(value)
    case nil: break
    }
    if scope.prototype?.name == name, scope.kind == .function {
      if capturing { scope.usesClosure = true }
      return SelfNode()
    }
    guard let parent = scope.parent, let outer = lookup(name, in: parent, at: span, capturing: capturing) else {
      return nil
    }
    if outer is ConstantNode || !capturing { return outer }
    scope.usesClosure = true
    if let index = scope.captures.firstIndex(where: { $0.name == name }) { return CaptureNode(index) }
    scope.captures.append((name, outer))
    return CaptureNode(scope.captures.count - 1)
  }

  /// Whether a name means the function that is being compiled.
  func isItself(_ name: String) -> Bool {
    scope.kind == .function && scope.prototype?.name == name && scope.binding(name) == nil
  }

  // MARK: Functions

  /// Compiles a function or lambda; `LambdaNode` takes along what it reads from around it.
  mutating func function(
    named name: String, _ parameters: [FunctionParameter], _ body: Expression, kind: FrameScope.Kind, documentation: String = ""
  ) throws -> LambdaNode {
    let prototype = Prototype(name: name, parameters: parameters.map(\.name), documentation: documentation)
    let inner = FrameScope(kind, parent: scope, prototype: prototype)
    for parameter in parameters { _ = inner.bind(parameter.name) }
    let outer = scope
    scope = inner
    defer { scope = outer }
    for parameter in parameters {
      prototype.defaults.append(try parameter.defaultValue.map { try compile($0) })
      prototype.defaultTexts.append(parameter.defaultValue.map { text(of: $0) })
    }
    prototype.body = try compile(body)
    prototype.slotCount = inner.slotCount
    prototype.usesClosure = inner.usesClosure
    return LambdaNode(prototype, inner.captures.map(\.node))
  }

  /// How a default reads in help.
  private func text(of expression: Expression) -> String {
    if case .literal(let literal) = expression.kind { return Value(literal).shortText }
    return "…"
  }

  /// Compiles an expression over the rows of a table.
  mutating func rows(_ expression: Expression) throws -> CompiledRows {
    let prototype = Prototype(name: "expression", parameters: [])
    let inner = FrameScope(.rows, parent: scope, prototype: prototype)
    let outer = scope
    scope = inner
    defer { scope = outer }
    prototype.body = try compile(expression)
    prototype.slotCount = inner.slotCount
    prototype.usesClosure = inner.usesClosure
    let dependence = dependence(of: expression)
    let singles = inner.captures.indices.filter { dependence.singles.contains(inner.captures[$0].name) }
    return CompiledRows(
      lambda: LambdaNode(prototype, inner.captures.map(\.node)), reads: inner.columnsRead,
      isRowwise: dependence.isRowwise, singles: singles)
  }

  /// The scope whose table `.name` means: the nearest one over rows that no function boundary hides.
  var rowScope: FrameScope? {
    var current: FrameScope? = scope
    while let scope = current {
      switch scope.kind {
      case .rows: return scope
      case .lambda: current = scope.parent
      case .cell, .function: return nil
      }
    }
    return nil
  }
}

/// An expression over rows as compiled.
struct CompiledRows {
  let lambda: LambdaNode
  let reads: Set<String>
  /// Whether a row's value depends on this row alone, as long as the captures `singles` are single values.
  let isRowwise: Bool
  let singles: [Int]
}
