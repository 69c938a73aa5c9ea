import WeirBase
import WeirCatalog
import WeirModels
import WeirNetworks

extension CatalogBuilder {
  /// Layers as values, for `sequential`.
  mutating func defineLayers() {
    register(LayerValue.self)
    defineDenseLayers()
    defineActivations()
    defineImageLayers()
    defineSequenceLayers()
    defineBranches()
  }

  mutating func layer(
    _ name: String, _ summary: String, example: String, gives: String, see: String,
    _ body: (inout BuiltinDefinition) -> @Sendable (Call) throws -> any Layer
  ) {
    define(name, summary) { f in
      let make = body(&f)
      f.returns(.other("layer"))
      f.knownAhead()
      f.flow(.none)
      f.example(example, gives: gives)
      f.seeAlso(see, "sequential")
      f.body { call in .other(LayerValue(layer: try make(call))) }
    }
  }

  private mutating func defineSequenceLayers() {
    layer(
      "embedding", "Makes a layer that looks up some learned numbers for each token.",
      example: "embedding(100, 8)", gives: "embedding(100, 8)", see: "lstm"
    ) { f in
      let entries = f.optional(
        Int.self, "entries",
        "How many tokens there are, counted from 0; left out in a `branch`, whose columns hold categories or what `tokenize` made.")
      let size = f.optional(Int.self, "size", default: 8, "How many numbers stand for each.")
      let padding = f.optional(Int.self, "padding", "The token that fills short sequences up; later layers leave its steps out.")
      f.details("""
        Steps of tokens become steps x size. Starts normal with mean 0 and spread 1, as PyTorch's `Embedding`. In a `branch` \
        with `padding: 0` all columns are one sequence, and tokens that were not learned from get zeros.
        """)
      return { call in Embedding(try call[entries], size: try call[size], padding: try call[padding]) }
    }
    layer(
      "positional_embedding", "Makes a layer that adds some learned numbers for each place of a sequence.",
      example: "positional_embedding()", gives: "positional_embedding()", see: "embedding"
    ) { f in
      f.details("Steps x features, which stay. What is added starts normal with mean 0 and spread 0.02.")
      return { _ in PositionalEmbedding() }
    }
    for (name, kind) in [("rnn", Recurrent.Kind.rnn), ("lstm", Recurrent.Kind.lstm), ("gru", Recurrent.Kind.gru)] {
      layer(
        name, "Makes a layer that goes through a sequence step by step (\(name.uppercased())).",
        example: "\(name)(16)", gives: "\(name)(16)", see: "embedding"
      ) { f in
        let units = f.required(Int.self, "units", "How many numbers it remembers.")
        let sequences = f.optional(
          Bool.self, "sequences", default: false, "Whether it gives what it holds after each step, or after the last.")
        f.details("""
          Steps x features become `units` features, or steps x units with `sequences`. All that it learns starts uniform between \
          -1/sqrt(units) and 1/sqrt(units), as PyTorch's `\(name.uppercased())`, with its two biases\
          \(kind == .rnn ? " and tanh" : "").
          """)
        return { call in Recurrent(kind, try call[units], sequences: try call[sequences]) }
      }
    }
    layer(
      "attention", "Makes a layer in which each step of a sequence looks at all.",
      example: "attention(2)", gives: "attention(2)", see: "transformer_block"
    ) { f in
      let heads = f.required(Int.self, "heads", "How many looks at once; the features are shared out among them.")
      let causal = f.optional(Bool.self, "causal", default: false, "Whether steps see only themselves and those before them.")
      let dropout = f.optional(Double.self, "dropout", default: 0, "The share of looks that is lost while it is trained.")
      f.details("""
        Steps x features, which stay; scaled dot products with questions, keys, values and output of as many features, as \
        PyTorch's `MultiheadAttention` (Xavier's rule for the first three, biases 0). Vaswani and others 2017.
        """)
      return { call in Attention(heads: try call[heads], causal: try call[causal], dropout: try call[dropout]) }
    }
    layer(
      "transformer_block", "Makes a layer of attention and two dense layers, each added to what comes in.",
      example: "transformer_block(2)", gives: "transformer_block(2, feed_forward: 64)", see: "attention"
    ) { f in
      let heads = f.required(Int.self, "heads", "How many looks at once.")
      let forward = f.optional(Int.self, "feed_forward", default: 64, "How many numbers lie between the two dense layers.")
      let causal = f.optional(Bool.self, "causal", default: false, "Whether steps see only themselves and those before them.")
      let dropout = f.optional(Double.self, "dropout", default: 0, "The share that is lost while it is trained.")
      f.details("""
        Steps x features, which stay: `residual(layer_norm(), attention(heads))`, then `residual(layer_norm(), \
        dense(feed_forward), gelu(), dense(features))`. Norms come first, as PyTorch's `TransformerEncoderLayer` with \
        `norm_first`.
        """)
      return { call in
        TransformerBlock(
          heads: try call[heads], feedForward: try call[forward], dropout: try call[dropout], causal: try call[causal])
      }
    }
  }
}

/// A layer as a value of the language.
struct LayerValue: ForeignValue {
  static let archiveName = "layer"
  let layer: any Layer

  init(layer: any Layer) { self.layer = layer }
  init(archive: Archive) throws { layer = try LayerKinds.standard.layer(archive) }
  var archive: Archive { LayerKinds.tagged(layer) }

  var typeName: String { "layer" }
  var shortText: String { LayerKinds.source(of: layer) }
  func rendered(_ style: DisplayStyle) -> String { shortText }

  /// The layers among some values, all of which must be such; `function` is who asks.
  static func layers(_ values: [Value], in function: String) throws -> [any Layer] {
    try values.map { value in
      guard case .other(let held) = value, let held = held as? LayerValue else {
        throw ModelError(
          "`\(function)` is made of layers, and \(value.shortText) is none", mend: "write layers such as `dense(64)`")
      }
      return held.layer
    }
  }

  /// The layers of a `sequential` that is a part of `function`; nil where none is given.
  static func layers(of plan: Plan?, _ name: String, in function: String) throws -> [any Layer]? {
    guard let plan else { return nil }
    guard plan.steps.count == 1, let network = plan.steps.first as? NetworkEstimator else {
      throw ModelError(
        "the \(name) of `\(function)` is made of layers, and \(plan.description) is not",
        mend: "write `\(name): sequential(dense(64), relu(), dense(…))`")
    }
    return network.layers
  }
}
