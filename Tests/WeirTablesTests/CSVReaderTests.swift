import Foundation
import Testing
import WeirBase
import WeirTables

@Suite struct CSVReaderTests {
  @Test func findsTypesFromTheWholeFile() throws {
    let table = try readCSV("""
      id,x,ok,day,at,word,gap
      1,1,true,2026-01-31,2026-01-31 12:30,a,
      NA,2.5,False,,2026-01-31T12:30:05.5+02:00,,3
      -3,1e3,TRUE,1969-12-31,,c,4

      """)
    #expect(table.columns.map(\.type) == [.int, .float, .bool, .date, .dateTime, .text, .int])
    #expect(cells(table.columns[0]) == [.int(1), .missing, .int(-3)])
    #expect(cells(table.columns[1]) == [.float(1), .float(2.5), .float(1000)])
    #expect(cells(table.columns[3]) == [.date(Day(20484)), .missing, .date(Day(-1))])
    #expect(cell(table.columns[4], 1) == .dateTime(Instant((20484 * 86400 + 10 * 3600 + 30 * 60 + 5) * 1_000_000 + 500_000)))
    #expect(cells(table.columns[5]) == [.text("a"), .missing, .text("c")])
    #expect(cells(table.columns[6]) == [.missing, .int(3), .int(4)])
  }

  @Test func keepsNamesOfThingsAsTexts() throws {
    let table = try readCSV("zip,big,mixed\n08123,12345678901234567890,1\n10001,1,x\n")
    #expect(table.columns.map(\.type) == [.text, .text, .text])
    #expect(cell(table.columns[0], 0) == .text("08123"))
  }

  @Test(arguments: [(",", "a,b\n1,2\n"), (";", "a;b\n1,5;2,5\n"), ("\t", "a\tb\n1\t2\n"), ("|", "a|b, c\n1|2\n")])
  func findsTheDelimiter(_ delimiter: String, _ text: String) throws {
    #expect(try readCSV(text).columnCount == 2)
  }

  @Test func readsDecimalCommas() throws {
    let table = try readCSV("a;b\n1,5;x\n-2,25e2;y\n", CSVOptions(decimal: UInt8(ascii: ",")))
    #expect(cells(table.columns[0]) == [.float(1.5), .float(-225)])
  }

  @Test func readsOtherEncodings() throws {
    let latin = try CSVReader(FileContents([0x61, 10, 0xE9, 10]), name: "x", options: CSVOptions(encoding: .latin1)).read()
    #expect(cell(latin.table.columns[0], 0) == .text("é"))
    var utf16: [UInt8] = [0xFF, 0xFE]
    for unit in "a,b\nü,😀\n".utf16 { utf16 += [UInt8(unit & 255), UInt8(unit >> 8)] }
    #expect(rows(try CSVReader(FileContents(utf16), name: "x").read().table) == [[.text("ü"), .text("😀")]])
    #expect(try readCSV("\u{FEFF}a,b\n1,2\n").names == ["a", "b"])
  }

  @Test func readsGzip() throws {
    // `printf 'a,b\n1,2\n' | gzip -n`
    let packed: [UInt8] = [
      31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 75, 212, 73, 226, 50, 212, 49, 226, 2, 0, 123, 7, 151, 10, 8, 0, 0, 0,
    ]
    let damaged = Array(packed.dropLast(9))
    #expect(throws: TableError.self) { try CSVReader(FileContents(damaged), name: "x") }
    let twice = try CSVReader(FileContents(packed + packed), name: "x").read().table
    #expect(rows(twice) == [[.text("1"), .text("2")], [.text("a"), .text("b")], [.text("1"), .text("2")]])
  }

  @Test func detectsHeaders() throws {
    let detect = CSVOptions(header: .detected)
    #expect(try readCSV("a,b\n1,2\n", detect).names == ["a", "b"])
    #expect(try readCSV("1,2\n3,4\n", detect).names == ["column_1", "column_2"])
    #expect(try readCSV("1,2\n3,4\n", CSVOptions(header: .none)).rowCount == 2)
    #expect(try readCSV("a,,a, b \n1,2,3,4\n").names == ["a", "column_2", "a_2", "b"])
  }

