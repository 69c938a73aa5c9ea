import CPseudoTerminal
import Glibc
import Testing

/// How `weir run` ends, for each of the ways there are.
struct ExitStatusTests {
  static let endless = "count([x for x in 0..<1000000000000 if x < 0])"

  /// One cell with the given code.
  private func run(_ code: String, _ words: String..., info: String = "one") -> Finished {
    let project = Project()
    project.notebook([(info, code)])
    return project.start(["run", "a.mlnb"] + words).wait(seconds: 30)
  }

  @Test func doneIsZeroAndResultsAreOnStdout() {
    let run = run("print(\"hello\")\n1 + 2")
    #expect(run.status == 0)
    #expect(run.output == "hello\n3\n")
    #expect(run.errors.contains("1 ran"))
  }

  @Test func aFailedCellIsOneAndSaysWhatItRead() {
    let project = Project()
    project.notebook([("top", "xs = [1, 2]"), ("bad", "y = 1\nxs[y + 6]")])
    let run = project.weir("run", "a.mlnb")
    #expect(run.status == 1)
    for words in ["error[W06", "cell `bad`", "xs[y + 6]", "`xs` was [1, 2]", "weir repl a.mlnb --cell bad"] {
      #expect(run.errors.contains(words), "\(words) in \(run.errors)")
    }
    #expect(run.output.isEmpty)
  }

