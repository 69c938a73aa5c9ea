package import WeirBase

extension Image {
  package static let archiveName = "image"

  /// The pixels as they are, 16-bit samples as little-endian pairs.
  package var archive: Archive {
    let bytes: [UInt8] =
      switch samples {
      case .bytes(let values): values
      case .words(let values): values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
      }
    return .of([
      "width": .int(Int64(width)), "height": .int(Int64(height)), "channels": .int(Int64(channels)),
      "depth": .int(Int64(depth)), "samples": .bytes(bytes),
    ])
  }

  package init(archive: Archive) throws {
    let bytes = try archive.part("samples").asBytes()
    let samples: Samples
    switch try archive.part("depth").asInt() {
    case 8: samples = .bytes(bytes)
    case 16:
      samples = .words((0..<bytes.count / 2).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 })
    case let other: throw ArchiveError("an image of \(other) bits a sample")
    }
    try self.init(
      width: archive.part("width").asInt(), height: archive.part("height").asInt(),
      channels: archive.part("channels").asInt(), samples: samples)
  }
}
