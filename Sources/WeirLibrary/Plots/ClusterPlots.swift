import WeirCatalog
import WeirModels
import WeirPlots

extension CatalogBuilder {
  /// Plots of groups of rows.
  mutating func defineClusterPlots() {
    define("dendrogram_plot", "Shows how `hierarchical` joined rows to groups, and how far apart they were.") { f in
      let model = f.required(ModelArgument.self, "model", "A model that `fit` made of `hierarchical`.")
      let leaves = f.optional(Int.self, "leaves", default: 30, "How many ends the tree has at most; what is below counts as one.")
      let title = f.plotTitle()
      f.isPlot()
      f.details("""
        Rows are numbered from 0. Of a larger tree the last merges are shown, and a number in brackets says how many rows are \
        below an end. The broken line stands where the tree is cut into groups.
        """)
      f.example("m = table(x: [0, 1, 10, 12]) |> fit(hierarchical(2))\ndendrogram_plot(m).kind", gives: "\"dendrogram_plot\"")
      f.seeAlso("hierarchical", "scatter")
      f.body { call in
        let given = try call[model].model
        guard let model = ((given as? FittedPlan)?.model ?? given) as? HierarchicalModel else {
          throw PlotError("`\(given.name)` has no tree of merges", mend: "give a model of `hierarchical(…)`")
        }
        let tree = model.tree
        let merges = Merges(
          left: tree.left.map { Int($0) }, right: tree.right.map { Int($0) }, heights: tree.heights,
          sizes: tree.sizes.map { Int($0) })
        return try Plot.dendrogram(
          merges, clusters: model.labels.map { Int($0) }, cut: model.cutHeight, leaves: try call[leaves], valueLabel: "distance"
        ).titled(try call[title])
      }
    }
  }
}
