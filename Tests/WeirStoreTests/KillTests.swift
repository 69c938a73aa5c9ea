import Glibc
import Synchronization
import Testing
import WeirBase
import WeirStore

/// The store as a kill leaves it.
///
/// At each step of writing, the folder is copied: the copy holds just what the files hold at that moment, which is what
/// the next process finds after a kill there. Every copy is opened and looked at. (Nothing that the killed process
/// would still have done, a rollback or a removal of a temporary file, is in it.)
@Suite struct KillTests {
  /// What was reported done when a copy was made, and the step of the copy.
  struct Picture: Sendable {
    let step: StoreStep
    let path: String
    let cells: Set<Int>
    let versions: Int64
    let finished: Set<Int64>
    let begun: Set<Int64>
  }

  final class Camera: Sendable {
    struct State: Sendable {
      var pictures: [Picture] = []
      var cells: Set<Int> = []
      var versions: Int64 = 0
      var finished: Set<Int64> = []
      var begun: Set<Int64> = []
    }
    let folder = Mutex("")
    let state = Mutex(State())

    func look(_ step: StoreStep, _ store: String) {
      let number = state.withLock { $0.pictures.count }
      let copy = "\(folder.withLock { $0 })/picture\(number)"
      copyFolder(store, to: copy)
      state.withLock {
        $0.pictures.append(
          Picture(step: step, path: copy, cells: $0.cells, versions: $0.versions, finished: $0.finished, begun: $0.begun))
      }
    }
  }

  /// Small and large values, some in several pieces; made once, as random bytes are slow to draw.
  static let values: [[[UInt8]]] = (0..<4).map { i in
    let some = bytes(70_000, seed: Int64(i))
    return [
      i % 2 == 0 ? Array(repeatElement(some, count: 32).joined()) : bytes(500, seed: Int64(i)), [UInt8(i)], i % 3 == 0 ? [] : some,
    ]
  }
  static let hashes = values.map { $0.map { ContentHash(of: $0) } }

  static func draft(_ i: Int) -> CellDraft {
    let values = values[i]
    return CellDraft(
      names: [("a", values[0]), ("b", values[1])], output: values[2], reads: [LineageEntry(.file, "f\(i)", key("f\(i)"))],
      duration: Int64(i))
  }

