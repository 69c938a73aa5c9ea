import Testing
import WeirBase
import WeirTables

@Suite struct ExpectationTests {
  private func rule(_ type: ColumnType, _ change: (inout ColumnRule) -> Void = { _ in }) -> ColumnRule {
    var rule = ColumnRule(type)
    change(&rule)
    return rule
  }

  private let table: Table = {
    let names = Column(.text(TextValues(["a", "b", "c", "dd"])))
    let ages = Column(.int([31, 340, 0, -1]), validity: Bitmap([true, true, false, true]))
    let mixed = Column(.text(TextValues(["1", "2", "x", "3"])))
    return (try? Table([("name", names), ("age", ages), ("mixed", mixed), ("f", Column(.float([1, 2.5, 3, 4])))])) ?? .empty
  }()

  @Test func allRulesAreReportedWithTheirRows() throws {
    let results = try table.checking([
      ("age", rule(.int) { ($0.low, $0.high, $0.allowsMissing) = (.int(0), .int(120), false) }),
      ("name", rule(.text) { ($0.oneOf, $0.pattern, $0.longest) = ([.text("a"), .text("dd")], "^[a-c]$", 1) }),
      ("nope", rule(.bool)),
    ], unique: ["age"])
    #expect(results.map { "\($0.column) \($0.rule) \($0.rows) \($0.note)" } == [
      "age is an int [] ", "age is never missing [2] ", "age is at least 0 and at most 120 [1, 3] ", "name is a text [] ",
      "name is one of a, dd [1, 2] ", "name matches \"^[a-c]$\" [3] ", "name has at most 1 characters [3] ",
      "nope is a column [] there is no such column", "age is unique [] ",
    ])
  }

  @Test func nothingIsCast() throws {
    let results = try table.checking([("mixed", rule(.int)), ("f", rule(.int)), ("age", rule(.float)), ("f", rule(.text))])
    #expect(results.map(\.holds) == [false, false, true, false])
    #expect(results[0].rows == [2] && results[0].note == "the column holds text")
    #expect(results[1].rows == [1] && results[3].rows == [0, 1, 2, 3])
  }

  @Test func copiesBreakUniqueness() throws {
    let keys = try Table([("a", Column(.int([1, 1, 2, 1]))), ("b", Column(.int([1, 2, 1, 1])))])
    #expect(try keys.checking([], unique: ["a"])[0].rows == [1, 3])
    #expect(try keys.checking([], unique: ["a", "b"])[0].rows == [3])
    #expect(try keys.checking([], unique: ["z"])[0].note == "there is no column `z`")
  }

  @Test func rulesComeBackFromArchives() throws {
    let full = rule(.float) { ($0.low, $0.high, $0.oneOf, $0.allowsMissing) = (.float(0.5), .float(2), [.float(1)], false) }
    let text = rule(.text) { ($0.pattern, $0.shortest, $0.oneOf) = ("a\"b", 2, []) }
    for one in [full, text, rule(.date) { $0.low = .date(Day(3)) }, rule(.bool)] {
      #expect(try ColumnRule(archive: Archive(decoding: one.archive.encoded())) == one)
    }
    #expect(full.text == "float(min: 0.5, max: 2.0, one_of: [1.0], missing: false)")
  }
}
