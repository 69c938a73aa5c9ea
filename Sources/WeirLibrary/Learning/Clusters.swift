import WeirCatalog
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// Models that find groups, or what belongs to none, without a target.
  mutating func defineClusters() {
    defineKMeans()
    defineDensity()
    defineHierarchical()
    defineMixture()
    defineOutlierForest()
  }

  private static let scale = "Distances are Euclidean, so columns should be on one scale: put `standardize()` before it."

  private mutating func defineKMeans() {
    define("kmeans", "Finds k groups of rows, each around its mean.") { f in
      let k = f.optional(Int.self, "k", default: 8, "How many groups.")
      let starts = f.optional(Int.self, "starts", default: 1, "How often to start anew; the best result is kept.")
      let iterations = f.optional(Int.self, "max_iterations", default: 300, "How many steps to take at most.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details(Self.scale)
      f.example("t = table(x: [0, 1, 8, 9])\nadjusted_rand(t |> fit(kmeans(2)) |> predict(t), [1, 1, 2, 2])", gives: "1.0")
      f.seeAlso("silhouette", "dbscan", "hierarchical", "standardize", "fit")
      f.body { call in .step(try KMeans(k: call[k], starts: call[starts], maxIterations: call[iterations])) }
    }
  }

  private mutating func defineDensity() {
    define("dbscan", "Finds groups of any shape where rows are dense, and the rows that belong to none.") { f in
      let eps = f.optional(Double.self, "eps", default: 0.5, "How near rows are that are neighbours.")
      let least = f.optional(
        Int.self, "min_samples", default: 5, "How many neighbours a row needs to be of the core of a group, itself among them.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Core rows that are neighbours are of one group. Any other row, and any new one, is of the group of the nearest core \
        row within `eps`; where there is none, `predict` gives -1. Groups are numbered by their first core row. \(Self.scale)
        """)
      f.example("t = table(x: [0, 1, 2, 10, 11, 12, 50])\nt |> fit(dbscan(eps: 1.5, min_samples: 2)) |> predict(t)",
        gives: "[0, 0, 0, 1, 1, 1, -1]")
      f.seeAlso("kmeans", "hierarchical", "outliers", "silhouette")
      f.body { call in .step(try DensityClusters(eps: call[eps], minSamples: call[least])) }
    }
  }

  private mutating func defineHierarchical() {
    define("hierarchical", "Finds groups by joining the two nearest again and again; keeps the tree of all merges.") { f in
      let k = f.optional(Int.self, "k", "How many groups to end with; 2 where neither this nor `distance` is given.")
      let distance = f.optional(Double.self, "distance", "Makes the merges up to this height instead.")
      let how = f.choice(
        "how", MergeTree.Linkage.allCases.map(\.rawValue), default: "ward",
        "How far groups are apart: by how much squared distances from the mean would grow, by the farthest rows, by the mean "
          + "of all pairs, by the nearest rows.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        `summary(model).learned` is the tree, as SciPy's `linkage` gives it: for each merge its two parts (rows from 0, then \
        merges), its height and its size. `dendrogram_plot(model)` draws it. A new row is of the group of the nearest row that \
        was learned from; groups are numbered by their first row. "average" and \
        "complete" hold the distance of each pair of rows, 8 bytes each (0.4 GB for 10,000 rows, 10 GB for 50,000); "ward" and \
        "single" hold none. Time grows with the square of the rows. \(Self.scale)
        """)
      f.example("t = table(x: [0, 1, 10, 12])\nt |> fit(hierarchical(2)) |> predict(t)", gives: "[0, 0, 1, 1]")
      f.example("t = table(x: [0, 1, 10, 12])\nsummary(t |> fit(hierarchical(how: \"single\"))).learned.height",
        gives: "[1.0, 2.0, 9.0]")
      f.seeAlso("dendrogram_plot", "kmeans", "dbscan", "silhouette")
      f.body { call in
        guard let linkage = MergeTree.Linkage(rawValue: try call[how]) else { return .missing }
        let cut = try HierarchicalClusters.cut(k: call[k], distance: call[distance])
        return .step(try HierarchicalClusters(cut: cut, linkage: linkage))
      }
    }
  }

  private mutating func defineMixture() {
    define("gaussian_mixture", "Finds groups as normal distributions, and how likely each row is of each.") { f in
      let k = f.optional(Int.self, "k", default: 2, "How many distributions.")
      let covariance = f.choice(
        "covariance", GaussianMixture.Covariance.allCases.map(\.rawValue), default: "full",
        "Whether each is any ellipsoid, one along the axes, the same as the others, or a ball.")
      let starts = f.optional(Int.self, "starts", default: 1, "How often to start anew; the likeliest result is kept.")
      let iterations = f.optional(Int.self, "max_iterations", default: 100, "How many steps to take at most.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        Starts from the groups of k-means and ends where the mean log likelihood grows by less than 0.001. To every variance \
        1e-6 is added, so columns should be on one scale: put `standardize()` before it. `probabilities` gives a column for \
        each distribution; `summary(model).figures` has `bic` and `aic`, the smaller the better, to choose `k` by.
        """)
      f.example("t = table(x: [0, 1, 2, 8, 9, 10])\nadjusted_rand(t |> fit(gaussian_mixture(2)) |> predict(t), [1, 1, 1, 2, 2, 2])",
        gives: "1.0")
      f.seeAlso("kmeans", "probabilities", "summary", "sample")
      f.body { call in
        guard let covariance = GaussianMixture.Covariance(rawValue: try call[covariance]) else { return .missing }
        return .step(try GaussianMixture(
          k: call[k], covariance: covariance, starts: call[starts], maxIterations: call[iterations]))
      }
    }
  }

  private mutating func defineOutlierForest() {
    define("isolation_forest", "Finds the rows that are unlike the others: those that few random cuts set apart.") { f in
      let trees = f.optional(Int.self, "trees", default: 100, "How many trees of cuts.")
      let size = f.optional(Int.self, "sample_size", default: 256, "How many rows each tree is grown on.")
      let share = f.optional(
        Double.self, "contamination", "The share of the rows that are outliers; where left out, those with a score above 0.5.")
      f.returns(.plan)
      f.knownAhead()
      f.flow(.none)
      f.details("""
        `predict` gives true for an outlier and false for any other row; `outlier_scores` how far each stands out. Where a \
        column of bools tells the truth, `evaluate(model, rows, target: .fraud)` compares; scores stand for probabilities there.
        """)
      f.example("t = table(x: concat(1..50, [500]))\nt |> fit(isolation_forest(contamination: 0.02)) |> predict(table(x: [20, 900]))",
        gives: "[false, true]")
      f.seeAlso("outlier_scores", "outliers", "remove_outliers")
      f.body { call in
        .step(try OutlierForest(trees: call[trees], sampleSize: call[size], contamination: call[share]))
      }
    }
    define("outlier_scores", "Gives how far each row stands out: about 0.5 for rows as most are, up to 1.") { f in
      let model = f.required(ModelArgument.self, "model", "A model that `fit` made of `isolation_forest`.")
      let rows = f.required(Table.self, "rows", "Rows with the columns that the model learned from; others are ignored.")
      f.returns(.anyColumn)
      f.example("""
        t = table(x: concat(1..50, [500]))
        scores = t |> fit(isolation_forest()) |> outlier_scores(table(x: [20, 900]))
        scores[1] > scores[0]
        """, gives: "true")
      f.seeAlso("isolation_forest", "outliers")
      f.body { call in
        let given = try call[model].model, rows = try call[rows], plan = given as? FittedPlan
        guard let model = (plan?.model ?? given) as? OutlierForestModel else {
          throw ModelError("`\(given.name)` gives no scores of outliers", mend: "give a model of `isolation_forest(…)`")
        }
        return .column(Column(.float(try model.scores(plan?.transform(rows) ?? rows))))
      }
    }
  }
}
