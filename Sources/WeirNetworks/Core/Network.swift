package import WeirBase

/// A network as a value: its layers, and the numbers that they have learned.
package struct Network<S: NetworkScalar>: Sendable {
  package let layers: [any Layer]
  /// The shape of one row of the input.
  package let inputShape: [Int]
  package let outputShape: [Int]
  /// Names, shapes and places of what is in `parameters`.
  package let learned: ParameterTable
  /// Names, shapes and places of what is in `kept`: running means and the like.
  package let kept: ParameterTable
  /// For `summary`.
  package let rows: [LayerPlan.Row]
  package var parameters: [S]
  package var keptValues: [S]

  /// A network of `layers` for rows of `inputShape`, with the numbers it starts with.
  package init(_ layers: [any Layer], inputShape: [Int], random: RandomStream = RandomStream(seed: 0)) throws(LayerError) {
    var plan = LayerPlan()
    self.layers = layers
    self.inputShape = inputShape
    outputShape = try plan.nest(layers, inputShape)
    learned = plan.learned
    kept = plan.kept
    rows = plan.rows
    parameters = learned.started(random)
    keptValues = kept.started(random)
  }

  /// What is learned under `name`; nil where there is nothing.
  package func parameter(_ name: String) -> ArraySlice<S>? {
    learned.entries.first { $0.name == name }.map { parameters[$0.range] }
  }

  package mutating func setParameter(_ name: String, _ values: [S]) -> Bool {
    guard let entry = learned.entries.first(where: { $0.name == name }), entry.count == values.count else { return false }
    parameters.replaceSubrange(entry.range, with: values)
    return true
  }
}
