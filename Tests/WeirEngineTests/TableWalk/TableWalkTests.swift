import Testing
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirLibrary
import WeirModels
import WeirTables

/// Every pure builtin that works on a table or on columns meets tables without rows, without values and with one row: it
/// gives a value or says by a code why there is none; it never ends the process and never gives a number that is none.
struct TableWalkTests {
  /// All pure builtins with a parameter that takes tables or columns, and all that make a plan out of which a model comes.
  static let walked: [String] = Catalog.standard.all.filter { builtin in
    guard builtin.effect == .pure else { return false }
    return builtin.slots.contains(where: takesRows) || builtin.family == "Models" || TableWalkCalls.all[builtin.name] != nil
  }.map(\.name)

  private static func takesRows(_ slot: Slot) -> Bool {
    switch slot.kind {
    case .value, .variadic, .namedValues: ValueType.anyTable.fits(slot.type) || ValueType.anyColumn.fits(slot.type)
    default: true
    }
  }

  static let names = ["n", "k", "f", "s", "g", "b", "d", "w"]

  static let full: Table? = try? {
    let rows = 0..<12, days = rows.map { Int32(20_000 + $0 * 17) }
    let words = ["red apple", "green pear", "a red pear", "plum", "green plum", "pear", "apple", "grey", "a plum", "red", "green", "fig"]
    let numbers = rows.map { Int64($0 + 1) }, small = rows.map { Int64(($0 * 7) % 5 + 1) }
    let floats = rows.map { row -> Double in Double((row * 5) % 12) * 1.5 + 0.25 }
    let times = days.map { day -> Int64 in Int64(day) * 86_400_000_000 + 3_600_000_000 }
    let columns: [(String, Column)] = [
      ("n", Column(.int(numbers))), ("k", Column(.int(small))), ("f", Column(.float(floats))), ("s", Column(.text(TextValues(words)))),
      ("g", Column(.text(TextValues(rows.map { $0 % 2 == 0 ? "x" : "y" })))), ("b", Column(.bool(rows.map { $0 % 3 == 0 }))),
      ("d", Column(.date(days))), ("w", Column(.dateTime(times))),
    ]
    return try Table(columns)
  }()

  /// The same columns without any value.
  static let nothing: Table? = try? {
    let columns = zip(names, full?.columns ?? []).map { ($0, Column.missing($1.type, count: $1.count)) }
    return try Table(columns)
  }()

  static let tables: [(name: String, code: String)] = [
    ("with rows and values", "t = full"),
    ("without rows", "t = full |> take(0)"),
    ("of one row", "t = full |> take(1)"),
    ("of missing values", "t = nothing"),
    ("of missing values without types", "t = table(\(names.map { "\($0): [missing, missing, missing]" }.joined(separator: ", ")))"),
  ]

  /// The programs for each call of a builtin, with the columns put in; nil where nobody wrote how it is called.
  private func programs(_ builtin: Builtin) -> [[String]]? {
    let needed = builtin.slots.count { $0.isRequired }
    let isExpression = switch builtin.kernel { case .elementwise, .rowwise, .aggregate, .window: true; default: false }
    guard let calls = TableWalkCalls.all[builtin.name] ?? (isExpression && needed <= 1 ? ["\(builtin.name)(@)"] : nil) else { return nil }
    return calls.map { call in
      let written = call.contains("@") ? Self.names.map { call.replacing("@: ", with: "\($0): ").replacing("@", with: ".\($0)") } : [call]
      return written.flatMap { wrapped($0, builtin.kernel) }
    }
  }

  /// An expression over rows in the verbs that evaluate such; what is a program already stays as it is.
  private func wrapped(_ call: String, _ kernel: Builtin.Kernel) -> [String] {
    guard !call.contains("(t"), !call.contains("full") else { return [call] }
    switch kernel {
    case .elementwise, .rowwise: return ["derive(t, new: \(call))"]
    case .aggregate:
      let whole = call.contains("(.") ? [call.replacing("(.", with: "(t.").replacing(", .", with: ", t.")] : []
      return whole + ["aggregate(t, v: \(call))", "aggregate(t, by: .g, v: \(call))", "window(t, by: .g, v: \(call))"]
    case .window: return ["window(t, order: .n, v: \(call))", "window(t, by: .g, order: .n, v: \(call))"]
    case .plain, .descending: return [call]
    }
  }

