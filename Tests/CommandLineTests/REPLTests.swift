import Glibc
import Testing

/// The REPL as a person uses it, in a terminal.
@Suite(.serialized)
struct REPLTests {
  /// The binary beside the test bundle.
  static var binary: String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let path = String(decoding: buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/weir"
  }

  /// A folder of its own for each test, gone afterwards.
  private final class Home {
    let path: String
    init() {
      var template = Array("/tmp/weir-repl-XXXXXX".utf8CString)
      path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    }
    func repl(columns: Int = 80, environment: [String: String] = [:]) throws -> PseudoTerminal {
      let terminal = try PseudoTerminal(
        [REPLTests.binary], environment: ["WEIR_HOME": path + "/home"].merging(environment) { $1 }, folder: path, columns: columns)
      try terminal.wait(for: "weir> ")
      return terminal
    }
    func write(_ text: String, _ name: String) {
      let file = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      _ = Glibc.write(file, text, text.utf8.count)
      close(file)
    }
    func read(_ name: String) -> String {
      let file = open(path + "/" + name, O_RDONLY)
      defer { close(file) }
      var bytes = [UInt8](repeating: 0, count: 1 << 16)
      let count = Glibc.read(file, &bytes, bytes.count)
      return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
    deinit { _ = system("rm -rf '\(path)'") }
  }

  @Test func answersAndKeepsNames() throws {
    let home = Home(), repl = try home.repl()
    try repl.ask("x = 3")
    #expect(try repl.ask("x * 2 + 0.5").contains("\n6.5\n"))
    #expect(try repl.ask("\"{x} apples\"").contains("\n\"3 apples\"\n"))
    repl.type(PseudoTerminal.end)
    #expect(repl.exitStatus() == 0)
    #expect(repl.echoes)
  }

  @Test func anInputStaysOpenWhileABracketIs() throws {
    let home = Home(), repl = try home.repl()
    repl.enter("[1,")
    try repl.wait(for: "... ")
    repl.enter("2,")
    try repl.wait(for: "... ")
    #expect(try repl.ask("3]").contains("\n[1, 2, 3]\n"))
    repl.enter("fn twice(n) {")
    try repl.wait(for: "... ")
    repl.enter("n * 2")
    try repl.wait(for: "... ")
    try repl.ask("}")
    #expect(try repl.ask("twice(21)").contains("\n42\n"))
    // An empty line gives up waiting, and what is missing is said.
    repl.enter("twice(1,")
    try repl.wait(for: "... ")
    #expect(try repl.ask("").contains("error[W01"))
  }

  @Test func controlCDropsTheLineAndStopsWhatRuns() throws {
    let home = Home(), repl = try home.repl()
    try repl.ask("x = 1")
    repl.type("this is wrong")
    try repl.wait(for: "this is wrong")
    repl.type(PseudoTerminal.interrupt)
    try repl.wait(for: "^C\nweir> ")
    repl.enter("(1 +")
    try repl.wait(for: "... ")
    repl.type(PseudoTerminal.interrupt)
    try repl.wait(for: "weir> ")
    try repl.ask("fn slow(n) = if n < 2 then n else slow(n - 1) + slow(n - 2)")
    repl.enter("slow(60)")
    // Work that takes longer than half a second has a line, which is gone when it ends.
    try repl.wait(for: "running ")
    repl.type(PseudoTerminal.interrupt)
    try repl.wait(for: "stopped\nweir> ")
    #expect(try repl.ask("x + slow(10)").contains("\n56\n"))
    repl.enter(":quit")
    #expect(repl.exitStatus() == 0)
  }

  @Test func tabCompletes() throws {
    let home = Home(), repl = try home.repl()
    home.write("a,b\n1,2\n", "penguins.csv")
    try repl.ask("penguin_weight = 4")
    repl.type("pengu\t")
    try repl.wait(for: "penguin_weight")
    #expect(try repl.ask(" + 1").contains("\n5\n"))
    try repl.ask("penguin_width = 4")
    repl.type("pen\t")
    try repl.wait(for: "penguin_w")
    repl.type("\t")
    try repl.wait(for: "penguin_weight  int\npenguin_width   int\n")
    repl.type("e\t")
    try repl.wait(for: "penguin_weight")
    repl.type(PseudoTerminal.interrupt)
    try repl.wait(for: "weir> ")
    repl.type("\"pen\t")
    try repl.wait(for: "\"penguins.csv\"")
    try repl.ask("")
    repl.enter(":qu\t")
    #expect(repl.exitStatus() == 0)
  }

