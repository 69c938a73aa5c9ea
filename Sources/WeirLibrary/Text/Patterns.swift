import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

private let input = (name: "text", summary: "A text, or a list or column of them.")
private let syntax = "The syntax is that of Perl, Python and Swift: `[a-z]`, `\\\\d`, `\\\\b`, `(…)`, `(?<name>…)`, `(?i)`, `(?=…)`, `+?`. "
  + "A pattern that would take for ever ends with an error."

extension CatalogBuilder {
  /// Functions of texts that take a regular expression.
  mutating func definePatterns() {
    defineElementwise("matches", "Says whether a regular expression fits somewhere in a text.", input: input, gives: .bool, accepts: .textual) { f in
      let pattern = f.definition.required(String.self, "pattern", "The regular expression; `^…$` where it is to fit the whole text.")
      f.definition.details(syntax)
      f.definition.example("matches([\"A12\", \"B\"], \"[0-9]+\")", gives: "[true, false]")
      f.definition.seeAlso("extract", "count_matches", "contains")
      f.column { column, call in
        let pattern = try call.pattern(pattern)
        return try column.mappingTextsToBools("matches") { try pattern.matches($0) }
      }
    }
    defineElementwise("extract", "Gives what a regular expression finds in a text.", input: input, gives: .string, accepts: .textual) { f in
      let pattern = f.definition.required(String.self, "pattern",
        "The regular expression; its first group, where it has one, is what is given.")
      let group = f.definition.optional(Value.self, "group", "Another group, by its number (0 is the whole match) or its name.",
        accepts: .either([.int, .string]))
      f.definition.details("Missing where nothing fits. " + syntax)
      f.definition.example("extract(\"id=42;\", \"id=([0-9]+)\")", gives: "\"42\"")
      f.definition.example("extract(\"2026-01-31\", \"(?<y>[0-9]+)-(?<m>[0-9]+)\", group: \"m\")", gives: "\"01\"")
      f.definition.seeAlso("extract_all", "matches", "replace", "split_text")
      f.column { column, call in
        let pattern = try call.pattern(pattern)
        let group = try call.group(try call[group], of: pattern)
        return try column.mappingTextsToOptional("extract") { try pattern.extract($0, group: group) }
      }
    }
    define("extract_all", "Gives everything that a regular expression finds in a text, as a list.") { f in
      let text = f.required(String.self, "text", "The text.")
      let pattern = f.required(String.self, "pattern", "The regular expression; its first group, where it has one, is what is given.")
      let group = f.optional(Value.self, "group", "Another group, by its number or name.", accepts: .either([.int, .string]))
      f.returns(.list(.string))
      f.example("extract_all(\"a1 b22\", \"[0-9]+\")", gives: "[\"1\", \"22\"]")
      f.seeAlso("extract", "count_matches")
      f.body { call in
        let pattern = try call.pattern(pattern)
        let found = try pattern.all(in: try call[text], group: try call.group(try call[group], of: pattern))
        return .list(found.map { .string($0) })
      }
    }
    defineElementwise("count_matches", "Counts how often a regular expression fits in a text.", input: input, gives: .int, accepts: .textual) { f in
      let pattern = f.definition.required(String.self, "pattern", "The regular expression; matches do not overlap.")
      f.definition.example("count_matches(\"banana\", \"an\")", gives: "2")
      f.definition.seeAlso("matches", "extract_all")
      f.column { column, call in
        let pattern = try call.pattern(pattern)
        return try column.mappingTextsToInts("count_matches") { try pattern.count(in: $0) }
      }
    }
    defineReplacing()
  }

  private mutating func defineReplacing() {
    defineElementwise("replace", "Replaces every occurrence of a part of a text.", input: input, gives: .string, accepts: .textual) { f in
      let old = f.definition.required(String.self, "old", "What is replaced, letter by letter, or with `pattern` a regular expression.")
      let new = f.definition.required(String.self, "new",
        "What stands there instead; with `pattern`, `$1` or `${name}` is what a group matched, and `$$` a dollar sign.")
      let isPattern = f.definition.optional(Bool.self, "pattern", default: false, "Whether `old` is a regular expression.")
      f.definition.example("replace(\"1,5\", \",\", \".\")", gives: "\"1.5\"")
      f.definition.example("replace(\"Lovelace, Ada\", \"([A-Za-z]+), ([A-Za-z]+)\", \"$2 $1\", pattern: true)", gives: "\"Ada Lovelace\"")
      f.definition.seeAlso("extract", "matches")
      f.column { column, call in
        let new = try call[new]
        guard try call[isPattern] else {
          let old = try call[old]
          return try column.mappingTexts("replace") { $0.replacingTexts(old, with: new) }
        }
        let pattern = try call.pattern(old)
        let replacement = try TextPattern.Replacement(new, for: pattern)
        return try column.mappingTexts("replace") { try pattern.replacing($0, with: replacement) }
      }
    }
  }

