import Testing
import WeirBase
@testable import WeirTables

/// Packed CSV files that are unpacked as they are read: they give what the files they were packed from give.
@Suite struct PackedTextTests {
  /// Rows with quotes, both ends of lines, texts that come late in a column of numbers, and blank lines.
  private func text(rows: Int, odd: Bool = false) -> [UInt8] {
    var text = "n,x,word,late\r\n"
    for row in 0..<rows {
      let word = row % 7 == 0 ? "\"a \"\"b\"\"\nc, d\"" : odd && row % 50 == 3 ? "in\"side" : "w\(row % 97)"
      text += "\(row),\(Double(row % 1000) / 8 - 3.1),\(word),\(row > rows - 5 ? "1.5" : "\(row % 3)")"
      text += row % 3 == 0 ? "\r\n" : row % 11 == 5 ? "\n\n" : "\n"
    }
    return Array(text.utf8)
  }

  /// In several pieces, each packed by itself.
  private func packed(_ bytes: [UInt8], _ codec: ParquetCodec, pieces: Int = 3) throws -> [UInt8] {
    let size = bytes.count / pieces + 1
    return try stride(from: 0, to: bytes.count, by: size).flatMap {
      try codec.pack(Array(bytes[$0..<min($0 + size, bytes.count)]))
    }
  }

  private func scan(_ bytes: [UInt8], partSize: Int = 700, options: CSVOptions = CSVOptions()) throws -> CSVScan {
    CSVScan(
      try CSVReader(FileContents(bytes), name: "x.csv", options: options, partSize: partSize, longest: 4000), name: "x.csv")
  }

  /// Exact to the bit: sums of floats depend on where the chunks end.
  private func bits(_ table: Table) -> [[String]] {
    table.columns.map { column in
      (0..<column.count).map { row in
        if case .float(let x) = column.scalar(at: row) { "\(column.type) \(x.bitPattern)" } else { "\(column.type) \(column.scalar(at: row))" }
      }
    }
  }

  private var sums: [GroupDerivation] {
    ["n", "x", "late"].map { name in
      let sum = GroupExpression.Stream(
        count: 1, partials: { [try NumberAggregate.sum($0.column(name), $1)] },
        merge: { [try NumberAggregate.sum($0[0], $1)] },
        combine: { columns, grouping, _ in try NumberAggregate.sum(columns[0], grouping) })
      return GroupDerivation(name + "_sum", GroupExpression(reads: [name], stream: sum) {
        try NumberAggregate.sum($0.column(name), $1)
      })
    }
  }

  private var someRows: RowExpression {
    RowExpression(reads: ["n"], isRowwise: true) { table in
      guard case .int(let n) = try table.column("n").storage else { return Column(.bool([])) }
      return Column(.bool(n.map { $0 % 5 != 2 }))
    }
  }

