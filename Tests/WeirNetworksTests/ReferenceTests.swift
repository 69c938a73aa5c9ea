import Foundation
import Testing
import WeirBase
import WeirNetworks

/// Numbers of PyTorch: single layers (networks.json), and whole networks that are trained (deep_learning.json).
struct ReferenceTests {
  static let layers: [String: (shape: [Int], layers: [any Layer])] = [
    "conv": ([6, 5, 2], [Convolution(3)]),
    "conv_stride": ([7, 8, 3], [Convolution(20, kernel: [3, 2], stride: [2], padding: .fixed(1))]),
    "conv_sides": ([7, 9, 2], [Convolution(3, kernel: [3, 5], stride: [2, 1], padding: .fixed(1))]),
    "conv_dilated": ([9, 8, 2], [Convolution(4, kernel: [3, 2], stride: [1, 2], padding: .fixed(2), dilation: [2, 3])]),
    "conv_dilated_same": ([6, 7, 2], [Convolution(3, padding: .same, dilation: [2])]),
    "max_pool_sides": ([7, 8, 2], [Pool(.greatest, size: [2, 3], stride: [1, 2])]),
    "avg_pool_sides": ([7, 8, 2], [Pool(.mean, size: [3, 2], stride: [2, 1])]),
    "global_avg_pool": ([4, 3, 2], [GlobalAveragePool()]),
    "conv_transpose": ([3, 4, 2], [TransposedConvolution(3)]),
    "conv_transpose_stride": (
      [4, 3, 3], [TransposedConvolution(18, kernel: [3, 2], stride: [2], padding: .fixed(1), outputPadding: [1])]
    ),
    "conv_transpose_doubling": ([3, 4, 2], [TransposedConvolution(3, kernel: [4], stride: [2], padding: .fixed(1))]),
    "conv_transpose_sides": (
      [3, 4, 2], [TransposedConvolution(4, kernel: [2, 5], stride: [3, 1], padding: .fixed(2), outputPadding: [2, 0])]
    ),
    "conv_transpose_gaps": ([3, 2, 2], [TransposedConvolution(2, kernel: [2], stride: [3], outputPadding: [1])]),
    "conv_transpose_dilated": (
      [3, 4, 2],
      [
        TransposedConvolution(
          3, kernel: [2, 3], stride: [2, 1], padding: .fixed(1), outputPadding: [2, 1], dilation: [3, 2]),
      ]
    ),
    "upsample": ([3, 4, 2], [Upsample()]), "upsample_sides": ([2, 3, 3], [Upsample([3, 2])]),
    "upsample_bilinear": ([3, 4, 2], [Upsample([2], mode: .bilinear)]),
    "upsample_bilinear_sides": ([2, 5, 3], [Upsample([3, 2], mode: .bilinear)]),
    "upsample_bilinear_line": ([1, 4, 2], [Upsample([4], mode: .bilinear)]),
    "leaky_relu_alpha": ([6], [Activation(.leakyReLU, alpha: 0.2)]), "elu_alpha": ([6], [Activation(.elu, alpha: 0.5)]),
    "batch_norm_settings": ([4], [BatchNorm(momentum: 0.3, epsilon: 0.01)]),
    "batch_norm_images": ([3, 2, 2], [BatchNorm()]), "layer_norm_epsilon": ([3, 7], [LayerNorm(epsilon: 0.1)]),
    "conv_same": ([6, 7, 2], [Convolution(4, kernel: [5, 5], padding: .same)]),
    "max_pool": ([7, 6, 2], [Pool(.greatest, size: [3, 3], stride: [2], padding: .fixed(1))]),
    "avg_pool": ([7, 6, 2], [Pool(.mean, size: [3, 3], stride: [2], padding: .fixed(1))]),
    "rnn_sequences": ([5, 3], [Recurrent(.rnn, 4, sequences: true)]), "rnn_last": ([5, 3], [Recurrent(.rnn, 4)]),
    "lstm_sequences": ([5, 3], [Recurrent(.lstm, 4, sequences: true)]), "lstm_last": ([5, 3], [Recurrent(.lstm, 4)]),
    "gru_sequences": ([5, 3], [Recurrent(.gru, 4, sequences: true)]), "gru_last": ([5, 3], [Recurrent(.gru, 4)]),
    "attention": ([4, 6], [Attention(heads: 2)]), "attention_causal": ([5, 6], [Attention(heads: 3, causal: true)]),
    "attention_padded": ([5], [Embedding(5, size: 4, padding: 0), Attention(heads: 2)]),
    "rnn_padded": ([5], [Embedding(5, size: 3, padding: 0), Recurrent(.rnn, 4)]),
    "lstm_padded": ([5], [Embedding(5, size: 3, padding: 0), Recurrent(.lstm, 4)]),
    "gru_padded": ([5], [Embedding(5, size: 3, padding: 0), Recurrent(.gru, 4)]),
    "transformer_block": ([4, 6], [TransformerBlock(heads: 2, feedForward: 8)]),
    "transformer_block_causal": ([4, 6], [TransformerBlock(heads: 2, feedForward: 8, causal: true)]),
    "layer_norm": ([3, 7], [LayerNorm()]), "batch_norm": ([4], [BatchNorm()]), "embedding": ([4], [Embedding(6, size: 3)]),
    "relu": ([6], [Activation(.relu)]), "leaky_relu": ([6], [Activation(.leakyReLU)]), "elu": ([6], [Activation(.elu)]),
    "tanh": ([6], [Activation(.tanh)]), "sigmoid": ([6], [Activation(.sigmoid)]), "gelu": ([6], [Activation(.gelu)]),
    "silu": ([6], [Activation(.silu)]), "softmax": ([6], [Softmax()]),
  ]