  @Test func refusesRaggedRowsWithTheirLine() throws {
    let text = "a,b\n1,2\n\"x\ny\",3,4\n5,6\n"
    #expect(throws: TableError.malformed(
      file: "test.csv",
      problem: "the row has 3 values where the first row has 2 (`rejects: \"keep\"` puts such rows aside)", line: 3,
      offset: 8, column: nil)
    ) { try readCSV(text) }
    let result = try CSVReader(FileContents(Array(text.utf8)), name: "x", options: CSVOptions(rejects: .keep)).read()
    #expect(result.table.rowCount == 2)
    #expect(result.rejected.map(\.line) == [3])
  }

  @Test func refusesWhatIsNotOfTheTypeGiven() throws {
    let text = "a,b\n1,2\nx,3\n"
    #expect(throws: TableError.malformed(
      file: "test.csv", problem: "`x` can't be read as int", line: 3, offset: 8, column: "a")
    ) { try readCSV(text, CSVOptions(types: ["a": .int])) }
    #expect(try readCSV(text, CSVOptions(types: ["a": .int], rejects: .keep)).rowCount == 1)
    #expect(throws: TableError.noColumn("z", columns: ["a", "b"])) { try readCSV(text, CSVOptions(columns: ["z"])) }
    #expect(try readCSV(text, CSVOptions(columns: ["b"])).names == ["b"])
  }

  @Test(arguments: ["", "\n\n", "a\n\"x", "a\n\"x\"y\n", "a\n\0\n"])
  func refusesBrokenFiles(_ text: String) { #expect(throws: TableError.self) { try readCSV(text) } }

  @Test func refusesBytesThatAreNotUTF8() {
    #expect(throws: TableError.self) { try CSVReader(FileContents([0x61, 10, 0xE9, 10]), name: "x").read() }
  }

  @Test func conformsToSpectrum() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Conformance/csv-spectrum")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("csvs").path)
    #expect(names.count == 12)
    for name in names {
      let contents = try FileContents(mapping: folder.appendingPathComponent("csvs/\(name)").path)
      let reader = try CSVReader(contents, name: name)
      let types = Dictionary(uniqueKeysWithValues: reader.names.map { ($0, ColumnType.text) })
      let table = try CSVReader(contents, name: name, options: CSVOptions(types: types)).read().table
      let json = folder.appendingPathComponent("json/\(name.dropLast(4)).json")
      // One file of the suite holds a single object, and another telephone number than its CSV.
      guard let wanted = try JSONSerialization.jsonObject(with: Data(contentsOf: json)) as? [[String: String]] else {
        #expect(name == "location_coordinates.csv" && table.rowCount == 1)
        continue
      }
      let got = (0..<table.rowCount).map { row in
        Dictionary(uniqueKeysWithValues: zip(table.names, table.columns).map { name, column -> (String, String) in
          if case .text(let text) = cell(column, row) { return (name, text) }
          return (name, "(missing)")
        })
      }
      #expect(got == wanted, "\(name)")
    }
  }

  @Test func sameTableAtAnySplitAndNumberOfWorkers() throws {
    var maker = TableMaker(5)
    let bytes = try CSVWriter().bytes(of: try maker.table(rows: 300, columns: 8))
    let text = String(decoding: bytes, as: UTF8.self)
    let whole = try readCSV(text)
    for (size, workers) in [(1, 2), (17, 1), (100, 7), (4096, 2)] {
      let other = try readCSV(text, partSize: size, workers: workers)
      #expect(other.columns.map(\.type) == whole.columns.map(\.type))
      #expect(rows(other) == rows(whole))
    }
  }

  @Test func schemaAgreesWithTheTable() throws {
    let text = "a,b\n1,x\n2,y\n"
    let schema = try CSVReader.schema(of: FileContents(Array(text.utf8)), name: "x")
    #expect(schema.fields == [.init(name: "a", type: .int), .init(name: "b", type: .text)])
    #expect(schema.typesAreCertain)
  }

  @Test func readsWindowsTextsAndBothOrdersOfUTF16() throws {
    let windows: [UInt8] = Array("a\n".utf8) + [0x80, 0x39, 0x96, 0x9F, 0xE9, 10]
    let text = try CSVReader(FileContents(windows), name: "x", options: CSVOptions(encoding: .windows1252)).read().table
    #expect(cells(text.columns[0]) == [.text("€9–Ÿé")])
    let units = Array("a\n𝄞é\n".utf16)
    let little: [UInt8] = units.flatMap { unit -> [UInt8] in [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    let big: [UInt8] = units.flatMap { unit -> [UInt8] in [UInt8(unit >> 8), UInt8(unit & 0xFF)] }
    let marked: [UInt8] = [0xFE, 0xFF] + big
    let cases: [(CSVOptions.Encoding, [UInt8])] = [(.utf16le, little), (.utf16be, big), (.utf8, marked)]
    for (encoding, bytes) in cases {
      let table = try CSVReader(FileContents(bytes), name: "x", options: CSVOptions(encoding: encoding)).read().table
      #expect(cells(table.columns[0]) == [.text("𝄞é")])
    }
    // Half of a character, and a byte too many.
    let broken: [[UInt8]] = [[0x61, 0, 10, 0, 0x34, 0xD8, 10, 0], [0x61, 0, 10, 0, 0x31]]
    for bad in broken {
      #expect(throws: TableError.self) {
        try CSVReader(FileContents(bad), name: "x", options: CSVOptions(encoding: .utf16le)).read()
      }
    }
  }

  @Test func keepsRowsThatCanNotBeReadAside() throws {
    let text = "a,b\n1,2\n3\n\"x\"y,4\nz,5\n6,7\n"
    let options = CSVOptions(types: ["a": .int], rejects: .keep)
    for size in [1, 8, 1 << 19] {
      let result = try CSVReader(FileContents(Array(text.utf8)), name: "x", options: options, partSize: size).read()
      #expect(cells(result.table.columns[0]) == [.int(1), .int(6)])
      #expect(result.rejected.map(\.line) == [3, 4, 5])
      #expect(result.rejected.map(\.offset) == [8, 10, 17])
      #expect(result.rejected.map(\.text) == ["3", "\"x\"y,4", "z,5"])
      #expect(result.rejected.map(\.column) == [nil, nil, "a"])
    }
  }
}
