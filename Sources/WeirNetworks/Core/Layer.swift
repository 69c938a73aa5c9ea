package import WeirBase

/// A layer: its settings, as data. What it learns and what it computes in lie in a `NetworkRun`.
///
/// Shapes are those of one row of the batch: `[features]`, `[steps, features]` or `[height, width, channels]`.
package protocol Layer: Archivable, Hashable {
  /// The word of the language for it: `dense`. Also what it is named by: the second of them is `dense_2`.
  static var archiveName: String { get }

  /// Says what the layer learns and keeps, in the order in which `assemble` takes it, and gives the shape of its output.
  func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int]

  /// Adds the operations that compute the layer.
  func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S>
}

/// A layer that can apply an activation in the pass that adds its bias.
protocol FusingLayer: Layer {
  func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>, fusing activation: Activation?) -> Signal<S>
}

extension FusingLayer {
  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    assemble(assembly, input, fusing: nil)
  }
}
