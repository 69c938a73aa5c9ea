import WeirCatalog
import WeirNetworks

extension CatalogBuilder {
  /// Layers of features: sums, norms, what is dropped.
  mutating func defineDenseLayers() {
    layer(
      "dense", "Makes a layer of weighted sums of all that comes in.",
      example: "dense(64)", gives: "dense(64)", see: "relu"
    ) { f in
      let units = f.required(Int.self, "units", "How many numbers it gives.")
      let bias = f.optional(Bool.self, "bias", default: true, "Whether each sum has a number of its own added.")
      f.details("""
        Features become `units` features; of steps x features each step is taken alone. Weights and biases start uniform \
        between -1/sqrt(features) and 1/sqrt(features), as PyTorch's `Linear`.
        """)
      return { call in Dense(try call[units], bias: try call[bias]) }
    }
    layer(
      "dropout", "Makes a layer that loses some numbers at random while it is trained.",
      example: "dropout(0.5)", gives: "dropout(0.5)", see: "dense"
    ) { f in
      let rate = f.optional(Double.self, "rate", default: 0.5, "The share that is lost.")
      f.details("""
        Any shape, which stays. What is left while training is divided by 1 - rate, so that nothing changes when the network \
        predicts. Srivastava and others: "Dropout", 2014.
        """)
      return { call in Dropout(try call[rate]) }
    }
    layer(
      "batch_norm", "Makes a layer that puts each feature on one scale, by the batch.",
      example: "batch_norm()", gives: "batch_norm()", see: "layer_norm"
    ) { f in
      let momentum = f.optional(Double.self, "momentum", default: 0.1, "How fast the running means follow the batches, 0 to 1.")
      let epsilon = f.optional(Double.self, "epsilon", default: 1e-5, "What is added to the variance.")
      f.details("""
        Any shape, which stays; the last side is the features or channels, and each learns a scale (from 1) and a shift (from \
        0). Predictions use the running means. PyTorch's `BatchNorm1d` and `BatchNorm2d`; Ioffe and Szegedy 2015.
        """)
      return { call in BatchNorm(momentum: try call[momentum], epsilon: try call[epsilon]) }
    }
    layer(
      "layer_norm", "Makes a layer that puts the features of each row on one scale.",
      example: "layer_norm()", gives: "layer_norm()", see: "batch_norm"
    ) { f in
      let epsilon = f.optional(Double.self, "epsilon", default: 1e-5, "What is added to the variance.")
      f.details("""
        Any shape, which stays; the last side is put on one scale, with a learned scale (from 1) and shift (from 0). PyTorch's \
        `LayerNorm` over the last side; Ba, Kiros and Hinton 2016.
        """)
      return { call in LayerNorm(epsilon: try call[epsilon]) }
    }
    layer(
      "residual", "Makes a layer that adds what its layers give to what comes in.",
      example: "residual(dense(8), relu(), dense(8))", gives: "residual(dense(8), relu(), dense(8))", see: "dense"
    ) { f in
      let layers = f.variadic(Value.self, "layers", "The layers, one after another.", accepts: .other("layer"))
      f.details("Any shape that its layers keep. He and others: \"Deep residual learning\", 2016.")
      return { call in Residual(try LayerValue.layers(call[layers], in: "residual")) }
    }
  }
}