  @Test(arguments: [false, true]) func giveTheBytesOfTheUnpackedFile(_ odd: Bool) throws {
    let plain = text(rows: 700, odd: odd)
    for codec in [ParquetCodec.gzip, .zstd] {
      let bytes = try packed(plain, codec)
      for part in [150, 1500] {
        #expect(try scan(bytes, partSize: part).reader.isLong)
        func results(_ bytes: [UInt8], _ threads: Int) throws -> [[[String]]] {
          let lazy = LazyTable(try scan(bytes, partSize: part)), workers = Workers(threads)
          let grouped = try lazy.filtering(someRows).aggregating(by: ["word"], sums)
          let few = try lazy.selecting(["x", "word"])
          return try [grouped, lazy.filtering(someRows), few, lazy, lazy.aggregating(by: [], sums)].map {
            bits(try $0.collect(workers: workers, chunkSize: 3000))
          }
        }
        let wanted = try results(plain, 1)
        #expect(wanted[3][0].count == 700 && wanted[3][3][0].hasPrefix("float"))
        for threads in [1, 2, 7] { #expect(try results(bytes, threads) == wanted) }
      }
    }
  }

  @Test func sayHowMuchTheyHold() throws {
    let plain = text(rows: 500)
    for codec in [ParquetCodec.gzip, .zstd] {
      let reader = try scan(try packed(plain, codec)).reader, body = plain.count - 15
      #expect(reader.isLong && !reader.names.isEmpty)
      for limit in [10, 3000, 4000, body - 1, body, body + 1, .max] {
        #expect(try reader.bodyBytes(upTo: limit) == min(limit, body))
      }
      #expect(try reader.hasChunks(of: body - 1) && !reader.hasChunks(of: body))
    }
  }

  @Test func faultsAreToldWithTheirLines() throws {
    var lines = (0..<2000).map { "\($0),\($0 * 2)" }
    lines[1700] = "1,2,3"
    let plain = Array(("a,b\n" + lines.joined(separator: "\n")).utf8)
    for codec in [ParquetCodec.gzip, .zstd] {
      let lazy = try LazyTable(try scan(try packed(plain, codec))).selecting(["b"])
      let error = #expect(throws: TableError.self) { try lazy.collect(workers: Workers(2), chunkSize: 3000) }
      guard case .malformed("x.csv", let problem, line: 1702, offset: nil, column: nil)? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(problem.contains("3 values where the first row has 2"))
    }
    let bad = Array("a,b\n".utf8) + Array(repeating: Array("1,2\n".utf8), count: 3000).joined() + [49, 44, 0xFF, 10]
    let lazy = try LazyTable(try scan(try packed(bad, .gzip), options: CSVOptions(types: ["b": .text]))).selecting(["b"])
    let error = #expect(throws: TableError.self) { try lazy.collect(chunkSize: 3000) }
    guard case .malformed(_, let problem, line: 3002, _, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(problem.contains("not UTF-8"))
  }

  @Test func cutAndDamagedFilesAreRefused() throws {
    let plain = text(rows: 700)
    var random = RandomStream(seed: 5)
    for codec in [ParquetCodec.gzip, .zstd] {
      let bytes = try packed(plain, codec, pieces: 2)
      func problem(_ bytes: [UInt8]) -> String? {
        do {
          let lazy = try LazyTable(try scan(bytes)).filtering(someRows)
          return try lazy.collect(workers: Workers(2), chunkSize: 3000).rowCount == 0 ? "no rows" : nil
        } catch TableError.malformed(_, let problem, _, _, _) { return problem } catch { return "\(error)" }
      }
      #expect(problem(bytes) == nil)
      // Between the two pieces alone a cut leaves a whole file.
      for _ in 0..<15 {
        let cut = Array(bytes.prefix(5 + random.nextInt(below: bytes.count - 5)))
        #expect(problem(cut)?.contains("the packed data ends early") == true, "\(cut.count) of \(bytes.count)")
      }
      for _ in 0..<20 {
        var bad = bytes
        let place = bad.count / 4 + random.nextInt(below: bad.count / 2)
        bad[place] ^= UInt8(1 << random.nextInt(below: 8))
        // What was changed may stand in a field of a gzip header that says nothing; else it is found out in the end.
        guard let problem = problem(bad) else { continue }
        #expect(!problem.contains("changed while it was read"))
      }
      var bad = bytes
      bad[bad.count / 3] ^= 0x55
      #expect(problem(bad) != nil)
    }
    // Zeros after a gzip file are padding, and anything else after a Zstandard file is damage.
    let padded = try packed(plain, .gzip) + [UInt8](repeating: 0, count: 600)
    #expect(try LazyTable(try scan(padded)).selecting(["n"]).collect(chunkSize: 3000).rowCount == 700)
    let followed = try packed(plain, .zstd) + Array("more".utf8)
    #expect(throws: TableError.self) { try LazyTable(try scan(followed)).selecting(["n"]).collect(chunkSize: 3000) }
  }

  @Test func headersLongerThanTheBeginningAreRead() throws {
    let names = (0..<24_000).map { "column_with_a_long_name_to_fill_the_beginning_\($0)" }.joined(separator: ",")
    let row = Array(repeating: "7", count: 24_000).joined(separator: ",")
    let plain = Array((names + "\n" + row + "\n" + row + "\n").utf8)
    let lazy = LazyTable(try scan(try packed(plain, .gzip), partSize: 1 << 19))
    let table = try lazy.selecting(["column_with_a_long_name_to_fill_the_beginning_23999"]).collect(chunkSize: 3000)
    #expect(rows(table) == [[.int(7)], [.int(7)]])
  }

  @Test func otherEncodingsAreUnpackedWhole() throws {
    let plain = Array("a,b\n".utf8) + Array(repeating: [49, 44, 0xE9, 10], count: 3000).joined()
    let reader = try scan(try packed(plain, .gzip), options: CSVOptions(encoding: .latin1)).reader
    #expect(!reader.isLong)
    #expect(try reader.read().table.columns[1].scalar(at: 2999) == .text("é"))
  }
}
