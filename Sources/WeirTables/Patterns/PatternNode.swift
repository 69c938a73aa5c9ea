/// A regular expression as a tree.
indirect enum PatternNode: Sendable {
  case empty
  case set(ScalarSet)
  case sequence([PatternNode])
  case either([PatternNode])
  case repeated(PatternNode, least: Int, most: Int?, isLazy: Bool)
  /// What a group matches is kept under its number.
  case group(PatternNode, Int)
  case assertion(Assertion)
  /// Looks ahead or behind without taking anything.
  case look(PatternNode, isBehind: Bool, isNegated: Bool)
  /// Takes what it takes first and never less.
  case atomic(PatternNode)
  case backreference(Int, foldsCase: Bool)

  enum Assertion: Sendable {
    case textStart, textEnd, textEndOrLineEnd, lineStart, lineEnd, wordEdge, noWordEdge
  }

  /// How many scalars it takes: the fewest, and the most where that is bounded.
  var width: (least: Int, most: Int?) {
    switch self {
    case .empty, .assertion, .look: return (0, 0)
    case .set: return (1, 1)
    case .sequence(let nodes):
      return nodes.reduce((0, 0)) { total, node in
        let own = node.width
        return (total.least + own.least, total.most.flatMap { most in own.most.map { most + $0 } })
      }
    case .either(let nodes):
      let widths = nodes.map(\.width)
      let mosts = widths.compactMap(\.most)
      return (widths.map(\.least).min() ?? 0, mosts.count == widths.count ? mosts.max() ?? 0 : nil)
    case .repeated(let node, let least, let most, _):
      let own = node.width
      return (own.least * least, most.flatMap { most in own.most.map { $0 * most } })
    case .group(let node, _), .atomic(let node): return node.width
    case .backreference: return (0, nil)
    }
  }
}
