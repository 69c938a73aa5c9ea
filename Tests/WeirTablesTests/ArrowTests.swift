import Testing
import WeirBase

@testable import WeirTables

struct ArrowReaderTests {
  @Test(arguments: ColumnFixtures.names(".arrow"))
  func readsWhatOthersWrote(name: String) throws {
    let reader = try ArrowReader(ColumnFixtures.contents(name + ".arrow"), name: name)
    let table = try reader.read()
    try ColumnFixtures.check(table, name)
    #expect(reader.schema == TableSchema(table))
    #expect(rows(try reader.read(workers: Workers(3))) == rows(table))
  }

  @Test func thereAreFixtures() { #expect(ColumnFixtures.names(".arrow").count == 9) }

  @Test func readsOnlyTheColumnsAskedFor() throws {
    let contents = try ColumnFixtures.contents("ipc_lz4.arrow")
    let all = try ArrowReader(contents, name: "t").read()
    let some = try ArrowReader(contents, name: "t", columns: ["cat", "i8"]).read()
    #expect(some.names == ["cat", "i8"])
    #expect(rows(some) == rows(try all.selecting(["cat", "i8"])))
    #expect(throws: TableError.self) { try ArrowReader(contents, name: "t", columns: ["cats"]) }
  }

  @Test func theFirstFeatherIsNamed() throws {
    let error = #expect(throws: ColumnFileError.self) {
      try ArrowReader(ColumnFixtures.contents("bad_feather1.arrow"), name: "f")
    }
    #expect(error?.kind == .unsupported)
  }

  @Test func damageIsAnErrorOrATable() throws {
    var random = RandomStream(seed: 11)
    for name in ["ipc_file", "ipc_zstd", "ipc_deltas", "ipc_replaced", "feather"] {
      let bytes = try ColumnFixtures.contents(name + ".arrow").bytes
      for cut in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) { tryReading(Array(bytes[..<cut])) }
      for _ in 0..<150 {
        var damaged = bytes
        for _ in 0...random.nextInt(below: 3) {
          damaged[random.nextInt(below: bytes.count)] ^= UInt8(1 << random.nextInt(below: 8))
        }
        tryReading(damaged)
      }
    }
  }

  private func tryReading(_ bytes: [UInt8]) {
    guard let reader = try? ArrowReader(FileContents(bytes), name: "t"), let table = try? reader.read() else { return }
    _ = rows(table)
  }
}
