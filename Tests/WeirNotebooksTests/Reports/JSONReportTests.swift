import Foundation
import Testing
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

/// What programs read: the schema that `JSONReport` documents.
@Suite struct JSONReportTests {
  private func object(_ report: RunReport) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(JSONReport.bytes(report))) as? [String: Any])
  }

  private func outputs(_ report: RunReport, of cell: Int) throws -> [[String: Any]] {
    let cells = try #require(try object(report)["cells"] as? [[String: Any]])
    return try #require(cells[cell]["outputs"] as? [[String: Any]])
  }

  @Test func tellsHowTheRunWent() throws {
    let root = try object(try Sample.plain())
    #expect(root["weir_report"] as? Int == 1)
    #expect(root["run"] as? Int == 12)
    #expect(root["status"] as? String == "passed")
    #expect(root["exit_status"] as? Int == 0)
    #expect(root["started"] as? String == "2026-07-25T17:20:00Z")
    #expect((root["counts"] as? [String: Int]) == ["ran": 1, "cached": 1, "failed": 0, "skipped": 0, "not_run": 0])
    let metrics = try #require(root["metrics"] as? [String: Any])
    #expect(metrics["accuracy"] as? Double == 0.9666)
    #expect(metrics["log_loss"] as? String == "NaN")
    let cells = try #require(root["cells"] as? [[String: Any]])
    #expect(cells[0]["state"] as? String == "cached")
    #expect(cells[1]["reason"] as? String == "its code changed")
    #expect((cells[1]["uses"] as? [[String: Any]])?.first?["cell"] as? String == "load")
    #expect((root["parts"] as? [[String: String]])?.last == ["cell": "train"])
  }

  @Test func tablesAreColumnsWithTypes() throws {
    let table = try outputs(try Sample.plain(), of: 0)[0]
    #expect(table["kind"] as? String == "table")
    #expect(table["row_count"] as? Int == 344)
    let columns = try #require(table["columns"] as? [[String: Any]])
    #expect(columns.map { $0["name"] as? String } == ["species", "mass", "count", "alive"])
    #expect(columns.map { $0["type"] as? String } == ["text", "float", "int", "bool"])
    let mass = try #require(columns[1]["values"] as? [Any])
    #expect(mass[0] as? Double == 3750 && mass[1] is NSNull && mass[2] as? String == "Infinity")
    #expect((columns[2]["values"] as? [NSNumber])?[2].int64Value == Int64.max)
  }

  @Test func plotsAndPicturesComeAlong() throws {
    let outputs = try outputs(try Sample.plain(), of: 1)
    #expect(outputs.map { $0["kind"] as? String } == ["value", "plot", "image", "value", "value"])
    #expect((outputs[1]["svg"] as? String)?.hasPrefix("<svg") == true)
    let png = try #require((outputs[2]["png"] as? String).flatMap { Data(base64Encoded: $0) })
    #expect(png.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    let items = try #require(outputs[3]["value"] as? [Any])
    #expect(items[0] as? Int == 1 && items[1] as? String == "Infinity")
  }

  @Test func hostileTextsComeBackAsTheyWere() throws {
    let report = try Sample.hostileReport()
    let root = try object(report)
    #expect(root["title"] as? String == Sample.hostile)
    let cell = try #require((root["cells"] as? [[String: Any]])?.first)
    #expect(cell["code"] as? String == Sample.hostile)
    #expect((cell["outputs"] as? [[String: Any]])?.first?["text"] as? String == Sample.hostile)
    #expect((cell["metrics"] as? [String: Any])?[Sample.hostile] as? String == "-Infinity")
    #expect(root["seconds"] as? String == "NaN")
  }

  @Test func theSameReportGivesTheSameBytes() throws {
    #expect(JSONReport.bytes(try Sample.plain()) == JSONReport.bytes(try Sample.plain()))
  }
}
