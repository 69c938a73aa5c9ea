import Testing
import WeirCatalog
import WeirTables

@testable import WeirREPL

struct CompleterTests {
  static let penguins = ValueType.table(TableType(columns: [
    .init("species", .text), .init("island", .text), .init("body_mass", .int), .init("bill length", .float),
  ]))

  static let known = Vocabulary(
    names: [
      .init("clean", penguins), .init("count_all", .int), .init("größe", .float), .init("cfg", .record([.init("alpha", .int)])),
      .init("zscore", .function, info: CallableInfo(
        name: "zscore", summary: "Distance from the mean.", parameters: [.init(name: "x"), .init(name: "robust")])),
    ],
    builtins: [
      entry("filter", [.init(name: "rows"), .init(name: "condition")]),
      entry("join", [
        .init(name: "left"), .init(name: "right"), .init(name: "on"),
        .init(name: "how", defaultText: "\"inner\"", isRequired: false, choices: ["inner", "left", "left_anti"]),
      ]),
      entry("mean", [.init(name: "values")]), entry("median", [.init(name: "values")]),
      entry("read_csv", [.init(name: "path"), .init(name: "delimiter")]),
      entry("take", [.init(name: "rows"), .init(name: "count")]),
    ],
    modules: [
      .init("stats", functions: [.init(name: "iqr", summary: "", parameters: [.init(name: "x")])]), .init("text"),
    ],
    commands: [
      .init("help", "[TOPIC]", .topic, "Explains."), .init("load", "FILE", .file, "Loads."), .init("quit", "", .none, "Leaves."),
      .init("why", "NAME", .name, "Says why."), .init("time", "EXPRESSION", .expression, "Measures."),
    ],
    files: { folder in
      switch folder {
      case "": [.init(".git", isFolder: true), .init("a \"b\".csv"), .init("data", isFolder: true), .init("notes.txt")]
      case "data/": [.init("penguins.csv"), .init("planets.csv")]
      default: []
      }
    },
    type: { $0 == "clean |> derive(ratio: 1)" ? .table(TableType(columns: [.init("ratio"), .init("species")])) : nil })

  static func entry(_ name: String, _ parameters: [CallableInfo.Parameter]) -> CatalogInfo.Entry {
    CatalogInfo.Entry(
      name: name, family: "Test", signature: name, summary: "Does it.", details: "", parameters: parameters, gives: "",
      effect: "none", isRandom: false, examples: [], seeAlso: [])
  }

  /// The candidates where `|` marks the cursor (`¦` stands for a pipe's bar).
  private func candidates(_ marked: String) -> Completion {
    let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
      .map { String($0).replacing("¦", with: "|") }
    let before = parts[0], after = parts.count > 1 ? parts[1] : ""
    return Completer(Self.known).complete(before + after, cursor: before.utf8.count)
  }

  @Test(arguments: [
    ("me|", "mean median"),
    ("cl|", "clean"),
    ("x = gr|", "größe"),
    ("c|", "clean count_all cfg"),
    ("MEA|", "mean"),
    ("# me|", ""),
    ("12me|", ""),
    ("\"text me|", ""),
    ("\"{me|", "mean median"),
    ("\"{mean(x)} me|", ""),
    ("use |", "stats text"),
    ("use st|", "stats"),
    ("x = 1\nuse t|", "text"),
    ("stats.|", "iqr"),
    ("stats.i|", "iqr"),
    ("cfg.a|", "alpha"),
    ("clean.isl|", "island"),
    ("nothing.x|", ""),
  ])
  func words(marked: String, wanted: String) {
    #expect(candidates(marked).candidates.map(\.text).joined(separator: " ") == wanted)
  }

  @Test(arguments: [
    ("clean ¦> filter(.|", ".species .island .body_mass .`bill length`"),
    ("clean ¦> filter(.b|", ".body_mass"),
    ("clean ¦> filter(.`|", ".`species` .`island` .`body_mass` .`bill length`"),
    ("clean ¦> filter(.`bill l|", ".`bill length`"),
    ("clean ¦> filter(.island == \"x\" and .sp|", ".species"),
    ("filter(clean, .sp|", ".species"),
    ("filter(clean, mean(.sp|", ".species"),
    ("clean ¦> derive(ratio: 1) ¦> filter(.|", ".ratio .species"),
    ("a = 1\nx = clean\n  ¦> filter(.bo|", ".body_mass"),
    ("x = f(clean ¦> filter(.bo|", ".body_mass"),
    ("x = [clean ¦> take(3), clean ¦> filter(.bo|", ".body_mass"),
    ("impute(.isl|", ".island"),
    ("clean ¦> join(other, on: [.sp|", ".species"),
    ("clean ¦> filter(.zz|", ""),
  ])
  func columns(marked: String, wanted: String) {
    #expect(candidates(marked).candidates.map(\.text).joined(separator: " ") == wanted)
  }

