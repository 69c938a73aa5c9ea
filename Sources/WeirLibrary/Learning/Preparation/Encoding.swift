import WeirCatalog
import WeirDiagnostics
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// Steps that make numbers of categories.
  mutating func defineEncoding() {
    define("one_hot", "Turns each category of a column into a column of its own.") { f in
      let rows = f.stepTable()
      let columns = f.columns("columns", of: rows, Self.chosenCategories)
      let drop = f.choice(
        "drop", OneHot.Dropped.allCases.map(\.rawValue), default: "none",
        "\"first\" leaves the first category of each column out: it follows from the others; \"if_binary\" where there "
          + "are two.")
      let frequency = f.optional(
        Value.self, "min_frequency", "Categories on fewer rows, or on a smaller part of them, share a column `sex_rare`.",
        accepts: .number)
      let most = f.optional(
        Int.self, "max_categories", "How many columns to make at most; the less frequent categories share `sex_rare`.")
      let unknown = f.choice(
        "unknown", OneHot.Unknown.allCases.map(\.rawValue), default: "ignore",
        "What a category that was not seen in training becomes: false in all columns, an error, or `sex_rare`.")
      f.details("""
        The new columns are called `sex_male`, stand where the column stood and are true or false. Missing values seen in \
        training are a category of their own, `sex_missing`; others are false in all.
        """)
      f.example("table(sex: [\"m\", \"f\"]) |> one_hot() |> columns()", gives: "[\"sex_f\", \"sex_m\"]")
      f.example("""
        t = table(city: ["Rome", "Rome", "Oslo", "Bonn"])
        t |> fit(one_hot(min_frequency: 2)) |> transform(t) |> columns()
        """, gives: "[\"city_Rome\", \"city_rare\"]")
      f.seeAlso("ordinal", "target_encode")
      f.makesStep(rows, columns, of: .categories, .unknown) { call in
        try OneHot(
          columns: call[columns], drop: .init(rawValue: call[drop]) ?? .none,
          minFrequency: call.rowShare(call[frequency], "min_frequency"), maxCategories: call[most],
          unknown: .init(rawValue: call[unknown]) ?? .ignore)
      }
    }
    define("ordinal", "Puts the number of each category, from 0 on, in its place.") { f in
      let rows = f.stepTable()
      let columns = f.columns("columns", of: rows, Self.chosenCategories)
      let order = f.optional(
        Value.self, "order", "The categories from the lowest to the highest; ascending where left out.", accepts: .anyList)
      let unknown = f.choice(
        "unknown", Ordinal.Unknown.allCases.map(\.rawValue), default: "error",
        "What a category that was not seen in training, or is not in `order`, becomes.")
      f.details("Missing values stay missing.")
      f.example(
        "table(size: [\"m\", \"s\", \"l\"]) |> ordinal(.size, order: [\"s\", \"m\", \"l\"]) |> map(row => row.size)",
        gives: "[1, 0, 2]")
      f.seeAlso("one_hot", "target_encode")
      f.makesStep(rows, columns, of: .categories, .become(.int)) { call in
        let given = try call[order]?.items() ?? []
        let order = try given.map { item in
          guard let scalar = item.scalar else {
            throw ArgumentReader.wrongKind(.value(item), wanted: "category", "order", in: call)
          }
          return scalar
        }
        return try Ordinal(columns: call[columns], order: order, unknown: .init(rawValue: call[unknown]) ?? .error)
      }
    }
    define("target_encode", "Puts what the target is on average, given the category, in the place of each category.") { f in
      let rows = f.stepTable()
      let columns = f.columns("columns", of: rows, Self.chosenCategories)
      let smooth = f.optional(
        Double.self, "smooth",
        "How many rows the average of all rows counts for; where left out, as many as the spread within suggests.")
      let folds = f.optional(Int.self, "folds", default: 5, "In how many parts the rows are put to be encoded by the others.")
      let shuffle = f.optional(Bool.self, "shuffle", default: true, "Whether chance puts them there.")
      let task = f.choice(
        "task", TaskChoice.allCases.map(\.rawValue), default: "auto", "Whether the target is classes or a number.")
      let target = f.stepTarget(of: rows)
      f.random()
      f.details("""
        The rows that it learns from are encoded by what other rows teach, so that none sees its own target. Of more \
        than two classes there is a column for each, `city_red`. Missing values seen in training are a category; a new \
        category gets the average of all rows.
        """)
      f.example("""
        t = table(city: ["a", "a", "b", "b"], price: [1.0, 3.0, 10.0, 12.0])
        t |> fit(target_encode(smooth: 0), target: .price) |> transform(table(city: ["a", "b", "c"])) |> map(row => row.city)
        """, gives: "[2.0, 11.0, 6.5]")
      f.seeAlso("one_hot", "ordinal")
      f.makesStep(rows, columns, of: .categories, .unknown, target: target) { call in
        try TargetEncode(
          columns: call[columns], smooth: call[smooth], folds: call[folds], shuffle: call[shuffle],
          task: .init(rawValue: call[task]) ?? .auto)
      }
    }
  }

  /// Steps that make numbers of texts.
  mutating func defineWordSteps() {
    define("count_words", "Turns each word of a column of texts into a column that counts it.") { f in
      let rows = f.stepTable()
      let words = WordParameters(&f, of: rows)
      let binary = f.optional(Bool.self, "binary", default: false, "Whether a word counts once a text.")
      f.details(WordParameters.details)
      f.example("table(review: [\"good good film\", \"bad film\"]) |> count_words() |> map(row => row.review_good)", gives: "[2, 0]")
      f.seeAlso("tf_idf")
      f.makesStep(rows, words.columns, of: .texts, .unknown) { call in
        try CountWords(columns: call[words.columns], rules: words.rules(call), binary: call[binary])
      }
    }
    define("tf_idf", "Turns each word of a column of texts into a column of weights: often here, rare elsewhere.") { f in
      let rows = f.stepTable()
      let words = WordParameters(&f, of: rows)
      let sublinear = f.optional(Bool.self, "sublinear", default: false, "Whether a count becomes 1 + its logarithm.")
      let smooth = f.optional(Bool.self, "smooth", default: true, "Whether to weigh as if one more text held every word.")
      let norm = f.choice(
        "norm", TermWeights.Norm.allCases.map(\.rawValue), default: "l2", "What length each text is brought to one by.")
      f.details(
        "The count times `ln((1 + n) / (1 + texts with the word)) + 1`, and each text brought to length one. "
          + WordParameters.details)
      f.example("""
        t = table(review: ["good film", "bad film"]) |> tf_idf()
        t |> map(row => round(row.review_film, 3))
        """, gives: "[0.58, 0.58]")
      f.seeAlso("count_words")
      f.makesStep(rows, words.columns, of: .texts, .unknown) { call in
        var weighing = TermWeights.Weighing()
        weighing.sublinear = try call[sublinear]
        weighing.smooth = try call[smooth]
        weighing.norm = .init(rawValue: try call[norm]) ?? .l2
        return try TermWeights(columns: call[words.columns], rules: words.rules(call), weighing: weighing)
      }
    }
  }
}

