import Testing
import WeirBase
import WeirModels
import WeirNetworks
import WeirTables

/// Single rows go through a run that is kept from the row before.
struct OneRowTests {
  static let layers: [[any Layer]] = [
    [Dense(16), Activation(.relu), Dense(3)],
    [Dense(12), BatchNorm(), Activation(.gelu), Dropout(0.4), Dense(2)],
    [Reshape([4, 2]), Recurrent(.lstm, 6), Dense(2)],
    [Reshape([4, 2]), Recurrent(.gru, 6, sequences: true), Attention(heads: 2), GlobalAveragePool(), Dense(2)],
    [Reshape([4, 2, 1]), Convolution(3, padding: .same), Activation(.relu), Pool(.greatest), Flatten(), Dense(2)],
    [Reshape([2, 2, 2]), TransposedConvolution(3, stride: [2], padding: .same), Activation(.relu), Flatten(), Dense(2)],
    [Reshape([2, 2, 2]), Upsample([2, 3], mode: .bilinear), Convolution(2), Flatten(), Dense(2)],
  ]

  static func rows(_ count: Int) -> [[Double]] {
    var stream = RandomStream(seed: 5)
    return (0..<count).map { _ in (0..<8).map { _ in stream.nextNormal() } }
  }

  static func networks() throws -> [TrainedNetwork] {
    try layers.flatMap { layers in
      [
        TrainedNetwork.single(try Network<Float>(layers, inputShape: [8], random: RandomStream(seed: 3))),
        .double(try Network<Double>(layers, inputShape: [8], random: RandomStream(seed: 3))),
      ]
    }
  }

  @Test func aRunThatIsKeptGivesTheBytesOfANewOne() throws {
    for network in try Self.networks() {
      let kept = KeptRun()
      for row in Self.rows(6) {
        let anew = try network.outputs(row, count: 1, workers: .one)
        #expect(try network.outputs(row, count: 1, workers: .one, kept: kept) == anew)
        #expect(try network.outputs(row, count: 1, workers: Workers(3), kept: kept) == anew)
      }
    }
  }

  @Test func rowsOfABatchAndSingleRowsAgree() throws {
    for network in try Self.networks() {
      let rows = Self.rows(9), kept = KeptRun()
      let batch = try network.outputs(rows.flatMap { $0 }, count: 9, workers: .one, kept: kept), width = batch.count / 9
      for (i, row) in rows.enumerated() {
        let one = try network.outputs(row, count: 1, workers: .one, kept: kept)
        for (a, b) in zip(one, batch[i * width..<(i + 1) * width]) { #expect(abs(a - b) < 1e-5 * max(1, abs(b))) }
      }
    }
  }

  @Test func oneKeptRunServesManyThreads() throws {
    let networks = try Self.networks(), rows = Self.rows(64), kept = KeptRun()
    let expected = try rows.map { try networks[0].outputs($0, count: 1, workers: .one) }
    let found = try Workers(4).map(rows.count) { try networks[0].outputs(rows[$0], count: 1, workers: .one, kept: kept) }
    #expect(found == expected)
  }
}
