package import WeirBase
package import WeirModels
import WeirTables

/// Adds changed copies of each picture to the rows that a plan learns from.
///
/// Row `i` is followed by its `copies` variants, each with target and weight of the row. The row itself goes through
/// the steps as a new row would, so that all pictures come out at one size. New rows are never multiplied.
package struct Augment: Transformer {
  package static let archiveName = "augment"
  package let steps: [any ImageStep]
  package let copies: Int

  package init(_ steps: [any ImageStep], copies: Int = 1) throws(ImageError) {
    guard !steps.isEmpty else {
      throw ImageError("`augment` has no steps", mend: "write `augment(flip(), rotate(-15..15), copies: 3)`")
    }
    guard (1...1000).contains(copies) else { throw ImageError("`copies` is 1 to 1000, not \(copies)") }
    self.steps = steps
    self.copies = copies
  }

  package init(archive: Archive) throws {
    try self.init(
      archive.part("steps").asList().map(ImageSteps.read), copies: archive.part("copies").asInt())
  }

  package var archive: Archive { .of(["steps": .list(steps.map(\.tagged)), "copies": .int(Int64(copies))]) }
  package var name: String { "augment" }
  package var settings: [Setting] {
    [
      Setting("steps", .of(["source": .text(steps.map(\.source).joined(separator: ", "))])), Setting("copies", .int(Int64(copies)), default: .int(1)),
    ]
  }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let fitted = FittedImageSteps(steps), variants = copies + 1
    let (total, overflow) = sample.features.rowCount.multipliedReportingOverflow(by: variants)
    guard !overflow, total <= 1 << 31 else { throw ImageError("`augment` would make too many rows") }
    let rows = (0..<total).map { $0 / variants }
    var out = sample
    let repeated = try sample.features.taking(rows)
    out.features = try repeated.mappingImages(for: name, in: context.workers) { image, row in
      try context.cancellation.check()
      let copy = row % variants
      return copy == 0 ? try fitted.settle(image) : try vary(image, context.random.child(row / variants).child(copy))
    }
    out.target = sample.target?.taking(rows)
    out.weights = sample.weights.map { weights in rows.map { weights[$0] } }
    return (fitted, out)
  }

  /// One changed copy: each step has its own stream, so that one step's draws never move another's.
  package func vary(_ image: Image, _ random: RandomStream) throws -> Image {
    var image = image
    for (index, step) in steps.enumerated() {
      var own = random.child(index)
      image = try step.varied(image, &own)
    }
    return image
  }
}

extension Table {
  /// The given rows, each as often as it is named.
  fileprivate func taking(_ rows: [Int]) throws -> Table {
    try Table(zip(names, columns).map { ($0, $1.taking(rows)) }, rowCount: rows.count, lineage: lineage)
  }
}
