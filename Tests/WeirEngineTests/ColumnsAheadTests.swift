import Testing
import WeirCatalog
import WeirChecker
import WeirDiagnostics
import WeirLibrary
import WeirSyntax
import WeirTables

/// What the checker knows of the columns that `transform` gives is what the run gives.
struct ColumnsAheadTests {
  private static let rows = """
    t = table(n: [1, 2, 3, 4, 5, 6], f: [1.5, missing, 3, 4, 9, 2.5], s: ["m", "f", "m", "f", "m", "f"], b: [true, false, true, true, false, true],
      d: [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3), date(2026, 1, 4), date(2026, 1, 5), date(2026, 1, 6)], y: [1.0, 2, 3, 4, 5, 7])

    """

  private func check(_ program: String) -> CheckResult {
    let file = SourceFile(id: FileID(0), name: "program", text: program)
    let graph = CellGraph([Cell(name: "program", tree: parse(file).tree)])
    return Checker.check(graph, in: CheckSurroundings(catalog: .standard, prelude: CheckerAgreementTests.prelude))
  }

  private static let steps = [
    "impute()", "impute(.f)", "impute(indicator: true)", "standardize()", "standardize(.n)", "min_max_scale()", "robust_scale(.n)", "normalize(.n)",
    "power_transform(.n)", "quantile_transform(.n)", "polynomial(2, .n)", "one_hot()", "one_hot(.s, drop: \"first\")", "one_hot(.n)", "ordinal(.s)",
    "target_encode(.s)", "clip_outliers()", "remove_duplicates()", "select_columns(.s, .n)", "select_features(1, .n, .b)", "pca(1, .n)",
    "date_parts(.d)", "date_parts()", "count_words(.s)", "tf_idf(.s)", "tokenize(.s)", "tokenize(length: 3)", "tokenize(.s, length: 2) >> standardize(.n)", "impute() >> standardize() >> one_hot()", "standardize(.n) >> select_columns(.n)",
    "one_hot(.s) >> impute() >> standardize()", "ordinal(.s) >> standardize(.s) >> linear()", "select_columns(.n) >> polynomial(2) >> linear()",
  ]

  @Test(arguments: steps) func columnsAreThoseOfTheRun(plan: String) throws {
    for (given, target) in [("t", ""), ("t", ", target: .y"), ("t |> drop(.d)", ", target: .y, features: [.n, .s]")] {
      for new in ["t", "t |> derive(n: .n * 1.5)", "t |> derive(n: .n > 2)", "t |> select(.b, .n, .f, .s, .d, .y)"] {
        let program = Self.rows + "m = \(given) |> fit(\(plan)\(target))\nu = transform(m, \(new))\n"
        let found = check(program), run = ProgramRunner().run(program + "u")
        guard case .shown(.table(let table))? = run.last?.outcome else { continue }
        #expect(found.diagnostics.filter { $0.severity == .error }.map(\.title) == [], "\(program)")
        guard case .table(let type)? = found.names["u"] else {
          Issue.record("nothing is known: \(program)")
          continue
        }
        if let columns = type.columns { #expect(columns.map(\.name) == table.names, "\(program)") }
        for header in type.columns ?? type.partial {
          guard let column = table[header.name] else {
            Issue.record("there is no \(header.name): \(program)")
            continue
          }
          #expect(header.type == nil || header.type == column.type, "\(header.name): \(program)")
        }
      }
    }
  }

  /// Plans whose columns do not depend on data are known whole, and others keep what they leave alone.
  @Test func muchIsKnown() throws {
    func type(_ plan: String) throws -> TableType {
      let program = Self.rows + "m = t |> fit(\(plan), target: .y)\nu = transform(m, t)"
      guard case .table(let type)? = check(program).names["u"] else { return TableType() }
      return type
    }
    #expect(try type("standardize()").columns?.map(\.name) == ["n", "f", "s", "b", "d"])
    #expect(try type("standardize()").column("n")?.type == .float)
    #expect(try type("one_hot()").columns == nil)
    #expect(Set(try type("one_hot()").partial.map(\.name)) == ["n", "b", "d"])
    #expect(try type("tokenize(.s, length: 2)").columns?.map(\.name) == ["n", "f", "s_1", "s_2", "b", "d"])
    #expect(try type("tokenize(.s, length: 2)").column("s_2")?.type == .int)
    #expect(try type("tokenize()").columns == nil)
    #expect(try type("one_hot() >> select_columns(.n)").columns?.map(\.name) == ["n"])
  }

  @Test(arguments: [
    ("m = t |> fit(standardize(), target: .y)\ntransform(m, t) |> select(.nosuch)", 401),
    ("m = t |> fit(standardize(), target: .y)\ntransform(m, t) |> filter(.y > 1)", 401),
    ("m = t |> fit(impute() >> one_hot(.s) >> select_columns(.n, .s_m))\ntransform(m, t) |> sort(.f)", 401),
    ("m = t |> fit(one_hot(.s))\ntransform(m, t) |> derive(z: .n + \"a\")", 307),
    ("m = t |> fit(one_hot(.s))\ntransform(m, t) |> select(.n, .s_m) |> drop(.f)", 401),
    ("t |> fit(standardize(.s))", 660),
  ])
  func mistakesAreFound(_ program: String, code: Int) {
    #expect(check(Self.rows + program).diagnostics.map(\.code).contains(DiagnosticCode(code)), "\(program)")
  }

  /// Of columns that only the run knows, nothing is refused.
  @Test(arguments: [
    "m = t |> fit(one_hot(.s))\ntransform(m, t) |> select(.s_m, .s_x, .n)",
    "m = t |> fit(one_hot(.s))\ntransform(m, t) |> derive(n: \"a\") |> derive(z: .n + \"b\")",
    "m = t |> fit(one_hot(.s))\ntransform(m, t) |> rename(q: .n, n: .s_m) |> derive(z: .n + 1)",
    "m = t |> fit(pca(1, .n))\ntransform(m, t) |> filter(.pc1 > 0 and .s == \"m\")",
    "fn prepared(plan) = t |> fit(plan) |> transform(t)\nprepared(standardize()) |> select(.n)\nprepared(pca(1, .n)) |> select(.pc1)",
    "m = if count(t) > 3 then fit(t, standardize()) else fit(t, pca(1, .n))\ntransform(m, t) |> select(.pc1)",
  ])
  func whatOnlyTheRunKnowsPasses(_ program: String) {
    #expect(check(Self.rows + program).diagnostics.filter { $0.severity == .error }.map(\.title) == [], "\(program)")
  }
}
