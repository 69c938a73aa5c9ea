/// What a SQL statement does with rows, as far as the rule against leakage asks.
///
/// It is no parser: words and brackets tell which aggregates stand where. What it does not understand counts as working row by row.
struct QueryReading {
  enum Outcome {
    /// A row out depends on one row in.
    case rowwise
    /// As `rowwise`, with a fact about all rows in each.
    case learning
    /// Facts about the rows, and none of them.
    case facts
    /// The number of all rows, which tells nothing of their values.
    case size
  }

  /// The names in it, in small letters: those of tables are among them.
  let words: Set<String>
  let outcome: Outcome

  private static let aggregates: Set<String> = [
    "avg", "sum", "total", "min", "max", "count", "group_concat", "string_agg", "json_group_array", "json_group_object",
  ]
  /// Window functions that look back alone.
  private static let lookingBack: Set<String> = ["lag", "row_number"]
  private static let clauses: Set<String> = ["select", "from", "where", "group", "having", "order", "limit", "on", "window"]

  init(_ text: String) {
    let tokens = Self.tokens(of: text)
    words = Set(tokens)
    var clause = [""]
    var learns = false, facts = 0, sizes = 0, isChosen = false
    for (place, token) in tokens.enumerated() {
      switch token {
      case "(": clause.append("")
      case ")": if clause.count > 1 { clause.removeLast() }
      case _ where Self.clauses.contains(token):
        clause[clause.count - 1] = token
        if clause.count == 1, token == "where" || token == "group" { isChosen = true }
      default:
        guard place + 1 < tokens.count, tokens[place + 1] == "(" else { continue }
        let inside = Self.bracket(tokens, after: place + 1)
        // What only chooses among rows or orders them changes none, as in `filter`.
        if clause.contains(where: { ["where", "having", "on", "order", "limit"].contains($0) }) { continue }
        let after = place + 2 + inside.count + 1
        if after < tokens.count, tokens[after] == "over" {
          learns = learns || Self.looksFurther(token, Self.bracket(tokens, after: after + 1))
        } else if Self.aggregates.contains(token), !Self.hasSeveral(inside) || token == "group_concat" {
          if clause.count > 1, clause.dropFirst().contains("select") {
            learns = true
          } else {
            facts += 1
            if token == "count", inside == ["*"] { sizes += 1 }
          }
        }
      }
    }
    if facts > 0 {
      outcome = facts == sizes && !isChosen && !learns ? .size : .facts
    } else {
      outcome = learns ? .learning : .rowwise
    }
  }

  /// Whether a window function sees rows that come later in the order, or has none.
  private static func looksFurther(_ function: String, _ window: [String]) -> Bool {
    if lookingBack.contains(function) { return false }
    return !(aggregates.contains(function) && window.contains("order") && !window.contains("following"))
  }

  /// The tokens of the bracket that opens at `place`.
  private static func bracket(_ tokens: [String], after place: Int) -> [String] {
    guard place < tokens.count, tokens[place] == "(" else { return [] }
    var depth = 1, end = place + 1
    while end < tokens.count {
      if tokens[end] == "(" { depth += 1 }
      if tokens[end] == ")" { depth -= 1 }
      if depth == 0 { break }
      end += 1
    }
    return Array(tokens[(place + 1)..<end])
  }

  /// `max(a, b)` is of one row.
  private static func hasSeveral(_ inside: [String]) -> Bool {
    var depth = 0
    for token in inside {
      if token == "(" { depth += 1 }
      if token == ")" { depth -= 1 }
      if token == ",", depth == 0 { return true }
    }
    return false
  }

  /// Words and signs; quoted names are words, texts and comments are left out.
  private static func tokens(of text: String) -> [String] {
    var out: [String] = [], word = ""
    func isPart(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" }
    let characters = Array(text.lowercased().prefix(100_000))
    var place = 0
    while place < characters.count {
      let character = characters[place]
      place += 1
      if isPart(character) { word.append(character); continue }
      if !word.isEmpty { out.append(word); word = "" }
      let next: Character? = place < characters.count ? characters[place] : nil
      switch character {
      case "'", "\"", "`", "[":
        let close: Character = character == "[" ? "]" : character
        let end = characters[place...].firstIndex(of: close) ?? characters.count
        if character != "'" { out.append(String(characters[place..<end])) }
        place = end + 1
      case "-" where next == "-": place = characters[place...].firstIndex(where: \.isNewline) ?? characters.count
      case "/" where next == "*":
        while place < characters.count, !(characters[place] == "/" && characters[place - 1] == "*") { place += 1 }
        place += 1
      case let character where character.isWhitespace: break
      default: out.append(String(character))
      }
    }
    if !word.isEmpty { out.append(word) }
    return out
  }
}
