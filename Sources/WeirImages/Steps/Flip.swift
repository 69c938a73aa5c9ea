package import WeirBase
package import WeirModels

/// Mirrors pictures left to right with probability `horizontal`, top to bottom with `vertical`.
package struct Flip: ImageStep {
  package static let archiveName = "flip"
  package let horizontal: Double
  package let vertical: Double

  package init(horizontal: Double = 0.5, vertical: Double = 0) throws(ImageError) {
    for (name, chance) in [("horizontal", horizontal), ("vertical", vertical)] {
      guard (0...1).contains(chance) else { throw ImageError("`\(name)` is a probability from 0 to 1, not \(chance)") }
    }
    self.horizontal = horizontal
    self.vertical = vertical
  }

  package init(archive: Archive) throws {
    try self.init(horizontal: archive.part("horizontal").asFloat(), vertical: archive.part("vertical").asFloat())
  }

  package var archive: Archive { .of(["horizontal": .float(horizontal), "vertical": .float(vertical)]) }
  package var name: String { "flip" }
  package var settings: [Setting] {
    [Setting("horizontal", .float(horizontal), default: .float(0.5)), Setting("vertical", .float(vertical), default: .float(0))]
  }

  package func varied(_ image: Image, _ random: inout RandomStream) throws -> Image {
    let across = random.nextUniform() < horizontal
    return image.flipped(horizontal: across, vertical: random.nextUniform() < vertical)
  }

  package func settled(_ image: Image) throws -> Image {
    image.flipped(horizontal: horizontal == 1, vertical: vertical == 1)
  }
}
