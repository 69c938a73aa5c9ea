/// Pairs runs of `*`, `_` and `~` as CommonMark does.
enum Emphasis {
  private struct Kind: Hashable {
    let mark: Character
    let opens: Bool
    let remainder: Int
  }

  /// Works on the pieces from `start` on; what found no partner stays as text.
  static func apply(to pieces: inout [InlinePiece], from start: Int) {
    var open: [Int] = []
    // Below these no opener for such a closer is left, so none is looked for twice.
    var bottoms: [Kind: Int] = [:]
    for place in pieces.indices.dropFirst(start) {
      guard case .run(let mark, _, let opens, let closes) = pieces[place].kind else { continue }
      if closes { close(place, mark, opens, &pieces, &open, &bottoms) }
      if opens, case .run = pieces[place].kind { open.append(place) }
    }
    for place in pieces.indices.dropFirst(start) {
      if case .run = pieces[place].kind { pieces[place].kind = .plain }
    }
  }

  private static func close(
    _ closer: Int, _ mark: Character, _ opens: Bool, _ pieces: inout [InlinePiece], _ open: inout [Int],
    _ bottoms: inout [Kind: Int]
  ) {
    while case .run(_, let count, _, _) = pieces[closer].kind, count > 0 {
      let kind = Kind(mark: mark, opens: opens, remainder: count % 3)
      let bottom = bottoms[kind] ?? 0
      guard let depth = open.lastIndex(where: { $0 >= bottom && fits($0, mark, count, closerOpens: opens, pieces) }) else {
        bottoms[kind] = closer
        return
      }
      let opener = open[depth]
      guard case .run(_, let openCount, _, _) = pieces[opener].kind else { return }
      let used = mark == "~" ? 2 : min(openCount, count) >= 2 ? 2 : 1
      let tag = mark == "~" ? "del" : used == 2 ? "strong" : "em"
      shorten(opener, by: used, &pieces, adding: "<\(tag)>", after: true)
      shorten(closer, by: used, &pieces, adding: "</\(tag)>", after: false)
      open.removeSubrange((openCount > used ? depth + 1 : depth)...)
    }
  }

  private static func fits(
    _ opener: Int, _ mark: Character, _ count: Int, closerOpens: Bool, _ pieces: [InlinePiece]
  ) -> Bool {
    guard case .run(mark, let openCount, _, let openerCloses) = pieces[opener].kind else { return false }
    // Runs that could be both don't pair where their sum is a multiple of three.
    let mayBeBoth = openerCloses || closerOpens
    return !mayBeBoth || (openCount + count) % 3 != 0 || (openCount % 3 == 0 && count % 3 == 0)
  }

  /// Takes marks off a run; the tag stands where they stood: inside of what is left of it.
  private static func shorten(_ place: Int, by used: Int, _ pieces: inout [InlinePiece], adding tag: String, after: Bool) {
    guard case .run(let mark, let count, let opens, let closes) = pieces[place].kind else { return }
    let left = count - used
    let marks = String(repeating: mark, count: left)
    let tags = after ? String(pieces[place].html.dropFirst(count)) : String(pieces[place].html.dropLast(count))
    pieces[place].html = after ? marks + tag + tags : tags + tag + marks
    pieces[place].plain = marks
    pieces[place].kind = left > 0 ? .run(mark: mark, count: left, opens: opens, closes: closes) : .plain
  }
}
