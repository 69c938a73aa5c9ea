import WeirDiagnostics

extension Parser {
  /// `param`, `output`, `use` or `stage` where it opens a statement: before a name on the same line.
  var contextualWord: String? {
    guard kind == .name, token(1).kind == .name || token(1).kind == .textStart || token(1).kind.isKeyword,
      !token(1).startsLine, token(1).kind != .in, token(1).kind != .and, token(1).kind != .or, token(1).kind != .not
    else { return nil }
    let word = text(current)
    switch word {
    case "param", "output", "use": return token(1).kind == .textStart ? nil : word
    case "stage": return word
    default: return nil
    }
  }

  mutating func contextual(_ word: String) throws(Abandoned) -> Statement.Kind {
    advance()
    switch word {
    case "param": return .parameter(try parameter())
    case "use": return .use(try definedName("the name of a module", after: "`use`"))
    case "stage": return .stage(try stageName())
    default:
      var names = [try definedName("a name", after: "`output`")]
      while kind == .comma {
        advance()
        names.append(try definedName("a name", after: "`,`"))
      }
      return .output(names)
    }
  }

  /// `folds: int = 5`
  private mutating func parameter() throws(Abandoned) -> ParameterDefinition {
    let name = try definedName("a name", after: "`param`")
    var type: DefinedName?
    if kind == .colon {
      advance()
      type = try definedName("a type", after: "`:`")
    }
    guard kind == .assign, !current.startsLine else {
      return ParameterDefinition(name: name, type: type, defaultValue: nil)
    }
    advance()
    return ParameterDefinition(name: name, type: type, defaultValue: try expression())
  }

  /// A name, or a text where a cell's name is no name of the language.
  private mutating func stageName() throws(Abandoned) -> DefinedName {
    guard kind == .textStart else { return try definedName("the name of a stage", after: "`stage`") }
    let text = try interpolatedText()
    guard case .literal(.string(let name)) = text.kind, !name.isEmpty else {
      throw fail(.expectedName("the name of a stage", after: "`stage`", at: text.span))
    }
    return DefinedName(name: name, span: text.span)
  }

  /// Words that open statements in other languages, before a name as they would be there.
  mutating func refuseForeignWords() throws(Abandoned) {
    guard kind == .name, !token(1).startsLine else { return }
    let word = text(current), next = token(1).kind
    if word.lowercased() == "select", next == .star || next == .name {
      throw fail(.foreignWord(word, mend: "SQL is written as a text: `sql(\"select … from rows\", rows: table)`", at: span(current)))
    }
    let opensValue = next == .number || next == .textStart || next == .false || next == .missing
    guard next == .name || next == .true || (word == "return" && opensValue) else { return }
    let mend: String
    switch word {
    case "let", "var", "const", "val": mend = "define a value with `\(text(token(1))) = …`"
    case "def", "func", "function", "fun": mend = "define a function with `fn \(text(token(1)))(…) = …`"
    case "import", "library", "from" where NamesElsewhere.libraries.contains(text(token(1)).lowercased()):
      mend = "drop it: tables, models and plots are there without it"
    case "import", "library", "from": mend = "load a module with `use \(text(token(1)))`"
    case "while": mend = "use `map`, `reduce` or a function that calls itself"
    case "return": mend = "end the block with the value itself"
    case "print": mend = "write the expression alone on a line"
    default: return
    }
    throw fail(.foreignWord(word, mend: mend, at: span(current)))
  }
}
