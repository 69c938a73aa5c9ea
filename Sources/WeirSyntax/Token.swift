package import WeirDiagnostics

/// One word, number, mark or piece of text, as a stretch of the bytes it was read from.
package struct Token: Sendable {
  package let kind: Kind
  /// The first token of its line; whether that ends a statement depends on what surrounds it.
  package let startsLine: Bool
  /// Bytes from the start of the line, meant only where `startsLine`.
  let column: UInt32
  package let start: UInt32
  package let end: UInt32

  package enum Kind: UInt8, Sendable {
    case end
    case name, underscore, number
    /// `.price`
    case column
    case textStart, textPart, interpolationStart, interpolationEnd, textEnd
    case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
    case comma, colon, assign, arrow
    /// `+=` and its like, which other languages have.
    case compoundAssign
    case power, star, slash, floorSlash, percent, at, plus, minus
    case closedRange, openRange
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case coalesce, then, pipe
    case `true`, `false`, missing, `if`, thenWord, `else`, match, fn, `for`, `in`, not, and, or
    /// What the lexer has already complained about.
    case unreadable
  }
}

extension Token.Kind {
  /// Reserved words; all others may be names.
  init?(keyword: String) {
    switch keyword {
    case "true": self = .true
    case "false": self = .false
    case "missing": self = .missing
    case "if": self = .if
    case "then": self = .thenWord
    case "else": self = .else
    case "match": self = .match
    case "fn": self = .fn
    case "for": self = .for
    case "in": self = .in
    case "not": self = .not
    case "and": self = .and
    case "or": self = .or
    case "_": self = .underscore
    default: return nil
    }
  }

  package var isKeyword: Bool { rawValue >= Self.true.rawValue && rawValue <= Self.or.rawValue }
  /// A name or a reserved word, either of which may name a column or an argument.
  var isWord: Bool { self == .name || isKeyword }
  /// At the start of a line these carry on the statement above.
  package var continuesLine: Bool { self == .pipe || self == .then || self == .and || self == .or || self == .else }

  package var isCloser: Bool {
    self == .rightParenthesis || self == .rightBracket || self == .rightBrace || self == .interpolationEnd
  }

  /// The bracket that closes this one.
  package var closer: Token.Kind? {
    switch self {
    case .leftParenthesis: .rightParenthesis
    case .leftBracket: .rightBracket
    case .leftBrace: .rightBrace
    case .interpolationStart: .interpolationEnd
    default: nil
    }
  }
}

/// A `#` comment, kept beside the tokens for documentation and for the formatter.
package struct Comment: Sendable, Hashable {
  package let start: UInt32
  package let end: UInt32
  /// Nothing but blanks stands before it on its line.
  let ownLine: Bool
  /// Written with `##`.
  let isDocumentation: Bool
}

/// The words and marks of a text that may still be being typed. What is open where it stops (a text, `{` in a text) is
/// closed by tokens without length at its end.
package func tokens(of file: SourceFile) -> TokenList {
  var lexer = Lexer(file, bytes: Array(file.text.utf8))
  lexer.run()
  return lexer.list
}

/// What a text is read into before it is parsed.
package struct TokenList: Sendable {
  package var tokens: [Token] = []
  package var comments: [Comment] = []
  /// For each bracket the index of its partner; -1 for all else.
  var partners: [Int32] = []
}
