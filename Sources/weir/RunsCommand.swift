import ArgumentParser
import Foundation
import Glibc
import WeirBase
import WeirDiagnostics
import WeirEngine
import WeirStore
import WeirTables

/// Where the store is that a command looks into.
struct StoreOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder that holds `.weir`; WEIR_HOME counts too.", valueName: "folder"))
  var folder: String = "."

  func open() throws -> Store {
    let home = getenv("WEIR_HOME").map { String(cString: $0) }
    let path = Store.location(beside: folder, home: home)
    guard Folder.isFolder(path) else {
      // A notebook elsewhere has its store beside it.
      let near = Folder.names(in: folder).filter { Folder.isFolder(Folder.join(folder, "\($0)/.weir")) }
      let hint = near.isEmpty ? "" : "; there is one in " + near.map { "--folder \(Folder.join(folder, $0))" }.joined(separator: ", ")
      Console.shared.error("there is no store in \(folder)\(hint)")
      throw Ended(.missingInput)
    }
    do { return try Store(at: path) } catch {
      Console.shared.report([error.diagnostic], sources: SourceMap())
      throw Ended(.missingInput)
    }
  }

  /// Runs what reads the store; an error of the store ends the command with its message.
  func reading<T>(_ body: (Store) throws -> T) throws -> T {
    let store = try open()
    do { return try body(store) } catch let error as StoreError {
      Console.shared.report([error.diagnostic], sources: SourceMap())
      throw Ended(.usage)
    }
  }
}

