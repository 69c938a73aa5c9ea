import Glibc
import Testing
import WeirBase
import WeirStore

@Suite struct StoreTests {
  let folder: TemporaryFolder
  var path: String { folder.path + "/.weir" }

  init() throws { folder = try TemporaryFolder() }

  @Test func hashesAreSHA256() {
    // FIPS 180-2, appendix B.
    #expect(key("abc").hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(key("").hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(ContentHash(hex: key("a").hex) == key("a"))
    #expect(ContentHash(hex: key("a").hex.uppercased()) == nil && ContentHash(hex: "../../../etc/passwd") == nil)
    var (first, second) = (ContentHasher(), ContentHasher())
    for text in ["ab", "c"] { first.combine(text) }
    for text in ["a", "bc"] { second.combine(text) }
    #expect(first.finished() != second.finished())
  }

  @Test(arguments: [0, 1, 100, Store.largestRow, Store.largestRow + 1, 3_000_000])
  func objectsComeBack(_ count: Int) throws {
    let content = bytes(count, seed: Int64(count))
    let hash = try Store(at: path).put(content)
    let store = try Store(at: path)
    #expect(try store.put(content) == hash)
    #expect(try store.get(hash) == content)
    #expect(try store.holds(hash))
    #expect(try store.get(key("never put")) == nil)
    #expect(try !store.holds(key("never put")))
    #expect(try store.size().objects == 1 && store.size().objectBytes == Int64(count))
    #expect(store.takeNotices().isEmpty)
  }

  /// Any byte of a stored object changed, or its end cut off: absent and reported, and mended by the next `put`.
  @Test func damagedObjectsCountAsAbsent() throws {
    let store = try Store(at: path)
    let content = bytes(100_000, seed: 1)
    let hash = try store.put(content)
    let file = "\(path)/objects/\(hash.hex.prefix(2))/\(hash.hex)"
    var random = RandomStream(seed: 5)
    for round in 0..<20 {
      var damaged = content
      if round % 2 == 0 {
        damaged[random.nextInt(below: damaged.count)] ^= 1 << UInt8(random.nextInt(below: 8))
      } else {
        damaged.removeLast(1 + random.nextInt(below: damaged.count))
      }
      write(damaged, to: file)
      #expect(try store.get(hash) == nil)
      #expect(store.takeNotices() == [.damagedObject(hash, path: file)])
      #expect(try store.put(content) == hash)
      #expect(try store.get(hash) == content)
    }
  }

  @Test func cellsComeBack() throws {
    let store = try Store(at: path)
    let reads = [LineageEntry(.file, "data/a.csv", key("a.csv")), LineageEntry(.cell, "raw", key("raw"))]
    let draft = CellDraft(
      names: [("model", bytes(200_000, seed: 1)), ("score", [1, 2, 3]), ("nothing", [])], output: [9, 9], reads: reads,
      duration: 1234)
    let saved = try store.saveCell(key("k"), draft)
    let back = try #require(try Store(at: path).cell(key("k")))
    #expect(back == saved)
    #expect(back.names.map(\.name) == ["model", "score", "nothing"])
    for (name, original) in zip(back.names, draft.names) { #expect(try store.get(name.object) == original.bytes) }
    #expect(try store.get(try #require(back.output)) == [9, 9])
    #expect(back.reads == reads && back.duration == 1234)
    #expect(abs(back.created - WallClock.now) < 60_000_000)
    #expect(try store.cell(key("other")) == nil)
    #expect(try store.cells(reading: key("a.csv")) == [key("k")])

    // The same key again replaces the record.
    try store.saveCell(key("k"), CellDraft(names: [("x", [7])], output: nil, reads: [], duration: 1))
    let replaced = try #require(try store.cell(key("k")))
    #expect(replaced.names.map(\.name) == ["x"] && replaced.output == nil && replaced.reads.isEmpty)
    #expect(try store.cells([key("k"), key("other")]).keys.map(\.hex) == [key("k").hex])
    try store.forgetCell(key("k"))
    #expect(try store.cell(key("k")) == nil)
  }

  @Test func recordsOfAbsentObjectsAreRefused() throws {
    let store = try Store(at: path)
    let record = CellRecord(names: [CellRecord.Name("x", key("gone"))], output: nil, reads: [], duration: 0)
    #expect(throws: StoreError.noObject(key("gone"))) { try store.saveCell(key("k"), record) }
    #expect(try store.cell(key("k")) == nil)
    let hash = try store.put([1])
    let kept = CellRecord(names: [CellRecord.Name("x", hash)], output: hash, reads: [], duration: 0)
    try store.saveCell(key("k"), kept)
    #expect(try store.cell(key("k")) == kept)
  }

  @Test func textsOfAnyKindComeBack() throws {
    let store = try Store(at: path)
    let names = ["", "a'; DROP TABLE cell; --", "ü€😀", "line\nbreak", String(repeating: "x", count: 10_000)]
    try store.saveCell(
      key("k"),
      CellDraft(names: names.map { ($0, [1]) }, output: nil, reads: names.map { LineageEntry(.file, $0, key("f")) }, duration: 0))
    let back = try #require(try store.cell(key("k")))
    #expect(back.names.map(\.name) == names)
    #expect(back.reads.map(\.name) == names)
  }

  @Test func filesAreHashedAgainWhenTheyChange() throws {
    let store = try Store(at: path)
    let file = folder.path + "/data.bin"
    #expect(throws: FileFault.self) { try store.hash(ofFile: file) }
    #expect(throws: FileFault.self) { try store.hash(ofFile: folder.path) }
    var content = bytes(2_000_000, seed: 1)
    for size in [10, 2_000_000] {
      content = Array(content.suffix(size == 10 ? 10 : 2_000_000)) + (size == 10 ? [] : bytes(2_000_000 - 10, seed: 2))
      for round in 0..<3 {
        // Same size, within one tick of the clock, and with the time set back as an unpacker does.
        content[round] ^= 0xFF
        write(content, to: file)
        var times = [timespec(tv_sec: 1_000_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000_000, tv_nsec: 0)]
        utimensat(AT_FDCWD, file, &times, 0)
        #expect(try store.hash(ofFile: file) == ContentHash(of: content))
        #expect(try store.hash(ofFile: file) == ContentHash(of: content))
      }
    }
  }
}
