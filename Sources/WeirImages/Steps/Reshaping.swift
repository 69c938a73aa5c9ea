package import WeirBase
package import WeirModels

/// Brings every picture to one size; without a height, to one width in its own proportions.
package struct Resize: ImageStep {
  package static let archiveName = "resize"
  package let width: Int
  package let height: Int?

  package init(width: Int, height: Int? = nil) throws(ImageError) {
    try Image.checkSize(width: width, height: height ?? 1, channels: 4)
    self.width = width
    self.height = height
  }

  package init(archive: Archive) throws {
    let height: Int? = if case .none = try archive.part("height") { nil } else { try archive.part("height").asInt() }
    try self.init(width: archive.part("width").asInt(), height: height)
  }

  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }
  package var name: String { "resize" }
  package var settings: [Setting] {
    [Setting("width", .int(Int64(width))), Setting("height", height.map { .int(Int64($0)) } ?? .none, default: Archive.none)]
  }

  package func varied(_ image: Image, _ random: inout RandomStream) throws -> Image { try settled(image) }

  package func settled(_ image: Image) throws -> Image {
    let proportional = (Double(width) / Double(image.width) * Double(image.height)).rounded()
    return try image.resized(width: width, height: height ?? max(1, Int(min(proportional, 1e9))))
  }
}

/// Makes every picture gray.
package struct Grayscale: ImageStep {
  package static let archiveName = "grayscale"
  package init() {}
  package init(archive: Archive) throws {}
  package var archive: Archive { .none }
  package var name: String { "grayscale" }
  package var settings: [Setting] { [] }

  package func varied(_ image: Image, _ random: inout RandomStream) throws -> Image { image.grayscaled() }
  package func settled(_ image: Image) throws -> Image { image.grayscaled() }
}

/// Puts a margin round every picture.
package struct Pad: ImageStep {
  package static let archiveName = "pad_image"
  package let left: Int
  package let top: Int
  package let right: Int
  package let bottom: Int
  package let fill: Fill

  package init(left: Int, top: Int, right: Int, bottom: Int, fill: Fill = .clear) throws(ImageError) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
    self.fill = fill
    for margin in [left, top, right, bottom] where !(0...65_535).contains(margin) {
      throw ImageError("a margin is 0 to 65535 pixels, not \(margin)")
    }
  }

  package init(archive: Archive) throws {
    let margins = try archive.part("margins").asInts()
    guard margins.count == 4 else { throw ArchiveError("a picture has four margins") }
    try self.init(
      left: Int(margins[0]), top: Int(margins[1]), right: Int(margins[2]), bottom: Int(margins[3]),
      fill: Fill(archive.part("fill").asFloats()))
  }

  private var margins: Archive { .ints([left, top, right, bottom].map { Int64($0) }) }
  package var archive: Archive { .of(["margins": margins, "fill": .floats(fill.levels)]) }
  package var name: String { "pad" }
  package var settings: [Setting] { [Setting("margins", margins), Setting("fill", .floats(fill.levels), default: .floats(Fill.clear.levels))] }

  package func varied(_ image: Image, _ random: inout RandomStream) throws -> Image { try settled(image) }
  package func settled(_ image: Image) throws -> Image {
    try image.padded(left: left, top: top, right: right, bottom: bottom, fill: fill)
  }
}
