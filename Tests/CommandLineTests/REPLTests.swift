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
    repl.enter("x = 3")
    try repl.wait(for: "weir> ")
    repl.enter("x * 2 + 0.5")
    try repl.wait(for: "\n6.5\n")
    repl.enter("\"{x} apples\"")
    try repl.wait(for: "\n\"3 apples\"\n")
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
    repl.enter("3]")
    try repl.wait(for: "\n[1, 2, 3]\n")
    repl.enter("fn twice(n) {")
    try repl.wait(for: "... ")
    repl.enter("n * 2")
    try repl.wait(for: "... ")
    repl.enter("}")
    try repl.wait(for: "weir> ")
    repl.enter("twice(21)")
    try repl.wait(for: "\n42\n")
    // An empty line gives up waiting, and what is missing is said.
    repl.enter("twice(1,")
    try repl.wait(for: "... ")
    repl.enter("")
    try repl.wait(for: "error[W01")
    try repl.wait(for: "weir> ")
  }

  @Test func controlCDropsTheLineAndStopsWhatRuns() throws {
    let home = Home(), repl = try home.repl()
    repl.enter("x = 1")
    try repl.wait(for: "weir> ")
    repl.type("this is wrong")
    try repl.wait(for: "this is wrong")
    repl.type(PseudoTerminal.interrupt)
    try repl.wait(for: "^C\nweir> ")
    repl.enter("(1 +")
    try repl.wait(for: "... ")
    repl.type(PseudoTerminal.interrupt)
    try repl.wait(for: "weir> ")
    repl.enter("fn slow(n) = if n < 2 then n else slow(n - 1) + slow(n - 2)")
    try repl.wait(for: "weir> ")
    repl.enter("slow(60)")
    // Work that takes longer than half a second has a line, which is gone when it ends.
    try repl.wait(for: "running ")
    repl.type(PseudoTerminal.interrupt)
    try repl.wait(for: "stopped\nweir> ")
    repl.enter("x + slow(10)")
    try repl.wait(for: "\n56\n")
    repl.enter(":quit")
    #expect(repl.exitStatus() == 0)
  }

  @Test func tabCompletes() throws {
    let home = Home(), repl = try home.repl()
    home.write("a,b\n1,2\n", "penguins.csv")
    repl.enter("penguin_weight = 4")
    try repl.wait(for: "weir> ")
    repl.type("pengu\t")
    try repl.wait(for: "penguin_weight")
    repl.enter(" + 1")
    try repl.wait(for: "\n5\n")
    repl.enter("penguin_width = 4")
    try repl.wait(for: "weir> ")
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
    repl.enter("")
    try repl.wait(for: "weir> ")
    repl.enter(":qu\t")
    #expect(repl.exitStatus() == 0)
  }

  @Test func historySurvivesAndBringsEntriesBackWhole() throws {
    let home = Home()
    do {
      let repl = try home.repl()
      repl.enter("[1,")
      try repl.wait(for: "... ")
      repl.enter("2]")
      try repl.wait(for: "weir> ")
      repl.type(PseudoTerminal.end)
      #expect(repl.exitStatus() == 0)
    }
    #expect(home.read("home/history") == "[1,\\n2]\n")
    let repl = try home.repl()
    repl.type(PseudoTerminal.up + "\r")
    try repl.wait(for: "\n[1, 2]\n")
    repl.type("\u{12}1,")
    try repl.wait(for: "1,")
    repl.type(PseudoTerminal.interrupt)
    try repl.wait(for: "weir> ")
    repl.enter("7 * 6")
    try repl.wait(for: "\n42\n")
  }

  @Test func aHistoryThatCannotBeKeptHoldsNobodyUp() throws {
    let home = Home()
    mkdir(home.path + "/home", 0o700)
    mkfifo(home.path + "/home/history", 0o600)
    let repl = try home.repl()
    repl.enter("1 + 1")
    try repl.wait(for: "\n2\n")
  }

  @Test func aLockedHistoryIsWrittenAllTheSame() throws {
    let home = Home()
    mkdir(home.path + "/home", 0o700)
    home.write("first\n", "home/history")
    let file = open(home.path + "/home/history", O_RDWR)
    defer { close(file) }
    #expect(flock(file, LOCK_EX) == 0)
    let repl = try home.repl()
    repl.enter("1 + 1")
    try repl.wait(for: "\n2\n")
    #expect(home.read("home/history") == "first\n1 + 1\n")
  }

  @Test func aPastedProgramIsOneInput() throws {
    let home = Home(), repl = try home.repl()
    repl.type("\u{1B}[200~a = 20\nb = [a,\n\ta + 1]\nb\u{1B}[201~")
    try repl.wait(for: "a + 1]")
    repl.enter("")
    try repl.wait(for: "\n[20, 21]\n")
  }

  @Test func coloursAreLeftOutWhereTheyAreNotWanted() throws {
    let home = Home()
    func drawn(_ environment: [String: String]) throws -> String {
      let repl = try home.repl(environment: environment)
      repl.enter("1 + nothing")
      try repl.wait(for: "nothing is called")
      try repl.wait(for: "weir> ")
      return String(decoding: repl.raw, as: UTF8.self)
    }
    #expect(try drawn([:]).contains("\u{1B}[1;3"))
    #expect(try !drawn(["NO_COLOR": "1"]).contains("\u{1B}[1;3"))
  }

  @Test func anErrorLeavesNoCellAndUndoTakesOneBack() throws {
    let home = Home(), repl = try home.repl()
    for line in ["x = 1", "x = x + 1", "y = x + nothing"] {
      repl.enter(line)
      try repl.wait(for: "weir> ")
    }
    repl.enter(":cells")
    let cells = try repl.wait(for: "weir> ")
    #expect(cells.contains("x_2") && !cells.contains("nothing"))
    repl.enter(":undo")
    try repl.wait(for: "took back `x_2`")
    repl.enter("x + 100")
    try repl.wait(for: "\n101\n")
    repl.enter(":graph")
    try repl.wait(for: "x    ─╮\ncell ◂╯   reads x\n")
    repl.enter(":cels")
    try repl.wait(for: "there is no command `:cels`; did you mean `:cells`?")
  }

  @Test func anEditedCellMakesStaleWhatReadsIt() throws {
    let home = Home()
    home.write("#!/bin/sh\necho 'x = 10' > \"$1\"\n", "editor")
    chmod(home.path + "/editor", 0o700)
    let repl = try home.repl(environment: ["EDITOR": home.path + "/editor"])
    for line in ["x = 1", "y = x + 1"] {
      repl.enter(line)
      try repl.wait(for: "weir> ")
    }
    repl.enter(":edit x")
    try repl.wait(for: "stale now: `y`")
    repl.enter(":stale")
    try repl.wait(for: "y: `x` changed\n")
    repl.enter(":why y")
    try repl.wait(for: "stale: `x` changed")
    repl.enter(":run")
    try repl.wait(for: "weir> ")
    repl.enter("y")
    try repl.wait(for: "\n11\n")
    repl.enter("|> sqrt")
    try repl.wait(for: "weir> ")
  }
}
