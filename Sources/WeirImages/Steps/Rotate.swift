package import WeirBase
package import WeirModels

/// Turns pictures by an angle drawn evenly from a range of degrees, against the clock.
///
/// One angle instead of a range is certain, and new rows are turned too. Width and height change places only with the
/// certain angles 90 and 270.
package struct Rotate: ImageStep {
  package static let archiveName = "rotate"
  package let low: Double
  package let high: Double
  package let fill: Fill

  package init(_ low: Double, _ high: Double, fill: Fill = .clear) throws(ImageError) {
    guard low.isFinite, high.isFinite, low <= high else {
      throw ImageError("`rotate` takes angles from low to high, not \(low)..\(high)", mend: "write `rotate(-15..15)`")
    }
    self.low = low
    self.high = high
    self.fill = fill
  }

  package init(archive: Archive) throws {
    try self.init(
      archive.part("low").asFloat(), archive.part("high").asFloat(),
      fill: Fill(archive.part("fill").asFloats()))
  }

  package var archive: Archive { .of(["low": .float(low), "high": .float(high), "fill": .floats(fill.levels)]) }
  package var name: String { "rotate" }
  package var settings: [Setting] {
    [
      Setting("angle", low == high ? .float(low) : .of(["source": .text("\(low)..\(high)")])),
      Setting("fill", .floats(fill.levels), default: .floats(Fill.clear.levels)),
    ]
  }

  package func varied(_ image: Image, _ random: inout RandomStream) throws -> Image {
    try image.rotated(low == high ? low : random.nextUniform(low, high), fill: fill)
  }

  package func settled(_ image: Image) throws -> Image { low == high ? try image.rotated(low, fill: fill) : image }
}
