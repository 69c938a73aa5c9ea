import Testing
import WeirCatalog
import WeirLibrary

@testable import WeirREPL

struct HelpPageTests {
  private let entry = CatalogInfo.Entry(
    name: "join", family: "Tables", signature: "join(left, right, on:, how: \"inner\")",
    summary: "Puts the rows of two tables side by side where their keys agree.", details: "Rows without partner are dropped.",
    parameters: [
      .init(name: "left", type: "table", summary: "The table to keep."),
      .init(name: "how", type: "text", summary: "Which rows to keep.", defaultText: "\"inner\"", isRequired: false,
        choices: ["inner", "left"]),
    ], gives: "table", effect: "none", isRandom: false, examples: [.init(code: "join(a, b)", gives: "1")],
    seeAlso: ["concat"])

  @Test func showsAllThatIsKnown() {
    let page = HelpPage(entry, Terminal(width: 80)).text
    #expect(page == """
      join(left, right, on:, how: "inner")
      Puts the rows of two tables side by side where their keys agree.

      Rows without partner are dropped.

        left  The table to keep. (table)
        how   Which rows to keep. (text; "inner" or "left"; "inner" if left out)

      gives: table

      example
        > join(a, b)
        1

      see also: concat
      """)
  }

  @Test(arguments: [20, 40, 80, 200])
  func everyPageFitsItsTerminal(width: Int) {
    let known = Vocabulary(builtins: CatalogInfo(.standard).builtins + [entry])
    let terminal = Terminal(width: width, color: true)
    let topics = HelpTopics(known, terminal)
    for topic in [""] + known.builtins.map(\.name) {
      let page = topics.page(on: topic)
      #expect(!page.isEmpty)
      // Words longer than the line and programs are not broken.
      let broken = page.split(separator: "\n").filter {
        let line = String($0).withoutColor
        return line.count > max(width, 40) && line.trimmed.contains(" ") && !line.hasPrefix("  ")
      }
      #expect(broken.isEmpty)
    }
  }

  @Test func anUnknownTopicNamesTheNearest() {
    let topics = HelpTopics(Vocabulary(builtins: [entry]), Terminal())
    #expect(topics.page(on: "jion").hasPrefix("there is no help on `jion`; did you mean `join`?"))
    #expect(topics.page(on: "partner").contains("these mention it:\n  join"))
  }

  @Test func anInputStaysOpenWhileABracketIs() {
    for open in ["f(1,", "[1, 2", "x = 1 +", "clean |>", "fn f(x) {", "\"\"\"long", "if a then"] {
      #expect(LineEditor.isOpen(open + "\n"))
    }
    for whole in ["x", "f(1)", "x = ", ":load (", "?(", "1 + )", "\"short", ""] where whole != "x = " {
      #expect(!LineEditor.isOpen(whole + "\n"))
    }
  }
}
