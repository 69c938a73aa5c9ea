import WeirCatalog
import WeirDiagnostics
import WeirTables

private let input = (name: "text", summary: "A text, or a list or column of them.")

extension CatalogBuilder {
  /// Functions of texts.
  mutating func defineText() {
    defineCases()
    defineSearch()
    definePatterns()
    defineLength()
    defineTextParts()
    defineTextSplitting()
    defineSubstrings()
  }

  private mutating func defineCases() {
    defineElementwise("upper", "Gives a text in capital letters.", input: input, gives: .string, accepts: .textual) { f in
      f.definition.example("upper(\"Adelie\")", gives: "\"ADELIE\"")
      f.definition.seeAlso("lower")
      f.column { column, _ in try column.mappingTexts("upper") { $0.uppercased() } }
    }
    defineElementwise("lower", "Gives a text in small letters.", input: input, gives: .string, accepts: .textual) { f in
      f.definition.example("lower([\"Ab\", \"C\"])", gives: "[\"ab\", \"c\"]")
      f.definition.seeAlso("upper")
      f.column { column, _ in try column.mappingTexts("lower") { $0.lowercased() } }
    }
    defineElementwise("trim", "Takes blanks and line ends away from both ends of a text.", input: input, gives: .string, accepts: .textual) { f in
      f.definition.example("trim(\"  a b \")", gives: "\"a b\"")
      f.column { column, _ in try column.mappingTexts("trim") { $0.trimmed } }
    }
    defineElementwise("repeat", "Gives a text several times in a row.", input: input, gives: .string, accepts: .textual) { f in
      let times = f.definition.required(Int.self, "times", "How often.")
      f.definition.example("repeat(\"ab\", 3)", gives: "\"ababab\"")
      f.column { column, call in
        let times = try call[times]
        guard times >= 0 else { throw TableError.other("a text can't be repeated \(times) times", mend: nil) }
        return try column.mappingTexts("repeat") { text in
          let (size, overflow) = text.utf8.count.multipliedReportingOverflow(by: times)
          guard !overflow, size <= 1 << 30 else { throw Diagnostic.tooLarge("this text") }
          return String(repeating: text, count: times)
        }
      }
    }
  }

  private mutating func defineSearch() {
    let tests: [(String, String, String, String, @Sendable (String, String) -> Bool)] = [
      ("contains", "Says whether a text has another text in it.", "contains(\"penguin\", \"gui\")", "true", { $0.containsText($1) }),
      ("starts_with", "Says whether a text begins with another.", "starts_with([\"ab\", \"ba\"], \"a\")", "[true, false]", { $0.utf8.starts(with: $1.utf8) }),
      ("ends_with", "Says whether a text ends with another.", "ends_with(\"plot.png\", \".png\")", "true", { $0.utf8.reversed().starts(with: $1.utf8.reversed()) }),
    ]
    for (name, summary, example, gives, test) in tests {
      defineElementwise(name, summary, input: input, gives: .bool, accepts: .textual) { f in
        let part = f.definition.required(String.self, "part", "What is looked for, letter by letter.")
        f.definition.example(example, gives: gives)
        f.definition.seeAlso("matches")
        f.column { column, call in
          let part = try call[part]
          return try column.mappingTextsToBools(name) { test($0, part) }
        }
      }
    }
  }

  private mutating func defineLength() {
    define("length", "Counts the characters of a text, or the items of a list.") { f in
      let value = f.required(Value.self, "value", "A text, a column of texts, or a list, range or record.",
        accepts: .either([.string, .anyColumn, .anyList, .range, .anyRecord]))
      f.returns { bound in
        if case .column = bound.type(value) ?? .any { .column(.int) } else { .int }
      }
      f.worksElementwise()
      f.example("length(\"Weir\")", gives: "4")
      f.example("length([1, missing, 3])", gives: "3")
      f.details("Of a column, the length of each text. `count` counts the values that are not missing.")
      f.seeAlso("count")
      f.body { call in
        switch try call[value] {
        case .string(let text): return .int(Int64(text.count))
        case .column(let column): return .column(try column.mappingTextsToInts("length") { $0.count })
        case .list(let items): return .int(Int64(items.count))
        case .record(let record): return .int(Int64(record.fields.count))
        case .range(let range):
          guard let count = range.count else { throw Diagnostic.tooLarge("this range") }
          return .int(Int64(count))
        case .missing: return .missing
        default: throw ArgumentReader.wrongKind(call.raw(value), wanted: "text, list or record", "value", in: call)
        }
      }
    }
  }

  private mutating func defineTextParts() {
    defineAggregate(
      "join_text", "Joins texts into one.", inputs: [(name: "texts", summary: "A list or column of texts; missing ones are left out.")],
      gives: .string, accepts: .series(of: [.string])
    ) { f in
      let separator = f.definition.optional(String.self, "by", default: "", "What stands between them.")
      f.definition.example("join_text([\"a\", \"b\"], by: \", \")", gives: "\"a, b\"")
      f.definition.seeAlso("split_text")
      f.grouped { columns, grouping, call in
        try RowAggregate.joined(columns[0], grouping, separator: try call[separator])
      }
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
