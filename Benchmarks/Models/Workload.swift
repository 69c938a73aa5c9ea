import WeirModels

/// A model and the data that it is timed on.
struct Workload: Sendable {
  /// `cls`, `multi` (eight classes), `reg` or `digits`.
  let data: String
  /// Whether columns are standardised before, outside of what is timed.
  var scaled = false
  /// How many rows to learn from and to predict; as many as asked for where nil.
  var rows: (train: Int, test: Int)?
  /// Steps before the model; where there is a list, also an empty one, five folds are timed and not fit and predict.
  var folded: (@Sendable () throws -> [any Step])?
  let step: @Sendable () throws -> any Estimator

  static let all: [String: Workload] = [
    "linear": Workload(data: "reg") { LinearRegression() },
    "ridge": Workload(data: "reg") { try RidgeRegression() },
    "lasso": Workload(data: "reg") { try ElasticNet(l1: 0.5, l2: 0, isLasso: true) },
    "logistic": Workload(data: "cls", scaled: true) { try LogisticRegression() },
    "logistic-l1": Workload(data: "cls", scaled: true) { try LogisticRegression(l2: 0, l1: 100) },
    "logistic-8": Workload(data: "multi", scaled: true) { try LogisticRegression() },
    "linear-svm": Workload(data: "cls", scaled: true) { try LinearSVM() },
    "bayes": Workload(data: "cls") { try NaiveBayes() },
    "tree": Workload(data: "cls") { try DecisionTree() },
    "tree-10": Workload(data: "cls") { try DecisionTree(depth: 10) },
    "tree-regression-10": Workload(data: "reg") { try DecisionTree(depth: 10) },
    "forest-12": Workload(data: "cls") {
      var options = RandomForest.Options()
      options.depth = 12
      return try RandomForest(options)
    },
    "forest": Workload(data: "cls") { try RandomForest() },
    "gbm": Workload(data: "cls") { try GradientBoosting() },
    "gbm-regression": Workload(data: "reg") { try GradientBoosting() },
    "svm": Workload(data: "cls", scaled: true, rows: (10_000, 5000)) { try SupportVectorMachine() },
    "knn": Workload(data: "cls", scaled: true, rows: (20_000, 5000)) { try NearestNeighbors() },
    "kmeans-20": Workload(data: "cls", scaled: true) { KMeansOfFirstRows(step: try KMeans(k: 16, maxIterations: 20)) },
    "kmeans": Workload(data: "cls", scaled: true) { try KMeans(k: 16) },
    "pca-10": Workload(data: "cls") { Transforming(step: try PrincipalComponents(k: 10)) },
    "pca-10-full": Workload(data: "cls") { Transforming(step: try PrincipalComponents(k: 10, solver: .full)) },
    "pca-10-randomized": Workload(data: "cls") { Transforming(step: try PrincipalComponents(k: 10, solver: .randomized)) },
    "ward": Workload(data: "cls", scaled: true, rows: (5000, 100)) { try HierarchicalClusters(cut: .clusters(16)) },
    "average": Workload(data: "cls", scaled: true, rows: (5000, 100)) {
      try HierarchicalClusters(cut: .clusters(16), linkage: .average)
    },
    "dbscan": Workload(data: "cls", scaled: true, rows: (5000, 100)) { try DensityClusters(eps: 6) },
    "mixture": Workload(data: "cls", scaled: true, rows: (20_000, 5000)) { try GaussianMixture(k: 8) },
    "folds-logistic": Workload(data: "cls", rows: (100_000, 0), folded: { [Standardize()] }) { try LogisticRegression() },
    "folds-forest": Workload(data: "digits", rows: (1797, 0), folded: { [] }) { try RandomForest() },
    "isolation-forest": Workload(data: "cls") { try OutlierForest() },
  ]
}
