import CPNG

/// Writes PNG files: the colour type and depth follow from the image.
package struct PNGWriter: Sendable {
  package enum Effort: Sendable {
    /// Small files: adaptive filters, zlib level 6.
    case small
    /// Files about as small for photographs and larger for drawings, written several times faster: one filter and
    /// run-length coding.
    case fast
  }

  package var effort: Effort
  package var interlaced: Bool

  package init(effort: Effort = .small, interlaced: Bool = false) {
    self.effort = effort
    self.interlaced = interlaced
  }

  package static func write(_ image: Image) throws(ImageError) -> [UInt8] { try PNGWriter().write(image) }

  package func write(_ image: Image) throws(ImageError) -> [UInt8] {
    guard let width = UInt32(exactly: image.width), let height = UInt32(exactly: image.height) else {
      throw ImageError("an image of \(image.width)x\(image.height) pixels is too large for PNG")
    }
    let target = weir_png_target(
      width: width, height: height, channels: UInt8(clamping: image.channels), depth: image.depth == 16 ? 16 : 8,
      level: effort == .small ? 6 : 1, fast: effort == .fast ? 1 : 0, interlaced: interlaced ? 1 : 0)
    var file = weir_png_file()
    defer { weir_png_release(&file) }
    let status =
      switch image.samples {
      case .bytes(let values): values.withUnsafeBytes { PNGWriter.write($0, target, &file) }
      case .words(let values): values.withUnsafeBytes { PNGWriter.write($0, target, &file) }
      }
    guard status == 0 else {
      let text = withUnsafeBytes(of: file.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw ImageError("the PNG could not be written: \(text)")
    }
    return Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
  }

  private static func write(
    _ pixels: UnsafeRawBufferPointer, _ target: weir_png_target, _ file: inout weir_png_file
  ) -> Int32 {
    weir_png_write(pixels.baseAddress?.assumingMemoryBound(to: UInt8.self), pixels.count, target, &file)
  }
}
