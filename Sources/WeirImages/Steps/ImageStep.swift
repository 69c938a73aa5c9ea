package import WeirBase
package import WeirModels
package import WeirTables

/// A step of a plan that changes pictures one by one.
///
/// What is left to chance is done to the rows that a plan learns from, and only to them: new rows get `settled`, which
/// leaves them as they are. What is certain is done to both alike.
package protocol ImageStep: Transformer {
  /// For a row to learn from: draws from `random` what is left to chance.
  func varied(_ image: Image, _ random: inout RandomStream) throws -> Image
  /// For a new row.
  func settled(_ image: Image) throws -> Image
}

extension ImageStep {
  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    var sample = sample
    sample.features = try sample.features.mappingImages(for: name, in: context.workers) { image, row in
      try context.cancellation.check()
      var random = context.random.child(row)
      return try varied(image, &random)
    }
    return (FittedImageSteps([self]), sample)
  }

  var tagged: Archive { .of(["step": .text(Self.archiveName), "settings": archive]) }
}

extension ModelKinds {
  /// Adds the steps on pictures: one line for each kind.
  package mutating func addImageSteps() {
    for type in ImageSteps.types { add(type) }
    add(Augment.self)
    add(FittedImageSteps.self)
    add(Pixels.self, FittedPixels.self)
  }
}

/// The steps that work on one picture, by their stored names.
enum ImageSteps {
  static let types: [any ImageStep.Type] = [
    Rotate.self, Flip.self, Crop.self, ColorShift.self, Resize.self, Grayscale.self, Pad.self,
  ]

  static func read(_ archive: Archive) throws -> any ImageStep {
    let name = try archive.part("step").asText()
    guard let type = types.first(where: { $0.archiveName == name }) else {
      throw ArchiveError("no image step is called `\(name)`")
    }
    return try type.init(archive: archive.part("settings"))
  }
}

/// Steps on pictures once fitted: they learned nothing, and do to new rows what is certain.
package struct FittedImageSteps: FittedTransformer {
  package static let archiveName = "fitted_image_steps"
  let steps: [any ImageStep]

  init(_ steps: [any ImageStep]) { self.steps = steps }

  package init(archive: Archive) throws { steps = try archive.asList().map(ImageSteps.read) }

  package var archive: Archive { .list(steps.map(\.tagged)) }

  package func apply(to features: Table) throws -> Table {
    try features.mappingImages(for: steps.first?.name ?? "augment") { image, _ in try settle(image) }
  }

  func settle(_ image: Image) throws -> Image {
    var image = image
    for step in steps { image = try step.settled(image) }
    return image
  }
}
