import WeirDiagnostics
import WeirSyntax

/// A small generator whose draws follow from its seed alone.
struct Draw {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678 }

  mutating func next() -> UInt64 {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(1, count))) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  mutating func pick<Item>(_ items: [Item]) -> Item { items[below(items.count)] }
}

/// Draws trees that the parser can give, all forms at all depths.
struct RandomTrees {
  var draw: Draw
  private let span = SourceSpan(file: FileID(0), start: 0, end: 0)
  private var insideText = 0
  init(seed: UInt64) { draw = Draw(seed) }

  private func make(_ kind: Expression.Kind) -> Expression { Expression(id: NodeID(0), span: span, kind: kind) }
  private func named(_ name: String) -> DefinedName { DefinedName(name: name, span: span) }

  static let names = ["a", "b", "xs", "clean", "größe", "_x", "output", "use", "stage", "param", "n1", "a_rather_long_name"]
  static let columns = ["price", "with spaces", "if", "tick`tock", "1st", "_", "Ö", "a\tb", "in"]
  static let texts = ["", "text", "a {b} c", "\"q\" \\n", "line\nline", "tab\t", "é🎈", "\u{7}", "# no comment"]

  mutating func program() -> [Statement] { (0...draw.below(4)).map { _ in statement(depth: 4) } }

  mutating func statement(depth: Int, inBlock: Bool = false) -> Statement {
    let kind: Statement.Kind
    switch draw.below(inBlock ? 5 : 9) {
    case 0, 1: kind = .expression(expression(depth))
    case 2: kind = .definition([named(draw.pick(Self.names))], expression(depth))
    case 3: kind = .definition([named("a"), named("_"), named("c")], expression(depth))
    case 4: kind = .function(FunctionDefinition(name: named("f"), parameters: parameters(depth), body: expression(depth)))
    case 5: kind = .parameter(parameterDefinition(depth))
    case 6: kind = .output([named("a"), named("model")])
    case 7: kind = .use(named("stats"))
    default: kind = .stage(named(draw.pick(["train", "two words", "if", "say \"so\""])))
    }
    return Statement(span: span, kind: kind)
  }

  private mutating func parameterDefinition(_ depth: Int) -> ParameterDefinition {
    let value = draw.chance(70) ? expression(depth - 1) : nil
    return ParameterDefinition(name: named("p"), type: draw.chance(50) ? named("int") : nil, defaultValue: value)
  }

  private mutating func parameters(_ depth: Int) -> [FunctionParameter] {
    let count = draw.below(4), required = draw.below(count + 1)
    return (0..<count).map { number in
      FunctionParameter(
        name: ["x", "y", "times", "w"][number], span: span, defaultValue: number < required ? nil : expression(depth - 2))
    }
  }

  private mutating func literal(negative: Bool = false) -> Literal {
    switch draw.below(8) {
    case 0: return .missing
    case 1: return .bool(draw.chance(50))
    case 2: return .int(Int64(draw.below(1000)) * (negative && draw.chance(50) ? -1 : 1))
    case 3: return .int(draw.chance(50) ? .max : .min)
    case 4: return .float(draw.pick([0, 0.1, 1e300, 1e-300, 2.5, 1e16, 123456.789]) * (negative && draw.chance(50) ? -1 : 1))
    case 5: return .duration(draw.pick([0, 500, 1000, 1500, 60_000_000, 5_400_000_000, 86_400_000_000, 1_234_567]))
    default: return .string(draw.pick(Self.texts))
    }
  }

  private mutating func items(_ depth: Int, from least: Int = 0) -> [Expression] {
    (0..<(least + draw.below(4))).map { _ in expression(depth - 1) }
  }

  private mutating func arguments(_ depth: Int, named: Bool) -> [Argument] {
    var labels = ["key", "if", "two words", "_", "", "a\"b", "{x}"].filter { _ in draw.chance(30) }
    var all = named ? [] : items(depth).map { Argument(name: nil, nameSpan: nil, value: $0) }
    while let label = labels.popLast() { all.append(Argument(name: label, nameSpan: span, value: expression(depth - 1))) }
    return all
  }

