package import WeirBase
package import WeirModels

/// Shifts colours by amounts drawn evenly from `-amount...amount`, for hue, saturation, brightness and contrast each.
package struct ColorShift: ImageStep {
  package static let archiveName = "color_shift"
  package let hue: Double
  package let saturation: Double
  package let brightness: Double
  package let contrast: Double

  package init(
    hue: Double = 0, saturation: Double = 0, brightness: Double = 0, contrast: Double = 0
  ) throws(ImageError) {
    guard (0...0.5).contains(hue) else { throw ImageError("`hue` is 0 to 0.5, parts of a full turn, not \(hue)") }
    for (name, value) in [("saturation", saturation), ("brightness", brightness), ("contrast", contrast)] {
      guard (0...1).contains(value) else { throw ImageError("`\(name)` is 0 to 1, not \(value)") }
    }
    self.hue = hue
    self.saturation = saturation
    self.brightness = brightness
    self.contrast = contrast
  }

  package init(archive: Archive) throws {
    try self.init(
      hue: archive.part("hue").asFloat(), saturation: archive.part("saturation").asFloat(),
      brightness: archive.part("brightness").asFloat(), contrast: archive.part("contrast").asFloat())
  }

  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }
  package var name: String { "color_shift" }
  package var settings: [Setting] {
    [
      Setting("hue", .float(hue), default: .float(0)), Setting("saturation", .float(saturation), default: .float(0)),
      Setting("brightness", .float(brightness), default: .float(0)), Setting("contrast", .float(contrast), default: .float(0)),
    ]
  }

  package func varied(_ image: Image, _ random: inout RandomStream) throws -> Image {
    let drawn = [hue, saturation, brightness, contrast].map { amount in amount * (2 * random.nextUniform() - 1) }
    return try image.colorShifted(hue: drawn[0], saturation: drawn[1], brightness: drawn[2], contrast: drawn[3])
  }

  package func settled(_ image: Image) throws -> Image { image }
}