  @Test func nothingReportedDoneIsLostAndNothingHalfWrittenIsRead() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/.weir"
    let camera = Camera()
    camera.folder.withLock { $0 = folder.path }
    try work(Store(at: path) { camera.look($0, path) }, camera)
    let pictures = camera.state.withLock { $0.pictures }
    #expect(Set(pictures.map(\.step)) == Set(StoreStep.allCases))
    var random = RandomStream(seed: 3)
    for picture in pictures {
      // A power cut may also take the end of the log: then the latest cells may be missing, and the rest must be whole.
      let torn = picture.path + "-torn"
      copyFolder(picture.path, to: torn)
      let log = contents(torn + "/store.db-wal")
      if !log.isEmpty { write(Array(log.dropLast(random.nextInt(below: log.count))), to: torn + "/store.db-wal") }
      remove(torn + "/store.db-shm")
      try check(Store(at: torn), picture, isTorn: true)
      try check(Store(at: picture.path), picture, isTorn: false)
      for path in [torn, picture.path] { remove(path) }
    }
  }

  private func work(_ store: Store, _ camera: Camera) throws {
    for i in 0..<4 {
      let run = try store.beginRun(info)
      camera.state.withLock { _ = $0.begun.insert(run) }
      try store.saveCell(key("\(i)"), KillTests.draft(i))
      camera.state.withLock { _ = $0.cells.insert(i) }
      try store.finishCell(run, cell(0, "c\(i)"))
      try store.metric(run, RunMetric("m", Double(i)))
      try store.finishRun(run, .done)
      camera.state.withLock { _ = $0.finished.insert(run) }
      if i % 2 == 0 {
        let version = try store.register("m", bytes(i == 0 ? 66_000 : 10, seed: Int64(i)), ModelDetails(run: run, tags: ["t"]))
        camera.state.withLock { $0.versions = version }
        try store.promote("m", version, to: "production")
      }
    }
    let record = try store.cell(key("0"))
    _ = try store.put(bytes(99_000, seed: 50))
    _ = try store.put([5, 0])
    camera.state.withLock { _ = $0.cells.remove(1) }
    try store.forgetCell(key("1"))
    _ = try store.collectGarbage(grace: -1)
    #expect(try store.cell(key("0")) == record)
  }

  private func check(_ store: Store, _ picture: Picture, isTorn: Bool) throws {
    for i in 0..<4 {
      guard let record = try store.cell(key("\(i)")) else {
        #expect(isTorn || !picture.cells.contains(i), "cell \(i) lost at \(picture.step)")
        continue
      }
      let objects = record.names.map(\.object) + (record.output.map { [$0] } ?? [])
      #expect(objects == KillTests.hashes[i])
      // Objects of a cell that is about to be forgotten may go with it.
      for hash in objects where picture.cells.contains(i) || !isTorn {
        // `get` gives only what has this hash.
        #expect(try store.get(hash) != nil, "an object of cell \(i) lost at \(picture.step)")
      }
      #expect(record.reads.map(\.name) == ["f\(i)"] && record.duration == Int64(i))
    }
    for id in isTorn ? [] : picture.begun.sorted() {
      let run = try store.run(id)
      if picture.finished.contains(id) {
        #expect(run.status == .done && run.cells.count == 1 && run.metrics.count == 1)
      } else {
        #expect(run.status == .running || run.status == .done)
      }
    }
    let models = try store.models()
    if !isTorn { #expect(models.count >= picture.versions) }
    for model in models { #expect(try store.bytes(of: model).count == Int(model.size)) }
    // And it goes on from there.
    let next = try store.register("m", [1])
    #expect(next == Int64(models.count) + 1)
    #expect(store.takeNotices().isEmpty)
  }

  /// A store that was killed while it was made is made whole by the next one that opens it.
  @Test func aHalfMadeStoreIsMadeWhole() throws {
    let folder = try TemporaryFolder()
    let whole = folder.path + "/whole"
    try Store(at: whole).close()
    let newest = try #require(Int(try sqlite(whole + "/store.db", "PRAGMA user_version")))
    for (number, sql) in [
      "PRAGMA journal_mode = WAL", "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)",
    ].enumerated() {
      let path = "\(folder.path)/half\(number)"
      mkdir(path, 0o755)
      try sqlite(path + "/store.db", sql)
      let store = try Store(at: path)
      #expect(try store.get(try store.put([1])) == [1])
      #expect(try sqlite(path + "/store.db", "PRAGMA user_version") == "\(newest)")
    }
    mkdir(folder.path + "/empty", 0o755)
    write([], to: folder.path + "/empty/store.db")
    #expect(try Store(at: folder.path + "/empty").runs().isEmpty)
  }
}

@Suite struct ConcurrencyTests {
  /// Threads that each open the store for themselves, as processes do: SQLite's locks and the lock on making it are
  /// between connections.
  @Test func severalWritersUseOneStore() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/.weir"
    let writers = 6
    try Workers(writers).forEach(writers) { writer in
      let store = try Store(at: path)
      let run = try store.beginRun(info)
      for i in 0..<8 {
        // Some objects and keys are everybody's.
        let shared = bytes(70_000, seed: Int64(i % 2))
        try store.saveCell(
          key("\(writer)-\(i)"), CellDraft(names: [("a", shared), ("b", [UInt8(writer), UInt8(i)])], output: nil, reads: [], duration: 0))
        try store.saveCell(key("all-\(i)"), CellDraft(names: [("a", shared)], output: [1], reads: [], duration: 0))
        try store.finishCell(run, cell(i, "c\(i)"))
        try store.register("m", [UInt8(writer), UInt8(i)], ModelDetails(run: run, tags: ["t"]))
        if i == 4 { _ = try store.collectGarbage(grace: 0) }
      }
      try store.finishRun(run, .done)
    }
    let store = try Store(at: path)
    #expect(try store.runs(limit: 100).map { "\($0.status) \($0.ran)" } == Array(repeating: "done 8", count: writers))
    for writer in 0..<writers {
      for i in 0..<8 {
        let record = try #require(try store.cell(key("\(writer)-\(i)")))
        #expect(try store.get(record.names[0].object) == bytes(70_000, seed: Int64(i % 2)))
        #expect(try store.get(record.names[1].object) == [UInt8(writer), UInt8(i)])
      }
    }
    #expect(try store.models().map(\.version) == (1...Int64(writers * 8)).reversed())
  }

  @Test func aRunWhoseProcessIsGoneShowsAsKilled() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/.weir"
    let store = try Store(at: path)
    let (mine, theirs, older, elsewhere) = (
      try store.beginRun(info), try store.beginRun(info), try store.beginRun(info), try store.beginRun(info))
    let own = try sqlite(path + "/store.db", "SELECT process FROM run WHERE id = \(mine)").filter { $0 != "\"" }
    let parts = own.split(separator: " ").map(String.init)
    try #require(parts.count == 4)
    for (run, process) in [
      // Another process of that number; a time before the machine started; another machine.
      (theirs, "\(parts[0]) \(parts[1]) \(parts[2]) 1"), (older, "\(parts[0]) boot \(parts[2]) \(parts[3])"),
      (elsewhere, "else \(parts[1]) 1 1"),
    ] { try sqlite(path + "/store.db", "UPDATE run SET process = '\(process)' WHERE id = \(run)") }
    #expect(try [mine, theirs, older, elsewhere].map { try store.run($0).status } == [.running, .killed, .killed, .running])
    #expect(try store.runs().map(\.status) == [.running, .killed, .killed, .running])
  }

  /// What a run over an unchanged notebook does with the store, timed; the limit is generous, as machines are shared.
  @Test func openingAndLookingUpIsQuick() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/.weir"
    let keys = (0..<10).map { key("\($0)") }
    do {
      let store = try Store(at: path)
      for key in keys {
        try store.saveCell(
          key, CellDraft(names: [("a", bytes(2000, seed: 1)), ("b", [1])], output: bytes(500, seed: 2),
            reads: [LineageEntry(.file, "f", key)], duration: 1))
      }
    }
    let clock = ContinuousClock()
    var (opening, looking, recording, closing): ([Duration], [Duration], [Duration], [Duration]) = ([], [], [], [])
    for _ in 0..<20 {
      let start = clock.now
      let store = try Store(at: path)
      let opened = clock.now
      let cells = try store.cells(keys)
      for record in cells.values { _ = try store.get(try #require(record.output)) }
      let looked = clock.now
      try store.record(info, cells: (0..<10).map { cell($0, "\($0)", .cache) }, status: .done, started: 1)
      let recorded = clock.now
      try store.close()
      opening.append(opened - start)
      looking.append(looked - opened)
      recording.append(recorded - looked)
      closing.append(clock.now - recorded)
      #expect(cells.count == 10)
    }
    let medians = [opening, looking, recording, closing].map { $0.sorted()[$0.count / 2] }
    if getenv("WEIR_TIMES") != nil { print("store: open, look, record, close:", medians) }
    #expect(medians[0] + medians[1] < .milliseconds(100))
  }
}
