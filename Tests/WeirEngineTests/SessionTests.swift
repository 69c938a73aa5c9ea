import Testing
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirLibrary

/// A session keeps what its cells gave, knows what is stale and why, and takes edits back.
@Suite struct SessionTests {
  private func session() throws -> Session {
    let modules = Modules(catalog: .standard, folder: try LibraryFolder.find())
    return Session(Session.Configuration(), modules: modules, cache: nil, hashing: FileHashing(store: nil))
  }

  private func shown(_ result: SessionResult) -> String {
    result.result?.shown.all.map { shown in
      switch shown {
      case .printed(let text): text
      case .value(let value): value.shortText
      case .table(_, let rows): "table of \(rows)"
      }
    }.joined(separator: "; ") ?? "nothing"
  }

  @Test func runsCellsOneAfterTheOther() throws {
    let session = try session()
    #expect(!session.evaluate("a = 20").hasErrors)
    #expect(shown(session.evaluate("a * 2 + 2")) == "42")
    #expect(!session.evaluate("fn twice(x) = x * 2").hasErrors)
    #expect(shown(session.evaluate("twice(a)")) == "40")
    #expect(shown(session.evaluate("print(\"hello\")")) == "hello")
  }

  @Test(arguments: ["for i in [1]:", "import pandas as pd", "1 +"])
  func aTextThatDoesNotParseIsToldOnce(text: String) throws {
    let session = try session()
    #expect(session.evaluate(text).diagnostics.count == 1)
    #expect(session.cells.isEmpty)
  }

  @Test func aNameMayBeDefinedAgain() throws {
    let session = try session()
    _ = session.evaluate("a = 1")
    _ = session.evaluate("b = a + 1")
    _ = session.evaluate("a = b + 1")
    #expect(shown(session.evaluate("[a, b]")) == "[3, 2]")
  }

  @Test func editsMakeStaleWhatDependsOnThem() throws {
    let session = try session()
    _ = session.evaluate("a = 1", name: "first")
    _ = session.evaluate("b = a + 1", name: "second")
    _ = session.evaluate("c = 5", name: "third")
    #expect(session.stale() == [])
    #expect(session.edit("first", to: "a = 10").isEmpty)
    #expect(session.stale() == ["first", "second"])
    #expect(session.reasons(forCell: "first") == ["its code changed"])
    #expect(session.undo())
    #expect(session.stale() == [])
    _ = session.edit("first", to: "a  =  1  # the same, laid out another way")
    #expect(session.stale() == [])
    _ = session.edit("first", to: "a = 10")
    #expect(session.runStale().map(\.name) == ["first", "second"])
    #expect(session.value(of: "b")?.shortText == "11")
  }

  @Test func aFailedCellSaysWhereAndWithWhat() throws {
    let session = try session()
    _ = session.evaluate("a = 0")
    let result = session.evaluate("1 // a")
    #expect(result.result?.status == .failed)
    #expect(result.result?.diagnostic?.code.description == "W0602")
    #expect(result.result?.diagnostic?.notes == ["`a` was 0"])
  }
}
