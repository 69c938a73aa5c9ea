import Testing
import WeirChecker
import WeirDiagnostics
import WeirSyntax

struct CellGraphTests {
  private func graph(_ texts: [String]) -> CellGraph {
    CellGraph(texts.enumerated().map { index, text in
      let file = SourceFile(id: FileID(UInt32(index)), name: "cell `c\(index)`", text: text)
      return Cell(name: "c\(index)", tree: parse(file).tree)
    })
  }

  @Test func aReaderGetsTheNearestDefinitionAbove() {
    let graph = graph(["x = 1", "x = x + 1", "y = x", "x = 10", "z = x + y + missing_name"])
    #expect(graph.facts[1].reads.map { $0.definition?.cell } == [0])
    #expect(graph.facts[1].definitions.map(\.version) == [2])
    #expect(graph.facts[2].reads.map { $0.definition?.version } == [2])
    #expect(graph.facts[4].reads.map(\.name) == ["x", "y", "missing_name"])
    #expect(graph.facts[4].reads.map { $0.definition?.version } == [3, 1, nil])
    #expect(graph.dependencies(of: 4) == [2, 3])
    #expect((0...5).map { graph.version(of: "x", before: $0) } == [0, 1, 2, 2, 3, 3])
    #expect(graph.definition(of: "x", before: 3)?.cell == 1)
    #expect(graph.definition(of: "x", before: 0) == nil)
  }

  @Test func staleIsWhatReadsAndNeededIsWhatIsRead() {
    let graph = graph(["a = 1", "b = a", "plot = b", "c = b", "d = 5", "output c\nplot_again = d"])
    #expect(graph.dependents(of: 0) == [1, 2, 3, 5])
    #expect(graph.dependents(of: 4) == [5])
    #expect(graph.ancestors(of: [3]) == [0, 1, 3])
    #expect(graph.ancestorsOfOutputs() == [0, 1, 3, 4, 5])
    #expect(graph.ancestors(ofNames: ["plot", "nobody"]) == [0, 1, 2])
    #expect(graph.dependents(of: 99) == [] && graph.dependencies(of: -1) == [])
  }

  @Test func localNamesAndColumnsAreNoReads() {
    let graph = graph(["k = 2\nfn f(x) = x * k + later\nys = [f(y) for y in [1, 2] if y > k]", "t |> filter(.k > f(1))"])
    #expect(graph.facts[0].reads.map(\.name) == ["later"])
    #expect(graph.facts[1].reads.map(\.name) == ["t", "filter", "f"])
    #expect(graph.dependencies(of: 1) == [0])
  }

  @Test func modulesParametersAndOutputsAreFacts() {
    let graph = graph(["use stats\nparam folds: int = 5", "m = stats.iqr([1])\noutput m, folds", "output later", "later = 1"])
    #expect(graph.facts[0].modules.map(\.name) == ["stats"])
    #expect(graph.facts[0].definitions.map(\.kind) == [.module, .parameter])
    #expect(graph.parameters.map(\.type?.name) == ["int"])
    #expect(graph.dependencies(of: 1) == [0])
    #expect(graph.outputs.map { $0.definition?.cell } == [1, 0, nil])
  }

  @Test func manyCellsTakeNoTime() {
    let count = 10_000
    let graph = graph((0..<count).map { $0 == 0 ? "x = 1" : "x = x + 1" })
    #expect(graph.dependents(of: 0).count == count - 1)
    #expect(graph.ancestors(of: [count - 1]).count == count)
    #expect(graph.version(of: "x", before: 7_000) == 7_000)
  }
}
