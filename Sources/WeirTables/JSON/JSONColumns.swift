import WeirBase

/// The fields of all parts of a text, joined into columns.
struct JSONColumns {
  /// The parts' fields of one name, and those of the objects in its place.
  private struct Node {
    let name: String
    var pieces: [JSONField?]
    var children: [Node] = []
    var places: [[UInt8]: Int] = [:]
  }

  private var root: Node
  private let rowCounts: [Int]

  /// `parts` are finished builders, in the order of the text.
  init(_ parts: [(builder: JSONRowBuilder, rows: Int)]) {
    rowCounts = parts.map(\.rows)
    root = Node(name: "", pieces: [])
    for (part, entry) in parts.enumerated() { JSONColumns.add(entry.builder, part, of: parts.count, to: &root) }
  }

  private static func add(_ builder: JSONRowBuilder, _ part: Int, of count: Int, to node: inout Node) {
    for field in builder.fields {
      let place: Int
      if let known = node.places[field.key] { place = known } else {
        place = node.children.count
        node.children.append(Node(name: field.name, pieces: Array(repeating: nil, count: count)))
        node.places[field.key] = place
      }
      if field.isWanted { node.children[place].pieces[part] = field }
      for child in field.children { add(child, part, of: count, to: &node.children[place]) }
    }
  }

  /// The columns in the order of first appearance; names that fall together are told apart by a number.
  func columns(_ workers: Workers) throws -> [(name: String, column: Column)] {
    var leaves: [(name: String, pieces: [JSONField?])] = []
    JSONColumns.gather(root, &leaves)
    let found = leaves
    let joined = try workers.map(found.count) { JSONColumns.column(found[$0].pieces, rowCounts) }
    var taken: Set<String> = []
    return zip(found, joined).map { leaf, column in
      var name = leaf.name, copy = 2
      while !taken.insert(name).inserted {
        name = "\(leaf.name)_\(copy)"
        copy += 1
      }
      return (name, column)
    }
  }

  /// The names of all fields, read or not.
  var names: [String] { JSONColumns.names(of: root) }

  private static func names(of node: Node) -> [String] { node.children.flatMap { [$0.name] + names(of: $0) } }

  private static func gather(_ node: Node, _ leaves: inout [(name: String, pieces: [JSONField?])]) {
    for child in node.children {
      let isPresent = child.pieces.contains { $0 != nil }
      let hasValues = child.pieces.contains { $0.map { $0.kind != .nothing } ?? false }
      // Where objects are flattened, a name that has nothing beside them is no column.
      if isPresent, hasValues || child.children.isEmpty { leaves.append((child.name, child.pieces)) }
      gather(child, &leaves)
    }
  }

  private static func column(_ pieces: [JSONField?], _ rowCounts: [Int]) -> Column {
    var kind = JSONField.Kind.nothing
    let exact = pieces.allSatisfy { $0?.intsAreExact ?? true }
    for case let piece? in pieces { kind = JSONField.common(kind, piece.kind, exact: exact) }
    var (bools, ints, floats, nested): ([Bool], [Int64], [Double], [Nested]) = ([], [], [], [])
    var texts = TextGatherer(), missing: [Int] = [], start = 0
    for (piece, rows) in zip(pieces, rowCounts) {
      var piece = piece ?? JSONField(name: "", key: [], isWanted: true)
      piece.pad(to: rows)
      piece.widen(to: kind)
      for row in piece.missing { missing.append(start + row) }
      start += rows
      switch kind {
      case .nothing: break
      case .bool: bools += piece.bools
      case .int: ints += piece.ints
      case .float: floats += piece.floats
      case .text: texts.append(piece.texts)
      case .nested: nested += piece.nested
      }
    }
    var validity: Bitmap?
    if !missing.isEmpty {
      var bits = Bitmap(repeating: true, count: start)
      for row in missing { bits[row] = false }
      validity = bits
    }
    switch kind {
    case .nothing: return .missing(.text, count: start)
    case .bool: return Column(.bool(bools), validity: validity)
    case .int: return Column(.int(ints), validity: validity)
    case .float: return Column(.float(floats), validity: validity)
    case .text: return Column(.text(texts.finished()), validity: validity)
    case .nested: return Column(nested: nested, validity: validity)
    }
  }
}
