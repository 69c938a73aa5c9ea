/// Why layers do not make a network.
package struct LayerError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Reason: Sendable, Hashable {
    /// The layer can't take what the layers before it give.
    case shape(input: [Int], needs: String)
    /// A setting of the layer is of no use.
    case setting(String)
  }
  /// Which layer, as `summary` names it: `conv_2`, `residual_1.dense_1`.
  package let layer: String
  package let reason: Reason

  package init(_ layer: String, _ reason: Reason) {
    self.layer = layer
    self.reason = reason
  }

  package var description: String {
    switch reason {
    case .shape(let input, let needs): "layer `\(layer)` needs \(needs), and gets \(LayerError.text(of: input))"
    case .setting(let text): "layer `\(layer)`: \(text)"
    }
  }

  /// A shape as people write it: `28 x 28 x 1`.
  package static func text(of shape: [Int]) -> String {
    shape.isEmpty ? "one number" : shape.map(String.init).joined(separator: " x ")
  }
}
