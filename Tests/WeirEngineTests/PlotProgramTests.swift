import Testing
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirLibrary

/// Plots of tables as they come: a picture, or one error that says what is missing.
@Suite struct PlotProgramTests {
  private func session() throws -> Session {
    let modules = Modules(catalog: .standard, folder: try LibraryFolder.find())
    let session = Session(Session.Configuration(), modules: modules, cache: nil, hashing: FileHashing(store: nil))
    for line in [
      "good = table(a: [1.5, 2.5, 9.0], b: [2, 3, 1], k: [\"u\", \"v\", \"u\"])",
      "none = good |> filter(.a > 90)",
      "gaps = table(a: [missing, 1.5, 2.0], b: [2, missing, 3], k: [\"u\", missing, \"v\"])",
      "same = table(a: [3, 3, 3], b: [0, 0, 0], k: [\"x\", \"x\", \"x\"])",
      "one = table(a: [-5], b: [7], k: [\"a very long name of a category that never ends, or so it seems to its readers\"])",
    ] { #expect(!session.evaluate(line).hasErrors, "\(line)") }
    return session
  }

  private static let plots = [
    "histogram(T, .a)", "histogram(T, .a, by: .k)", "scatter(T, .a, .b)", "scatter(T, .a, .b, by: .k)",
    "line(T, .a, .b)", "line(T, .a, .b, by: .k)", "bar(T, .k)", "bar(T, .k, by: .a)", "box(T)", "box(T, .a, by: .k)",
    "heatmap(T)", "pairs(T, .a, .b)", "learning_plot(T)",
  ]

  @Test(arguments: plots) func tablesWithRowsAreShown(plot: String) throws {
    let session = try session()
    for table in ["good", "gaps", "same", "one"] {
      let text = plot.replacing("T,", with: table + ",").replacing("T)", with: table + ")")
      let result = session.evaluate("length((\(text)).svg) > 400")
      #expect(!result.hasErrors, "\(text): \(result.result?.diagnostic?.title ?? "")")
      guard case .value(.bool(true)) = result.result?.shown.all.first else { return #expect(Bool(false), "\(text)") }
    }
  }

  @Test(arguments: plots) func tablesWithoutRowsAreAnErrorThatSaysSo(plot: String) throws {
    let text = plot.replacing("T,", with: "none,").replacing("T)", with: "none)")
    let result = try session().evaluate(text)
    #expect(result.hasErrors && result.result?.diagnostic?.title.hasPrefix("there are no ") == true, "\(text)")
  }

  @Test(arguments: ["bar(one, .b, .a, log_y: true)", "box(one, .a, log_y: true)", "histogram(one, .a, log_x: true)", "scatter(one, .a, .b, log_x: true)", "line(one, .b, .a, log_y: true)"])
  func nothingAbove0OnALogAxisIsAnErrorWithAMend(text: String) throws {
    let result = try session().evaluate(text)
    let mistake = try #require(result.result?.diagnostic)
    #expect(mistake.title.contains("above 0") && mistake.mend?.contains(text.contains("log_x") ? "`log_x`" : "`log_y`") == true)
  }
}
