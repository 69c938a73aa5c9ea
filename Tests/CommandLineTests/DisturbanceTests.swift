import Glibc
import Testing
import WeirBase
import WeirStore

/// Runs that are killed, that share a store, or whose store is damaged.
struct DisturbanceTests {
  static let cells = (0..<6).map { i in
    ("c\(i)", "t\(i) = table(x: [k * \(i + 1) for k in 1..4000])\n[k for k in 0..<60000 if k < 0]\nt\(i) |> aggregate(s: sum(.x))")
  } + [("all", "u = concat(t0, t1, t2, t3, t4, t5)\nu |> aggregate(s: sum(.x), n: count())"), ("out", "v = sample(u, n: 50)\noutput v")]

  private func result(_ project: Project, _ words: String...) -> (Finished, String) {
    let run = project.start(["run", "a.mlnb", "--outputs", "out"] + words).wait(seconds: 60)
    return (run, run.output + project.read("out/v.csv"))
  }

  @Test func killedAtAnyMomentNothingDoneIsLost() {
    let calm = Project(), project = Project()
    calm.notebook(Self.cells)
    project.notebook(Self.cells)
    let start = ContinuousClock.now
    let (calmRun, wanted) = result(calm)
    let length = (ContinuousClock.now - start) / .seconds(1)
    #expect(calmRun.status == 0, "\(calmRun.all)")
    var random = RandomStream(seed: 20)
    for round in 0..<(slow ? 60 : 16) {
      if round % 8 == 0 { project.delete(".weir") }
      let running = project.start(["run", "a.mlnb", "-j", "\(1 + round % 3)", "--outputs", "out"])
      usleep(UInt32(min(length, 4) * 1e6 * 0.9 * random.nextUniform()))
      running.send(SIGKILL)
      running.wait(seconds: 10)
      guard project.exists(".weir/store.db") else { continue }
      let runs = project.weir("runs", "--json")
      #expect(runs.status == 0, "\(runs.all)")
    }
    // Cells that any run was told are done need not run again.
    let done = reportedDone(project)
    let (last, bytes) = result(project)
    #expect(last.status == 0, "\(last.all)")
    #expect(bytes == wanted)
    #expect(Set(project.ran(last)).isDisjoint(with: done), "\(project.ran(last)) of \(done)")
    #expect(project.weir("runs").output.contains("interrupted") || project.weir("runs").output.contains("done"))
    #expect(!project.weir("runs").output.contains("running"), "\(project.weir("runs").output)")
  }

  /// The cells that any run was told are done, by evaluating them.
  private func reportedDone(_ project: Project) -> Set<String> {
    var done: Set<String> = []
    for line in project.weir("runs").output.split(separator: "\n").dropFirst() {
      guard let id = line.split(separator: " ").first else { continue }
      for cell in project.weir("runs", String(id)).output.split(separator: "\n") {
        let words = cell.split(separator: " ").map(String.init)
        if words.count > 2, words[1] == "done" { done.insert(words[0]) }
      }
    }
    return done
  }

  /// A search that is killed again and again goes on from its folds, and gives the bytes of one that never was.
  @Test func aKilledSearchGoesOn() {
    let cells = [
      ("rows", "t = table(x: [k % 37 for k in 1..600], z: [k % 11 for k in 1..600], y: [if k % 5 > 2 then \"a\" else \"b\" for k in 1..600])"),
      ("search", "tuned = t |> tune(standardize() >> knn(), target: .y, over: grid(k: 1..40), metrics: [\"accuracy\"])"),
      ("out", "v = tuned.candidates\noutput v"),
    ]
    let calm = Project(), project = Project()
    calm.notebook(cells)
    project.notebook(cells)
    let start = ContinuousClock.now
    let (calmRun, wanted) = result(calm)
    let length = (ContinuousClock.now - start) / .seconds(1)
    #expect(calmRun.status == 0, "\(calmRun.all)")
    var random = RandomStream(seed: 21), kept: [Int] = []
    for round in 0..<5 {
      let running = project.start(["run", "a.mlnb", "-j", "\(1 + round % 2)"])
      usleep(UInt32(min(length, 4) * 1e6 * (0.2 + 0.2 * random.nextUniform())))
      running.send(SIGKILL)
      running.wait(seconds: 10)
      kept.append((try? Store(at: project.path + "/.weir").size().cells) ?? 0)
    }
    #expect(kept == kept.sorted() && kept[4] > 10, "the folds kept: \(kept)")
    let (last, bytes) = result(project)
    #expect(last.status == 0 && bytes == wanted, "\(last.all)")
  }

