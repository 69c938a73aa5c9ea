import Testing
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirLibrary
import WeirModels

/// Values kept by builds whose steps had other settings.
@Suite struct StoredValueTests {
  /// The archive without the parts of some names, wherever they stand.
  private static func without(_ names: Set<String>, _ archive: Archive) -> Archive {
    switch archive {
    case .record(let fields):
      .record(fields.filter { !names.contains($0.name) }.map { Archive.Field($0.name, without(names, $0.value)) })
    case .list(let parts): .list(parts.map { without(names, $0) })
    default: archive
    }
  }

  private static func saved(_ program: String) throws -> Value {
    var value = Value.missing
    for step in ProgramRunner().run(program) {
      if case .shown(let shown) = step.outcome { value = shown }
      if case .failed(let problem) = step.outcome { throw problem }
    }
    return value
  }

  private static func read(_ value: Value, without names: Set<String>) throws -> Value {
    let head = Array("weirdata 1\n".utf8)
    return try WeirData.value(
      from: head + without(names, try value.archive()).encoded(), named: "old.weirdata", catalog: .standard)
  }

  @Test func plansWithoutLaterSettingsAreRead() throws {
    let value = try Self.saved("standardize() >> logistic(l2: 0.5)")
    #expect(try Self.read(value, without: ["l1"]).archive() == value.archive())
    let bayes = try NaiveBayes(varSmoothing: 0.001)
    #expect(try NaiveBayes(archive: Self.without(["kind", "alpha"], bayes.archive)).archive == bayes.archive)
  }

  @Test func whatDoesNotFitSaysWhoWroteItAndWhatToDo() throws {
    let value = try Self.saved("table(x: [1, 2, 8, 9], y: [\"a\", \"a\", \"b\", \"b\"]) |> fit(logistic(), target: .y)")
    let error = #expect(throws: Diagnostic.self) { try Self.read(value, without: ["coefficients"]) }
    #expect(error?.code == DiagnosticCode(646))
    #expect(error?.title == "`old.weirdata` holds what this build can't read: the part `coefficients` is missing")
    #expect(error?.mend?.contains("an earlier or later build") == true && error?.mend?.contains("`save` it") == true)
    // A model's card names the build.
    guard case .model(let model) = value, var plan = model as? FittedPlan else { throw ModelError("no plan") }
    plan.card = ModelCard(engine: "weir 0.0.1")
    let named = #expect(throws: Diagnostic.self) { try Self.read(.model(plan), without: ["coefficients"]) }
    #expect(named?.mend?.hasPrefix("it was written by weir 0.0.1: ") == true)
  }

  @Test func damageIsAnotherMatter() throws {
    for bytes in [Array("weirdata 2\n".utf8), Array("weirdata 1\n".utf8), Array("weirdata 1\nxyz".utf8)] {
      let error = #expect(throws: Diagnostic.self) { try WeirData.value(from: bytes, named: "x", catalog: .standard) }
      #expect(error?.code == DiagnosticCode(702))
    }
  }
}
