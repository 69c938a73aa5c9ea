import Foundation
import Testing
import WeirBase
import WeirTables

/// JSONTestSuite (Nicolas Seriot, MIT; Tests/Conformance/json).
@Suite struct JSONConformance {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Conformance/json/test_parsing")
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".json") }.sorted()

  @Test func isAllThere() { #expect(JSONConformance.names.count == 318) }

  @Test func acceptsAndRefusesAsTheSuiteSays() throws {
    for name in JSONConformance.names {
      let bytes = Array(try Data(contentsOf: JSONConformance.folder.appendingPathComponent(name)))
      var refusal: (any Error)?
      do { _ = try JSONReader(FileContents(bytes), name: name).document() } catch { refusal = error }
      switch name.first {
      case "y": #expect(refusal == nil, "\(name) is to be accepted")
      case "n":
        #expect(refusal != nil, "\(name) is to be refused")
        // UTF-16 and the like are turned into UTF-8 before they are read.
        let error = try #require(refusal as? JSONError, "\(name)")
        #expect(error.line >= 1 && error.column >= 1 && error.offset <= bytes.count, "\(name): \(error)")
      default: break
      }
    }
  }

  /// As lines they are refused too, or are one line; whatever happens is no trap.
  @Test func readsThemAsLines() throws {
    for name in JSONConformance.names {
      let bytes = Array(try Data(contentsOf: JSONConformance.folder.appendingPathComponent(name)))
      _ = try? JSONReader(FileContents(bytes), name: name).lines()
      let skipping = try? JSONReader(FileContents(bytes), name: name, options: JSONOptions(rejects: .skip)).lines()
      for reject in skipping?.rejected ?? [] { #expect(reject.offset <= bytes.count) }
    }
  }
}