  @Test func layersAgreeWithPyTorch() throws {
    let all = try Reference.file("networks.json")
    let names = all.keys.filter { $0 != "versions" }
    #expect(Set(names) == Set(Self.layers.keys))
    for name in names.sorted() {
      try compare(name, all, Double.self, within: 1e-9)
      try compare(name, all, Float.self, within: 1e-4)
    }
  }

  /// Layers against the operations of the same names: 24 numbers sin(0.7 i) in the shape 2 x 3 x 4, and the gradient of the
  /// sum of the squares of what comes out.
  @Test func layersAgreeWithOperations() throws {
    let all = try #require(try Reference.file("operations.json")["operations"] as? [String: Any])
    let layers: [String: any Layer] = [
      "softmax": Softmax(), "gelu": Activation(.gelu), "silu": Activation(.silu), "elu": Activation(.elu),
      "leaky_relu": Activation(.leakyReLU), "layer_norm": LayerNorm(),
    ]
    for (name, layer) in layers {
      try compare(name, layer, all, Double.self, within: 1e-9)
      try compare(name, layer, all, Float.self, within: 1e-4)
    }
  }

  private func compare<S: NetworkScalar>(
    _ name: String, _ layer: any Layer, _ all: [String: Any], _ type: S.Type, within bound: Double
  ) throws {
    let run = NetworkRun(try Network<S>([layer], inputShape: [3, 4]), capacity: 2, inputGradient: true)
    for k in 0..<24 { run.input.value[k] = S(sin(0.7 * Double(k))) }
    run.forward(2, training: true)
    for k in 0..<24 { run.outputGradient?[k] = 2 * run.output.value[k] }
    run.backward(2)
    for (key, place) in [(name, run.output.value), ("grad_of_sum_of_squares_\(name)", try #require(run.input.gradient))] {
      let wanted = try Reference.nested(all[key])
      #expect(wanted.count == 24)
      for (k, value) in wanted.enumerated() { #expect(abs(Double(place[k]) - value) <= bound, "\(key) \(k) of \(S.self)") }
    }
  }

  private func compare<S: NetworkScalar>(_ name: String, _ all: [String: Any], _ type: S.Type, within bound: Double) throws {
    let expected = try #require(all[name] as? [String: Any]), made = try #require(Self.layers[name])
    var network = try Network<S>(made.layers, inputShape: made.shape)
    for k in network.parameters.indices { network.parameters[k] = S(0.4 * sin(0.9 * Double(k) + 0.5)) }
    let rows = name.hasPrefix("batch_norm") ? 9 : 3, run = NetworkRun(network, capacity: rows, inputGradient: true)
    let tokens = name.hasSuffix("_padded") ? 5 : name == "embedding" ? 6 : nil
    for k in 0..<rows * run.input.width {
      run.input.value[k] = tokens.map { S(k * 7 % 11 % $0) } ?? S(sin(0.7 * Double(k) + 1))
    }
    run.forward(rows, training: true)
    let outputs = rows * run.output.width
    func close(_ values: [S], _ key: String) throws {
      let wanted = try Reference.numbers(expected[key])
      #expect(wanted.count == values.count, "\(name) \(key)")
      for (k, pair) in zip(values, wanted).enumerated() {
        #expect(abs(Double(pair.0) - pair.1) <= bound * max(1, abs(pair.1)), "\(name) \(key) \(k): \(pair)")
      }
    }
    try close((0..<outputs).map { run.output.value[$0] }, "output")
    for k in 0..<outputs { run.outputGradient?[k] = S(cos(0.3 * Double(k))) }
    run.backward(rows)
    try close((0..<run.parameterCount).map { run.gradients[$0] }, "gradients")
    if tokens == nil { try close((0..<rows * run.input.width).map { run.input.gradient?[$0] ?? .nan }, "input_gradient") }
    guard expected["kept"] != nil else { return }
    try close((0..<run.keptCount).map { run.kept[$0] }, "kept")
    run.forward(rows, training: false)
    try close((0..<outputs).map { run.output.value[$0] }, "evaluated")
  }
}

/// The file of reference numbers of this name.
enum Reference {
  static func file(_ name: String) throws -> [String: Any] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Reference")
    let data = try Data(contentsOf: folder.appending(path: name))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// The numbers of lists in lists.
  static func nested(_ value: Any?) throws -> [Double] {
    if let list = value as? [Any] { return try list.flatMap { try nested($0) } }
    return [try #require(value as? NSNumber).doubleValue]
  }

  static func numbers(_ value: Any?) throws -> [Double] { try #require(value as? [NSNumber]).map(\.doubleValue) }
}