/// The parameters that `count_words` and `tf_idf` share.
private struct WordParameters: Sendable {
  let columns: Parameter<[String]>
  private let ngrams: Parameter<Int>
  private let least: Parameter<Value?>
  private let most: Parameter<Value?>
  private let limit: Parameter<Int?>
  private let stopWords: Parameter<Value?>
  private let lowercase: Parameter<Bool>

  static let details = """
    Words are runs of two letters or digits at least. The new columns are called `review_good`, in the order of the \
    alphabet. Words that were not seen in training count for nothing; a missing text holds no words.
    """

  init(_ f: inout BuiltinDefinition, of rows: Parameter<Table?>) {
    columns = f.columns("columns", of: rows, "The columns to work on; all of text where none is named.")
    ngrams = f.optional(Int.self, "ngrams", default: 1, "How many words make a term at most: 2 counts pairs too.")
    least = f.optional(
      Value.self, "min_df", "In how many texts, or which part of them, a term must stand to count.", accepts: .number)
    most = f.optional(
      Value.self, "max_df", "In how many texts, or which part of them, it may stand at most.", accepts: .number)
    limit = f.optional(Int.self, "max_features", "How many terms to keep, the most frequent ones.")
    stopWords = f.optional(
      Value.self, "stop_words", "Words to leave out: a list, or \"english\".", accepts: .either([.string, .anyList]))
    lowercase = f.optional(Bool.self, "lowercase", default: true, "Whether capital letters are small ones.")
  }

  func rules(_ call: Call) throws -> WordRules {
    var rules = WordRules()
    rules.ngrams = try call[ngrams]
    rules.minRows = try call.rowShare(call[least], "min_df") ?? rules.minRows
    rules.maxRows = try call.rowShare(call[most], "max_df") ?? rules.maxRows
    rules.maxFeatures = try call[limit]
    rules.lowercase = try call[lowercase]
    switch try call[stopWords] ?? .missing {
    case .missing: break
    case .string("english"): rules.stopWords = ["english"]
    case .string(let other): throw ArgumentReader.notAChoice(other, ["english"], "stop_words", in: call)
    case let list:
      guard let words = try [String].from(list) else {
        throw ArgumentReader.wrongKind(.value(list), wanted: "list of texts", "stop_words", in: call)
      }
      rules.stopWords = words
    }
    return rules
  }
}

extension Call {
  /// A whole number means rows, another number a part of them.
  fileprivate func rowShare(_ value: Value?, _ name: String) throws -> RowShare? {
    switch value ?? .missing {
    case .missing: return nil
    case .int(let count):
      guard let count = Int(exactly: count) else { return nil }
      return .rows(count)
    case .float(let part): return .part(part)
    case let other: throw ArgumentReader.wrongKind(.value(other), wanted: "number", name, in: self)
    }
  }
}
