extension ModelKinds {
  /// What this module itself can read back: one line for each kind.
  package static let standard: ModelKinds = {
    var kinds = ModelKinds()
    kinds.add(FittedPlan.self)
    return kinds
  }()
}
