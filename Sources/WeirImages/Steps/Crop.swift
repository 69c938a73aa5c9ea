package import WeirBase
package import WeirModels

/// Cuts a part of the given size out of each picture: at a random place, in the middle, or at a fixed corner.
///
/// With a random place, new rows are cut in the middle, so that all pictures have one size.
package struct Crop: ImageStep {
  package static let archiveName = "crop"
  package enum Place: Sendable, Hashable {
    case random
    case center
    case at(x: Int, y: Int)
  }

  package let width: Int
  package let height: Int
  package let place: Place

  package init(width: Int, height: Int, place: Place = .random) throws(ImageError) {
    guard width > 0, height > 0 else { throw ImageError("a part of \(width)x\(height) pixels has no pixels") }
    self.width = width
    self.height = height
    self.place = place
  }

  package init(archive: Archive) throws {
    let place: Place =
      switch try archive.part("at") {
      case .ints(let corner) where corner.count == 2: .at(x: Int(corner[0]), y: Int(corner[1]))
      case .text("center"): .center
      default: .random
      }
    try self.init(width: archive.part("width").asInt(), height: archive.part("height").asInt(), place: place)
  }

  private var placeArchive: Archive {
    switch place {
    case .random: .text("random")
    case .center: .text("center")
    case .at(let x, let y): .ints([Int64(x), Int64(y)])
    }
  }

  package var archive: Archive {
    .of(["width": .int(Int64(width)), "height": .int(Int64(height)), "at": placeArchive])
  }
  package var name: String { "crop" }
  package var settings: [Setting] {
    [Setting("width", .int(Int64(width))), Setting("height", .int(Int64(height))), Setting("at", placeArchive, default: .text("random"))]
  }

  package func varied(_ image: Image, _ random: inout RandomStream) throws -> Image {
    guard place == .random else { return try settled(image) }
    try image.checkFits(width, height)
    let x = random.nextInt(below: image.width - width + 1), y = random.nextInt(below: image.height - height + 1)
    return try image.cropped(x: x, y: y, width: width, height: height)
  }

  package func settled(_ image: Image) throws -> Image {
    if case .at(let x, let y) = place { return try image.cropped(x: x, y: y, width: width, height: height) }
    return try image.croppedToCenter(width: width, height: height)
  }
}
