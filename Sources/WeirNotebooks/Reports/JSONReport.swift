import WeirCatalog
import WeirDiagnostics
import WeirEngine

/// A run as JSON, for programs that read what came of it.
///
/// The schema, version 1 (`weir_report`): fields may be added, none changes its meaning.
/// - `title` `path` `run` (number in the store or null) `engine` `fingerprint` `seed` `started` (UTC) `seconds`
///   `peak_memory` (in bytes or null)
/// - `status` (a word) and `exit_status` (the number that the command ends with)
/// - `parameters`: `{name, value, given}`; `metrics`: name to number; `counts`: state to number of cells
/// - `parts`: `{markdown}` or `{cell: name}`, in the order of the page
/// - `cells`: `name` `code` `state` (`ran cached failed skipped not_run`) `reason` `seconds` `metrics` `leaks_allowed` `reads`
///   `writes` `uses` (`{cell, names}`) `diagnostics` (as `weir check --json` writes them) `outputs`
/// - an output has a `kind`: `text` (`text`), `value` (`type value text`), `table` (`row_count columns`, each column with
///   `name type values` of the first rows), `plot` (`svg text`), `image` (`png` in base64, `text`)
///
/// Numbers that JSON lacks are the texts `NaN`, `Infinity` and `-Infinity`; missing values are null.
package enum JSONReport {
  package static func bytes(_ report: RunReport) -> [UInt8] { Array(json(report).text.utf8) }

  private static func json(_ report: RunReport) -> JSONText {
    let moment = ReportWords.moment(report.started).replacing(" UTC", with: "Z").replacing(" ", with: "T")
    let parameters: [JSONText] = report.parameters.map {
      .object(["name": .string($0.name), "value": .string($0.value), "given": .bool($0.isGiven)])
    }
    return .object([
      "weir_report": .int(1), "title": .string(report.title), "path": .string(report.path),
      "run": report.run.map { .int($0) } ?? .null, "engine": .string(report.engine),
      "fingerprint": .string(report.fingerprint), "seed": .int(report.seed), "started": .string(moment),
      "seconds": .float(report.duration), "peak_memory": report.peakMemory.map { .int(Int64($0)) } ?? .null,
      "status": .string(report.status.word),
      "exit_status": .int(Int64(report.status.rawValue)), "parameters": .array(parameters),
      "metrics": metrics(report.metrics), "counts": counts(report), "parts": parts(report),
      "diagnostics": diagnostics(report.diagnostics, report), "cells": .array(report.cells.map { cell($0, report) }),
    ])
  }

  private static func counts(_ report: RunReport) -> JSONText {
    let all: [CellStatus] = [.ran, .cached, .failed, .skipped, .notRun]
    return .object(Dictionary(uniqueKeysWithValues: all.map { (word($0), .int(Int64(report.count($0)))) }))
  }

  private static func parts(_ report: RunReport) -> JSONText {
    .array(report.parts.compactMap { part in
      switch part {
      case .markdown(let text): .object(["markdown": .string(text)])
      case .cell(let index): report.cells.indices.contains(index) ? .object(["cell": .string(report.cells[index].name)]) : nil
      }
    })
  }

  private static func cell(_ cell: RunReport.Cell, _ report: RunReport) -> JSONText {
    let uses: [JSONText] = cell.uses.compactMap { use in
      guard report.cells.indices.contains(use.cell) else { return nil }
      return .object(["cell": .string(report.cells[use.cell].name), "names": strings(use.names)])
    }
    return .object([
      "name": .string(cell.name), "code": .string(cell.code), "state": .string(word(cell.status)),
      "reason": .string(cell.reason), "seconds": .float(cell.duration), "metrics": metrics(cell.metrics),
      "leaks_allowed": strings(cell.leaksAllowed), "reads": strings(cell.reads), "writes": strings(cell.writes),
      "uses": .array(uses), "diagnostics": diagnostics(cell.diagnostics, report),
      "outputs": .array(cell.shown.map(\.json)),
    ])
  }

  private static func metrics(_ metrics: [RunReport.Metric]) -> JSONText {
    .object(Dictionary(metrics.map { ($0.name, .float($0.value)) }, uniquingKeysWith: { $1 }))
  }

  private static func diagnostics(_ diagnostics: [Diagnostic], _ report: RunReport) -> JSONText {
    .written(Renderer(sources: report.sources).jsonArray(diagnostics))
  }

  private static func strings(_ texts: [String]) -> JSONText { .array(texts.map { .string($0) }) }

  private static func word(_ status: CellStatus) -> String { status == .notRun ? "not_run" : status.rawValue }
}