  @Test func historySurvivesAndBringsEntriesBackWhole() throws {
    let home = Home()
    do {
      let repl = try home.repl()
      repl.enter("[1,")
      try repl.wait(for: "... ")
      try repl.ask("2]")
      repl.type(PseudoTerminal.end)
      #expect(repl.exitStatus() == 0)
    }
    #expect(home.read("home/history") == "[1,\\n2]\n")
    let repl = try home.repl()
    repl.type(PseudoTerminal.up + "\r")
    try repl.wait(for: "\n[1, 2]\nweir> ")
    repl.type("\u{12}1,")
    try repl.wait(for: "1,")
    repl.type(PseudoTerminal.interrupt)
    try repl.wait(for: "weir> ")
    repl.enter("7 * 6")
    try repl.wait(for: "\n42\nweir> ")
  }

  @Test func aHistoryThatCannotBeKeptHoldsNobodyUp() throws {
    let home = Home()
    mkdir(home.path + "/home", 0o700)
    mkfifo(home.path + "/home/history", 0o600)
    let repl = try home.repl()
    #expect(try repl.ask("1 + 1").contains("\n2\n"))
  }

  @Test func aLockedHistoryIsWrittenAllTheSame() throws {
    let home = Home()
    mkdir(home.path + "/home", 0o700)
    home.write("first\n", "home/history")
    let file = open(home.path + "/home/history", O_RDWR)
    defer { close(file) }
    #expect(flock(file, LOCK_EX) == 0)
    let repl = try home.repl()
    #expect(try repl.ask("1 + 1").contains("\n2\n"))
    #expect(home.read("home/history") == "first\n1 + 1\n")
  }

  @Test func habitsFromOtherPromptsAreUnderstood() throws {
    let home = Home(), repl = try home.repl()
    for ask in ["?mean", "mean?", "help(mean)"] {
      #expect(try repl.ask(ask).contains("mean(values"), "\(ask)")
    }
    try repl.ask("exit = 3")
    #expect(try repl.ask("exit").contains("\n3\n"))
    repl.enter("quit()")
    #expect(repl.exitStatus() == 0)
  }

  @Test func aPastedProgramIsOneInput() throws {
    let home = Home(), repl = try home.repl()
    repl.type("\u{1B}[200~a = 20\nb = [a,\n\ta + 1]\nb\u{1B}[201~")
    try repl.wait(for: "a + 1]")
    repl.enter("")
    try repl.wait(for: "\n[20, 21]\nweir> ")
  }

  @Test func coloursAreLeftOutWhereTheyAreNotWanted() throws {
    let home = Home()
    func drawn(_ environment: [String: String]) throws -> String {
      let repl = try home.repl(environment: environment)
      #expect(try repl.ask("1 + nothing").contains("nothing is called"))
      return String(decoding: repl.raw, as: UTF8.self)
    }
    #expect(try drawn([:]).contains("\u{1B}[1;3"))
    #expect(try !drawn(["NO_COLOR": "1"]).contains("\u{1B}[1;3"))
  }

  @Test func anErrorLeavesNoCellAndUndoTakesOneBack() throws {
    let home = Home(), repl = try home.repl()
    for line in ["x = 1", "x = x + 1", "y = x + nothing"] {
      try repl.ask(line)
    }
    let cells = try repl.ask(":cells")
    #expect(cells.contains("x_2") && !cells.contains("nothing"))
    #expect(try repl.ask(":undo").contains("took back `x_2`"))
    #expect(try repl.ask("x + 100").contains("\n101\n"))
    #expect(try repl.ask(":graph").contains("x    ─╮\ncell ◂╯   reads x\n"))
    #expect(try repl.ask(":cels").contains("there is no command `:cels`; did you mean `:cells`?"))
  }

