import CPNG

/// Reads PNG files of every colour type, depth and interlacing.
///
/// Palettes become RGB, transparent colours an alpha channel, gray of 1, 2 and 4 bits 8 bits. Gamma, profiles and texts
/// are skipped: the samples are those of the file. Memory is bounded before a pixel is unpacked.
package struct PNGReader: Sendable {
  /// What a file may ask for.
  package struct Limits: Sendable {
    /// Pixels a side.
    package var side = 65_535
    /// Bytes of all pixels of one image.
    package var bytes = 512 << 20
    package init() {}
  }

  package var limits = Limits()

  package init(limits: Limits = Limits()) { self.limits = limits }

  package static func read(_ bytes: [UInt8]) throws(ImageError) -> Image { try PNGReader().read(bytes) }

  package func read(_ bytes: [UInt8]) throws(ImageError) -> Image {
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<Image, ImageError> in
      Result { () throws(ImageError) -> Image in try read(buffer) }
    }
    return try result.get()
  }

  /// Deflate cannot pack more than 1032 bytes into one.
  private static let mostPacked: UInt64 = 1032

  private func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(ImageError) -> Image {
    let side = UInt32(clamping: limits.side)
    guard
      let reader = weir_png_open(
        bytes.baseAddress, bytes.count, weir_png_limits(max_side: side, max_chunks: 128, max_chunk_bytes: 1 << 20))
    else { throw ImageError("memory is lacking") }
    defer { weir_png_close(reader) }

    var header = weir_png_header()
    guard weir_png_read_header(reader, &header) == 0 else { throw PNGReader.failure(of: reader) }
    let width = Int(header.width), height = Int(header.height), channels = Int(header.channels)
    guard let count = Image.sampleCount(width: width, height: height, channels: channels),
      count <= limits.bytes / (header.depth == 16 ? 2 : 1)
    else { throw ImageError("the PNG is too large: \(width)x\(height) pixels") }
    guard header.packed_bytes / PNGReader.mostPacked <= UInt64(bytes.count) else {
      throw ImageError("the PNG ends early: \(bytes.count) bytes cannot hold \(width)x\(height) pixels")
    }
    let samples: Image.Samples
    if header.depth == 16 {
      var values = [UInt16](repeating: 0, count: count)
      let status = values.withUnsafeMutableBytes { PNGReader.fill($0, from: reader) }
      guard status == 0 else { throw PNGReader.failure(of: reader) }
      samples = .words(values)
    } else {
      var values = [UInt8](repeating: 0, count: count)
      let status = values.withUnsafeMutableBytes { PNGReader.fill($0, from: reader) }
      guard status == 0 else { throw PNGReader.failure(of: reader) }
      samples = .bytes(values)
    }
    return try Image(width: width, height: height, channels: channels, samples: samples)
  }

  private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from reader: OpaquePointer) -> Int32 {
    weir_png_read_pixels(reader, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count)
  }

  private static func failure(of reader: OpaquePointer) -> ImageError {
    let text = String(cString: weir_png_message(reader))
    return text == "not a PNG file" ? ImageError(text) : ImageError("the PNG is broken: \(text)")
  }
}
