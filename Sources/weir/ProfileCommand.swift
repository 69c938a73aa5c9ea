import ArgumentParser
import Foundation
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

/// `weir profile FILE`: what a file of data holds, and whether it is as expected.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Say what a file of data holds and what stands out; with --expect, exit with 3 where it is not as expected.")

  @Argument(help: "The data: .csv (also packed), .json, .jsonl, .sqlite and whatever else is read as a table.")
  var file: String

  @Option(help: ArgumentHelp("A script of expectations over the name `data`: expect_columns(data, …), expect(…).", valueName: "file.weir"))
  var expect: String?

  @Option(help: ArgumentHelp("The column that is to be predicted.", valueName: "column"))
  var target: String?

  @Option(help: ArgumentHelp("Which table of a database, or sheet of a workbook.", valueName: "name"))
  var table: String?

  @Option(help: ArgumentHelp("Write the profile as a page.", valueName: "file"))
  var html: String?

  @Flag(help: "The profile as JSON on stdout.")
  var json = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    do { throw Ended(try perform(console)) } catch let problem as Diagnostic {
      console.report([problem], sources: SourceMap())
      throw Ended(ExitStatus(failure: problem) == .missingInput ? .missingInput : .usage)
    }
  }

  private func perform(_ console: Console) throws -> ExitStatus {
    guard FileManager.default.isReadableFile(atPath: file) else { throw Diagnostic.missingFile(file, near: []) }
    let expectations = try expect.map { try expectationText($0) }
    let workspace = try Workspace(folder: ".", useStore: false), session = workspace.session(folder: ".")
    let call = try TableFormats.call(reading: file, table: table, catalog: workspace.modules.catalog)
    try evaluate("data = \(call)", session, console)
    let chosen = target.map { ", target: \(Value.quoted($0))" } ?? ""
    try evaluate("found = profile(data\(chosen))", session, console)
    guard case .other(let profile)? = session.value(of: "found") else { return .failed }
    var fields = [(name: "file", value: Value.string(file)), (name: "profile", value: Value.other(profile))]
    var status = ExitStatus.done, reports: [Value] = []
    if let expectations, let path = expect {
      (status, reports) = hold(expectations, path, session, console)
      fields.append(("expectations_hold", .bool(status == .done)))
      fields.append(("broken", .list(reports)))
    }
    if json { console.out(ValueReport.json(fields), terminator: "") } else { console.out(profile.rendered(console.style)) }
    if let html {
      let page = ValueReport.page(title: "Profile of \(Folder.lastPart(of: file))", reports + [.other(profile)])
      do { try AtomicFile.write(Array(page.utf8), to: html) } catch {
        throw Diagnostic.unwritableFile(html, problem: (error as? FileFault)?.message ?? "\(error)")
      }
      console.say(console.dim("wrote \(html)"))
    }
    return status
  }

  private func expectationText(_ path: String) throws -> String {
    do { return try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8) } catch {
      throw Diagnostic.missingFile(path, near: [])
    }
  }

  /// Every statement of the script is held against the data, whatever the others say.
  private func hold(_ text: String, _ path: String, _ session: Session, _ console: Console) -> (ExitStatus, [Value]) {
    let cells: [String]
    do { cells = try ProgramFile.load(path).program.cells.map(\.code) } catch {
      let problems = error as? FileProblems
      console.report(problems?.diagnostics ?? [], sources: problems?.sources ?? SourceMap())
      return (.usage, [])
    }
    var status = ExitStatus.done, reports: [Value] = [], count = 0
    for cell in cells where !cell.isEmpty {
      let result = session.evaluate(cell, name: nil)
      for shown in result.result?.shown.all ?? [] {
        // What passes gives its table on, which nobody asked to see.
        guard case .value(let value) = shown, case .other = value else { continue }
        if !json { console.out(value.rendered(console.style) + "\n") }
        reports.append(value)
      }
      let failure = result.result?.diagnostic
      let problems = result.diagnostics.filter { $0.severity == .error } + [failure].compactMap { $0 }
      console.report(problems, sources: session.allSources)
      count += 1
      guard result.hasErrors else { continue }
      let own = failure.map { ExitStatus(failure: $0) } ?? .usage
      if status == .done || own == .gate && status != .usage { status = own }
    }
    if count == 0 { console.report([.unreadableExpectations(path, problem: "it says nothing")], sources: SourceMap()) }
    return (count == 0 ? .usage : status, reports)
  }

  private func evaluate(_ text: String, _ session: Session, _ console: Console) throws {
    let result = session.evaluate(text)
    guard result.hasErrors else { return }
    let problems = result.diagnostics.filter { $0.severity == .error } + [result.result?.diagnostic].compactMap { $0 }
    console.report(problems, sources: session.allSources)
    throw Ended(result.result == nil ? .usage : problems.first.map { ExitStatus(failure: $0) } ?? .failed)
  }
}
