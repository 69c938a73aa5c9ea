import Foundation
import Testing
import WeirBase
import WeirTables

/// Workbooks by openpyxl and XlsxWriter (Tests/Fixtures/excel/make.py), and damaged ones.
@Suite struct WorkbookTests {
  static func bytes(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appendingPathComponent("Fixtures/excel/\(name)")))
  }

  private func book(_ name: String) throws -> Workbook { try Workbook(FileContents(try Self.bytes(name)), name: name) }

  @Test func readsEveryKindOfCell() throws {
    let table = try book("openpyxl.xlsx").table()
    #expect(table.names == ["day", "at", "item", "count", "price", "ok", "took", "note", "mixed", "err", "code"])
    #expect(table.columns.map(\.type) == [.date, .dateTime, .text, .int, .float, .bool, .duration, .text, .text, .text, .text])
    #expect(cells(table.columns[0]) == [.date(Day(20484)), .date(Day(-25567)), .missing])
    #expect(cells(table.columns[1])
      == [.dateTime(Instant((20484 * 86400 + 12 * 3600 + 30 * 60 + 5) * 1_000_000 + 250_000)), .dateTime(Instant(10956 * 86_400_000_000)), .missing])
    #expect(cells(table.columns[2]) == [.text("tea & <cup>"), .text(" é😀 "), .text("plain bold")])
    #expect(cells(table.columns[3]) == [.int(3), .int(-4), .int(12_345_678_901)])
    #expect(cells(table.columns[4]) == [.float(2.5), .float(1e-7), .float(3)])
    #expect(cells(table.columns[5]) == [.bool(true), .bool(false), .missing])
    #expect(cells(table.columns[6]) == [.duration(TimeSpan(108_900_000_000)), .duration(TimeSpan(1_500_000)), .missing])
    #expect(cells(table.columns[7]) == [.text("first\nsecond"), .missing, .missing])
    #expect(cells(table.columns[8]) == [.text("1"), .text("x"), .text("2020-02-29")])
    #expect(table.columns[9].missingCount == 3)
    #expect(cells(table.columns[10]) == [.text("007"), .missing, .text("010")])
  }

  @Test func choosesSheets() throws {
    let book = try book("openpyxl.xlsx")
    #expect(book.sheetNames == ["Sales", "Rates, 2026", "Hidden", "Empty"])
    #expect(rows(try book.table(sheet: "rates, 2026")) == [[.float(0.5)]])
    #expect(try book.table(number: 2).names == ["rate"])
    #expect(try book.table(sheet: "Empty").columnCount == 0)
    #expect(throws: WorkbookError.noSheet(file: "openpyxl.xlsx", wanted: "called `Seles`", sheets: book.sheetNames)) {
      try book.table(sheet: "Seles")
    }
    #expect(throws: WorkbookError.self) { try book.table(number: 0) }
    #expect(throws: WorkbookError.self) { try book.table(number: 5) }
    let contents = FileContents(try Self.bytes("openpyxl.xlsx"))
    #expect(try Workbook.sheetNames(of: contents, name: "x") == book.sheetNames)
    #expect(try Workbook.dimension(of: "Sales", in: contents, name: "x") == "A1:K5")
  }

  @Test func readsDaysFrom1904() throws {
    #expect(cells(try book("from1904.xlsx").table().columns[0]) == [.date(Day(20484)), .date(Day(-24106))])
  }

  @Test func readsReports() throws {
    let book = try book("xlsxwriter.xlsx")
    #expect(book.sheetNames == ["Report", "Empty", "Escapes"])
    let table = try book.table(SheetOptions(header: .row(3)))
    #expect(table.names == ["region", "shop", "day", "opens", "sum", "twice", "sum_2"])
    #expect(cells(table.columns[0]) == [.text("north"), .missing, .text("south")])
    #expect(cells(table.columns[2]) == [.date(Day(20454)), .date(Day(20455)), .date(Day(20456))])
    #expect(cells(table.columns[3]).first == .duration(TimeSpan(34_200_000_000)))
    #expect(cells(table.columns[4]) == [.float(10), .float(20.5), .float(30)])
    #expect(cells(table.columns[5]) == [.int(20), .int(41), .int(60)])
    #expect(cells(table.columns[6]) == [.text("a!"), .text("b!"), .text("c!")])
    let filled = try book.table(SheetOptions(header: .row(3), columns: ["region"], fillsMerged: true))
    #expect(cells(filled.columns[0]) == [.text("north"), .text("north"), .text("south")])
    #expect(try book.table(SheetOptions(header: .none)).names.first == "column_1")
    #expect(throws: WorkbookError.self) { try book.table(SheetOptions(header: .row(99))) }
    #expect(throws: TableError.self) { try book.table(SheetOptions(header: .row(3), columns: ["regin"])) }
    #expect(throws: TableError.self) { try book.table(SheetOptions(header: .row(3), types: ["shop": .int])) }
    let typed = try book.table(SheetOptions(header: .row(3), types: ["twice": .text]))
    #expect(cells(typed.columns[5]) == [.text("20"), .text("41"), .text("60")])
    #expect(rows(try book.table(sheet: "Escapes", SheetOptions(header: .none))) == [[.text("a\rb")], [.text("_x000D_")]])
  }

  @Test func readsTextsInCells() throws {
    let table = try book("inline.xlsx").table()
    #expect(table.rowCount == 49 && table.columns.map(\.type) == [.int, .text])
    #expect(cell(table.columns[1], 48) == .text("text 0"))
  }

  @Test(arguments: ["entities", "spread", "outside", "dangling", "unbalanced"])
  func refusesHostileFiles(name: String) throws {
    #expect(throws: WorkbookError.self) { try book("\(name).xlsx").table() }
  }

  @Test func boundsWhatUnpacks() throws {
    #expect(try book("corners.xlsx").table(SheetOptions(header: .none)).rowCount == 2)
    // The directory says 100 bytes where there are more.
    var bytes = try Self.bytes("openpyxl.xlsx")
    for entry in bytes.indices where bytes[entry...].starts(with: [0x50, 0x4B, 1, 2]) {
      (bytes[entry + 24], bytes[entry + 25]) = (100, 0)
    }
    #expect(throws: WorkbookError.self) { try Workbook(FileContents(bytes), name: "x").table() }
  }

  @Test func saysWhatOtherFilesAre() {
    for bytes in [[0xD0, 0xCF, 0x11, 0xE0, 0xA1], [0x50, 0x4B, 3, 4, 0], [], Array("a,b\n".utf8)] as [[UInt8]] {
      #expect(throws: WorkbookError.self) { try Workbook(FileContents(bytes), name: "x") }
    }
  }

  @Test func survivesDamage() throws {
    var random = RandomStream(seed: 11)
    for name in ["openpyxl.xlsx", "xlsxwriter.xlsx"] {
      let seed = try Self.bytes(name)
      for _ in 0..<150 {
        var bytes = seed
        for _ in 0...random.nextInt(below: 4) {
          let place = random.nextInt(below: bytes.count)
          if random.nextInt(below: 3) == 0 { bytes.removeSubrange(place..<min(bytes.count, place + random.nextInt(below: 200) + 1)) } else {
            bytes[place] = UInt8(truncatingIfNeeded: random.nextInt(below: 256))
          }
          if bytes.isEmpty { bytes = [0] }
        }
        do { _ = try Workbook(FileContents(bytes), name: name).table() } catch {
          #expect(error is WorkbookError, "\(error)")
        }
      }
    }
  }
}
