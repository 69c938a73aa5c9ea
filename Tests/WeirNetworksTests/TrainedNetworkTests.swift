import Foundation
import Testing
import WeirBase
import WeirNetworks

/// Seven networks from parameters given by formula, trained on 64 digits by each optimizer: PyTorch's losses and gradients.
struct TrainedNetworkTests {
  struct Net: Sendable {
    let name: String
    let shape: [Int]
    let layers: [any Layer]
    /// Our names in the order of PyTorch's parameters; images are turned from channels first.
    let parameters: [String]
    var rate = 0.1
  }

  static let nets = [
    Net(
      name: "mlp", shape: [64], layers: [Dense(32), Activation(.relu), Dense(16), Activation(.tanh), Dense(10)],
      parameters: ["dense_1.weight", "dense_1.bias", "dense_2.weight", "dense_2.bias", "dense_3.weight", "dense_3.bias"]),
    Net(
      name: "mlp_batchnorm_gelu", shape: [64], layers: [Dense(32), BatchNorm(), Activation(.gelu), Dense(10)],
      parameters: [
        "dense_1.weight", "dense_1.bias", "batch_norm_1.weight", "batch_norm_1.bias", "dense_2.weight", "dense_2.bias",
      ]),
    Net(
      name: "cnn", shape: [64],
      layers: [
        Reshape([8, 8, 1]), Convolution(4, padding: .same), Activation(.relu), Pool(.greatest), Convolution(8, padding: .same),
        Activation(.relu), Pool(.mean), Flatten(), Dense(10),
      ],
      parameters: ["conv_1.weight", "conv_1.bias", "conv_2.weight", "conv_2.bias", "dense_1.weight", "dense_1.bias"]),
    Net(name: "lstm", shape: [64], layers: [Reshape([8, 8]), Recurrent(.lstm, 16), Dense(10)], parameters: recurrent("lstm")),
    Net(name: "gru", shape: [64], layers: [Reshape([8, 8]), Recurrent(.gru, 16), Dense(10)], parameters: recurrent("gru")),
    Net(
      name: "transformer", shape: [64],
      layers: [
        Reshape([8, 8]), Dense(16), TransformerBlock(heads: 4, feedForward: 32), GlobalAveragePool(), Dense(10),
      ],
      parameters: [
        "dense_1.weight", "dense_1.bias", "transformer_block_1.residual_1.attention_1.in_weight",
        "transformer_block_1.residual_1.attention_1.in_bias", "transformer_block_1.residual_1.attention_1.out_weight",
        "transformer_block_1.residual_1.attention_1.out_bias", "transformer_block_1.residual_2.dense_1.weight",
        "transformer_block_1.residual_2.dense_1.bias", "transformer_block_1.residual_2.dense_2.weight",
        "transformer_block_1.residual_2.dense_2.bias", "transformer_block_1.residual_1.layer_norm_1.weight",
        "transformer_block_1.residual_1.layer_norm_1.bias", "transformer_block_1.residual_2.layer_norm_1.weight",
        "transformer_block_1.residual_2.layer_norm_1.bias", "dense_2.weight", "dense_2.bias",
      ], rate: 0.01),
    Net(
      name: "autoencoder", shape: [64], layers: [Dense(16), Activation(.sigmoid), Dense(64)],
      parameters: ["dense_1.weight", "dense_1.bias", "dense_2.weight", "dense_2.bias"]),
  ]

  private static func recurrent(_ kind: String) -> [String] {
    ["weight_input", "weight_state", "bias_input", "bias_state"].map { "\(kind)_1.\($0)" } + ["dense_1.weight", "dense_1.bias"]
  }

  @Test(arguments: nets) func doublesAgreeWithPyTorch(_ net: Net) throws { try compare(net, Double.self, within: 1e-9) }
  @Test(arguments: nets) func floatsAgreeWithPyTorch(_ net: Net) throws { try compare(net, Float.self, within: 1e-4) }

