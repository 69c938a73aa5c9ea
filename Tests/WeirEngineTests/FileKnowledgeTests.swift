import Foundation
import Testing
import WeirBase
import WeirCatalog
import WeirChecker
import WeirDiagnostics
import WeirLibrary
import WeirSyntax

/// What the checker knows of files without a header of their own before anything runs.
struct FileKnowledgeTests {
  private static let book = try? Data(
    contentsOf: CheckerAgreementTests.root.appendingPathComponent("Tests/Fixtures/excel/book.xlsx"))

  private static let files: [String: [UInt8]] = [
    "book.xlsx": book.map { [UInt8]($0) } ?? [],
    "people.json": Array(#"{"all": [{"name": "Ada", "born": 1815, "at": {"city": "Turin"}}, {"name": "Alan", "died": 1954}]}"#.utf8),
    "events.jsonl": Array("{\"level\": \"error\", \"code\": 7}\n{\"level\": \"info\", \"late\": true}\n".utf8),
    "broken.json": Array("[{\"a\": 1},".utf8),
    "small.csv": Array("id,when\n1,2\n".utf8),
    // Of a file this large the types are left to the run, which looks at every row.
    "large.csv": Array(("id,name,n\n" + String(repeating: "17,ab,5\n", count: 600_000)).utf8),
    "large.jsonl": Array(String(repeating: "{\"a\": 1}\n", count: 40_000).utf8),
  ]

  private func found(_ program: String) -> [Diagnostic] {
    let file = SourceFile(id: FileID(0), name: "program", text: program)
    let graph = CellGraph([Cell(name: "program", tree: parse(file).tree)])
    let surroundings = CheckSurroundings(
      catalog: .standard, prelude: CheckerAgreementTests.prelude, file: { path in Self.files[path].map { FileContents($0) } })
    return Checker.check(graph, in: surroundings).diagnostics.filter { $0.code != DiagnosticCode(203) }
  }

  @Test(arguments: [
    ("read_excel(\"book.xlsx\", sheet: \"Sales\") |> filter(.prise > 3)", "price"),
    ("read_excel(\"book.xlsx\", sheet: 2) |> select(.rates)", "rate"),
    ("read_excel(\"book.xlsx\", sheet: \"Sales\", source: \"file\") |> select(.files)", "file"),
    ("read_json(\"people.json\", at: \"all\") |> sort(.nam)", "name"),
    ("read_json(\"people.json\", at: \"all\", flatten: true) |> select(\"at.citi\")", "at.city"),
    ("read_jsonl(\"events.jsonl\") |> filter(.levle == \"error\")", "level"),
    ("read_jsonl(\"events.jsonl\", columns: [\"level\", \"late\"]) |> select(.lat)", "late"),
    ("read_jsonl(\"events.jsonl\", types: {code: \"text\"}) |> select(.cod)", "code"),
    ("read_jsonl(\"events.jsonl\", columns: [\"levels\"])", "level"),
  ])
  func misspeltColumnsAreFound(_ program: String, _ meant: String) {
    let found = found(program)
    #expect(found.map(\.code) == [DiagnosticCode(401)], "\(program): \(found.map(\.title))")
    #expect(found.first?.mend?.contains(meant) == true, "\(program): \(found.first?.mend ?? "")")
  }

  @Test(arguments: [
    "read_excel(\"book.xlsx\", sheet: \"Sales\") |> filter(.price > 3) |> select(.day, .item)",
    "read_json(\"people.json\", at: \"all\") |> filter(.born > 1900 or .died > 1900)",
    "read_json(\"people.json\").anything",
    "read_jsonl(\"events.jsonl\") |> filter(.code > 3 and .late)",
    // What can't be read, is not there, or is too large to be read for this is left to the run.
    "read_json(\"broken.json\") |> select(.whatever)", "read_excel(\"none.xlsx\") |> select(.whatever)",
    "read_jsonl(\"large.jsonl\") |> select(.whatever)", "read_jsonl(\"large.jsonl\", types: {a: \"int\"}) |> filter(.b > 1 and .a > 1)",
    "read_csv(\"later.csv\", types: {a: \"int\"}) |> filter(.b > 1) |> rename(c: .a, a: .b) |> derive(d: .a + \"x\")",
  ])
  func whatIsThereOrNotKnownPasses(_ program: String) {
    #expect(found(program).map(\.title) == [])
  }

  /// The types are known as well: texts have no mean.
  @Test func typesAreKnown() {
    #expect(found("read_jsonl(\"events.jsonl\") |> derive(x: .level - 1)").map(\.code) == [DiagnosticCode(307)])
    #expect(found("read_jsonl(\"events.jsonl\", types: {level: \"float\"}) |> derive(x: .level - 1)").isEmpty)
    #expect(found("read_jsonl(\"events.jsonl\") |> derive(x: .code - 1)").isEmpty)
  }

  /// Of files that are not looked at, arguments tell what they can.
  @Test(arguments: [
    ("read_jsonl(\"large.jsonl\", columns: [\"a\", \"b\"]) |> select(.c)", 401), ("read_jsonl(\"large.jsonl\", types: {a: \"text\"}) |> derive(x: .a - 1)", 307),
    ("read_excel(\"later.xlsx\", types: {a: \"text\"}) |> derive(x: .a - 1)", 307), ("read_csv(\"p-*.csv\", columns: [\"a\"], source: \"file\") |> select(.a, .fil)", 401),
  ])
  func argumentsTellOfFilesThatAreNotLookedAt(_ program: String, code: Int) {
    #expect(found(program).map(\.code) == [DiagnosticCode(code)], "\(program)")
  }

  /// `types:` says what a column is, however large the file is and whether or not it is there yet.
  @Test(arguments: ["small.csv", "large.csv", "later.csv", "part-*.csv"]) func typesThatAreWrittenAreKnown(file: String) {
    let read = "read_csv(\"\(file)\", types: {id: \"text\"})"
    #expect(found("\(read) |> derive(x: .id - 1)").map(\.code) == [DiagnosticCode(307)], "\(file)")
    #expect(found("\(read) |> filter(.id > \"1\") |> derive(x: .id - 1)").map(\.code) == [DiagnosticCode(307)], "\(file)")
    #expect(found("\(read) |> cast(id: \"int\") |> derive(x: .id - 1)").isEmpty, "\(file)")
    #expect(found("kinds = {id: \"text\"}\nread_csv(\"\(file)\", types: kinds) |> derive(x: .id - 1)").count <= 1)
  }
}
