import Testing
import WeirBase
import WeirImages
import WeirModels
import WeirTables

@Suite struct ImageStepTests {
  private func sample(_ count: Int, _ width: Int = 12, _ height: Int = 10, channels: Int = 3) throws -> TrainingSample {
    let images = try (0..<count).map { try noise(width, height, channels: channels, seed: Int64($0)) }
    let table = try Table([
      (name: "image", column: Column(images: images)), (name: "n", column: Column(.int((0..<count).map { Int64($0) }))),
    ])
    return TrainingSample(
      features: table, target: Column(.text(TextValues((0..<count).map { "c\($0 % 3)" }))),
      weights: (0..<count).map { Double($0) })
  }

  private func images(_ table: Table) -> [Image?] { table["image"]?.images ?? [] }

  private func steps() throws -> [any ImageStep] {
    try [
      Flip(horizontal: 0.5, vertical: 0.5), Rotate(-15, 15, fill: Fill([128])), Crop(width: 8, height: 8),
      ColorShift(hue: 0.1, saturation: 0.2, brightness: 0.2, contrast: 0.2), Resize(width: 6, height: 5),
      Grayscale(), Pad(left: 1, top: 0, right: 0, bottom: 2),
    ]
  }

  @Test func theSameBytesWithAnyNumberOfWorkers() throws {
    let policy = try Augment(steps(), copies: 3)
    let results = try [1, 2, 7].map { count in
      let context = FitContext(random: RandomStream(seed: 9), workers: Workers(count))
      return images(try policy.fit(sample(11), in: context).sample.features)
    }
    #expect(results[0].count == 44)
    #expect(results[0] == results[1] && results[0] == results[2])
    let other = try policy.fit(sample(11), in: FitContext(random: RandomStream(seed: 10)))
    #expect(images(other.sample.features) != results[0])
  }

  @Test func aRowDependsOnItsOwnStreamAlone() throws {
    let context = FitContext(random: RandomStream(seed: 4))
    for step in try steps() {
      let few = try step.fit(sample(3), in: context).sample, many = try step.fit(sample(9), in: context).sample
      #expect(images(few.features) == Array(images(many.features).prefix(3)), "\(step.name)")
    }
  }

  @Test func chanceChangesTrainingRowsAndLeavesNewRowsAlone() throws {
    let context = FitContext(random: RandomStream(seed: 4)), rows = try sample(20)
    for step in try [Flip(), Rotate(-15, 15), ColorShift(brightness: 0.4)] as [any ImageStep] {
      let result = try step.fit(rows, in: context)
      #expect(images(result.sample.features) != images(rows.features), "\(step.name)")
      #expect(images(try result.fitted.apply(to: rows.features)) == images(rows.features), "\(step.name)")
    }
    let cut = try Crop(width: 8, height: 8).fit(rows, in: context)
    #expect(images(cut.sample.features).allSatisfy { $0?.width == 8 && $0?.height == 8 })
    let middle = try images(rows.features).map { try $0?.croppedToCenter(width: 8, height: 8) }
    #expect(images(try cut.fitted.apply(to: rows.features)) == middle)
    let certain = try Rotate(90, 90).fit(rows, in: context)
    #expect(images(try certain.fitted.apply(to: rows.features)) == images(certain.sample.features))
  }

  @Test func augmentKeepsTargetsAndWeightsWithTheirRows() throws {
    let rows = try sample(5)
    let result = try Augment([Flip()], copies: 2).fit(rows, in: FitContext(random: RandomStream(seed: 1)))
    #expect(result.sample.features.rowCount == 15)
    #expect(result.sample.weights == (0..<15).map { Double($0 / 3) })
    guard case .int(let numbers)? = result.sample.features["n"]?.storage,
      case .text(let labels)? = result.sample.target?.storage
    else { return #expect(Bool(false)) }
    #expect(numbers == (0..<15).map { Int64($0 / 3) })
    #expect((0..<15).map { labels[$0] } == (0..<15).map { "c\($0 / 3 % 3)" })
    #expect(images(result.sample.features)[3] == images(rows.features)[1])
    #expect(try result.fitted.apply(to: rows.features).rowCount == 5)
  }

  @Test func pixelsGiveOneColumnAPixelAndChannel() throws {
    let context = FitContext(random: RandomStream(seed: 1)), rows = try sample(4, 3, 2)
    let result = try Pixels().fit(rows, in: context)
    #expect(result.sample.features.names.count == 3 * 2 * 3 + 1)
    #expect(result.sample.features.names.prefix(4) == ["image_0_0_r", "image_0_0_g", "image_0_0_b", "image_0_1_r"])
    guard case .float(let reds)? = result.sample.features["image_1_2_r"]?.storage else { return #expect(Bool(false)) }
    #expect(reds == images(rows.features).map { Double($0?[2, 1, 0] ?? 0) / 255 })
    #expect(throws: ModelError.self) { try result.fitted.apply(to: sample(2, 4, 4).features) }
    let gray = try Pixels(size: .init(2, 2)).fit(sample(4, 9, 9, channels: 2), in: context)
    #expect(gray.sample.features.names == ["image_0_0", "image_0_1", "image_1_0", "image_1_1", "n"])
    #expect(try gray.fitted.apply(to: sample(2, 30, 20).features).columnCount == 5)
    #expect(throws: ModelError.self) { try Pixels().fit(sample(1, 300, 300), in: context) }
  }

  @Test func missingImagesStayMissingAndOtherTablesAreRefused() throws {
    let image = try noise(4, 4, channels: 1)
    let column = Column(.objects([image, image], type: "image"), validity: Bitmap([true, false]))
    let rows = TrainingSample(features: try Table([(name: "image", column: column)]), target: nil)
    let context = FitContext(random: RandomStream(seed: 1))
    let flipped = try Flip(horizontal: 1).fit(rows, in: context).sample.features
    #expect(images(flipped) == [image.flipped(horizontal: true, vertical: false), nil])
    let wide = try Pixels().fit(rows, in: context).sample.features
    #expect(wide.columns.allSatisfy { $0.missingCount == 1 })
    let numbers = TrainingSample(features: try Table([(name: "a", column: Column(.int([1])))]), target: nil)
    for step in try steps() { #expect(throws: ModelError.self) { try step.fit(numbers, in: context) } }
    #expect(throws: ModelError.self) { try Pixels().fit(numbers, in: context) }
  }

  @Test func stepsAndWhatTheyLearnedComeBackFromArchives() throws {
    let context = FitContext(random: RandomStream(seed: 2)), rows = try sample(4)
    for step in try steps() {
      let again = try type(of: step).init(archive: step.archive)
      #expect(again.archive == step.archive && again.settings == step.settings)
    }
    let policy = try Augment(steps(), copies: 2)
    let fitted = try policy.fit(rows, in: context).fitted
    let again = try type(of: fitted).init(archive: fitted.archive)
    #expect(images(try again.apply(to: rows.features)) == images(try fitted.apply(to: rows.features)))
    #expect(try Augment(archive: policy.archive).archive == policy.archive)
    let pixels = try Pixels(size: .init(4, 4)).fit(rows, in: context).fitted
    let back = try type(of: pixels).init(archive: Archive(decoding: pixels.archive.encoded()))
    #expect(try back.apply(to: rows.features).names == pixels.apply(to: rows.features).names)
  }
}
