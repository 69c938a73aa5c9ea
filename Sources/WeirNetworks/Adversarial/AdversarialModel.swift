import Glibc
package import WeirBase
package import WeirModels
package import WeirTables

/// One epoch of two networks that learned against each other.
package struct AdversarialRecord: Sendable, Hashable {
  package let epoch: Int
  package let generator: Double
  package let discriminator: Double
  package let rate: Double

  init(epoch: Int, generator: Double, discriminator: Double, rate: Double) {
    (self.epoch, self.generator, self.discriminator, self.rate) = (epoch, generator, discriminator, rate)
  }

  init(archive: Archive) throws {
    self.init(
      epoch: try archive.part("epoch").asInt(), generator: try archive.part("generator").asFloat(),
      discriminator: try archive.part("discriminator").asFloat(), rate: try archive.part("rate").asFloat())
  }

  var archive: Archive {
    .of([
      "epoch": .int(Int64(epoch)), "generator": .float(generator), "discriminator": .float(discriminator), "rate": .float(rate),
    ])
  }
}

/// A generator that learned, and the discriminator that it learned against.
///
/// It predicts how real the discriminator takes rows for, from 0 to 1, and draws new rows (`sample`).
package struct AdversarialModel: FittedModel {
  package static let archiveName = "gan_model"
  package let features: [String]
  /// Which columns hold whole numbers; those of drawn rows are rounded.
  let wholes: [Bool]
  let scale: FeatureScale
  let latent: Int
  let generator: TrainedNetwork
  let discriminator: TrainedNetwork
  /// Whether the discriminator ends with a sigmoid, and gives a probability.
  let isFinished: Bool
  package let records: [AdversarialRecord]

  package var name: String { "gan" }
  package var task: ModelTask { .regression }

  package func predict(_ features: Table) throws -> Column {
    let design = try Design(features, named: self.features, for: name, workers: .current)
    let scores = try discriminator.outputs(scale.applied(to: design.values), count: design.rowCount, workers: .current)
    return Column(.float(isFinished ? scores : scores.map { 1 / (1 + exp(-$0)) }))
  }

  package func probabilities(_ features: Table) throws -> [[Double]] { throw ModelError.noProbabilities(name) }

  /// The layers of both, named after them.
  package func learned() throws -> Table {
    let both = NetworkOutline(generator.rows).named("generator").rows + NetworkOutline(discriminator.rows).named("discriminator").rows
    return NetworkOutline(rows: both).table
  }

  /// The losses, epoch by epoch.
  package var history: Table {
    (try? Table([
      ("epoch", Column(.int(records.map { Int64($0.epoch) }))), ("generator_loss", Column(.float(records.map(\.generator)))),
      ("discriminator_loss", Column(.float(records.map(\.discriminator)))), ("rate", Column(.float(records.map(\.rate)))),
    ])) ?? Table.empty
  }
}

extension AdversarialModel: SamplingModel {
  /// Rows that the generator makes of random numbers; more rows begin with those that fewer are, to the same bytes.
  package func sample(_ count: Int, random: RandomStream, workers: Workers) throws -> Table {
    let width = features.count, size = count.multipliedReportingOverflow(by: width)
    guard count >= 0, !size.overflow, size.partialValue <= 1 << 28 else {
      throw ModelError("\(count) rows of \(width) columns are more numbers than `gan` draws at once", mend: "ask for fewer rows")
    }
    var stream = random.child("latent"), values: [Double] = []
    values.reserveCapacity(size.partialValue)
    // In blocks of one size: the last digits of what a network gives may hang on how many rows it is given.
    for start in stride(from: 0, to: count, by: Self.block) {
      let numbers = (0..<Self.block * latent).map { _ in stream.nextNormal() }
      let rows = try generator.outputs(numbers, count: Self.block, workers: workers)
      values += rows.prefix(min(Self.block, count - start) * width)
    }
    guard values.allSatisfy(\.isFinite) else { throw ModelError("the generator gives numbers that are not finite") }
    return try Table((0..<width).map { j in
      let own = (0..<count).map { scale.means[j] + scale.spreads[j] * values[$0 * width + j] }
      let rounded = wholes[j] ? own.compactMap { Int64(exactly: $0.rounded()) } : []
      return (name: features[j], column: Column(wholes[j] && rounded.count == count ? .int(rounded) : .float(own)))
    }, rowCount: count)
  }

  private static let block = 256
}

extension AdversarialModel: NotedModel {
  package var notes: String {
    guard let last = records.last else { return "" }
    func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
    return "\(NetworkOutline.grouped(NetworkOutline(generator.rows).parameters ?? 0)) parameters generate, "
      + "\(NetworkOutline.grouped(NetworkOutline(discriminator.rows).parameters ?? 0)) tell apart; \(records.count) epochs, "
      + "the last with losses of \(rounded(last.generator)) and \(rounded(last.discriminator))"
  }
}

extension AdversarialModel: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asTexts()
    wholes = try archive.part("wholes").asInts().map { $0 != 0 }
    let means = try archive.part("means").asFloats(), spreads = try archive.part("spreads").asFloats()
    latent = try archive.part("latent").asInt()
    generator = try TrainedNetwork(archive: archive.part("generator"))
    discriminator = try TrainedNetwork(archive: archive.part("discriminator"))
    isFinished = try archive.part("finished").asBool()
    records = try archive.part("history").asList().map { try AdversarialRecord(archive: $0) }
    let width = features.count
    guard (1...AdversarialNetwork.mostLatent).contains(latent), width > 0, Set(features).count == width, wholes.count == width, means.count == width, spreads.count == width,
      spreads.allSatisfy({ $0.isFinite && $0 > 0 }), means.allSatisfy(\.isFinite), generator.inputWidth == latent,
      generator.outputWidth == width, discriminator.inputWidth == width, discriminator.outputWidth == 1
    else { throw ArchiveError("a generator that does not fit its features") }
    scale = FeatureScale(means: means, spreads: spreads)
  }

  package var archive: Archive {
    .of([
      "features": .texts(features), "wholes": .ints(wholes.map { $0 ? 1 : 0 }), "means": .floats(scale.means),
      "spreads": .floats(scale.spreads), "latent": .int(Int64(latent)), "generator": generator.archive,
      "discriminator": discriminator.archive, "finished": .bool(isFinished), "history": .list(records.map(\.archive)),
    ])
  }
}
