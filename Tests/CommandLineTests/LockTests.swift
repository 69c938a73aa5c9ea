import Glibc
import Testing

/// From a notebook to a pipeline, and runs that are held to its lock.
struct LockTests {
  static let cells = [
    ("head", "param n: int = 3\nuse stats"), ("load", "raw = read_csv(\"data/d.csv\")"),
    ("look", "raw |> describe()\nunused = 5"), ("prep", "# Rows that count.\nclean = raw |> filter(.a > n)\nclean |> take(2)"),
    ("pick", "some = sample(clean, n: 4)\nexpect(count(some) == 4, \"four\")"), ("out", "output some\nbest = max(clean.a)\noutput best"),
  ]

  private func exported(_ words: String..., cells: [(String, String)] = cells) -> Project {
    let project = Project()
    project.write("nb/data/d.csv", "a,b\n" + (1...30).map { "\($0),\($0 * 7 % 11)\n" }.joined())
    project.write("nb/a.mlnb", Project.notebookText(cells, seed: 11))
    let export = project.start(["export", "nb/a.mlnb", "--to", "pipe/x"] + words).wait(seconds: 30)
    #expect(export.status == 0, "\(export.all)")
    return project
  }

  private func locked(_ project: Project, _ words: String...) -> Finished {
    project.start(["run", "pipe/x/pipeline.weir", "--locked"] + words).wait(seconds: 30)
  }

