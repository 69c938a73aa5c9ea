import Foundation
import Testing
import WeirCatalog
import WeirLibrary

/// What the catalog says of its builtins is complete, and its examples do what they say.
struct CatalogTests {
  @Test(arguments: Catalog.standard.all.map(\.name))
  func examplesShowWhatTheySay(name: String) throws {
    let builtin = try #require(Catalog.standard[name])
    for example in builtin.examples {
      let steps = ProgramRunner(host: MemoryHost(bytes: CatalogTests.allFiles)).run(example.code)
      for step in steps {
        if case .failed = step.outcome { Issue.record("`\(name)`: \(example.code)\n\(step.outcome.text)") }
      }
      guard let gives = example.gives, let last = steps.last else { continue }
      let expectation = Expectation(line: last.line, kind: .shows(gives))
      if let problem = expectation.contradiction(to: last.outcome) {
        Issue.record("`\(name)`: \(example.code)\n\(problem)")
      }
    }
  }

  /// The files that examples may read.
  static let files = [
    "penguins.csv": "species,mass\nAdelie,3700\nGentoo,5200\nAdelie,3900\n",
    "people.json": #"[{"name": "Ann", "address": {"city": "Oslo"}}, {"name": "Bo", "address": {"city": "Turin"}}]"#,
    "events.jsonl": "{\"level\": \"info\"}\n{\"level\": \"error\"}\n",
    "data/a.csv": "id,name\n1,x\n2,y\n",
    "app.log": "2026-01-31T10:00:00Z INFO started\n2026-01-31T10:05:00Z WARN disk at 91%\n",
    "a.txt": "first line\nsecond line\n",
  ]

  /// With those that are no texts.
  static let allFiles: [String: [UInt8]] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    var all = files.mapValues { Array($0.utf8) }
    all["book.xlsx"] = (try? Data(contentsOf: folder.appendingPathComponent("Fixtures/excel/book.xlsx"))).map { Array($0) }
    return all
  }()

  @Test(arguments: Catalog.standard.all.map(\.name))
  func isDescribed(name: String) throws {
    let builtin = try #require(Catalog.standard[name])
    #expect(builtin.summary.hasSuffix(".") && builtin.summary.first?.isUppercase == true, "the summary is a sentence")
    for slot in builtin.slots { #expect(!slot.summary.isEmpty, "`\(slot.name)` is described") }
    #expect(builtin.examples.contains { $0.code.contains(name) }, "an example uses it")
    for other in builtin.seeAlso { #expect(Catalog.standard[other] != nil, "see also `\(other)`") }
    #expect(Set(builtin.slots.map(\.name)).count == builtin.slots.count, "no parameter twice")
  }

  @Test func noNameIsDefinedTwice() {
    let names = Catalog.standard.all.map(\.name)
    let twice = Dictionary(grouping: names, by: { $0 }).filter { $0.value.count > 1 }.keys.sorted()
    #expect(twice == [])
  }
}
