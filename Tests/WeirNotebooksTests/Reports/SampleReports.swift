import Foundation
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirImages
import WeirLibrary
import WeirNotebooks
import WeirPlots
import WeirTables

/// Reports made by hand, and one of a real run.
enum Sample {
  static let hostile = "]]> <script>alert(1)</script> \"quoted\" 'single' & \u{0} \u{1B}[31m \u{FFFE} \u{7F}\r\n\tend ü 日本 😀"

  static func plain() throws -> RunReport {
    var report = RunReport(
      title: "Penguin species", path: "notebooks/penguins.mlnb", started: 1_785_000_000_123_456, duration: 1.2345, status: .done)
    report.run = 12
    report.engine = "0.1.0"
    report.fingerprint = "weir 0.1.0, OpenBLAS Haswell, glibc 2.36"
    report.seed = 42
    report.parameters = [.init("folds", "5", isGiven: false), .init("data", "\"data/penguins.csv\"")]
    var load = RunReport.Cell(
      name: "load", code: "# what was measured\nraw = read_csv(\"data/{file}.csv\")\nraw |> take(3)\n", status: .cached)
    load.duration = 0.012
    load.shown = [.table(try numbers(), rowCount: 344), .printed("344 rows"), .printed("3 islands")]
    load.reads = ["data/penguins.csv"]
    var train = RunReport.Cell(
      name: "train", code: "param folds = 5\nrecipe = standardize(.mass, .bill) >> logistic(c: 0.5)\nif folds > 3 then 1 else 2", status: .ran)
    train.reason = "its code changed"
    train.duration = 1.2
    train.uses = [.init(cell: 0, names: ["raw"])]
    train.metrics = [.init("accuracy", 0.9666), .init("log_loss", .nan)]
    train.shown = [
      .value(.record(Record(["accuracy": .float(0.9666), "n": .int(344), "scores": .table(try numbers())]))),
      .value(.other(try plot("body mass"))), .value(.other(try image())),
      .value(.list([.int(1), .float(.infinity), .string("x")])), .value(.string("a \"text\"")),
    ]
    report.cells = [load, train]
    report.parts = [.markdown("# Penguin species\n\nWords with *weight*.\n"), .cell(0), .markdown("## Training\n"), .cell(1)]
    return report
  }

  static func numbers() throws -> Table {
    try Table([
      ("species", try Column.of([.string("Adelie"), .string("Gentoo"), .missing])),
      ("mass", try Column.of([.float(3750), .missing, .float(.infinity)])),
      ("count", try Column.of([.int(1), .int(2), .int(Int64.max)])),
      ("alive", try Column.of([.bool(true), .bool(false), .missing])),
    ])
  }

  static func plot(_ label: String) throws -> Plot {
    try .histogram([NamedValues("", (0..<200).map { Double($0 * $0 % 97) })], label: label)
  }

  static func image() throws -> WeirImages.Image {
    try WeirImages.Image(width: 8, height: 8, channels: 1, samples: .bytes((0..<64).map { UInt8($0 * 4) }))
  }

  /// One whose every text tries to get out of where it stands.
  static func hostileReport() throws -> RunReport {
    var report = RunReport(title: hostile, path: hostile, started: .max, duration: .nan, status: .done)
    report.fingerprint = hostile
    report.engine = hostile
    report.parameters = [.init(hostile, hostile)]
    var cell = RunReport.Cell(name: hostile, code: hostile, status: .ran)
    cell.place = SourceSpan(file: FileID(0), start: 0, end: 9999)
    cell.reason = hostile
    cell.reads = [hostile]
    cell.leaksAllowed = [hostile]
    cell.metrics = [.init(hostile, -.infinity)]
    cell.uses = [.init(cell: 7, names: [hostile]), .init(cell: -1, names: [])]
    cell.diagnostics = [
      Diagnostic(
        DiagnosticCode(601), hostile, at: SourceSpan(file: FileID(0), start: 4, end: 9999), label: hostile, mend: hostile,
        severity: .warning, notes: [hostile])
    ]
    let texts = try Column.of([.string(hostile)])
    cell.shown = [
      .printed(hostile), .value(.string(hostile)), .table(try Table([(hostile, texts)]), rowCount: 1),
      .value(.record(Record([Record.Field(hostile, .string(hostile)), Record.Field(hostile, .int(1))]))),
      .value(.other(try plot(hostile))),
    ]
    report.cells = [cell, RunReport.Cell(name: "</title>", code: "", status: .notRun)]
    report.parts = [
      .markdown(hostile), .markdown("# \(hostile)\n\n[a](javascript:alert(1)) ![b](http://host/x.png)"), .cell(0), .cell(99),
      .cell(-5),
    ]
    report.sources = SourceMap([SourceFile(id: FileID(0), name: hostile, text: hostile)])
    report.diagnostics = cell.diagnostics
    return report
  }

  /// Runs a notebook for real, without a store.
  static func run(_ text: String, name: String = "sample.mlnb") throws -> RunReport {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("../notebooks/data").path
    let file = try ProgramFile.load(root + "/" + name, text: text)
    let modules = Modules(catalog: .standard, folder: try LibraryFolder.find())
    let diagnostics = ProgramCheck.run(file.program, modules: modules)
    let runner = CellRunner(
      file.program, modules: modules, cache: nil, hashing: FileHashing(store: nil), settings: RunSettings())
    let run = ProgramRunner(runner, store: nil, command: "weir run", parameters: [])
      .run(limits: RunLimits(keepsGoing: true), cancellation: Cancellation())
    var sources = file.program.sources
    for source in modules.sources.files.values { sources.add(source) }
    return RunReport(file, run: run, diagnostics: diagnostics, sources: sources)
  }
}
