extension ModelKinds {
  /// What this module itself can read back: one line for each kind.
  package static let standard: ModelKinds = {
    var kinds = ModelKinds()
    kinds.add(FittedPlan.self)
    kinds.add(Impute.self, FittedImpute.self)
    kinds.add(Standardize.self, MinMaxScale.self, FittedScale.self)
    kinds.add(OneHot.self, FittedOneHot.self)
    kinds.add(ClipOutliers.self, FittedClip.self)
    kinds.add(RemoveDuplicates.self, SelectColumns.self, FittedColumns.self)
    kinds.add(LinearRegression.self, RidgeRegression.self, ElasticNet.self, LinearModel.self)
    kinds.add(LogisticRegression.self, LogisticModel.self)
    kinds.add(NaiveBayes.self, NaiveBayesModel.self)
    kinds.add(NearestNeighbors.self, NearestNeighborsModel.self)
    kinds.add(DecisionTree.self, TreeModel.self)
    kinds.add(RandomForest.self, ForestModel.self)
    kinds.add(GradientBoosting.self, BoostingModel.self)
    kinds.add(KMeans.self, KMeansModel.self)
    kinds.add(PrincipalComponents.self, FittedPrincipalComponents.self)
    kinds.add(TunedPlan.self)
    kinds.add(Calibrated.self, CalibratedModel.self)
    return kinds
  }()
}
