import WeirModels

/// Layers as a user writes them.
extension LayerKinds {
  /// `conv(16, kernel: 5, padding: "same")`: the word with the settings that are not the usual ones.
  package static func source(of layer: any Layer) -> String {
    "\(word(of: layer))(\(settings(of: layer).joined(separator: ", ")))"
  }

  /// Several, one after another.
  package static func source(of layers: [any Layer]) -> String { layers.map(source).joined(separator: ", ") }

  private static func settings(of layer: any Layer) -> [String] {
    switch layer {
    case let layer as Dense: ["\(layer.units)"] + given("bias", layer.hasBias, usual: true)
    case let layer as Activation: layer.alpha == Activation(layer.kind).alpha ? [] : ["\(layer.alpha)"]
    case let layer as Convolution:
      ["\(layer.filters)"] + sides("kernel", layer.kernel, usual: [3, 3]) + sides("stride", layer.stride, usual: [1, 1])
        + padding(layer.padding) + sides("dilation", layer.dilation, usual: [1, 1]) + given("bias", layer.hasBias, usual: true)
    case let layer as TransposedConvolution:
      ["\(layer.filters)"] + sides("kernel", layer.kernel, usual: [3, 3]) + sides("stride", layer.stride, usual: [1, 1])
        + padding(layer.padding) + sides("output_padding", layer.outputPadding, usual: [0, 0])
        + sides("dilation", layer.dilation, usual: [1, 1]) + given("bias", layer.hasBias, usual: true)
    case let layer as Pool:
      sides("size", layer.size, usual: [2, 2]) + sides("stride", layer.stride, usual: layer.size) + padding(layer.padding)
    case let layer as Upsample:
      sides("factor", layer.factor, usual: [2, 2]) + (layer.mode == .nearest ? [] : ["mode: \"\(layer.mode.rawValue)\""])
    case let layer as Reshape: layer.shape.map(String.init)
    case let layer as Dropout: ["\(layer.rate)"]
    case let layer as BatchNorm:
      given("momentum", layer.momentum, usual: BatchNorm().momentum) + given("epsilon", layer.epsilon, usual: BatchNorm().epsilon)
    case let layer as LayerNorm: given("epsilon", layer.epsilon, usual: LayerNorm().epsilon)
    case let layer as Embedding:
      (layer.entries.map { ["\($0)", "\(layer.size)"] } ?? ["size: \(layer.size)"]) + (layer.padding.map { ["padding: \($0)"] } ?? [])
    case let layer as Recurrent: ["\(layer.units)"] + given("sequences", layer.sequences, usual: false)
    case let layer as Attention:
      ["\(layer.heads)"] + given("causal", layer.isCausal, usual: false) + given("dropout", layer.dropout, usual: 0)
    case let layer as TransformerBlock:
      ["\(layer.heads)", "feed_forward: \(layer.feedForward)"] + given("causal", layer.isCausal, usual: false)
        + given("dropout", layer.dropout, usual: 0)
    case let layer as Residual: layer.layers.map(source)
    case let layer as ColumnBranches where layer.branches.count == 1: branch(layer.branches[0])
    case let layer as ColumnBranches: layer.branches.map { "branch(\(branch($0).joined(separator: ", ")))" }
    default: []
    }
  }

  private static func branch(_ branch: ColumnBranches.Branch) -> [String] {
    let columns = branch.columns.map(columnSource)
    let named = columns.isEmpty ? [] : ["columns: " + (columns.count == 1 ? columns[0] : "[\(columns.joined(separator: ", "))]")]
    return branch.layers.map(source) + named
  }

  private static func given<T: Equatable>(_ name: String, _ value: T, usual: T) -> [String] {
    value == usual ? [] : ["\(name): \(value)"]
  }

  private static func sides(_ name: String, _ value: [Int], usual: [Int]) -> [String] {
    guard value != usual else { return [] }
    if let first = value.first, value.allSatisfy({ $0 == first }) { return ["\(name): \(first)"] }
    return ["\(name): [\(value.map(String.init).joined(separator: ", "))]"]
  }

  private static func padding(_ padding: Padding) -> [String] {
    switch padding {
    case .valid: []
    case .same: ["padding: \"same\""]
    case .fixed(let count): ["padding: \(count)"]
    }
  }
}