  private mutating func pattern(_ depth: Int, binds: Bool = true, prefix: String) -> Pattern {
    let kind: Pattern.Kind
    switch draw.below(depth > 0 ? 6 : 3) {
    case 0: kind = .wildcard
    case 1: kind = binds ? .binding(prefix) : .wildcard
    case 2: kind = .literal(literal(negative: true))
    case 3: kind = .range(.int(-5), .float(draw.pick([-0.5, 7])), closed: draw.chance(50))
    case 4:
      kind = .list((0..<draw.below(4)).map { pattern(depth - 1, binds: binds, prefix: prefix + "\($0)") })
    default: kind = .either((0...(1 + draw.below(2))).map { _ in pattern(depth - 1, binds: false, prefix: "") })
    }
    return Pattern(span: span, kind: kind)
  }

  private mutating func block(_ depth: Int) -> Expression {
    // A short text has no room for several lines.
    let before = insideText > 0 ? 0 : draw.below(3)
    let statements = (0..<before).map { _ in statement(depth: depth - 1, inBlock: true) }
    return make(.block(statements + [Statement(span: span, kind: .expression(expression(depth - 1)))]))
  }

  private mutating func text(_ depth: Int) -> Expression {
    insideText += 1
    defer { insideText -= 1 }
    var parts: [TextPart] = []
    for _ in 0...draw.below(3) {
      if draw.chance(60) { parts.append(.text(draw.pick(Array(Self.texts.dropFirst())))) }
      parts.append(.expression(expression(depth - 1)))
    }
    return make(.interpolation(parts))
  }

  mutating func expression(_ depth: Int) -> Expression {
    guard depth > 0 else {
      switch draw.below(3) {
      case 0: return make(.literal(literal()))
      case 1: return make(.name(draw.pick(Self.names)))
      default: return make(.column(draw.pick(Self.columns)))
      }
    }
    switch draw.below(22) {
    case 0: return text(depth)
    case 1: return make(.list(items(depth)))
    case 2: return make(.record(arguments(depth, named: true)))
    case 3: return make(.range(expression(depth - 1), expression(depth - 1), closed: draw.chance(50)))
    case 4: return make(.unary(.negate, expression(depth - 1)))
    case 5: return make(.unary(.not, expression(depth - 1)))
    case 6, 7, 8, 9:
      return make(.binary(draw.pick(BinaryOperator.allCases), expression(depth - 1), expression(depth - 1), operatorSpan: span))
    case 10: return make(.then(expression(depth - 1), expression(depth - 1)))
    case 11, 12: return make(.pipe(expression(depth - 1), expression(depth - 1)))
    case 13, 14: return make(.call(expression(depth - 1), arguments(depth, named: false)))
    case 15: return make(.field(expression(depth - 1), draw.pick(Self.columns), nameSpan: span))
    case 16: return make(.index(expression(depth - 1), items(depth, from: 1)))
    case 17: return make(.lambda(parameters(depth), expression(depth - 1)))
    case 18: return make(.conditional(expression(depth - 1), expression(depth - 1), expression(depth - 1)))
    case 19: return match(depth)
    case 20: return comprehension(depth)
    default: return block(depth)
    }
  }

  private mutating func match(_ depth: Int) -> Expression {
    let arms = (0...draw.below(3)).map { _ in
      MatchArm(
        pattern: pattern(2, prefix: "m"), condition: draw.chance(30) ? expression(depth - 1) : nil,
        body: expression(depth - 1))
    }
    return make(.match(expression(depth - 1), arms))
  }

  private mutating func comprehension(_ depth: Int) -> Expression {
    var clauses: [ComprehensionClause] = [.each(pattern(2, prefix: "v"), in: expression(depth - 1))]
    if draw.chance(40) { clauses.append(.condition(expression(depth - 1))) }
    if draw.chance(20) { clauses.append(.each(pattern(1, prefix: "w"), in: expression(depth - 1))) }
    return make(.comprehension(expression(depth - 1), clauses))
  }
}
