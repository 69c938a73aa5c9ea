import Testing
import WeirBase
import WeirNetworks

struct DenseTests {
  @Test func computesWhatItSays() throws {
    var network = try Network<Double>([Dense(2), Activation(.relu)], inputShape: [3], random: RandomStream(seed: 1))
    let isSet = network.setParameter("dense_1.weight", [1, 2, 3, -1, -2, -3])
    let isBiasSet = network.setParameter("dense_1.bias", [0.5, 0.25])
    #expect(isSet && isBiasSet)
    let run = NetworkRun(network, capacity: 2)
    for (i, x) in [1.0, 1, 1, -1, 0, -2].enumerated() { run.input.value[i] = x }
    run.forward(2, training: true)
    #expect((0..<4).map { run.output.value[$0] } == [6.5, 0, 0, 7.25])
    for i in 0..<4 { run.outputGradient?[i] = 1 }
    run.backward(2)
    #expect((0..<8).map { run.gradients[$0] } == [1, 1, 1, -1, 0, -2, 1, 1])
  }

  @Test func batchesThatDoNotFitAreRefused() throws {
    let network = try Network<Float>([Dense(1 << 20), Activation(.relu)], inputShape: [4])
    #expect(throws: LayerError.self) { _ = try NetworkRun.checked(network, capacity: .max) }
    #expect(throws: LayerError.self) { _ = try NetworkRun.checked(network, capacity: 1 << 40) }
    #expect(try NetworkRun.checked(network, capacity: 1).output.width == 1 << 20)
  }

  @Test func errorsNameTheLayerAndTheShape() {
    #expect(throws: LayerError("dense_1", .shape(input: [4, 4, 1], needs: "features, or steps x features"))) {
      _ = try Network<Float>([Dense(3), Dense(2)], inputShape: [4, 4, 1], random: RandomStream(seed: 1))
    }
  }
}