  @Test func thePipelineHasWhatTheOutputsNeedAndNoMore() {
    let project = exported()
    let script = project.read("pipe/x/pipeline.weir")
    for words in ["stage load", "stage prep", "stage pick", "# Rows that count.", "param n: int = 3", "seed: 11", "../../nb"] {
      #expect(script.contains(words), "\(words) in \(script)")
    }
    for words in ["describe", "unused", "take(2)", "stage look"] { #expect(!script.contains(words), "\(words) in \(script)") }
    #expect(project.weir("check", "pipe/x/pipeline.weir").status == 0)
  }

  @Test func itGivesTheSameBytesFromAnyFolderWithoutAStore() {
    let project = exported()
    #expect(project.weir("run", "nb/a.mlnb", "--outputs", "wanted").status == 0)
    let run = locked(project, "--no-cache")
    #expect(run.status == 0, "\(run.all)")
    #expect(run.errors.contains("as the lock says"))
    for name in project.names("wanted") {
      #expect(project.read("wanted/" + name) == project.read("pipe/x/outputs/" + name) && !project.read("wanted/" + name).isEmpty)
    }
    #expect(project.names("wanted") == project.names("pipe/x/outputs"))
    #expect(project.weir("run", "pipeline.weir", "--locked", "--no-cache", "-j", "7", folder: "pipe/x").status == 0)
    project.delete("pipe/x/.weir")
    project.delete("nb/.weir")
    #expect(project.weir("run", "../../pipe/x/pipeline.weir", "--locked", folder: "nb/data").status == 0)
  }

  @Test func whatDiffersIsNamed() {
    let project = exported()
    let script = project.read("pipe/x/pipeline.weir"), lock = project.read("pipe/x/pipeline.lock"), data = project.read("nb/data/d.csv")
    func differs(_ words: String, _ run: Finished) {
      #expect(run.status == 3, "\(words): \(run.all)")
      #expect(run.errors.contains(words), "\(words) in \(run.errors)")
      project.write("pipe/x/pipeline.weir", script)
      project.write("pipe/x/pipeline.lock", lock)
      project.write("nb/data/d.csv", data)
    }
    project.write("nb/data/d.csv", data + "31,5\n")
    differs("data/d.csv", locked(project))
    project.delete("nb/data/d.csv")
    differs("data/d.csv", locked(project))
    project.write("pipe/x/pipeline.weir", script.replacing(".a > n", with: ".a >= n"))
    differs("`prep`", locked(project))
    project.write("pipe/x/pipeline.weir", script.replacing("seed: 11", with: "seed: 12"))
    differs("the seed", locked(project))
    project.write("pipe/x/pipeline.weir", script.replacing("n: int = 3", with: "n: int = 4"))
    differs("the parameter `n`", locked(project))
    differs("the parameter `n`", locked(project, "-p", "n=5"))
    project.write("pipe/x/pipeline.weir", script.replacing("stage prep", with: "stage prepare"))
    differs("prepare", locked(project))
    #expect(lock.contains("\"engine\" : \""))
    project.write("pipe/x/pipeline.lock", lock.replacing("\"engine\" : \"", with: "\"engine\" : \"old-"))
    differs("the engine", locked(project))
    let hash = lock.split(separator: "\n").first { $0.contains("\"best\" : ") }.map(String.init) ?? ""
    project.write("pipe/x/pipeline.lock", lock.replacing(hash, with: "\"best\" : \"00\","))
    differs("best", locked(project))
    #expect(locked(project).status == 0)
    #expect(locked(project, "-p", "n=3").status == 0)
  }

  @Test func commentsAndLayoutAreNoDifference() {
    let project = exported()
    let script = project.read("pipe/x/pipeline.weir")
    project.write("pipe/x/pipeline.weir", script.replacing("clean = raw |> filter(.a > n)", with: "clean =   raw   # a comment\n  |> filter(\n    .a > n)"))
    let run = locked(project)
    #expect(run.status == 0, "\(run.all)")
  }

  @Test func damagedLocksAreRefused() {
    let project = exported()
    let lock = project.read("pipe/x/pipeline.lock")
    for (text, status) in [
      ("", 2), ("{}", 2), ("[]", 2), ("null", 2), (String(lock.prefix(200)), 2), (lock.replacing("\"lock\" : 1", with: "\"lock\" : 2"), 2),
      (lock.replacing("\"seed\" : 11", with: "\"seed\" : \"x\""), 2), (lock.replacing("\"seed\" : 11", with: "\"seed\" : 1e99"), 2),
      (String(repeating: "[", count: 100_000), 2),
    ] as [(String, Int32)] {
      project.write("pipe/x/pipeline.lock", text)
      let run = locked(project)
      #expect(run.status == status, "\(text.prefix(50)) \(run.all)")
      #expect(run.errors.contains("pipeline.lock"))
    }
    project.delete("pipe/x/pipeline.lock")
    #expect(locked(project).status == 4)
  }

  @Test func namesDefinedTwiceAndFunctionsReproduce() {
    let project = exported(cells: [
      ("a", "x = table(v: [i for i in 1..50])\nfn twice(t) = t |> derive(w: .v * 2)"), ("b", "x = sample(x, n: 20)"),
      ("dead", "y = sample(x, n: 3)"), ("c", "x = sample(x, n: 5) |> twice()"), ("d", "keep = x\nx = 3\noutput keep"),
    ])
    let run = locked(project, "--no-cache")
    #expect(run.status == 0, "\(run.all)")
    #expect(!project.read("pipe/x/pipeline.weir").contains("dead"))
    #expect(project.read("pipe/x/outputs/keep.csv").split(separator: "\n").count == 6)
  }

  @Test func parametersGivenAtExportAreLocked() {
    let project = exported("-p", "n=20")
    #expect(locked(project, "-p", "n=20").status == 0)
    let other = locked(project)
    // Either the script has the value, or the run without it is told that it differs.
    if project.read("pipe/x/pipeline.weir").contains("n: int = 3") {
      #expect(other.status == 3)
      #expect(other.errors.contains("`n`"))
    } else {
      #expect(other.status == 0)
    }
  }

  @Test func whatCannotBeExportedLeavesNothing() {
    let project = Project()
    for (code, status) in [("x = 1", 2), ("fn f(x) = x\noutput f", 1), ("x = error(\"boom\")\noutput x", 1), ("x = 1\nexpect(false, \"no\")\noutput x", 3)] as [(String, Int32)] {
      project.notebook([("a", code)])
      let export = project.weir("export", "a.mlnb", "--to", "pipe")
      #expect(export.status == status, "\(code) \(export.all)")
      #expect(!export.errors.isEmpty)
      #expect(!project.exists("pipe/pipeline.weir") && !project.exists("pipe/pipeline.lock"), "\(code)")
    }
    project.notebook([("a", "x = 1\noutput x")])
    project.write("file", "in the way")
    let export = project.weir("export", "a.mlnb", "--to", "file/pipe")
    #expect(export.status != 0 && export.errors.contains("file"), "\(export.all)")
    #expect(project.weir("export", "a.mlnb", "--to", "pipe", "-p", "nothing=1").status == 2)
    #expect(project.weir("export", "a.mlnb").status == 2)
  }

  @Test func aGuardOfAnOutputIsKept() {
    let project = exported()
    project.write("nb/data/d.csv", "a,b\n5,5\n")
    let run = project.weir("run", "pipe/x/pipeline.weir")
    #expect(run.status != 0)
  }

  @Test func outputsThatCannotBeWritten() {
    let project = exported()
    project.write("blocked", "a file")
    let run = project.weir("run", "pipe/x/pipeline.weir", "--outputs", "blocked")
    #expect(run.status == 1)
    #expect(run.errors.contains("blocked"))
  }

  @Test func oneStageAndWhatItNeeds() {
    let project = exported()
    let run = project.weir("run", "pipe/x/pipeline.weir", "--stage", "prep", "--no-cache")
    #expect(run.status == 0, "\(run.all)")
    #expect(!project.ran(run).contains("pick"))
  }
}
