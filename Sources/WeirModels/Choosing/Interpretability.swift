/// In what terms a person can follow a model.
package enum Interpretability: String, Sendable, Hashable, CaseIterable {
  /// Each feature adds its share, by a coefficient.
  case coefficients
  /// A tree of questions.
  case rules
  /// By the rows that are alike.
  case examples
  /// By many parts at once, which only figures about it make plain.
  case opaque
}
