import Testing
import WeirBase
import WeirNetworks

/// Every layer's way back against finite differences, in doubles.
struct GradientTests {
  struct Case: Sendable, CustomStringConvertible {
    let name: String
    let shape: [Int]
    let layers: [any Layer]
    var rows = 5
    /// Inputs are tokens below this.
    var tokens: Int?
    var description: String { "\(name) \(shape)" }
  }

  static let cases: [Case] = activations + images + sequences + mixed

  static let activations: [Case] = [
    Case(name: "dense", shape: [7], layers: [Dense(5)]),
    Case(name: "dense without bias", shape: [3], layers: [Dense(4, bias: false)]),
    Case(name: "dense over steps", shape: [3, 4], layers: [Dense(5)]),
    Case(name: "dense, many rows", shape: [6], layers: [Dense(20), Activation(.tanh), Dense(3)], rows: 131),
    Case(name: "softmax", shape: [3, 5], layers: [Dense(4), Softmax()]),
  ] + Activation.Kind.allCases.flatMap { kind in
    [
      Case(name: "fused \(kind)", shape: [4], layers: [Dense(6), Activation(kind), Dense(2)]),
      Case(name: "bare \(kind)", shape: [4], layers: [Dense(6), Dropout(0.25), Activation(kind), Activation(kind)]),
    ]
  }

  static let images: [Case] = [
    Case(name: "conv valid", shape: [6, 5, 2], layers: [Convolution(3)]),
    Case(name: "conv same", shape: [5, 6, 3], layers: [Convolution(4, padding: .same), Activation(.tanh)]),
    Case(name: "conv wide", shape: [4, 16, 2], layers: [Convolution(40, padding: .fixed(1)), Convolution(17, kernel: [1, 1])], rows: 2),
    Case(name: "conv stride", shape: [7, 8, 2], layers: [Dense1(), Convolution(3, kernel: [3, 2], stride: [2], padding: .fixed(1))]),
    Case(name: "conv same stride", shape: [7, 9, 2], layers: [Convolution(3, kernel: [5, 5], stride: [3], padding: .same)]),
    Case(name: "conv deep", shape: [5, 5, 1], layers: [Convolution(3, padding: .same), Activation(.sigmoid), Convolution(2, stride: [2])], rows: 9),
    Case(name: "conv of two strides", shape: [7, 9, 2], layers: [Dense1(), Convolution(3, kernel: [3, 5], stride: [2, 3], padding: .same)]),
    Case(name: "conv dilated", shape: [8, 9, 2], layers: [Dense1(), Convolution(3, kernel: [2, 3], stride: [1, 2], padding: .fixed(1), dilation: [3, 2])]),
    Case(name: "conv dilated, few rows", shape: [6, 6, 1], layers: [Convolution(2, dilation: [2])], rows: 1),
    Case(name: "max_pool of two sides", shape: [7, 8, 2], layers: [Convolution(3, kernel: [1, 1]), Pool(.greatest, size: [2, 3], stride: [1, 2])]),
    Case(name: "max_pool", shape: [6, 5, 2], layers: [Convolution(3, kernel: [1, 1]), Pool(.greatest)]),
    Case(name: "max_pool overlapping", shape: [6, 6, 2], layers: [Convolution(3, kernel: [1, 1]), Pool(.greatest, size: [3, 3], stride: [2], padding: .fixed(1))]),
    Case(name: "avg_pool", shape: [6, 4, 2], layers: [Convolution(3, kernel: [1, 1]), Pool(.mean)]),
    Case(name: "avg_pool padded", shape: [5, 5, 2], layers: [Pool(.mean, size: [3, 3], stride: [2], padding: .fixed(1))]),
    Case(name: "global_avg_pool", shape: [3, 4, 2], layers: [Convolution(3, kernel: [2, 2]), GlobalAveragePool(), Dense(2)]),
    Case(name: "conv_transpose", shape: [3, 4, 2], layers: [TransposedConvolution(3)]),
    Case(name: "conv_transpose doubling", shape: [3, 2, 3], layers: [Dense1(), TransposedConvolution(4, kernel: [4, 4], stride: [2], padding: .fixed(1)), Activation(.tanh)]),
    Case(name: "conv_transpose of two strides", shape: [3, 2, 2], layers: [Dense1(), TransposedConvolution(3, kernel: [3, 2], stride: [2, 3], padding: .fixed(1), outputPadding: [1, 2])]),
    Case(name: "conv_transpose same", shape: [2, 3, 2], layers: [Dense1(), TransposedConvolution(3, kernel: [5, 2], stride: [2, 3], padding: .same)]),
    Case(name: "conv_transpose wide", shape: [3, 16, 2], layers: [TransposedConvolution(20), TransposedConvolution(17, kernel: [1, 1], bias: false)], rows: 2),
    Case(name: "conv_transpose dilated", shape: [4, 3, 2], layers: [Dense1(), TransposedConvolution(3, kernel: [2, 3], stride: [1, 2], padding: .fixed(1), outputPadding: [2, 1], dilation: [3, 2])]),
    Case(name: "conv_transpose dilated, few rows", shape: [2, 3, 1], layers: [TransposedConvolution(2, dilation: [2])], rows: 1),
    Case(name: "conv_transpose deep padding", shape: [4, 5, 2], layers: [Dense1(), TransposedConvolution(2, kernel: [2, 3], padding: .fixed(2))]),
    Case(name: "conv and back", shape: [7, 6, 1], layers: [Convolution(3, stride: [2], padding: .same), Activation(.relu), TransposedConvolution(2, stride: [2], padding: .same), Activation(.sigmoid)], rows: 9),
    Case(name: "upsample", shape: [3, 2, 2], layers: [Convolution(3, kernel: [1, 1]), Upsample()]),
    Case(name: "upsample of two sides", shape: [2, 3, 3], layers: [Upsample([3, 1]), Convolution(2, kernel: [2, 2])]),
    Case(name: "upsample bilinear", shape: [3, 4, 2], layers: [Convolution(3, kernel: [1, 1]), Upsample(mode: .bilinear)]),
    Case(name: "upsample bilinear of two sides", shape: [1, 3, 2], layers: [Upsample([2, 3], mode: .bilinear), Convolution(2, kernel: [2, 2])]),
    Case(name: "flatten", shape: [2, 3, 2], layers: [Flatten(), Dense(3)]),
    Case(name: "reshape", shape: [12], layers: [Reshape([2, 3, 2]), Convolution(2, kernel: [2, 2])]),
    Case(name: "batch_norm", shape: [4], layers: [Dense(5), BatchNorm(), Activation(.gelu), Dense(2)], rows: 37),
    Case(name: "batch_norm of images", shape: [3, 3, 2], layers: [Convolution(3, kernel: [2, 2]), BatchNorm(), Activation(.tanh)]),
  ]

