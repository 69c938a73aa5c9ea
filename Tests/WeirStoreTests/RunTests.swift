import Glibc
import Testing
import WeirBase
import WeirStore

@Suite struct RunTests {
  let folder: TemporaryFolder
  let store: Store

  init() throws {
    folder = try TemporaryFolder()
    store = try Store(at: folder.path + "/.weir")
  }

  @Test func aRunIsWrittenDownAsItGoes() throws {
    var info = info
    info.parameters = [RunParameter("rate", "0.1"), RunParameter("name", "\"x\"")]
    let run = try store.beginRun(info)
    #expect(try store.run(run).status == .running)
    try store.finishCell(run, cell(0, "load"))
    let failed = RunCell(
      position: 1, name: "train", key: nil, state: .failed, source: .none, started: 5, duration: 6, message: "no column")
    try store.finishCells(run, [failed, cell(2, "plot", .cache)])
    for (step, value) in [0.5, 0.25, .nan].enumerated() {
      try store.metric(run, RunMetric("loss", value, step: Int64(step), cell: "train"))
    }
    try store.metrics(run, [RunMetric("accuracy", 0.93), RunMetric("big", .infinity)])
    try store.note(run, "try a smaller\u{0} rate")
    try store.finishRun(run, .failed)

    let back = try Store(at: folder.path + "/.weir").run(run)
    #expect(back.info == info && back.status == .failed && back.finished != nil)
    #expect(back.cells == [cell(0, "load"), failed, cell(2, "plot", .cache)])
    #expect(back.metrics.map(\.name) == ["loss", "loss", "loss", "accuracy", "big"])
    #expect(back.metrics[1] == RunMetric("loss", 0.25, step: 1, cell: "train"))
    #expect(back.metrics[2].value.isNaN && back.metrics[4].value == .infinity)
    #expect(back.notes == ["try a smaller\u{FFFD} rate"])
    let summary = try #require(try store.runs().first)
    #expect(summary.id == run && summary.ran == 1 && summary.cached == 1 && summary.failed == 1)
    #expect(summary.metrics.map(\.name) == ["accuracy", "big", "loss"])
  }

  @Test func runsAreListedLatestFirst() throws {
    var other = info
    other.notebook = "b.mlnb"
    let numbers = try (0..<6).map { try store.beginRun($0 % 2 == 0 ? info : other) }
    #expect(numbers == numbers.sorted() && Set(numbers).count == 6)
    #expect(try store.runs(limit: 4).map(\.id) == Array(numbers.reversed().prefix(4)))
    #expect(try store.runs(of: "b.mlnb").map(\.id) == [numbers[5], numbers[3], numbers[1]])
    #expect(try store.runs(limit: -3).isEmpty)
  }

  @Test func unknownRunsAreRefused() throws {
    #expect(throws: StoreError.noRun(7)) { try store.run(7) }
    #expect(throws: StoreError.noRun(7)) { try store.finishRun(7, .done) }
    #expect(throws: StoreError.noRun(7)) { try store.finishCell(7, cell(0, "a")) }
    #expect(throws: StoreError.noRun(7)) { try store.metric(7, RunMetric("x", 1)) }
    #expect(throws: StoreError.noRun(7)) { try store.note(7, "x") }
  }

  @Test func oneChangeRecordsARunFromTheCache() throws {
    let run = try store.record(
      info, cells: [cell(0, "a", .cache), cell(1, "b", .cache)], metrics: [RunMetric("x", 1)], status: .done, started: 17)
    let back = try store.run(run)
    #expect(back.started == 17 && back.status == .done && back.cells.count == 2 && back.metrics == [RunMetric("x", 1)])
  }

  @Test func twoRunsAreCompared() throws {
    var changed = info
    changed.parameters = [RunParameter("rate", "0.2")]
    let first = try store.record(
      info, cells: [cell(0, "a"), cell(1, "b")], metrics: [RunMetric("acc", 0.5), RunMetric("acc", 0.6)], status: .done,
      started: 1)
    let moved = RunCell(position: 1, name: "b", key: key("b2"), state: .done, source: .run, started: 1, duration: 1)
    let second = try store.record(
      changed, cells: [cell(0, "a"), moved, cell(2, "c")], metrics: [RunMetric("acc", 0.7), RunMetric("f1", 1)],
      status: .done, started: 1)
    let comparison = try store.compare(first, second)
    #expect(comparison.settings.map(\.name) == ["rate"])
    #expect(comparison.settings[0].first == nil && comparison.settings[0].second == "0.2")
    #expect(comparison.metrics.map(\.name) == ["acc", "f1"])
    #expect(comparison.metrics[0].first == 0.6 && comparison.metrics[0].second == 0.7 && comparison.metrics[1].first == nil)
    #expect(comparison.cells.map(\.name) == ["b", "c"])
  }

