import WeirBase
import WeirModels
import WeirTables

/// The rows of a plan as its network takes them: all columns of numbers in their order, or what the branches name.
struct NetworkInputs {
  /// The layers, whose branches know the shapes of what they take.
  let layers: [any Layer]
  let coding: ColumnCoding
  let rowCount: Int
  let values: [Double]

  init(_ features: Table, _ layers: [any Layer], for step: String, workers: Workers) throws {
    if let branches = layers.first as? ColumnBranches {
      let resolved = try ResolvedBranches(branches, features, for: step)
      self.layers = [resolved.layer] + layers.dropFirst()
      coding = resolved.coding
      values = try coding.values(of: features, for: step, workers: workers)
    } else {
      let design = try Design(features, for: step, workers: workers)
      self.layers = layers
      coding = ColumnCoding(numbers: design.names)
      values = design.values
    }
    rowCount = features.rowCount
  }
}

/// Branches with the columns of a table in the place of names.
private struct ResolvedBranches {
  var layer = Branches([])
  var coding = ColumnCoding(numbers: [])

  init(_ given: ColumnBranches, _ features: Table, for step: String) throws {
    let named = try given.branches.map { try ResolvedBranches.names(of: $0, in: features) }
    let taken = Set(named.joined())
    guard given.branches.count(where: { $0.columns.isEmpty }) <= 1 else {
      throw ModelError(
        "two branches of `\(step)` name no columns, and only one can take those that no other does",
        mend: "say which: `branch(dense(16), columns: [.age, .height])`")
    }
    var branches: [Branches.Branch] = [], columns: [ColumnCoding.Item] = []
    for (place, branch) in given.branches.enumerated() {
      let names = branch.columns.isEmpty ? features.names.filter { !taken.contains($0) } : named[place]
      guard !names.isEmpty else { throw ModelError("branch \(place + 1) of `\(step)` has no columns left to take") }
      var layers = branch.layers
      if branch.takesCategories, let embedding = layers.first as? Embedding {
        let embedded = try EmbeddedColumns(
          names, of: branch, padding: embedding.padding, in: features, for: "branch \(place + 1) of `\(step)`")
        columns += embedded.items
        layers[0] = Embedding(embedded.entries, size: embedding.size, padding: embedded.padding)
      } else {
        if let text = names.first(where: { features[$0]?.type.isNumeric == false }) {
          throw ModelError(
            "branch \(place + 1) of `\(step)` takes numbers, and `\(text)` holds \(features[text]?.type.description ?? "others")",
            mend: "give categories a branch that begins with an embedding: `branch(embedding(size: 4), columns: .\(text))`")
        }
        columns += names.map { ColumnCoding.Item(name: $0, categories: nil) }
      }
      branches.append(Branches.Branch(shape: [names.count], layers: layers))
    }
    layer = Branches(branches)
    coding = ColumnCoding(columns)
  }

  private static func names(of branch: ColumnBranches.Branch, in features: Table) throws -> [String] {
    try branch.columns.flatMap { name in
      if features[name] != nil { return [name] }
      let made = branch.columns(madeOf: name, among: features.names)
      guard made.isEmpty else { return made }
      let has = features.names.prefix(12).joined(separator: ", ") + (features.columnCount > 12 ? ", …" : "")
      throw ModelError(
        "a branch takes the column `\(name)`, which is not among the features, nor is one that begins with `\(name)_`",
        mend: "name one of these: \(has)")
    }
  }
}
