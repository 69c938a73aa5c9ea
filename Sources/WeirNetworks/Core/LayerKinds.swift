package import WeirBase

/// The kinds of layers that can be read back from an archive, by the names they are stored under.
package struct LayerKinds: Sendable {
  private var kinds: [String: any Layer.Type] = [:]

  package static let standard: LayerKinds = {
    var kinds = LayerKinds()
    kinds.add(Dense.self, Activation.self, Softmax.self)
    kinds.add(Convolution.self, TransposedConvolution.self, Pool.self, GlobalAveragePool.self, Upsample.self, Flatten.self, Reshape.self)
    kinds.add(Dropout.self, BatchNorm.self, LayerNorm.self)
    kinds.add(Embedding.self, PositionalEmbedding.self, Recurrent.self, Attention.self, TransformerBlock.self)
    kinds.add(Residual.self, Branches.self, ColumnBranches.self)
    return kinds
  }()

  package mutating func add(_ types: any Layer.Type...) {
    for type in types { kinds[type.archiveName] = type }
  }

  /// A layer with the name of its kind, as `layer` takes it.
  package static func tagged(_ layer: any Layer) -> Archive {
    .of(["kind": .text(type(of: layer).archiveName), "value": layer.archive])
  }

  /// The word of the language for a layer.
  package static func word(of layer: any Layer) -> String { type(of: layer).word(of: layer) }

  package func layer(_ tagged: Archive) throws -> any Layer {
    let kind = try tagged.part("kind").asText()
    guard let type = kinds[kind] else { throw ArchiveError("an unknown kind of layer, `\(kind)`") }
    return try type.init(archive: try tagged.part("value"))
  }
}