  mutating func defineTextSplitting() {
    define("split_text", "Splits a text at a separator into a list, or gives one part of it.") { f in
      let text = f.required(Value.self, "text", "A text; a list or column of them where one part is asked for.")
      let separator = f.optional(String.self, "by", default: ",",
        "What stands between the parts; an empty one splits into characters.")
      let part = f.optional(Int.self, "part",
        "Which part to give, from 0, from the end where negative; missing where there is none.")
      let isPattern = f.optional(Bool.self, "pattern", default: false, "Whether `by` is a regular expression.")
      f.returns { bound in
        guard bound.isAbsent(part) else { return bound.type(text) ?? .string }
        if case .list = bound.type(text) ?? .any {
          throw Diagnostic.wrongArgument("text", of: "split_text", wanted: "text (or give `part:`)", found: "list")
        }
        return .list(.string)
      }
      f.worksElementwise()
      f.example("split_text(\"a-b-c\", by: \"-\")", gives: "[\"a\", \"b\", \"c\"]")
      f.example("split_text([\"x/1\", \"y\"], by: \"/\", part: 1)", gives: "[\"1\", missing]")
      f.example("split_text(\"a1b22c\", by: \"[0-9]+\", pattern: true)", gives: "[\"a\", \"b\", \"c\"]")
      f.seeAlso("join_text", "extract")
      f.body { call in
        let value = try call[text], separator = try call[separator]
        if value.isMissing { return .missing }
        let pattern = try call[isPattern] ? try TextPattern(separator, cancellation: call.cancellation) : nil
        let split: (String) throws -> [String] = { try pattern?.splitting($0) ?? $0.splitTexts(by: separator) }
        guard let part = try call[part] else {
          guard case .string(let whole) = value else {
            throw ArgumentReader.wrongKind(.value(value), wanted: "text (or give `part:`)", "text", in: call)
          }
          return .list(try split(whole).map { .string($0) })
        }
        return try value.mapped { column in
          try column.mappingTextsToOptional("split_text") { whole in
            let parts = try split(whole)
            let place = part < 0 ? parts.count + part : part
            return parts.indices.contains(place) ? parts[place] : nil
          }
        }
      }
    }
  }

  /// Parts of texts by their place, and how alike texts are.
  mutating func defineSubstrings() {
    defineElementwise("substring", "Gives some characters of a text by their place.", input: input, gives: .string, accepts: .textual) { f in
      let start = f.definition.required(Int.self, "start", "The first character, from 0, from the end where negative.")
      let length = f.definition.optional(Int.self, "length", "How many; without it, all to the end.")
      f.definition.details("Where the text is shorter, what there is of it.")
      f.definition.example("substring([\"DE-Berlin\", \"FR\"], 0, 2)", gives: "[\"DE\", \"FR\"]")
      f.definition.example("substring(\"2026\", -2)", gives: "\"26\"")
      f.definition.seeAlso("extract", "split_text", "starts_with")
      f.column { column, call in
        let start = try call[start], length = try call[length]
        if let length, length < 0 { throw TableError.other("a part of a text can't have \(length) characters", mend: nil) }
        return try column.mappingTexts("substring") { text in
          let tail = start < 0 ? text.suffix(start == .min ? .max : -start) : text.dropFirst(start)
          return String(length.map { tail.prefix($0) } ?? tail)
        }
      }
    }
    define("text_similarity", "Says how alike two texts are, 0 to 1.") { f in
      let a = f.required(Value.self, "a", "A text, or a column or list of them.", accepts: .textual)
      let b = f.required(Value.self, "b", "Another, or as many.", accepts: .textual)
      let how = f.choice("how", ["edits", "jaro_winkler"], default: "edits",
        "The share of letters that needs no edit, or the measure of Jaro and Winkler, which is good for short names.")
      f.returns(.elementwise(.float))
      f.worksRowwise()
      f.example("text_similarity(\"kitten\", \"sitting\")", gives: "0.571429")
      f.example("text_similarity(\"MARTHA\", \"MARHTA\", how: \"jaro_winkler\")", gives: "0.961111")
      f.seeAlso("duplicates")
      f.body { call in
        let isEdits = try call[how] == "edits"
        return try Value.rowwise([try call[a], try call[b]]) { columns in
          let a = try columns[0].texts(for: "text_similarity"), b = try columns[1].texts(for: "text_similarity")
          return Column(doubles: (0..<columns[0].count).map { row in
            if columns[0].isMissing(row) || columns[1].isMissing(row) { return .nan }
            return isEdits ? TextSimilarity.edits(a[row], b[row]) : TextSimilarity.jaroWinkler(a[row], b[row])
          })
        }
      }
    }
  }
}

extension Call {
  fileprivate func pattern(_ parameter: Parameter<String>) throws -> TextPattern {
    try TextPattern(try self[parameter], cancellation: cancellation)
  }

  fileprivate func group(_ value: Value?, of pattern: TextPattern) throws -> Int? {
    switch value {
    case nil, .missing: return nil
    case .int(let number): return Int(exactly: number)
    case .string(let name): return try pattern.group(named: name)
    case let value?: throw ArgumentReader.wrongKind(.value(value), wanted: "number or name of a group", "group", in: self)
    }
  }
}

extension Value {
  /// A kernel over columns of one length applied to values of which some may be single ones: a column where one is, else a
  /// list where one is, else a single value.
  static func rowwise(_ values: [Value], _ kernel: ([Column]) throws -> Column) throws -> Value {
    var rows: Int?, isColumn = false
    for value in values where value.scalar == nil {
      if case .column(let column) = value {
        rows = rows ?? column.count
        isColumn = true
      } else if let items = try value.items() { rows = rows ?? items.count }
    }
    let result = try kernel(try values.map { try $0.asColumn(rows: rows ?? 1) })
    if rows == nil { return result.values().first ?? .missing }
    return isColumn ? .column(result) : .list(result.values())
  }
}