/// `weir runs`: what was run, when, and what came of it.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List runs, show one, or set two side by side.")

  @Argument(help: "The number of a run; two to compare them; none lists the latest.")
  var runs: [Int64] = []

  @Option(name: .shortAndLong, help: "How many to list.")
  var limit = 20

  @Option(help: ArgumentHelp("Only those of this notebook.", valueName: "file"))
  var notebook: String?

  @Flag(help: "As JSON.")
  var json = false

  @OptionGroup var place: StoreOptions

  func run() throws {
    try place.reading { store in
      switch runs.count {
      case 0: try list(store)
      case 1: try show(store, runs[0])
      case 2: try compare(store, runs[0], runs[1])
      default: throw ValidationError("one run to show it, two to compare them")
      }
    }
  }

  private func list(_ store: Store) throws {
    let runs = try store.runs(limit: max(1, limit), of: notebook)
    if json { return try printJSON(runs.map(summary)) }
    guard !runs.isEmpty else { return Console.shared.out("no runs yet") }
    let rows = runs.map { run in
      let metrics = run.metrics.map { "\($0.name) \(formatNumber($0.value))" }.joined(separator: "  ")
      return [
        "\(run.id)", time(run.started), run.status.rawValue, cells(run), run.notebook, metrics,
      ]
    }
    printRows(["run", "started", "status", "cells", "notebook", "metrics"], rows)
  }

  private func cells(_ run: RunSummary) -> String {
    let rest = [(run.failed, "failed"), (run.stopped, "stopped")].filter { $0.0 > 0 }.map { ", \($0.0) \($0.1)" }
    return "\(run.ran) ran, \(run.cached) unchanged" + rest.joined()
  }

  private func summary(_ run: RunSummary) -> [String: Any] {
    [
      "run": run.id, "notebook": run.notebook, "status": run.status.rawValue, "started": time(run.started), "ran": run.ran,
      "cached": run.cached, "failed": run.failed, "stopped": run.stopped,
      "finished": run.finished.map { time($0) } ?? NSNull(),
      "metrics": Dictionary(run.metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
    ]
  }

  private func show(_ store: Store, _ id: Int64) throws {
    let run = try store.run(id)
    if json {
      return try printJSON([
        "run": run.id, "notebook": run.info.notebook, "engine": run.info.engine, "seed": run.info.seed,
        "command": run.info.command, "status": run.status.rawValue, "started": time(run.started),
        "parameters": Dictionary(run.info.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
        "metrics": Dictionary(run.lastMetrics.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
        "cells": run.cells.map { cell -> [String: Any] in
          ["name": cell.name, "state": cell.state.rawValue, "source": cell.source.rawValue, "seconds": Double(cell.duration) / 1e6]
        }, "notes": run.notes,
      ])
    }
    let console = Console.shared
    console.out("run \(run.id) of \(run.info.notebook): \(run.status.rawValue)")
    console.out("started \(time(run.started))" + (run.finished.map { ", took \(duration(Double($0 - run.started) / 1e6))" } ?? ""))
    console.out("engine \(run.info.engine), seed \(run.info.seed)")
    if !run.info.command.isEmpty { console.out("command \(run.info.command)") }
    for parameter in run.info.parameters { console.out("parameter \(parameter.name) = \(parameter.value)") }
    for metric in run.lastMetrics { console.out("metric \(metric.name) = \(formatNumber(metric.value))") }
    for note in run.notes { console.out("note \(note)") }
    console.out("")
    printRows(["cell", "state", "from", "took", "message"], run.cells.map { cell in
      [cell.name, cell.state.rawValue, cell.source.rawValue, duration(Double(cell.duration) / 1e6), cell.message ?? ""]
    })
  }

  private func compare(_ store: Store, _ first: Int64, _ second: Int64) throws {
    let difference = try store.compare(first, second)
    var rows: [[String]] = []
    for setting in difference.settings { rows.append(["setting \(setting.name)", setting.first ?? "", setting.second ?? ""]) }
    for metric in difference.metrics {
      rows.append(["metric \(metric.name)", metric.first.map { formatNumber($0) } ?? "", metric.second.map { formatNumber($0) } ?? ""])
    }
    for cell in difference.cells {
      rows.append(["cell \(cell.name)", String((cell.first?.hex ?? "").prefix(8)), String((cell.second?.hex ?? "").prefix(8))])
    }
    if rows.isEmpty { return Console.shared.out("runs \(first) and \(second) differ in nothing") }
    printRows(["", "run \(first)", "run \(second)"], rows)
  }
}

/// `weir models`: the registry of models.
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "List the registered models, or move a tag: weir models churn --promote 3 --to production.")

  @Argument(help: "The name of a model; none lists them all.")
  var name: String?

  @Option(help: ArgumentHelp("The version that a tag moves to.", valueName: "version"))
  var promote: Int64?

  @Option(help: "The tag that moves.")
  var to = "production"

  @Flag(help: "As JSON.")
  var json = false

  @OptionGroup var place: StoreOptions

  func run() throws {
    try place.reading { store in
      if let promote {
        guard let name else { throw ValidationError("say which model: weir models NAME --promote \(promote)") }
        let before = try store.promote(name, promote, to: to)
        Console.shared.out("\(name)@\(to) is version \(promote) now" + (before.map { ", it was \($0)" } ?? ""))
        return
      }
      let models = try store.models(name)
      if json {
        return try printJSON(models.map { model -> [String: Any] in
          ["name": model.name, "version": model.version, "tags": model.tags, "bytes": model.size, "created": time(model.created),
           "metrics": Dictionary(model.metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })]
        })
      }
      guard !models.isEmpty else { return Console.shared.out("no models yet: register(model, \"name\") keeps one") }
      printRows(["model", "version", "tags", "size", "created", "metrics"], models.map { model in
        [model.name, "\(model.version)", model.tags.joined(separator: ", "), "\(model.size) bytes", time(model.created),
         model.metrics.map { "\($0.name) \(formatNumber($0.value))" }.joined(separator: "  ")]
      })
    }
  }
}

func printJSON(_ value: Any) throws {
  let data = try JSONSerialization.data(withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  Console.shared.out(String(decoding: data, as: UTF8.self))
}

/// Rows under headings, each column as wide as it needs.
func printRows(_ head: [String], _ rows: [[String]]) {
  let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max() ?? 0 }
  for row in [head] + rows {
    let line = zip(row, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }.joined(separator: "  ")
    Console.shared.out(line.reversed().drop { $0 == " " }.reversed().map(String.init).joined())
  }
}

/// A moment as the machine's clock shows it.
func time(_ microseconds: Int64) -> String {
  var seconds = time_t(microseconds / 1_000_000), parts = tm()
  localtime_r(&seconds, &parts)
  var buffer = [CChar](repeating: 0, count: 64)
  strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