  /// A training that is killed again and again goes on from its last epochs, and gives the bytes of one that never was.
  @Test func aKilledTrainingGoesOn() {
    let cells = [
      ("rows", "t = table(x: [k % 37 for k in 1..900], z: [k % 11 for k in 1..900], y: [if k % 5 > 2 then \"a\" else \"b\" for k in 1..900])"),
      ("net", """
        net = standardize() >> sequential(dense(48), relu(), dropout(0.1), dense(2), epochs: 60, valid: 0.2)
        model = t |> fit(net, target: .y)
        """),
      ("out", "v = probabilities(model, t)\noutput v"),
    ]
    let calm = Project(), project = Project()
    calm.notebook(cells)
    project.notebook(cells)
    let start = ContinuousClock.now
    let (calmRun, wanted) = result(calm)
    let length = (ContinuousClock.now - start) / .seconds(1)
    #expect(calmRun.status == 0, "\(calmRun.all)")
    var random = RandomStream(seed: 22)
    // As many kills as it takes until one falls between two epochs that were kept.
    var kept = 0, kills = 0
    while kills < 12, kept < 3 {
      kills += 1
      let running = project.start(["run", "a.mlnb"])
      usleep(UInt32(min(length, 6) * 1e6 * (0.3 + 0.5 * random.nextUniform())))
      running.send(SIGKILL)
      running.wait(seconds: 10)
      kept = (try? Store(at: project.path + "/.weir").size().cells) ?? 0
    }
    // The cell of the rows, that of the net's plan, and the state of the training.
    #expect(kept >= 2, "\(kept) kept after \(kills) kills")
    let (last, bytes) = result(project)
    #expect(last.status == 0 && bytes == wanted, "\(last.all)")
  }

  @Test func twoProcessesShareAStore() {
    let project = Project()
    project.notebook(Self.cells)
    project.notebook(Self.cells.map { ($0.0, $0.1.replacing("4000", with: "3000")) }, "b.mlnb")
    let running = ["a.mlnb", "a.mlnb", "b.mlnb"].map { project.start(["run", $0, "--outputs", "out-" + $0]) }
    let ends = running.map { $0.wait(seconds: 60) }
    for end in ends { #expect(end.status == 0 && !end.errors.contains("W08"), "\(end.all)") }
    #expect(ends[0].output == ends[1].output)
    let again = project.weir("run", "a.mlnb")
    #expect(project.ran(again).isEmpty && again.output == ends[0].output)
  }

  @Test func aDamagedDatabaseIsSaidAndTheRunGoesOn() {
    let project = Project()
    project.notebook([("a", "x = 41"), ("b", "x + 1")])
    project.weir("run", "a.mlnb")
    for (number, bytes) in [Array("not a database at all, not even nearly".utf8), [], Array(repeating: 0xFF, count: 20_000)].enumerated() {
      for name in project.names(".weir") where name.hasPrefix("store.db-") { project.delete(".weir/" + name) }
      project.write(".weir/store.db", bytes: bytes)
      let run = project.weir("run", "a.mlnb")
      #expect(run.status == 0, "\(number) \(run.all)")
      #expect(run.output == "42\n")
      if !bytes.isEmpty { #expect(run.errors.contains("[W08"), "\(number) \(run.errors)") }
      #expect(project.weir("run", "a.mlnb").output == "42\n")
    }
  }

  @Test func bytesChangedInsideADatabaseNeverGiveAWrongResult() {
    let project = Project()
    project.notebook([("a", "x = [i * i for i in 1..40]"), ("b", "sum(x)")])
    let wanted = project.weir("run", "a.mlnb").output
    project.weir("runs")
    var random = RandomStream(seed: 4)
    for round in 0..<6 {
      damage(project.path + "/.weir/store.db", &random, places: 1 << round)
      let run = project.weir("run", "a.mlnb")
      #expect(run.status == 0 && run.output == wanted, "\(round) \(run.all)")
    }
  }

  private func damage(_ path: String, _ random: inout RandomStream, places: Int) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_size > 0 else { return }
    let file = open(path, O_WRONLY)
    defer { close(file) }
    for _ in 0..<places {
      var byte = UInt8(truncatingIfNeeded: random.nextBits())
      pwrite(file, &byte, 1, off_t(random.nextInt(below: Int(status.st_size))))
    }
  }

  @Test func truncatedObjectsAreComputedAgain() {
    let project = Project()
    project.notebook([("a", "x = [i * i for i in 1..3000]"), ("b", "y = map(x, k => k + 1)\ncount(y)"), ("c", "sum(y)")])
    let wanted = project.weir("run", "a.mlnb").output
    for length in [0, 1, 100] {
      for file in objects(project.path + "/.weir/objects") {
        chmod(file, 0o644)
        truncate(file, off_t(length))
      }
      project.write("a.mlnb", project.read("a.mlnb").replacing("sum(y", with: "0 + sum(y"))
      let run = project.weir("run", "a.mlnb")
      #expect(run.status == 0 && run.output == wanted, "\(length) \(run.all)")
    }
    for file in objects(project.path + "/.weir/objects") { remove(file) }
    #expect(project.weir("run", "a.mlnb").output == wanted)
  }

  private func objects(_ folder: String) -> [String] {
    entries(folder).flatMap { name -> [String] in
      var status = stat()
      let path = folder + "/" + name
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR ? objects(path) : [path]
    }
  }

  @Test func aStoreThatCannotBeWrittenIsSaidAndTheRunGoesOn() {
    let project = Project()
    project.notebook([("a", "x = 41"), ("b", "x + 1")])
    project.write(".weir", "a file where the folder should be")
    let file = project.weir("run", "a.mlnb")
    #expect(file.status == 0 && file.output == "42\n", "\(file.all)")
    #expect(file.errors.contains("[W08"))
    project.delete(".weir")
    project.weir("run", "a.mlnb")
    guard getuid() != 0 else { return }  // who may do all can write everywhere
    chmod(project.path + "/.weir", 0o500)
    project.write("a.mlnb", project.read("a.mlnb").replacing("41", with: "51"))
    let readOnly = project.weir("run", "a.mlnb")
    #expect(readOnly.status == 0 && readOnly.output == "52\n")
    #expect(readOnly.errors.contains("[W08"))
  }
}