  @Test(arguments: walked) func aValueOrACode(name: String) throws {
    let builtin = try #require(Catalog.standard[name])
    if TableWalkCalls.withoutTables.contains(name) { return }
    let calls = try #require(
      programs(builtin), "`\(name)` takes a table or columns: write into TableWalkCalls how it is called on one")
    let full = try #require(Self.full), nothing = try #require(Self.nothing)
    let runner = ProgramRunner(given: ["full": .table(full), "nothing": .table(nothing)])
    for programs in calls {
      var isAnswered = false
      for program in programs {
        for (kind, code) in Self.tables {
          let outcome = try #require(runner.run("\(code)\n\(program)").last).outcome
          isAnswered = check(outcome, "\(program) on a table \(kind)") && kind == Self.tables[0].name || isAnswered
        }
      }
      #expect(isAnswered, "gives a value on a table with rows and values: \(programs.first ?? "")")
    }
  }

  /// Whether it is a value; says what is wrong with it otherwise.
  private func check(_ outcome: ProgramRunner.Outcome, _ what: String) -> Bool {
    switch outcome {
    case .silent: return false
    case .shown(let value):
      if let found = NumbersThatAreNone.first(in: value) { Issue.record("\(what): \(found)") }
      return true
    case .failed(let problem):
      // A failure with neither a code of its own nor a mend is one that nobody thought of.
      #expect(problem.code != DiagnosticCode(618) || problem.mend != nil, "\(what): \(problem.title)")
      return false
    }
  }

  /// Nothing stands in the tables of calls that the catalog does not know.
  @Test func callsAreOfBuiltins() {
    let named = Set(TableWalkCalls.all.keys).union(TableWalkCalls.withoutTables)
    #expect(named.filter { Catalog.standard[$0] == nil }.sorted() == [])
    #expect(named.filter { TableWalkCalls.all[$0] != nil && TableWalkCalls.withoutTables.contains($0) }.sorted() == [])
  }
}

/// Finds NaN in what a value holds and in what it shows.
enum NumbersThatAreNone {
  static func first(in value: Value) -> String? {
    switch value {
    case .float(let number): return number.isNaN ? "NaN" : nil
    case .list(let items): return items.lazy.compactMap(first).first
    case .record(let record): return record.fields.lazy.compactMap { field in first(in: field.value).map { "\(field.name): \($0)" } }.first
    case .column(let column): return first(in: column)
    case .table(let table): return first(in: table)
    case .query(let query): return (try? query.collect()).flatMap { first(in: $0) }
    case .model(let model): return (try? model.learned()).flatMap { first(in: $0) } ?? shown(value)
    case .other(is TensorValue): return nil  // NaN is how a tensor says missing.
    case .other(let foreign):
      let fields = foreign.fieldNames.lazy.compactMap { name in foreign.field(name).flatMap(first).map { "\(name): \($0)" } }
      return fields.first ?? shown(value)
    default: return nil
    }
  }

  private static func first(in table: Table) -> String? {
    for (name, column) in zip(table.names, table.columns) { if let found = first(in: column) { return "\(name): \(found)" } }
    return nil
  }

  private static func first(in column: Column) -> String? {
    guard case .float(let numbers) = column.storage else { return nil }
    return numbers.indices.first { !column.isMissing($0) && numbers[$0].isNaN }.map { "NaN in row \($0)" }
  }

  private static func shown(_ value: Value) -> String? {
    let text = value.rendered(.plain)
    let words = text.lowercased().split { !$0.isLetter }
    return words.contains("nan") ? "shows NaN: \(text.prefix(200))" : nil
  }
}
