package import WeirBase

/// Each step looks at the steps of its sequence: scaled dot products by several heads, as PyTorch's `MultiheadAttention`.
package struct Attention: Layer {
  package static let archiveName = "attention"
  package let heads: Int
  /// Whether a step sees itself and those before it alone.
  package let isCausal: Bool
  /// The share of looks that are dropped while training.
  package let dropout: Double

  package init(heads: Int, causal: Bool = false, dropout: Double = 0) {
    self.heads = heads
    isCausal = causal
    self.dropout = dropout
  }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    try plan.positive(heads, "heads")
    guard dropout >= 0, dropout < 1 else { throw plan.setting("`dropout` must be from 0 to below 1, and is \(dropout)") }
    guard input.count == 2, input[0] > 0, input[1] > 0 else { throw plan.misfit(input, needs: "steps x features") }
    let width = input[1]
    guard width % heads == 0 else { throw plan.misfit(input, needs: "features that \(heads) heads can share") }
    try plan.learn("in_weight", [3 * width, width], .uniform((6 / Double(4 * width)).squareRoot()))
    try plan.learn("in_bias", [3 * width], .constant(0))
    try plan.learn("out_weight", [width, width], .fan(width))
    try plan.learn("out_bias", [width], .constant(0))
    return input
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    let width = input.shape.last ?? 1, steps = input.shape.first ?? 1
    let inWeight = assembly.takeLearned(), inBias = assembly.takeLearned()
    let outWeight = assembly.takeLearned(), outBias = assembly.takeLearned()
    let asked = assembly.signal([steps, 3 * width]), seen = assembly.signal([steps, width])
    let output = assembly.signal(input.shape, mask: input.mask)
    assembly.add(DenseOperation(assembly, input, asked, inWeight, inBias, nil))
    assembly.add(LookOperation(assembly, self, asked, seen, mask: input.mask))
    assembly.add(DenseOperation(assembly, seen, output, outWeight, outBias, nil))
    return output
  }

  package init(archive: Archive) throws {
    self.init(
      heads: try archive.part("heads").asInt(), causal: try archive.part("causal").asBool(),
      dropout: try archive.part("dropout").asFloat())
  }
  package var archive: Archive {
    .of(["heads": .int(Int64(heads)), "causal": .bool(isCausal), "dropout": .float(dropout)])
  }
}

/// A block of a transformer that normalises first: attention and two dense layers, each added to what came in.
package struct TransformerBlock: Layer {
  package static let archiveName = "transformer_block"
  package let heads: Int
  /// The units between the two dense layers.
  package let feedForward: Int
  package let dropout: Double
  package let isCausal: Bool
  package let activation: Activation.Kind

  package init(
    heads: Int, feedForward: Int, dropout: Double = 0, causal: Bool = false, activation: Activation.Kind = .gelu
  ) {
    self.heads = heads
    self.feedForward = feedForward
    self.dropout = dropout
    isCausal = causal
    self.activation = activation
  }

  private func layers(width: Int) -> [any Layer] {
    let drop: [any Layer] = dropout > 0 ? [Dropout(dropout)] : []
    let attention: [any Layer] = [LayerNorm(), Attention(heads: heads, causal: isCausal, dropout: dropout)] + drop
    let wide: [any Layer] = [LayerNorm(), Dense(feedForward), Activation(activation)] + drop
    return [Residual(attention), Residual(wide + [Dense(width)] + drop)]
  }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    guard input.count == 2, input[0] > 0, input[1] > 0 else { throw plan.misfit(input, needs: "steps x features") }
    return try plan.nest(layers(width: input[1]), input)
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    assembly.assemble(layers(width: input.shape.last ?? 1), input)
  }

  package init(archive: Archive) throws {
    let name = try archive.part("activation").asText()
    guard let activation = Activation.Kind(rawValue: name) else { throw ArchiveError("there is no activation `\(name)`") }
    self.init(
      heads: try archive.part("heads").asInt(), feedForward: try archive.part("feed_forward").asInt(),
      dropout: try archive.part("dropout").asFloat(), causal: try archive.part("causal").asBool(), activation: activation)
  }
  package var archive: Archive {
    .of([
      "heads": .int(Int64(heads)), "feed_forward": .int(Int64(feedForward)), "dropout": .float(dropout),
      "causal": .bool(isCausal), "activation": .text(activation.rawValue),
    ])
  }
}
