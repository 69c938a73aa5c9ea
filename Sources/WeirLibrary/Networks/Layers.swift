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
  }

  private mutating func layer(
    _ name: String, _ summary: String, example: String, gives: String, see: String,
    _ body: (inout BuiltinDefinition) -> @Sendable (Call) throws -> any Layer
  ) {
    define(name, summary) { f in
      let make = body(&f)
      f.returns(.other("layer"))
      f.flow(.none)
      f.example(example, gives: gives)
      f.seeAlso(see, "sequential")
      f.body { call in .other(LayerValue(layer: try make(call))) }
    }
  }

  private mutating func defineDenseLayers() {
    layer(
      "dense", "Makes a layer of weighted sums of all that comes in.",
      example: "dense(64)", gives: "dense(64)", see: "activation"
    ) { f in
      let units = f.required(Int.self, "units", "How many numbers it gives.")
      let bias = f.optional(Bool.self, "bias", default: true, "Whether each sum has a number of its own added.")
      return { call in Dense(try call[units], bias: try call[bias]) }
    }
    layer(
      "activation", "Makes a layer that bends each number.",
      example: "activation(\"silu\")", gives: "silu()", see: "relu"
    ) { f in
      let kind = f.choice("kind", Activation.Kind.allCases.map(\.rawValue), "The curve.")
      return { call in Activation(Activation.Kind(rawValue: try call[kind]) ?? .relu) }
    }
    layer(
      "dropout", "Makes a layer that loses some numbers at random while it is trained.",
      example: "dropout(0.5)", gives: "dropout(0.5)", see: "dense"
    ) { f in
      let rate = f.optional(Double.self, "rate", default: 0.5, "The share that is lost.")
      return { call in Dropout(try call[rate]) }
    }
    layer(
      "batch_norm", "Makes a layer that puts each feature on one scale, by the batch.",
      example: "batch_norm()", gives: "batch_norm()", see: "layer_norm"
    ) { _ in
      return { _ in BatchNorm() }
    }
    layer(
      "layer_norm", "Makes a layer that puts the features of each row on one scale.",
      example: "layer_norm()", gives: "layer_norm()", see: "batch_norm"
    ) { _ in
      return { _ in LayerNorm() }
    }
    layer(
      "residual", "Makes a layer that adds what its layers give to what comes in.",
      example: "residual(dense(8), relu(), dense(8))", gives: "residual(dense(8), relu(), dense(8))", see: "dense"
    ) { f in
      let layers = f.variadic(Value.self, "layers", "The layers, one after another.", accepts: .other("layer"))
      return { call in Residual(try LayerValue.layers(call[layers], in: "residual")) }
    }
  }

  private mutating func defineImageLayers() {
    layer(
      "conv", "Makes a layer of small patterns that are looked for everywhere in an image.",
      example: "conv(16)", gives: "conv(16)", see: "max_pool"
    ) { f in
      let filters = f.required(Int.self, "filters", "How many patterns.")
      let kernel = f.optional(Int.self, "kernel", default: 3, "How many points a pattern is high and wide.")
      let stride = f.optional(Int.self, "stride", default: 1, "How many points to go on by.")
      let padding = f.choice(
        "padding", ["valid", "same"], default: "valid", "`same` adds an edge, so that the image stays as large.")
      return { call in
        Convolution(
          try call[filters], kernel: [try call[kernel], try call[kernel]], stride: try call[stride],
          padding: try call[padding] == "same" ? .same : .valid)
      }
    }
    for (name, kind, summary) in [
      ("max_pool", Pool.Kind.greatest, "Makes a layer that gives the greatest of each square of an image."),
      ("avg_pool", Pool.Kind.mean, "Makes a layer that gives the mean of each square of an image."),
    ] {
      layer(name, summary, example: "\(name)(2)", gives: "\(name)()", see: "conv") { f in
        let size = f.optional(Int.self, "size", default: 2, "How many points a square is high and wide.")
        return { call in Pool(kind, size: [try call[size], try call[size]]) }
      }
    }
    layer(
      "global_avg_pool", "Makes a layer that gives the mean of each channel, or of each feature over all steps.",
      example: "global_avg_pool()", gives: "global_avg_pool()", see: "avg_pool"
    ) { _ in
      return { _ in GlobalAveragePool() }
    }
  }

  private mutating func defineSequenceLayers() {
    layer(
      "embedding", "Makes a layer that looks up some learned numbers for each token.",
      example: "embedding(100, 8)", gives: "embedding(100, 8)", see: "lstm"
    ) { f in
      let entries = f.required(Int.self, "entries", "How many tokens there are, counted from 0.")
      let size = f.required(Int.self, "size", "How many numbers stand for each.")
      let padding = f.optional(Int.self, "padding", "The token that fills short sequences up; later layers leave its steps out.")
      return { call in Embedding(try call[entries], size: try call[size], padding: try call[padding]) }
    }
    layer(
      "positional_embedding", "Makes a layer that adds some learned numbers for each place of a sequence.",
      example: "positional_embedding()", gives: "positional_embedding()", see: "embedding"
    ) { _ in
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
}
