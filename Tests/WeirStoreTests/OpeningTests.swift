import Glibc
import Testing
import WeirBase
import WeirStore

@Suite struct OpeningTests {
  let folder: TemporaryFolder
  var path: String { folder.path + "/.weir" }

  init() throws { folder = try TemporaryFolder() }

  @Test func theFolderIsMadeWithItsParents() throws {
    _ = try Store(at: folder.path + "/a/b/.weir").put([1])
    #expect(names(in: folder.path + "/a/b/.weir").contains("store.db"))
    #expect(Store.location(beside: "notebooks") == "notebooks/.weir")
    #expect(Store.location(beside: "") == ".weir")
    #expect(Store.location(beside: "notebooks", home: "/data/weir") == "/data/weir")
  }

  @Test func whatCanNotBeAFolderIsRefused() throws {
    write([1], to: folder.path + "/file")
    for path in [folder.path + "/file/.weir", folder.path + "/file", "/proc/weir"] {
      #expect { try Store(at: path) } throws: { error in
        if case .unwritable = error as? StoreError { true } else { false }
      }
    }
    mkdir(path, 0o755)
    mkdir(path + "/store.db", 0o755)
    #expect { try Store(at: path) } throws: { error in
      if case .unwritable = error as? StoreError { true } else { false }
    }
  }

  @Test func aFileThatIsNoDatabaseIsLeftAlone() throws {
    mkdir(path, 0o755)
    for content in [Array("these are somebody's notes, and they are long enough to be looked at".utf8), bytes(9000, seed: 1)] {
      write(content, to: path + "/store.db")
      #expect { try Store(at: path) } throws: { error in
        if case .damaged = error as? StoreError { true } else { false }
      }
      #expect(contents(path + "/store.db") == content)
    }
  }

  @Test func databasesOfOthersAndOfLaterVersionsAreRefused() throws {
    mkdir(path, 0o755)
    try sqlite(path + "/store.db", "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
    #expect(throws: StoreError.foreign(path: path + "/store.db")) { try Store(at: path) }
    #expect(try sqlite(path + "/store.db", "SELECT a FROM theirs") == "1")

    let other = folder.path + "/other"
    try Store(at: other).close()
    let known = Int(try sqlite(other + "/store.db", "PRAGMA user_version")) ?? 0
    #expect(known > 0)
    try sqlite(other + "/store.db", "PRAGMA user_version = 99")
    #expect(throws: StoreError.newer(path: other + "/store.db", found: 99, known: known)) { try Store(at: other) }
  }

  /// Bytes of the database changed or cut off at random: a store error or an answer, never a crash.
  @Test func survivesDamage() throws {
    let store = try Store(at: path)
    for i in 0..<5 {
      let draft = CellDraft(
        names: [("x", bytes(3000, seed: Int64(i)))], output: [1, 2], reads: [LineageEntry(.file, "f", key("f"))], duration: 1)
      try store.saveCell(key("\(i)"), draft)
      try store.record(info, cells: [cell(0, "a")], metrics: [RunMetric("m", 1)], status: .done, started: 1)
      try store.register("model", [UInt8(i)], ModelDetails(tags: ["t"]))
    }
    try store.close()
    let whole = contents(path + "/store.db")
    var random = RandomStream(seed: 17)
    for round in 0..<40 {
      var damaged = whole
      for _ in 0..<(1 + random.nextInt(below: 40)) {
        damaged[random.nextInt(below: damaged.count)] = UInt8(random.nextInt(below: 256))
      }
      if round % 4 == 0 { damaged.removeLast(random.nextInt(below: damaged.count)) }
      let copy = "\(folder.path)/damaged\(round)"
      mkdir(copy, 0o755)
      write(damaged, to: copy + "/store.db")
      use(copy)
      remove(copy)
    }
  }

  private func use(_ path: String) {
    guard let store = try? Store(at: path, waiting: 0.1) else { return }
    for i in 0..<5 {
      if let record = try? store.cell(key("\(i)")) {
        for name in record.names { if let got = try? store.get(name.object) { #expect(ContentHash(of: got) == name.object) } }
      }
      _ = try? store.run(Int64(i))
    }
    _ = try? store.runs()
    _ = try? store.models()
    _ = try? store.model(ModelReference(parsing: "model@t"))
    _ = try? store.saveCell(key("new"), CellDraft(names: [("a", [1])], output: nil, reads: [], duration: 0))
    _ = try? store.prune(olderThan: 0)
    _ = try? store.collectGarbage(grace: 0)
    _ = try? store.size()
  }

  @Test func recordsThatHoldSomethingElseAreErrors() throws {
    try Store(at: path).close()
    // Without STRICT, as a hostile file would have it.
    try sqlite(
      path + "/store.db",
      """
      DROP TABLE cell; CREATE TABLE cell (key, output, created, duration, used);
      INSERT INTO cell VALUES ('\(key("k").hex)', x'00', 'soon', NULL, 3.5);
      INSERT INTO run VALUES (1, 'n', 'e', 1, 'c', 'p', 1, NULL, 'asleep');
      """)
    let store = try Store(at: path)
    for work in [{ _ = try store.cell(key("k")) }, { _ = try store.run(1) }, { _ = try store.runs() }] as [() throws -> Void] {
      #expect { try work() } throws: { error in
        if case .damaged = error as? StoreError { true } else { false }
      }
    }
  }

  @Test func aLockedStoreIsBusy() throws {
    let store = try Store(at: path, waiting: 0.05)
    let holding = try Sqlite(path + "/store.db")
    try holding.say("BEGIN IMMEDIATE")
    #expect(throws: StoreError.busy(path: path)) { try store.put([1]) }
    #expect(try store.get(key("x")) == nil)
    try holding.say("COMMIT")
    _ = try store.put([1])
  }

  @Test func aFullDiskIsSaid() throws {
    let store = try Store(at: path)
    try store.limitPages(to: 80)
    #expect(throws: StoreError.full(path: path)) {
      for i in 0..<100 { _ = try store.put(bytes(5000, seed: Int64(i))) }
    }
    #expect(try store.size().objects > 0)
  }
}