  @Test func anEditedCellMakesStaleWhatReadsIt() throws {
    let home = Home()
    home.write("#!/bin/sh\necho 'x = 10' > \"$1\"\n", "editor")
    chmod(home.path + "/editor", 0o700)
    let repl = try home.repl(environment: ["EDITOR": home.path + "/editor"])
    for line in ["x = 1", "y = x + 1"] {
      try repl.ask(line)
    }
    #expect(try repl.ask(":edit x").contains("stale now: `y`"))
    #expect(try repl.ask(":stale").contains("y: `x` changed\n"))
    #expect(try repl.ask(":why y").contains("stale: `x` changed"))
    try repl.ask(":run")
    #expect(try repl.ask("y").contains("\n11\n"))
    try repl.ask("|> sqrt")
  }

  @Test func tabKnowsTheColumnsOfAPipelineThatNeverRan() throws {
    let home = Home(), repl = try home.repl()
    try repl.ask("t = table(mass: [1, 2], island: [\"a\", \"b\"])")
    repl.type("t |> derive(ratio: .ma\t")
    try repl.wait(for: ".mass")
    repl.type(" / 4) |> filter(.ra\t")
    try repl.wait(for: ".ratio")
    #expect(try repl.ask(" > 0.3)").contains("0.5\n"))
  }

  @Test func whatIsSavedComesBack() throws {
    let home = Home()
    do {
      let repl = try home.repl()
      for line in ["base = 20", "fn add(n) = n + base", "add(22)", "output base"] {
        try repl.ask(line)
      }
      #expect(try repl.ask(":save nb.mlnb").contains("wrote 4 cells to nb.mlnb"))
      #expect(try repl.ask(":save nb.weir").contains("wrote 4 cells to nb.weir"))
      #expect(try repl.ask(":export pipe").contains("--locked holds a run to it"))
    }
    for file in ["nb.mlnb", "nb.weir"] {
      let repl = try home.repl()
      repl.enter(":load \(file)")
      try repl.wait(for: "42\nweir> ")
      #expect(try repl.ask("add(80)").contains("\n100\n"))
    }
    // Somebody's file is not replaced without a word.
    let before = home.read("nb.mlnb"), repl = try home.repl()
    try repl.ask("other = 1")
    repl.enter(":save nb.mlnb")
    try repl.wait(for: "replace it? [y/N] ")
    #expect(try repl.ask("").contains("nothing was written"))
    #expect(home.read("nb.mlnb") == before)
    #expect(!home.read("home/history").contains("[y/N]"))
  }

  @Test func theWordsOfALoadedNotebookStay() throws {
    let home = Home()
    let text = "---\nmlnb: 1\nseed: 5\n---\n\n# Title\n\n```weir one\nx = 1\n```\n\nWords, *in Markdown*.\n"
    home.write(text, "nb.mlnb")
    let repl = try home.repl()
    try repl.ask(":load nb.mlnb")
    try repl.ask("y = x + 1")
    #expect(try repl.ask(":save nb.mlnb").contains("wrote 2 cells"))
    #expect(home.read("nb.mlnb") == text + "\n```weir y\ny = x + 1\n```\n")
  }

  @Test func aFailedCellIsOpenedWhereItStands() throws {
    let home = Home()
    home.write("a = 1\nb = a // 0\na = 2\n", "s.weir")
    let repl = try PseudoTerminal(
      [Self.binary, "repl", "s.weir", "--cell", "b"], environment: ["WEIR_HOME": home.path + "/home"], folder: home.path)
    try repl.wait(for: "divided by zero")
    try repl.wait(for: "weir> ")
    #expect(try repl.ask("a + 10").contains("\n11\n"))
  }

  @Test func whatIsPipedInRunsAsAScript() {
    let home = Home()
    func run(_ program: String) -> (status: Int32, output: String) {
      home.write(program, "input")
      let status = system("cd '\(home.path)' && '\(Self.binary)' < input > output 2> errors")
      return ((status >> 8) & 0xFF, home.read("output"))
    }
    var result = run("x = 3\nx * 2\nfn f(n) {\n  n + x\n}\n\nf(1)\n")
    #expect(result.status == 0)
    #expect(result.output == "6\n4\n")
    result = run("x +")
    #expect(result.status == 2)
    #expect(result.output == "")
    #expect(run("1 // 0").status == 1)
    #expect(run("expect(1 > 2, \"no\")").status == 3)
    #expect(access(home.path + "/.weir", F_OK) != 0)
  }
}
