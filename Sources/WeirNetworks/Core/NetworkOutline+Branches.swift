/// Networks that begin with branches of columns, before anything is known of what the columns hold.
extension NetworkOutline {
  /// `widths` says how many columns each branch takes; nil where that is not known.
  ///
  /// What depends on nothing unknown is found by trying: two networks are laid out, which differ in every size that is not
  /// known, and what they have in common holds for all.
  package init(_ branches: ColumnBranches, _ rest: [any Layer], widths: [Int?]) throws(LayerError) {
    let first = NetworkOutline.tried(branches, rest, widths, scale: 1), second = NetworkOutline.tried(branches, rest, widths, scale: 2)
    switch (first, second) {
    case (.success(let rows), .success(let others)):
      self.init(rows: zip(rows, others).map(NetworkOutline.common))
    case (.failure(let error), .failure(let other)) where error == other: throw error
    default: self.init(rows: NetworkOutline.names(branches, rest))
    }
  }

  /// `input` says how many columns there are, which one branch alone can take all of.
  init(_ branches: ColumnBranches, _ rest: [any Layer], input: [Int]?) throws(LayerError) {
    guard let input else {
      try self.init(branches, rest, widths: branches.branches.map { _ in nil })
      return
    }
    let name = LayerPlan.names(of: [branches])[0]
    guard branches.branches.count == 1 else {
      throw LayerError(
        name, .setting("each branch takes columns of its own, which `input` does not share out"),
        mend: "leave `input` out; what shapes depend on the columns is shown once the network is fitted")
    }
    guard let count = NetworkOutline.count(of: input) else {
      throw LayerError(name, .setting("a shape of \(LayerError.text(of: input)) is too large"))
    }
    try self.init(branches, rest, widths: [count])
  }

  private static func tried(
    _ branches: ColumnBranches, _ rest: [any Layer], _ widths: [Int?], scale: Int
  ) -> Result<[LayerPlan.Row], LayerError> {
    let given = branches.branches.enumerated().map { place, branch in
      // Sizes that no two branches share, and that differ between the two tries.
      let free = 1009 * scale + 17 * place
      var layers = branch.layers
      if branch.takesCategories, let embedding = layers.first as? Embedding {
        layers[0] = Embedding(
          min(embedding.padding ?? 0, 1 << 20) + free, size: embedding.size, padding: embedding.padding)
      }
      let laidOut = (layers.first as? Reshape).flatMap { NetworkOutline.count(of: $0.shape) }
      let width = (place < widths.count ? widths[place] : nil) ?? laidOut ?? free
      return Branches.Branch(shape: [width], layers: layers)
    }
    let width = given.reduce(0) { $0.addingReportingOverflow($1.shape[0]).partialValue }
    var plan = LayerPlan()
    do {
      _ = try plan.nest([Branches(given)] + rest, [width])
      return .success(plan.rows)
    } catch { return .failure(error) }
  }

  /// What two outlines of the same layers agree on.
  private static func common(_ row: LayerPlan.Row, _ other: LayerPlan.Row) -> Row {
    func shape(_ a: [Int], _ b: [Int]) -> [Int?]? { a.count == b.count ? zip(a, b).map { $0 == $1 ? $0 : nil } : nil }
    return Row(
      name: row.name, input: shape(row.input, other.input), output: shape(row.output, other.output),
      parameters: row.parameters == other.parameters ? row.parameters : nil, depth: row.depth)
  }

  private static func names(_ branches: ColumnBranches, _ rest: [any Layer]) -> [Row] {
    func row(_ name: String, _ depth: Int) -> Row { Row(name: name, input: nil, output: nil, parameters: nil, depth: depth) }
    let names = LayerPlan.names(of: [branches] + rest), isOne = branches.branches.count == 1
    var rows = [row(names[0], 0)]
    for (place, branch) in branches.branches.enumerated() {
      let name = isOne ? names[0] : "\(names[0]).branch_\(place + 1)"
      if !isOne { rows.append(row(name, 1)) }
      rows += LayerPlan.names(of: branch.layers).map { row("\(name).\($0)", isOne ? 1 : 2) }
    }
    return rows + names.dropFirst().map { row($0, 0) }
  }
}