  @Test(arguments: [
    ("filter(T, con|", "condition:"),
    ("filter(T, rows|", ""),
    ("clean ¦> filter(con|", "condition:"),
    ("clean ¦> filter(ro|", ""),
    ("clean ¦> join(b, h|", "how:"),
    ("join(a, b, how: \"left\", h|", ""),
    ("join(a, b, on: .x, how: |", "\"inner\" \"left\" \"left_anti\" clean count_all größe cfg zscore"),
    ("join(a, b, on: .x, how: \"|", "inner left left_anti"),
    ("join(a, b, how: \"le|", "left left_anti"),
    ("clean ¦> join(b, .x, \"le|", "left left_anti"),
    ("zscore(1, ro|", "robust:"),
    ("stats.iqr(|", "x: clean count_all größe cfg zscore"),
    ("filter(T, mean(con|", ""),
    ("filter(T, f(1) + con|", ""),
  ])
  func arguments(marked: String, wanted: String) {
    #expect(candidates(marked).candidates.map(\.text).joined(separator: " ") == wanted)
  }

  @Test(arguments: [
    ("read_csv(\"|", "a \\\"b\\\".csv data/ notes.txt"),
    ("read_csv(\"d|", "data/"),
    ("read_csv(\"data/p|", "penguins.csv planets.csv"),
    ("read_csv(\".|", ".git/"),
    ("read_csv(\"none/|", ""),
    (":load da|", "data/"),
    (":load data/pe|", "penguins.csv"),
    (":|", "help load quit why time"),
    ("  :q|", "quit"),
    (":help me|", "mean median"),
    ("?me|", "mean median"),
    ("?stats.|", "stats.iqr"),
    (":why cl|", "clean"),
    (":time clean ¦> filter(.sp|", ".species"),
    (":quit |", ""),
  ])
  func filesAndCommands(marked: String, wanted: String) {
    #expect(candidates(marked).candidates.map(\.text).joined(separator: " ") == wanted)
  }

  @Test func theWordIsReplacedFromItsStart() {
    #expect(candidates("x = \"ä\" + cle|").start == "x = \"ä\" + ".utf8.count)
    #expect(candidates("read_csv(\"data/pe|").start == "read_csv(\"data/".utf8.count)
    #expect(candidates(":time clean ¦> filter(.sp|").start == ":time clean |> filter(".utf8.count)
    #expect(candidates("clean.isl|").start == "clean.".utf8.count)
  }

  @Test func tabPutsInWhatIsCertainAndShowsTheRest() {
    #expect(candidates("med|").action(width: 80).replacement == "median(")
    #expect(candidates("med|(x)").action(width: 80).replacement == "median")
    #expect(candidates("read_csv(\"data/pl|\")").action(width: 80).replacement == "planets.csv")
    #expect(candidates("read_csv(\"data/pl|").action(width: 80).replacement == "planets.csv\"")
    #expect(candidates("join(a, b, how: \"l|").action(width: 80).replacement == "left")
    let choices = candidates("me|").action(width: 80)
    #expect(choices.replacement == nil)
    #expect(choices.listing == "mean    Does it.\nmedian  Does it.")
    #expect(candidates("zzz|").action(width: 80) == (nil, nil))
  }

  @Test func manyChoicesAreShownInColumns() {
    let many = Completion(start: 0, word: "x", candidates: (0..<500).map { .init("x\($0)") })
    let listing = many.action(width: 40).listing ?? ""
    let lines = listing.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 40 })
    #expect(lines.last == "… and 380 more")
    #expect(lines.first?.hasPrefix("x0") == true)
  }

  /// Whatever is typed, at whatever place: an answer that fits the text, and no trap.
  @Test func anyTextAtAnyPlaceIsAnswered() {
    let pieces = ["clean", " |> ", "filter(", ".", ".`", "`", "\"", "{", "}", ")", "(", "[", "]", ",", "how:", "\n", "use ", ":",
      "ä", "1", "#", "\\", "?", "=>", "..", "if ", "\u{301}"]
    var state: UInt64 = 7
    for _ in 0..<300 {
      var text = ""
      for _ in 0..<12 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(state >> 33) % pieces.count]
      }
      for cursor in 0...text.utf8.count {
        let found = Completer(Self.known).complete(text, cursor: cursor)
        #expect(found.candidates.isEmpty || (found.start >= 0 && found.start <= cursor))
      }
    }
  }

  /// 50 ms are the promise for an optimised build; this one is not.
  @Test func tenThousandNamesAndAHundredThousandColumnsAreFoundAtOnce() {
    var known = Self.known
    let wide = ValueType.table(TableType(columns: (0..<100_000).map { .init("column_\($0)", .float) }))
    known.names += (0..<10_000).map { .init("name_\($0)", .int) } + [.init("wide", wide)]
    let clock = ContinuousClock()
    for (text, count) in [("wide |> filter(.column_9", 11_111), ("filter(wide, .", 100_000), ("name_77", 111)] {
      var found = Completion.none
      let time = clock.measure { found = Completer(known).complete(text, cursor: text.utf8.count) }
      let drawn = clock.measure { _ = found.action(width: 100) }
      #expect(found.candidates.count == count)
      #expect(time + drawn < .seconds(2))
      print("completion of \(text): \(time) to find, \(drawn) to draw")
    }
  }
}
