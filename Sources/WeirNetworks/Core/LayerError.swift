/// Why layers do not make a network.
package struct LayerError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Reason: Sendable, Hashable {
    /// The layer can't take what the layers before it give.
    case shape(input: [Int], needs: String)
    /// A setting of the layer is of no use.
    case setting(String)
    /// It is the last, and gives other numbers than are to be learned: so many are wanted, for this.
    case output(shape: [Int], wanted: Int, for: String)
  }
  /// Which layer, as `summary` names it: `conv_2`, `residual_1.dense_1`.
  package let layer: String
  package let reason: Reason
  /// What helps, where whoever throws it knows.
  private let advice: String?

  package init(_ layer: String, _ reason: Reason, mend: String? = nil) {
    self.layer = layer
    self.reason = reason
    advice = mend
  }

  package var description: String {
    switch reason {
    case .shape(let input, let needs): "layer `\(layer)` needs \(needs), and gets \(LayerError.words(for: input))"
    case .setting(let text): "layer `\(layer)`: \(text)"
    case .output(let shape, _, let what): "layer `\(layer)` is the last and gives \(LayerError.words(for: shape)), and \(what)"
    }
  }

  /// What helps, where that is known.
  package var mend: String? {
    switch reason {
    case .shape(let input, _): advice ?? mend(of: input)
    case .setting: advice
    case .output(_, let wanted, _): "end the network with `dense(\(wanted))`"
    }
  }

  /// What brings rows of this shape into the one that the layer takes: features become images and sequences, images features.
  private func mend(of input: [Int]) -> String? {
    let word = layer.split(separator: ".").last.map { $0.split(separator: "_").dropLast().joined(separator: "_") } ?? ""
    let isForImages = ["conv", "conv_transpose", "upsample"].contains(word) || word.hasSuffix("_pool")
    switch (input.count, word) {
    case (_, "reshape"): return "write sides that come to \(LayerError.words(for: [input.reduce(1, *)]))"
    case (3, "dense"): return "put `flatten()` or `global_avg_pool()` before it"
    case (1, _) where isForImages:
      return "put `reshape(height, width, channels)` before it, whose sides come to \(LayerError.words(for: [input[0]]))"
    case (1, "rnn"), (1, "lstm"), (1, "gru"), (1, "attention"), (1, "transformer_block"), (1, "positional_embedding"):
      return "put `reshape(steps, features)` before it, or `embedding(…)` where the columns hold tokens"
    case (3, "rnn"), (3, "lstm"), (3, "gru"), (3, "attention"), (3, "transformer_block"):
      return "put `reshape(steps, features)` before it"
    case (2, _) where isForImages: return "put `reshape(height, width, channels)` before it"
    default: return nil
    }
  }

  /// A shape in a sentence: `8 numbers`, `28 x 28 x 1`.
  package static func words(for shape: [Int]) -> String {
    shape.count == 1 ? shape[0] == 1 ? "1 number" : "\(shape[0]) numbers" : text(of: shape)
  }

  /// A shape as people write it: `28 x 28 x 1`.
  package static func text(of shape: [Int]) -> String {
    shape.isEmpty ? "one number" : shape.map(String.init).joined(separator: " x ")
  }
}