  @Test(arguments: [
    ("x = (1 +", "error[W01"), ("x = nothing_of_this_name", "error[W02"), ("param n: int = 1\nn", "wanted"), ("sqrt(1, 2, 3, 4)", "error[W03"),
  ])
  func mistakesInTheTextAreTwoAndNothingRuns(_ code: String, _ words: String) {
    let project = Project()
    project.notebook([("first", "print(\"ran\")"), ("second", code)])
    let run = words == "wanted" ? project.weir("run", "a.mlnb", "-p", "n=many") : project.weir("run", "a.mlnb")
    #expect(run.status == 2)
    #expect(words == "wanted" ? run.errors.contains("many") : run.errors.contains(words), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  @Test(arguments: [
    ["run"], ["run", "a.mlnb", "--no-such-option"], ["run", "a.mlnb", "-p", "folds"], ["run", "a.mlnb", "-p", "nothing=1"],
    ["run", "a.mlnb", "-j", "0"], ["run", "a.mlnb", "--timeout", "soon"], ["run", "a.mlnb", "--timeout", "-5"],
    ["run", "a.mlnb", "--memory", "much"], ["run", "a.mlnb", "--stage", "nowhere"], ["run", "a.txt"],
    ["run", "a.mlnb", "--color", "pink"], ["run", "a.mlnb", "-j", "99999999999999999999"], ["explain", "W9999"],
    ["run", "a.mlnb", "--timeout", "nan"], ["run", "a.mlnb", "--memory", "inf"], ["runs", "x"],
  ])
  func wrongUsageIsTwoAndSaysSo(_ words: [String]) {
    let project = Project()
    project.notebook([("one", "1")])
    project.write("a.txt", "text")
    let run = project.start(words).wait(seconds: 20)
    #expect(run.status == 2, "\(words) \(run.all)")
    #expect(!run.errors.isEmpty)
    #expect(!run.output.contains("1\n"))
  }

  @Test func anExpectationThatDoesNotHoldIsThree() {
    let run = run("expect(1 > 2, \"the sky fell\")")
    #expect(run.status == 3)
    #expect(run.errors.contains("the sky fell"))
  }

  @Test func aMissingInputIsFour() {
    let project = Project()
    project.notebook([("one", "read_csv(\"nowhere.csv\")")])
    let data = project.weir("run", "a.mlnb")
    #expect(data.status == 4)
    #expect(data.errors.contains("nowhere.csv"))
    let notebook = project.weir("run", "b.mlnb")
    #expect(notebook.status == 4)
    #expect(notebook.errors.contains("a.mlnb"))
    project.notebook([("one", "read_csv(\"*.csv\")")])
    #expect(project.weir("run", "a.mlnb").status == 4)
    #expect(project.weir("check", "b.mlnb").status == 4)
    #expect(project.weir("export", "b.mlnb", "--to", "x").status == 4)
    #expect(project.weir("test", "nowhere").status == 4)
  }

  @Test func nothingProcessedIsNoSuccess() {
    let project = Project()
    project.write("words.mlnb", "---\nmlnb: 1\n---\n\nOnly words.\n")
    project.write("empty.mlnb", "")
    project.write("empty.weir", "")
    project.write("comment.weir", "# nothing\n")
    project.notebook([("a skip", "1"), ("b skip", "2")], "skipped.mlnb")
    mkdir(project.path + "/none", 0o777)
    for file in ["words.mlnb", "empty.mlnb", "empty.weir", "comment.weir", "skipped.mlnb"] {
      let run = project.weir("run", file)
      #expect(run.status != 0, "\(file) \(run.all)")
      #expect(run.errors.contains("nothing to run"), "\(file) \(run.all)")
    }
    #expect(project.weir("test", "none").status != 0)
    #expect(project.weir("check").status == 2)
  }

  @Test(.timeLimit(.minutes(1))) func timeLimitsAreOneHundredAndTwentyFour() {
    for (words, info) in [(["--timeout", "0.3"], "one"), (["--cell-timeout", "300ms"], "one"), ([], "one timeout=1s")] {
      let project = Project()
      project.notebook([(info, Self.endless)])
      let run = project.start(["run", "a.mlnb"] + words).wait(seconds: 20)
      #expect(run.status == 124, "\(words) \(info) \(run.all)")
      #expect(run.errors.contains("error[W0607]"), "\(run.errors)")
      #expect(!run.isOverdue)
    }
  }

  @Test func anInterruptedRunIsWrittenDownAsSuch() {
    let project = Project()
    project.notebook([("first", "x = 40 + 2"), ("long", "x\n" + Self.endless)])
    for signal in [SIGINT, SIGTERM] {
      let running = project.start(["run", "a.mlnb"])
      usleep(700_000)
      running.send(signal)
      let run = running.wait(seconds: 20)
      #expect(run.status == 130, "\(run.all)")
      #expect(run.errors.contains("error[W0613]") && run.errors.contains("1 stopped") && !run.errors.contains("1 failed"), "\(run.errors)")
    }
    #expect(project.weir("runs").output.contains("1 ran, 0 unchanged, 1 stopped"), "\(project.weir("runs").output)")
    #expect(project.weir("runs").output.contains("interrupted"))
    #expect(project.weir("runs", "1").output.contains("interrupted"))
  }

  /// A run that is under way, and one whose process is gone without a word.
  @Test func aKilledRunIsToldFromOneUnderWay() {
    let project = Project()
    project.notebook([("first", "x = 40 + 2"), ("long", "x\n" + Self.endless)])
    let running = project.start(["run", "a.mlnb"])
    var listed = ""
    for _ in 0..<200 where !listed.contains("1 ran") {
      usleep(50_000)
      if project.exists(".weir/store.db") { listed = project.weir("runs").output }
    }
    #expect(listed.contains("running") && listed.contains("1 ran, 0 unchanged"), "\(listed)")
    running.send(SIGKILL)
    running.wait(seconds: 10)
    listed = project.weir("runs").output
    #expect(listed.contains("killed") && !listed.contains("running") && listed.contains("1 ran, 0 unchanged"), "\(listed)")
    let json = project.weir("runs", "--json").output.filter { !$0.isWhitespace }
    #expect(json.contains("\"status\":\"killed\"") && json.contains("\"finished\":null"), "\(json)")
  }

  @Test func outOfMemoryIsOneHundredAndThirtySevenAndSaysSo() {
    let run = run("[x + 1 for x in 0..<1000000000000]", "--memory", "200M")
    #expect(run.status == 137, "\(run.all)")
    #expect(run.errors.contains("error[W0608]"))
  }

  @Test func aClosedPipeEndsQuietly() {
    let project = Project()
    project.notebook([("one", "[print(\"a long line number {x}\") for x in 1..20000]")])
    var ends: [Int32] = [0, 0]
    _ = weir_pipe(&ends)
    let running = project.start(["run", "a.mlnb"], output: ends[1])
    close(ends[1])
    var some = [UInt8](repeating: 0, count: 10)
    #expect(Glibc.read(ends[0], &some, 10) > 0)
    close(ends[0])
    let run = running.wait(seconds: 30)
    #expect(run.status == 141, "\(run.all)")
    #expect(run.errors.isEmpty)
  }

  // MARK: How a run goes on

  @Test func keepGoingRunsWhatDoesNotDependOnAFailure() {
    let project = Project()
    project.notebook([("a", "x = error(\"boom\")"), ("b", "x + 1"), ("c", "print(\"c ran\")")])
    let run = project.weir("run", "a.mlnb", "--keep-going")
    #expect(run.status == 1)
    #expect(run.output.contains("c ran"))
    #expect(run.errors.contains("cell `b` did not run: it needs `x` of cell `a`, which failed"), "\(run.errors)")
    let stops = project.weir("run", "a.mlnb", "-j", "1", "--no-cache")
    #expect(stops.status == 1)
    #expect(!stops.output.contains("c ran"))
  }

  @Test func aSkippedCellKeepsThoseThatNeedItFromRunning() {
    let project = Project()
    project.notebook([("a skip", "x = 1"), ("b", "x + 1"), ("c", "print(\"c ran\")")])
    let run = project.weir("run", "a.mlnb")
    #expect(run.output == "c ran\n")
    #expect(run.errors.contains("it needs `x` of cell `a`, which is skipped"))
  }

  @Test func independentCellsRunSideBySide() {
    let project = Project()
    // Each is stopped by its own limit: one after the other they would need three times as long.
    project.notebook((1...3).map { ("c\($0) timeout=2s", "\($0)\n" + Self.endless) })
    let clock = ContinuousClock(), start = clock.now
    let run = project.weir("run", "a.mlnb", "--keep-going", "-j", "3")
    #expect(run.status == 124)
    #expect(clock.now - start < .seconds(5.5))
  }

  @Test func coloursAndQuiet() {
    let project = Project()
    project.notebook([("one", "7"), ("two", "error(\"boom\")")])
    #expect(!project.weir("run", "a.mlnb").all.contains("\u{1B}["))
    #expect(project.weir("run", "a.mlnb", "--color", "always").errors.contains("\u{1B}["))
    #expect(!project.weir("run", "a.mlnb", "--color", "never").all.contains("\u{1B}["))
    #expect(!project.weir("run", "a.mlnb", environment: ["NO_COLOR": "1"]).all.contains("\u{1B}["))
    let quiet = project.weir("run", "a.mlnb", "--quiet")
    #expect(quiet.output == "7\n")
    #expect(quiet.errors.contains("error[W06"))
    #expect(!quiet.errors.contains("ran"))
  }
}