  @Test func modelsHaveVersionsAndTags() throws {
    let run = try store.beginRun(info)
    let details = ModelDetails(
      run: run, note: "first try", metrics: [RunMetric("acc", 0.9)], lineage: [LineageEntry(.file, "a.csv", key("a"))],
      tags: ["candidate"])
    #expect(try store.register("churn", bytes(70_000, seed: 1), details) == 1)
    #expect(try store.register("churn", [2], ModelDetails(tags: ["candidate"])) == 2)
    #expect(try store.register("other", [3]) == 1)
    #expect(try store.promote("churn", 1, to: "production") == nil)
    #expect(try store.promote("churn", 2, to: "production") == 1)
    #expect(try store.promote("churn", 1, to: "production") == 2)

    func version(_ text: String) throws -> Int64 { try store.model(ModelReference(parsing: text)).version }
    #expect(try version("churn") == 2 && version("churn@latest") == 2)
    #expect(try version("churn@1") == 1 && version("churn@production") == 1 && version("churn@candidate") == 2)
    let first = try store.model(ModelReference(parsing: "churn@1"))
    #expect(first.tags == ["production"] && first.note == "first try" && first.run == run)
    #expect(first.metrics == details.metrics && first.lineage == details.lineage && first.size == 70_000)
    #expect(try store.bytes(of: first) == bytes(70_000, seed: 1))
    #expect(try store.models().map { "\($0.name) \($0.version)" } == ["churn 2", "churn 1", "other 1"])
    #expect(try store.models("other").count == 1)
  }

  @Test func modelsThatAreNotThereAreRefused() throws {
    try store.register("churn", [1], ModelDetails(tags: ["production"]))
    #expect(throws: StoreError.noModel("chrun", models: ["churn"])) { try store.model(ModelReference(parsing: "chrun")) }
    let missing = StoreError.noVersion(model: "churn", wanted: "2", versions: 1, tags: ["production"])
    #expect(throws: missing) { try store.model(ModelReference(parsing: "churn@2")) }
    #expect(throws: missing) { try store.promote("churn", 2, to: "production") }
    #expect(throws: StoreError.self) { try store.model(ModelReference(parsing: "churn@prod")) }
    for name in ["", "a@b", " a", "a\n"] { #expect(throws: StoreError.self) { try store.register(name, [1]) } }
    for tag in ["", "3", "latest", "a@b"] {
      #expect(throws: StoreError.self) { try store.register("x", [1], ModelDetails(tags: [tag])) }
      #expect(throws: StoreError.self) { try store.promote("churn", 1, to: tag) }
    }
    #expect(throws: StoreError.noRun(99)) { try store.register("x", [1], ModelDetails(run: 99)) }
    #expect(try store.models().count == 1)
    for text in ["", "@", "a@", "@b"] { #expect(throws: StoreError.self) { try ModelReference(parsing: text) } }
  }

  @Test func garbageGoesAndTheRestStays() throws {
    let kept = CellDraft(names: [("a", bytes(100_000, seed: 1)), ("b", [1])], output: [2], reads: [], duration: 0)
    let record = try store.saveCell(key("kept"), kept)
    try store.saveCell(key("old"), CellDraft(names: [("c", bytes(90_000, seed: 2)), ("d", [3])], output: [4], reads: [], duration: 0))
    try store.register("m", bytes(80_000, seed: 3))
    let loose = try store.put(bytes(70_000, seed: 4))
    write([1, 2, 3], to: "\(folder.path)/.weir/objects/\(loose.hex.prefix(2))/.new-1-2-3")
    // What would go with cells that are forgotten, before they are.
    #expect(try store.collectGarbage(grace: -1, dryRun: true).objects == 1)
    #expect(try store.collectGarbage(grace: -1, dryRun: true, unused: 0).objects == 7)
    #expect(try store.collectGarbage(grace: -1, dryRun: true, unused: 1e12).objects == 1)
    try store.forgetCell(key("old"))

    #expect(try store.collectGarbage() == Garbage())
    let counted = try store.collectGarbage(grace: -1, dryRun: true)
    #expect(counted.objects == 4 && counted.objectBytes == 160_002 && counted.leftovers == 1)
    #expect(try store.collectGarbage(grace: 0) == counted)
    #expect(try store.collectGarbage(grace: 0) == Garbage())
    #expect(try store.get(loose) == nil)
    for (name, original) in zip(record.names, kept.names) { #expect(try store.get(name.object) == original.bytes) }
    #expect(try store.bytes(of: store.model(ModelReference(parsing: "m"))).count == 80_000)
    #expect(store.takeNotices().isEmpty)
  }

  @Test func pruningForgetsWhatIsOld() throws {
    try store.saveCell(key("a"), CellDraft(names: [], output: nil, reads: [], duration: 0))
    let runs = try (0..<4).map { _ in try store.record(info, cells: [], status: .done, started: 1) }
    let going = try store.beginRun(info)
    try store.register("m", [1], ModelDetails(run: runs[0]))
    let none = try store.prune(olderThan: 1000)
    #expect(none.cells == 0 && none.runs == 0)
    usleep(2000)
    let counted = try store.prune(olderThan: 0, keepingRuns: 2, dryRun: true)
    #expect(counted.cells == 1 && counted.runs == 2)
    let gone = try store.prune(olderThan: 0, keepingRuns: 2)
    #expect(gone.cells == 1 && gone.runs == 2)
    #expect(try store.runs().map(\.id) == [going, runs[3], runs[0]])
    #expect(try store.cell(key("a")) == nil)
  }
}