  static let sequences: [Case] = [
    Case(name: "layer_norm", shape: [3, 20], layers: [Dense(18), LayerNorm(), Dense(2)]),
    Case(name: "embedding", shape: [4], layers: [Embedding(6, size: 3), Dense(2)], tokens: 6),
    Case(name: "embedding padded", shape: [5], layers: [Embedding(4, size: 3, padding: 0), GlobalAveragePool(), Dense(2)], tokens: 4),
    Case(name: "positions", shape: [4, 3], layers: [PositionalEmbedding(), Dense(2)]),
    Case(name: "attention", shape: [4, 6], layers: [Attention(heads: 2)]),
    Case(name: "attention causal", shape: [5, 4], layers: [Attention(heads: 1, causal: true), Dense(2)]),
    Case(name: "attention dropout", shape: [4, 6], layers: [Attention(heads: 3, dropout: 0.3)]),
    Case(name: "attention padded", shape: [5], layers: [Embedding(4, size: 4, padding: 0), Attention(heads: 2), GlobalAveragePool()], tokens: 4),
    Case(name: "transformer_block", shape: [3, 8], layers: [TransformerBlock(heads: 2, feedForward: 12, dropout: 0.2)]),
    Case(name: "transformer_block causal", shape: [4, 4], layers: [TransformerBlock(heads: 2, feedForward: 6, causal: true, activation: .relu)]),
  ] + Recurrent.Kind.allCases.flatMap { kind in
    [
      Case(name: "\(kind)", shape: [4, 3], layers: [Recurrent(kind, 5), Dense(2)]),
      Case(name: "\(kind) sequences", shape: [3, 2], layers: [Recurrent(kind, 4, sequences: true), Recurrent(kind, 3)], rows: 35),
      Case(name: "\(kind) one step", shape: [1, 3], layers: [Recurrent(kind, 4)]),
      Case(name: "\(kind) padded", shape: [5], layers: [Embedding(4, size: 3, padding: 0), Recurrent(kind, 4, sequences: true), Recurrent(kind, 3)], tokens: 4),
    ]
  }

