import Foundation
import Testing
import WeirBase
import WeirTables

func readLines(
  _ text: String, _ options: JSONOptions = JSONOptions(), partSize: Int = 1 << 20, workers: Int = 1
) throws -> JSONResult {
  try JSONReader(FileContents(Array(text.utf8)), name: "test.jsonl", options: options, partSize: partSize)
    .lines(workers: Workers(workers))
}

func readJSON(_ text: String, _ options: JSONOptions = JSONOptions(), at path: [String] = []) throws -> JSONDocument {
  try JSONReader(FileContents(Array(text.utf8)), name: "test.json", options: options).document(at: path).document
}

@Suite struct JSONReaderTests {
  private func value(_ text: String) throws -> Nested? {
    if case .value(let value) = try readJSON(text) { value } else { nil }
  }

  private func table(_ text: String, _ options: JSONOptions = JSONOptions(), at path: [String] = []) throws -> Table {
    guard case .table(let table) = try readJSON(text, options, at: path) else { throw TableError.other("no table", mend: nil) }
    return table
  }

  @Test func readsValues() throws {
    #expect(try value("1") == .scalar(.int(1)))
    #expect(try value("\u{FEFF}[1, 2.5, -0, null, true, \"x\"]")
      == .list([.scalar(.int(1)), .scalar(.float(2.5)), .scalar(.float(-0.0)), .missing, .scalar(.bool(true)), .scalar(.text("x"))]))
    #expect(try value("{\"a\": {\"b\": []}}") == .record([.init("a", .record([.init("b", .list([]))]))]))
    #expect(try value("\"\\u00e9\\ud83d\\ude00\\n\\/\"") == .scalar(.text("é😀\n/")))
  }

  @Test func keepsNumbersWhole() throws {
    #expect(try value("[9223372036854775807, -9223372036854775808, 1234567890123456789]")
      == .list([.scalar(.int(.max)), .scalar(.int(.min)), .scalar(.int(1_234_567_890_123_456_789))]))
    #expect(try value("[9223372036854775808, 100000000000000000001]")
      == .list([.scalar(.float(9_223_372_036_854_775_808)), .scalar(.text("100000000000000000001"))]))
    let ids = try table("[{\"id\": 9007199254740993}, {\"id\": 0.5}]")
    #expect(cells(ids.columns[0]) == [.text("9007199254740993"), .text("0.5")])
    #expect(cells(try table("[{\"x\": 1}, {\"x\": 0.5}]").columns[0]) == [.float(1), .float(0.5)])
    #expect(throws: JSONError.self) { try readJSON("[1e999]") }
    #expect(try value("1e-999") == .scalar(.float(0)))
  }

  @Test func takesTheUnionOfNames() throws {
    let rows = try readLines("{\"b\": 1, \"a\": \"x\"}\n\n{\"c\": true, \"b\": null}\r\n{\"a\": \"y\"}").table
    #expect(rows.names == ["b", "a", "c"])
    #expect(rows.columns.map(\.type) == [.int, .text, .bool])
    #expect(cells(rows.columns[0]) == [.int(1), .missing, .missing])
    #expect(cells(rows.columns[1]) == [.text("x"), .missing, .text("y")])
    #expect(cells(rows.columns[2]) == [.missing, .bool(true), .missing])
    #expect(try readLines("").table.rowCount == 0)
    #expect(try readLines("{}\n{}").table.rowCount == 2)
    #expect(try table("[]").rowCount == 0)
  }

  @Test func mixesKinds() throws {
    let rows = try readLines("{\"x\": 1}\n{\"x\": null}\n{\"x\": \"a\"}\n{\"x\": true}\n{\"x\": 2.50}").table
    #expect(cells(rows.columns[0]) == [.text("1"), .missing, .text("a"), .text("true"), .text("2.5")])
    let nested = try readLines("{\"x\": 1}\n{\"x\": null}\n{\"x\": [1, {\"y\": 2}]}").table.columns[0]
    #expect(nested.type == .object("value") && nested.isMissing(1))
    #expect(nested.nestedValues?[2] == .list([.scalar(.int(1)), .record([.init("y", .scalar(.int(2)))])]))
    #expect(try readLines("{\"x\": {\"a\": 1}}\n{\"x\": {\"b\": 1}}").table.columns[0].type == .object("record"))
  }

  @Test func flattens() throws {
    let text = "{\"id\": 1, \"a\": {\"city\": \"x\", \"geo\": {\"lat\": 1}}}\n{\"a\": {\"zip\": 5, \"geo\": {\"lat\": 0.5}}}\n{\"a\": null, \"a.city\": 3}"
    for size in [1, 1 << 20] {
      let rows = try readLines(text, JSONOptions(flattens: true), partSize: size).table
      #expect(rows.names == ["id", "a.city", "a.geo.lat", "a.zip", "a.city_2"])
      #expect(cells(rows.columns[2]) == [.float(1), .float(0.5), .missing])
      let some = try readLines(text, JSONOptions(columns: ["a.zip", "a.geo.lat"], flattens: true), partSize: size).table
      #expect(some.names == ["a.zip", "a.geo.lat"] && cells(some.columns[0]) == [.missing, .int(5), .missing])
    }
    #expect(try table("[{\"a\": 1}, {\"a\": {\"b\": 2}}]", JSONOptions(flattens: true)).names == ["a", "a.b"])
  }

  @Test func readsGivenColumnsAndTypes() throws {
    let text = "[{\"id\": 1, \"when\": \"2026-01-31\", \"x\": [1]}, {\"id\": 2, \"when\": \"2026-02-01\"}]"
    #expect(try table(text).columns[1].type == .text)
    let rows = try table(text, JSONOptions(columns: ["when", "id"], types: ["when": .date, "id": .text]))
    #expect(rows.names == ["when", "id"])
    #expect(cells(rows.columns[0]) == [.date(Day(20484)), .date(Day(20485))])
    #expect(cells(rows.columns[1]) == [.text("1"), .text("2")])
    #expect(throws: TableError.noColumn("whenn", columns: ["id", "when", "x"])) { try table(text, JSONOptions(columns: ["whenn"])) }
    #expect(throws: TableError.self) { try table(text, JSONOptions(types: ["when": .int])) }
  }

  @Test func findsWhatLiesWithin() throws {
    let text = "{\"meta\": {\"n\": 1}, \"result\": {\"items\": [{\"x\": 1}, {\"x\": 2}], \"more\": [1]}}"
    #expect(try table(text, at: ["result", "items"]).rowCount == 2)
    #expect(throws: TableError.self) { try readJSON(text, at: ["result", "item"]) }
    #expect(throws: TableError.self) { try readJSON(text, at: ["meta", "n", "x"]) }
    #expect(throws: JSONError.self) { try readJSON(String(text.dropLast()), at: ["result", "items"]) }
  }

  @Test func saysOfRepeatedNamesAndHalfCharacters() throws {
    let result = try readLines("{\"a\": 1}\n{\"a\": 1, \"b\": 2, \"a\": \"z\", \"a\": null}\n{\"b\": \"\\ud800x\", \"a\": 7}")
    #expect(cells(result.table.columns[0]) == [.int(1), .missing, .int(7)])
    #expect(cells(result.table.columns[1]) == [.missing, .text("2"), .text("\u{FFFD}x")])
    #expect(result.remarks.count == 2 && result.remarks[0].contains("line 2") && result.remarks[0].contains("`a`"))
    #expect(result.remarks[1].contains("line 3"))
    #expect(try value("{\"a\": 1, \"b\": 2, \"a\": 3}") == .record([.init("a", .scalar(.int(3))), .init("b", .scalar(.int(2)))]))
  }

  @Test func saysWhere() {
    let cases: [(String, line: Int, column: Int, offset: Int)] = [
      ("{\"a\": 1,}", 1, 9, 8), ("[\n  1,\n  'x'\n]", 3, 3, 9), ("{\"é\" 1}", 1, 6, 6), ("[1", 1, 3, 2), ("", 1, 1, 0),
      ("[01]", 1, 2, 1), ("[\"a\tb\"]", 1, 4, 3), ("[1] 2", 1, 5, 4), ("[\"abc", 1, 2, 1),
    ]
    for (text, line, column, offset) in cases {
      do {
        _ = try readJSON(text)
        Issue.record("`\(text)` is to be refused")
      } catch let error as JSONError {
        #expect((error.line, error.column, error.offset) == (line, column, offset), "`\(text)`: \(error)")
      } catch { Issue.record("\(error)") }
    }
  }

  @Test func leavesOutLines() throws {
    let text = "{\"a\": 1}\n{\"a\": \"x\"\n[1]\n{\"a\": 2}\n"
    #expect(throws: JSONError.self) { try readLines(text) }
    let result = try readLines(text, JSONOptions(rejects: .skip))
    #expect(cells(result.table.columns[0]) == [.int(1), .int(2)])
    #expect(result.rejected.map(\.line) == [2, 3] && result.rejected[0].text == "{\"a\": \"x\"")
    #expect(result.rejected.map(\.offset) == [9, 19])
  }

  @Test func refusesDepth() throws {
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    #expect(throws: JSONError.self) { try readJSON(deep) }
    #expect(throws: JSONError.self) { try readJSON(String(repeating: "[{\"a\":", count: 100_000)) }
    let fine = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(try value(fine) != nil)
    let nested = try #require(try value(fine))
    #expect(try Nested(archive: nested.archive) == nested)
  }

  @Test func isTheSameInAnyParts() throws {
    for seed in 0..<20 {
      var maker = TableMaker(seed)
      let made = try maker.table(rows: 60, columns: 6)
      let text = String(decoding: try JSONTableWriter(.lines).bytes(of: made), as: UTF8.self)
      let whole = try readLines(text).table
      for (size, workers) in [(1, 1), (100, 2), (700, 7)] {
        let parted = try readLines(text, partSize: size, workers: workers).table
        #expect(parted.archive == whole.archive)
      }
      guard case .table(let array) = try readJSON(String(decoding: try JSONTableWriter(.array(indent: seed % 3)).bytes(of: made), as: UTF8.self))
      else { throw TableError.other("no table", mend: nil) }
      #expect(array.archive == whole.archive)
    }
  }

  @Test func isWrittenInPiecesOfTheSameBytes() throws {
    let rows = 250, names = (0..<200).map { "c\($0)" }
    let table = try Table(try names.enumerated().map { place, name in
      (name, try Column(scalars: (0..<rows).map { ($0 + place) % 3 == 0 ? .missing : .int(Int64($0 * place)) }))
    })
    var wanted: [String] = []
    for row in 0..<rows {
      let cells = names.indices.map { "\"c\($0)\":\((row + $0) % 3 == 0 ? "null" : "\(row * $0)")" }
      wanted.append("{" + cells.joined(separator: ",") + "}")
    }
    for threads in [1, 2, 7] {
      var lines: [[UInt8]] = [], array: [[UInt8]] = []
      try JSONTableWriter(.lines).write(table, workers: Workers(threads)) { lines.append($0) }
      #expect(lines.count > 2 && String(decoding: lines.joined(), as: UTF8.self) == wanted.joined(separator: "\n") + "\n")
      try JSONTableWriter(.array()).write(table, workers: Workers(threads)) { array.append($0) }
      #expect(array.count > 2)
      #expect(String(decoding: array.joined(), as: UTF8.self) == "[\n" + wanted.joined(separator: ",\n") + "\n]\n")
    }
    let empty = try Table([("a", Column(.int([])))])
    #expect(try JSONTableWriter(.lines).bytes(of: empty).isEmpty)
    #expect(try JSONTableWriter(.array()).bytes(of: empty) == Array("[]\n".utf8))
    struct Stop: Error {}
    #expect(throws: Stop.self) { try JSONTableWriter(.lines).write(table) { _ in throw Stop() } }
  }

  @Test func writesWhatReadsBack() throws {
    for seed in 0..<20 {
      var maker = TableMaker(seed + 100)
      let made = try maker.table(rows: 30, columns: 5)
      let types = Dictionary(zip(made.names, made.columns).map { ($0, $1.type) }, uniquingKeysWith: { first, _ in first })
      let back = try readLines(String(decoding: try JSONTableWriter(.lines).bytes(of: made), as: UTF8.self), JSONOptions(types: types)).table
      #expect(rows(back) == rows(made), "seed \(seed)")
    }
    let odd: Nested = .record([.init("a\"\\\n\u{1}é", .list([.scalar(.float(0.1)), .missing, .record([]), .scalar(.text("\u{7F}"))]))])
    for indent in [0, 2] { #expect(try value(String(decoding: JSONWriter.text(of: odd, indent: indent), as: UTF8.self)) == odd) }
    #expect(String(decoding: JSONWriter.text(of: .list([.scalar(.float(.nan)), .scalar(.int(1))]), indent: 2), as: UTF8.self)
      == "[\n  null,\n  1\n]\n")
  }

  @Test func survivesDamage() throws {
    let seed = Array("{\"a\": [1, -2.5e3, {\"b\": \"x\\u00e9\\n\"}], \"c\": null, \"a\": true}\n{\"d\": \"é\"}\n".utf8)
    var random = RandomStream(seed: 7)
    for _ in 0..<4000 {
      var bytes = seed
      for _ in 0...random.nextInt(below: 3) {
        let place = random.nextInt(below: bytes.count)
        switch random.nextInt(below: 3) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.nextInt(below: 256))
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + random.nextInt(below: 6)))
        default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 9)], at: random.nextInt(below: bytes.count))
        }
        if bytes.isEmpty { bytes = [0] }
      }
      for flattens in [false, true] {
        let strict = try? JSONReader(FileContents(bytes), name: "x", options: JSONOptions(flattens: flattens)).lines()
        let skipping = try? JSONReader(
          FileContents(bytes), name: "x", options: JSONOptions(flattens: flattens, rejects: .skip), partSize: 16).lines()
        // What strict reading takes, reading with leaving out takes too, all of it.
        if let strict { #expect(skipping?.table.rowCount == strict.table.rowCount && skipping?.rejected.isEmpty == true) }
      }
      _ = try? JSONReader(FileContents(bytes), name: "x").document()
    }
  }
}