  private func compare<S: NetworkScalar>(_ net: Net, _ type: S.Type, within bound: Double) throws {
    let all = try Reference.file("deep_learning.json"), expected = try #require(all[net.name] as? [String: Any])
    let declared = try #require(expected["parameters"] as? [[Any]])
    var network = try Network<S>(net.layers, inputShape: net.shape)
    for (j, item) in declared.enumerated() {
      let shape = try Reference.numbers(item[1]).map { Int($0) }, name = net.parameters[j]
      if name.contains("norm") { continue }
      let scale = shape.count == 1 ? 0.01 : 1 / Double(shape.dropFirst().reduce(1, *)).squareRoot()
      let count = shape.reduce(1, *)
      let values = (0..<count).map { S(scale * sin(Double($0) * 0.37 + Double(j))) }
      let isSet = network.setParameter(name, turned(values, shape, net.name, name))
      #expect(isSet, "\(name)")
    }
    let digits = try Digits(rows: 64), targets = digits.labels.map { S($0) }, pixels = digits.pixels.map { S($0) }
    let isAutoencoder = net.name == "autoencoder"
    let loss: Loss = isAutoencoder ? .mse : .crossEntropy(ofProbabilities: false)
    for (key, optimizer) in Self.optimizers(factor: net.rate / 0.1) {
      let run = NetworkRun(network, capacity: 64)
      var state = OptimizerState<S>(optimizer, count: network.learned.count)
      for (i, value) in pixels.enumerated() { run.input.value[i] = value }
      for (step, wanted) in try Reference.numbers(expected["loss_path_\(key)"]).enumerated() {
        run.forward(64, training: true)
        let value = loss(
          run.output.value, width: run.output.width, count: 64, targets: isAutoencoder ? pixels : targets, weights: nil,
          gradient: run.outputGradient)
        #expect(abs(value - wanted) <= bound * max(wanted, 1e-3), "\(net.name) \(key) \(step): \(value), and PyTorch \(wanted)")
        run.backward(64)
        if step == 0 && key == "sgd" { try checkStart(run, network, net, expected, within: bound) }
        state.update(run.parameters, run.gradients, count: run.parameterCount)
      }
    }
  }

  /// The optimizers of the reference, rates times `factor`.
  static func optimizers(factor: Double) -> [(key: String, optimizer: Optimizer)] {
    [
      ("sgd", .sgd(rate: 0.1 * factor, momentum: 0, nesterov: false, decay: 0)),
      ("momentum", .sgd(rate: 0.1 * factor, momentum: 0.9, nesterov: false, decay: 0)),
      ("nesterov", .sgd(rate: 0.1 * factor, momentum: 0.9, nesterov: true, decay: 0)),
      ("adam", .adam(rate: 0.01 * factor, decay: 0)), ("adamw", .adamw(rate: 0.01 * factor, decay: 0.1)),
      ("rmsprop", .rmsprop(rate: 0.01 * factor, smoothing: 0.99, decay: 0)),
      ("adagrad", .adagrad(rate: 0.01 * factor, decay: 0)),
    ]
  }

  private func checkStart<S>(
    _ run: NetworkRun<S>, _ network: Network<S>, _ net: Net, _ expected: [String: Any], within bound: Double
  ) throws {
    let norms = try #require(expected["grad_norms_step0"] as? [String: NSNumber])
    let declared = try #require(expected["parameters"] as? [[Any]])
    for (j, item) in declared.enumerated() {
      let theirs = try #require(item[0] as? String), entry = try #require(network.learned.entries.first { $0.name == net.parameters[j] })
      let norm = entry.range.reduce(0.0) { $0 + Double(run.gradients[$1]) * Double(run.gradients[$1]) }.squareRoot()
      let wanted = try #require(norms[theirs]).doubleValue
      #expect(abs(norm - wanted) <= bound * max(wanted, 1e-3), "\(net.name) \(theirs): \(norm), and PyTorch \(wanted)")
    }
    run.forward(64, training: false)
    let logits = try #require(expected["eval_logits_first2_step0"] as? [[NSNumber]])
    for (row, line) in logits.enumerated() {
      for (k, wanted) in line.map(\.doubleValue).enumerated() {
        let value = Double(run.output.value[row * run.output.width + k])
        #expect(abs(value - wanted) <= bound * max(1, abs(wanted)), "\(net.name) logit \(row) \(k): \(value), and PyTorch \(wanted)")
      }
    }
  }

  /// From PyTorch's layout: kernels are outputs x inputs x height x width there, and flattened images have channels first.
  private func turned<S>(_ values: [S], _ shape: [Int], _ net: String, _ name: String) -> [S] {
    if shape.count == 4 {
      let (outputs, inputs, height, width) = (shape[0], shape[1], shape[2], shape[3])
      return (0..<height * width * inputs * outputs).map { k in
        let o = k % outputs, i = k / outputs % inputs, x = k / (outputs * inputs) % width, y = k / (outputs * inputs * width)
        return values[((o * inputs + i) * height + y) * width + x]
      }
    }
    guard net == "cnn", shape == [10, 32] else { return values }
    return (0..<320).map { k in values[k / 32 * 32 + k % 8 * 4 + k % 32 / 8] }
  }
}

/// The first rows of the digits, from 0 to 1.
struct Digits {
  let pixels: [Double]
  let labels: [Int]

  init(rows: Int) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "notebooks/data/digits.csv"), encoding: .utf8)
    let lines = text.split(separator: "\n").dropFirst().prefix(rows).map { $0.split(separator: ",").compactMap { Int($0) } }
    pixels = lines.flatMap { $0.prefix(64).map { Double($0) / 16 } }
    labels = lines.compactMap(\.last)
    #expect(pixels.count == rows * 64 && labels.count == rows)
  }
}