  static let mixed: [Case] = [
    Case(name: "residual", shape: [4], layers: [Dense(5), Residual([Dense(5), Activation(.relu), Dense(5), Activation(.tanh)]), Dense(2)]),
    Case(name: "residual first", shape: [4], layers: [Residual([Residual([Dense(4), Activation(.sigmoid)])])]),
    Case(name: "branches", shape: [12], layers: [
      Branches([
        .init(shape: [3], layers: [Dense(2), Activation(.tanh)]), .init(shape: [2, 3, 1], layers: [Convolution(2, kernel: [2, 2])]),
        .init(shape: [3], layers: []),
      ]), Dense(2),
    ]),
    Case(name: "residual of nothing", shape: [3], layers: [Dense(3), Residual([]), Dense(2)]),
  ]

  @Test(arguments: cases) func wayBackIsTheSlope(_ item: Case) throws {
    var network = try Network<Double>(item.layers, inputShape: item.shape, random: RandomStream(seed: 3))
    var stream = RandomStream(seed: 11)
    for i in network.parameters.indices { network.parameters[i] = stream.nextUniform(-0.6, 0.6) }
    let run = NetworkRun(network, capacity: item.rows + 2, inputGradient: true)
    let count = item.rows, inputs = count * run.input.width, outputs = count * run.output.width
    for i in 0..<inputs { run.input.value[i] = item.tokens.map { Double(stream.nextInt(below: $0)) } ?? stream.nextUniform(-1, 1) }
    let weights = (0..<outputs).map { _ in stream.nextUniform(-1, 1) }
    let random = RandomStream(seed: 5)
    func loss() -> Double {
      run.forward(count, training: true, random: random)
      return (0..<outputs).reduce(0) { $0 + weights[$1] * run.output.value[$1] }
    }
    _ = loss()
    let gradient = try #require(run.outputGradient)
    for i in 0..<outputs { gradient[i] = weights[i] }
    run.backward(count, random: random)
    let learned = (0..<run.parameterCount).map { run.gradients[$0] }
    let toInput = (0..<inputs).map { run.input.gradient?[$0] ?? .nan }
    func check(_ place: UnsafeMutablePointer<Double>, _ indices: StrideTo<Int>, _ expected: [Double], _ what: String) {
      for i in indices {
        let before = place[i], step = 1e-5
        place[i] = before + step
        let above = loss()
        place[i] = before - step
        let below = loss()
        place[i] = before
        let slope = (above - below) / (2 * step)
        #expect(abs(slope - expected[i]) < 2e-7 * max(1, abs(slope)) * Double(max(1, outputs / 40)), "\(item) \(what) \(i): \(expected[i]), and the slope is \(slope)")
      }
    }
    func sparse(_ count: Int) -> StrideTo<Int> { stride(from: 0, to: count, by: max(1, count / 61)) }
    check(run.parameters, sparse(run.parameterCount), learned, "learned")
    if item.tokens == nil { check(run.input.value, sparse(inputs), toInput, "input") }
  }

  @Test(arguments: cases) func bytesAreThoseOfOneThread(_ item: Case) throws {
    let network = try Network<Float>(item.layers, inputShape: item.shape, random: RandomStream(seed: 3))
    let count = 61
    func bytes(_ workers: Workers) -> [UInt32] {
      let run = NetworkRun(network, capacity: count, inputGradient: true)
      var stream = RandomStream(seed: 11)
      for i in 0..<count * run.input.width {
        run.input.value[i] = item.tokens.map { Float(stream.nextInt(below: $0)) } ?? Float(stream.nextUniform(-1, 1))
      }
      run.forward(count, training: true, random: stream, workers: workers)
      for i in 0..<count * run.output.width { run.outputGradient?[i] = Float(stream.nextUniform(-1, 1)) }
      run.backward(count, random: stream, workers: workers)
      return (0..<count * run.output.width).map { run.output.value[$0].bitPattern }
        + (0..<run.parameterCount).map { run.gradients[$0].bitPattern }
        + (0..<run.keptCount).map { run.kept[$0].bitPattern }
    }
    let one = bytes(.one)
    #expect(bytes(Workers(2)) == one)
    #expect(bytes(Workers(7)) == one)
  }

  @Test(arguments: cases) func archivesAreExact(_ item: Case) throws {
    let network = try Network<Float>(item.layers, inputShape: item.shape, random: RandomStream(seed: 3))
    let again = try Network<Float>(archive: try Archive(decoding: network.archive.encoded()))
    #expect(again.archive == network.archive)
    #expect(again.parameters == network.parameters)
  }

  /// Something learned before a layer whose gradient to the input is asked for: a convolution of single pixels.
  private static func Dense1() -> Convolution { Convolution(2, kernel: [1, 1]) }
}
