import Foundation
import Testing
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirEvaluator
import WeirLibrary
import WeirNotebooks
import WeirStore

/// Why a cell runs again, in the user's words.
struct ReasonTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "weir-reasons-\(UUID().uuidString)")
  private let modules: Modules

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    modules = Modules(catalog: .standard, folder: try LibraryFolder.find())
  }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  /// The reason of each cell that is evaluated.
  private func reasons(_ text: String, _ given: [(name: String, text: String)] = [], zones: String? = nil) throws -> [String: String] {
    let file = try ProgramFile.load(folder.path + "/a.weir", text: text)
    let store = try Store(at: folder.path + "/.weir")
    var settings = RunSettings(parameters: try ParameterValues.read(given, for: file.program))
    if let zones { settings.timeZones = zones }
    let runner = CellRunner(
      file.program, modules: modules, cache: CellCache(store: store, catalog: .standard), hashing: FileHashing(store: store),
      settings: settings)
    let run = ProgramRunner(runner, store: store, command: "", parameters: []).run(
      limits: RunLimits(cells: 1), cancellation: Cancellation())
    #expect(run.status == .done, "\(run.results.compactMap { $0?.diagnostic?.title })")
    let ran = run.results.compactMap { $0 }.filter { $0.status == .ran }
    return Dictionary(uniqueKeysWithValues: ran.map { ($0.name, $0.reason) })
  }

  /// Cells that ask for the clocks of a place run again, with what they give; the others don't.
  @Test func anotherTimeZoneDatabaseConcernsTheCellsThatUseIt() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = """
      plain = hour(datetime("2026-07-01 12:00"))
      local = in_zone(datetime("2026-07-01 12:00"), "Europe/Berlin")
      there = (when) => utc_offset(when, "Asia/Kolkata")
      far = there(datetime("2026-07-01 12:00"))
      shown = hour(local)
      other = plain + 1
      """
    _ = try reasons(text, zones: "2025b")
    #expect(try reasons(text, zones: "2025b").isEmpty)
    let again = try reasons(text, zones: "2026a")
    #expect(Set(again.keys) == ["local", "there", "far", "shown"], "\(again)")
    #expect(again.values.allSatisfy { $0.hasPrefix("the time zone database is another") }, "\(again)")
  }

  @Test func eachCauseIsNamed() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let head = "---\nseed: 1\n---\n", text = "param n: int = 1\nt = read_text(\"d.txt\")\nx = n + 1\ny = x * 2\nz = length(t)"
    try write("abc", "d.txt")
    #expect(try reasons(head + text).values.allSatisfy { $0 == "it was never run" })
    #expect(try reasons(head + text).isEmpty)
    #expect(try reasons(head + text.replacing("x * 2", with: "x * 3")) == ["y": "its code changed"])
    #expect(try reasons(head + text.replacing("x * 2", with: "x * 3")).isEmpty)
    let given = try reasons(head + text.replacing("x * 2", with: "x * 3"), [("n", "5")])
    #expect(given == ["n": "parameter `n` changed", "x": "`n` changed", "y": "`x` changed"], "\(given)")
    try write("abcd", "d.txt")
    let data = try reasons(head + text)
    #expect(data["t"] == "file `d.txt` changed" && data["z"] == "`t` changed", "\(data)")
    let seed = try reasons(head.replacing("1", with: "2") + text)
    #expect(seed.count == 5 && seed.values.allSatisfy { $0.hasPrefix("the seed changed") }, "\(seed)")
  }
}
