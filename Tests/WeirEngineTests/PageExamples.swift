import Foundation
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirLibrary
import WeirSyntax
import WeirTables

/// Runs pieces of programs one after the other in one session, as a reader of a page would type them.
final class PageExamples {
  private let session: Session
  private let folder: URL

  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// A folder of its own with `data` in it, so that what a page writes stays off the checkout.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-page-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: folder.appendingPathComponent("data"),
      withDestinationURL: Self.repository.appendingPathComponent("notebooks/data"))
    let library = LibraryFolder(path: Self.repository.appendingPathComponent("stdlib").path)
    let modules = Modules(catalog: .standard, folder: library)
    session = Session(
      Session.Configuration(folder: folder.path, seed: 42), modules: modules, cache: nil, hashing: FileHashing(store: nil))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// What is wrong with a piece: a statement that fails, or that shows something else than its `# =>` says.
  func problems(in piece: String) -> [String] {
    let expectations = Expectation.all(in: piece)
    let parsed = parse(SourceFile(id: FileID(0), name: "example", text: piece))
    if let mistake = parsed.diagnostics.first { return ["\(mistake.code) \(mistake.title)"] }
    let bytes = Array(piece.utf8), lines = LineNumbers(piece)
    var problems: [String] = []
    for statement in parsed.tree.statements {
      let text = String(decoding: bytes[Int(statement.span.start)..<Int(statement.span.end)], as: UTF8.self)
      let result = session.evaluate(text)
      let wanted = expectations.first { $0.line == lines.line(at: statement.span.end) }
      problems += contradiction(text, result, wanted)
    }
    return problems
  }

  private func contradiction(_ text: String, _ result: SessionResult, _ wanted: Expectation?) -> [String] {
    let errors = (result.diagnostics + [result.result?.diagnostic].compactMap { $0 }).filter { $0.severity == .error }
    switch wanted?.kind {
    case .fails(let code, _)?:
      return errors.contains { $0.code.description == code } ? [] : ["`\(text)` does not fail with \(code)"]
    case .shows(let shown)?:
      if let error = errors.first { return ["`\(text)`: \(error.code) \(error.title)"] }
      let texts = (result.result?.shown.all ?? []).map(\.plain)
      return Expectation.agree(texts.joined(separator: "\n"), shown) ? []
        : ["`\(text)` shows\n\(texts.joined(separator: "\n"))\nand not\n\(shown)"]
    case nil: return errors.first.map { ["`\(text)`: \($0.code) \($0.title)" + ($0.mend.map { " (\($0))" } ?? "")] } ?? []
    }
  }

  /// Whether a whole piece is refused with a code.
  func isRefused(_ piece: String, with code: String) -> Bool {
    let result = session.evaluate(piece)
    return (result.diagnostics + [result.result?.diagnostic].compactMap { $0 }).contains { $0.code.description == code }
  }
}

extension Shown {
  var plain: String {
    switch self {
    case .printed(let text): text
    case .value(let value): value.rendered(.plain)
    case .table(let table, let rows): table.rendered(width: 100, rows: 10, color: false, totalRows: rows)
    }
  }
}
