import Testing
import WeirBase
import WeirNetworks

struct TransposedConvolutionTests {
  /// PyTorch's rule takes the second side of its weights, which are inputs x outputs here.
  @Test func startsAsPyTorchDoes() throws {
    let network = try Network<Float>([TransposedConvolution(5)], inputShape: [2, 2, 7], random: RandomStream(seed: 1))
    let bound = Start.uniform(1 / (3.0 * 3 * 5).squareRoot())
    #expect(network.learned.entries.map(\.start) == [bound, bound])
    #expect(network.learned.entries.map(\.shape) == [[3, 3, 5, 7], [5]])
  }

  @Test func sameIsThePaddingThatMultipliesByTheStride() throws {
    func outputs(_ padding: Padding) throws -> [UInt32] {
      let layer = TransposedConvolution(3, kernel: [4, 4], stride: [2], padding: padding)
      let network = try Network<Float>([layer], inputShape: [3, 5, 2], random: RandomStream(seed: 2))
      #expect(network.outputShape == [6, 10, 3])
      let run = NetworkRun(network, capacity: 1)
      for i in 0..<30 { run.input.value[i] = Float(i) / 7 }
      run.forward(1, training: false)
      return (0..<180).map { run.output.value[$0].bitPattern }
    }
    #expect(try outputs(.same) == outputs(.fixed(1)))
  }

  /// A convolution and its transpose are adjoint: <conv(x), y> = <x, transpose(y)>, with the same weights and no bias.
  @Test func isTheTransposeOfTheConvolution() throws {
    let conv = Convolution(3, kernel: [3, 2], stride: [2, 3], padding: .fixed(1), bias: false)
    let back = TransposedConvolution(
      2, kernel: [3, 2], stride: [2, 3], padding: .fixed(1), outputPadding: [1, 0], bias: false)
    let there = try Network<Double>([conv], inputShape: [6, 6, 2], random: RandomStream(seed: 3))
    var here = try Network<Double>([back], inputShape: there.outputShape, random: RandomStream(seed: 4))
    #expect(here.outputShape == [6, 6, 2])
    // Both weights are kernel x channels of the larger image x channels of the smaller one.
    here.parameters = there.parameters
    let first = NetworkRun(there, capacity: 1), second = NetworkRun(here, capacity: 1)
    var stream = RandomStream(seed: 5)
    for i in 0..<first.input.width { first.input.value[i] = stream.nextUniform(-1, 1) }
    for i in 0..<second.input.width { second.input.value[i] = stream.nextUniform(-1, 1) }
    first.forward(1, training: false)
    second.forward(1, training: false)
    let left = (0..<first.output.width).reduce(0) { $0 + first.output.value[$1] * second.input.value[$1] }
    let right = (0..<first.input.width).reduce(0) { $0 + first.input.value[$1] * second.output.value[$1] }
    #expect(abs(left - right) < 1e-12 * max(1, abs(left)))
  }
}
