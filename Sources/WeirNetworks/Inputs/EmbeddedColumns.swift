import WeirModels
import WeirTables

/// The columns of a branch that begins with an embedding: categories of their own, or tokens that the places of a sequence
/// share. Their numbers are counted one column, or sequence, after another.
struct EmbeddedColumns {
  private(set) var items: [ColumnCoding.Item] = []
  /// How many categories and tokens there are.
  private(set) var entries = 0
  /// The number of the token that stands for nothing.
  private(set) var padding: Int?

  /// `padding` is a token as the columns hold it; `place` names the branch in messages.
  init(
    _ names: [String], of branch: ColumnBranches.Branch, padding: Int?, in features: Table, for place: String
  ) throws {
    if let padding {
      for name in names {
        if let type = features[name]?.type, type != .int { throw EmbeddedColumns.noTokens(name, type, place) }
      }
      addSequence(names, padding: padding, in: features)
    } else {
      for sequence in EmbeddedColumns.sequences(names, of: branch, in: features) {
        if sequence.isShared { addSequence(sequence.names, padding: nil, in: features) } else { addCategories(sequence.names, in: features) }
      }
    }
    guard entries > 0 else { throw ModelError("the columns of \(place) are missing on all rows") }
    for i in items.indices {
      items[i].categories?.unknown = entries
      guard let tokens = items[i].tokens else { continue }
      // The columns of a sequence stand side by side and share what was made for the first.
      if i > 0, let before = items[i - 1].tokens, before.base == tokens.base, before.tokens == tokens.tokens {
        items[i].tokens = before
      } else {
        items[i].tokens = TokenNumbers(
          tokens.tokens, base: tokens.base, unknown: entries, absent: self.padding ?? entries)
      }
    }
  }

  private static func noTokens(_ name: String, _ type: ColumnType, _ place: String) -> ModelError {
    ModelError(
      "\(place) has `padding`, which is one of the whole numbers of a sequence, and `\(name)` holds \(type)",
      mend: type == .text
        ? "make a sequence of the texts by `tokenize(.\(name))` before it; leave `padding` out for categories"
        : "leave the column to another branch, or put `tokenize` after steps that scale numbers")
  }

  /// A name that stands for several numbered columns of whole numbers is a sequence; all others stand for themselves.
  private static func sequences(
    _ names: [String], of branch: ColumnBranches.Branch, in features: Table
  ) -> [(names: [String], isShared: Bool)] {
    guard !branch.columns.isEmpty else { return [(names, false)] }
    return branch.columns.map { name in
      if features[name] != nil { return ([name], false) }
      let made = branch.columns(madeOf: name, among: features.names)
      let isSequence = made.count > 1 && made.allSatisfy {
        ColumnBranches.Branch.isNumbered($0, name) && features[$0]?.type == .int
      }
      return (made, isSequence)
    }
  }

  private mutating func addSequence(_ names: [String], padding: Int?, in features: Table) {
    let tokens = TokenNumbers.tokens(of: names.compactMap { features[$0] }, padding: padding)
    if let padding { self.padding = tokens.firstIndex(of: Int64(padding)).map { entries + $0 } }
    let numbers = TokenNumbers(tokens, base: entries, unknown: 0, absent: 0)
    items += names.map { ColumnCoding.Item(name: $0, categories: nil, tokens: numbers) }
    entries += tokens.count
  }

  private mutating func addCategories(_ names: [String], in features: Table) {
    for name in names {
      guard let column = features[name] else { continue }
      let own = ColumnCoding.Categories(
        labels: ClassLabels(of: column), hasMissing: column.missingCount > 0, base: entries)
      items.append(ColumnCoding.Item(name: name, categories: own))
      entries += own.count
    }
  }
}
