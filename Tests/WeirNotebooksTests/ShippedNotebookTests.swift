import Foundation
import Testing
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirLibrary
import WeirNotebooks

/// The notebooks that come with the project pass the check and run from top to bottom.
struct ShippedNotebookTests {
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let notebooks = ((try? FileManager.default.contentsOfDirectory(
    atPath: repository.appendingPathComponent("notebooks").path)) ?? []).filter { $0.hasSuffix(".mlnb") }.sorted()

  @Test func someAreShipped() { #expect(Self.notebooks.count >= 3) }

  @Test(arguments: notebooks)
  func runsFromTopToBottom(notebook: String) throws {
    let path = Self.repository.appendingPathComponent("notebooks/\(notebook)").path
    let file = try ProgramFile.load(path)
    let modules = Modules(
      catalog: .standard, folder: LibraryFolder(path: Self.repository.appendingPathComponent("stdlib").path))
    #expect(ProgramCheck.run(file.program, modules: modules).map { "\($0.code) \($0.title)" } == [])
    let hashing = FileHashing(store: nil)
    let runner = CellRunner(
      file.program, modules: modules, cache: nil, hashing: hashing, settings: RunSettings(workers: Workers(2)))
    let run = ProgramRunner(runner, store: nil, command: "", parameters: [])
      .run(limits: RunLimits(cells: 2, keepsGoing: true), cancellation: Cancellation())
    for case let result? in run.results where result.status != .ran {
      Issue.record("\(notebook), cell \(result.name): \(result.diagnostic.map { "\($0.code) \($0.title)" } ?? result.reason)")
    }
    #expect(run.status == .done)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(file.notebook?.text == text)
    #expect(try ProgramFormatter.format(path: path, text: text).text == text, "run `weir fmt notebooks/*.mlnb`")
  }
}
