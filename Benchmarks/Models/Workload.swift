import WeirModels

/// A model and the data that it is timed on.
struct Workload: Sendable {
  /// `cls` or `reg`.
  let data: String
  let step: @Sendable () throws -> any Estimator

  static let all: [String: Workload] = [
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
  ]
}
