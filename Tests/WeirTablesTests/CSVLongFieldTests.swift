import Foundation
import Testing
import WeirBase
import WeirTables

/// One field may be most of a file. The full size takes a second and is asked for by `WEIR_SLOW`.
@Suite struct CSVLongFieldTests {
  @Test func aFieldOfMegabytesIsReadWhole() throws {
    let size = ProcessInfo.processInfo.environment["WEIR_SLOW"] == nil ? 5_000_000 : 100_000_000
    let start = ContinuousClock.now
    // Quoted with a line end and a doubled quote, and bare.
    for (open, close, length) in [("\"\n\"\"", "\"", size + 2), ("", "", size)] {
      let bytes = Array("a,b\n1,\(open)".utf8) + [UInt8](repeating: 120, count: size) + Array("\(close)\n2,y\n".utf8)
      let table = try CSVReader(FileContents(bytes), name: "long.csv").read().table
      #expect(table.rowCount == 2)
      guard case .text(let texts) = try table.column("b").storage else { Issue.record("a text"); continue }
      #expect(texts[0].utf8.count == length)
      #expect(texts[1] == "y")
    }
    #expect(ContinuousClock.now - start < .seconds(30))
  }
}
