import WeirCatalog
import WeirModels
import WeirNetworks

extension CatalogBuilder {
  /// Columns that go through layers of their own.
  mutating func defineBranches() {
    layer(
      "branch", "Makes a first layer that takes some of the columns through layers of their own.",
      example: "branch(embedding(size: 4), columns: .city)", gives: "branch(embedding(size: 4), columns: .city)", see: "branches"
    ) { f in
      let layers = f.variadic(Value.self, "layers", "The layers, one after another.", accepts: .other("layer"))
      let columns = f.namedColumns(
        "columns", of: Parameter<Value>?.none, "The columns that it takes; all that no other branch names where left out.")
      f.details("""
        A branch that begins with `embedding(size: 4)` takes categories: texts, bools or whole numbers, each value of which \
        gets four numbers that are learned. Values that were not learned from get zeros. All others take numbers. A name \
        that no column has stands for those that begin with it and `_`, so `columns: .photo` takes what `pixels()` made of it; \
        begin that branch with `reshape(height, width, channels)`, and one of steps with `reshape(steps, features)`. Under an \
        embedding, such columns of whole numbers `text_1`, `text_2`, …, as `tokenize` makes them, are one sequence, in which a \
        number means the same in each place.
        """)
      return { call in
        ColumnBranches([
          ColumnBranches.Branch(columns: try call[columns], layers: try LayerValue.layers(call[layers], in: "branch"))
        ])
      }
    }
    layer(
      "branches", "Makes a first layer of several branches, whose numbers come together side by side.",
      example: """
        t = table(city: ["a", "b", "c", "a", "b", "c"], x: [1, 2, 3, 4, 5, 6], y: [10.5, 0.5, 20.5, 13.5, 3.5, 23.5])
        net = sequential(branches(branch(embedding(size: 2), columns: .city), branch(dense(4))), dense(8), tanh(), dense(1))
        model = t |> fit(net, target: .y, epochs: 300, optimizer: adam(0.02))
        mean(predict(model, table(city: ["c"], x: [3]))) > 10
        """, gives: "true", see: "branch"
    ) { f in
      let branches = f.variadic(Value.self, "branches", "The branches.", accepts: .other("layer"))
      f.details("""
        So numbers, categories, images and sequences go into one network. What each branch gives is laid out in a row; `dense` \
        and others follow. Cheng and others: "Wide & deep learning", 2016.
        """)
      return { call in
        let layers = try LayerValue.layers(call[branches], in: "branches")
        return ColumnBranches(try layers.flatMap { layer in
          guard let branch = layer as? ColumnBranches else {
            throw ModelError(
              "`branches` is made of branches, and `\(LayerKinds.word(of: layer))` is none",
              mend: "write `branch(\(LayerKinds.source(of: layer)), columns: …)`")
          }
          return branch.branches
        })
      }
    }
  }
}
