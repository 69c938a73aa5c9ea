import ArgumentParser
import WeirBase
import WeirStore

/// `weir prune`: makes room in the store.
struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Forget results and runs that nobody used for a while, and give their room back.",
    discussion: """
      The store keeps what every cell, fold and candidate gave, so that nothing runs twice. What is forgotten is computed \
      again when it is wanted again. Registered models, the runs they came from, and the latest runs stay.
      """)

  @Option(help: ArgumentHelp("How long a result or run must lie unused, such as 12h or 30d.", valueName: "time"))
  var older = "30d"

  @Option(help: ArgumentHelp("How many of the latest runs stay in any case.", valueName: "number"))
  var keepRuns = 20

  @Flag(name: [.long, .customShort("n")], help: "Only say what would go.")
  var dryRun = false

  @Flag(help: "As JSON.")
  var json = false

  @OptionGroup var place: StoreOptions

  func validate() throws {
    _ = try spanInSeconds(older, for: "--older")
    guard keepRuns >= 0 else { throw ValidationError("--keep-runs is 0 or more, not \(keepRuns)") }
  }

  func run() throws {
    let age = try spanInSeconds(older, for: "--older")
    try place.reading { store in
      let before = try store.size()
      let gone = try store.prune(olderThan: age, keepingRuns: keepRuns, dryRun: dryRun)
      // What is not named yet may belong to a run that goes on: an hour is left to it.
      let garbage = try store.collectGarbage(dryRun: dryRun, unused: age)
      let after = try store.size()
      if json {
        return try printJSON([
          "dry_run": dryRun, "cells": gone.cells, "runs": gone.runs, "objects": garbage.objects, "bytes": garbage.objectBytes,
          "left": ["cells": after.cells, "runs": after.runs, "objects": after.objects, "bytes": after.objectBytes],
        ])
      }
      let console = Console.shared
      console.out(
        "the store \(dryRun ? "holds" : "held") \(counted(before.cells, "result")), \(counted(before.runs, "run")), "
          + byteSize(before.objectBytes))
      console.out(
        "\(dryRun ? "would forget" : "forgot") \(counted(gone.cells, "result")) and \(counted(gone.runs, "run")), "
          + "\(byteSize(garbage.objectBytes)) in \(counted(garbage.objects, "object"))")
      if !dryRun, gone.cells > 0, garbage.objects == 0 {
        console.out("their bytes are younger than an hour, or others use them; a later prune takes them away")
      }
    }
  }

  private func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
}
