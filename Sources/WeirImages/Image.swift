import WeirTables

/// A picture: rows of pixels from the top, each pixel one to four samples, in one shared buffer.
///
/// Channels are 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA, alpha not multiplied in. Samples have 8 bits, or 16 where the
/// file had 16, so that an image that is read and written keeps its pixels.
package struct Image: ColumnObject, Hashable {
  package enum Samples: Sendable, Hashable {
    case bytes([UInt8])
    case words([UInt16])
  }

  package let width: Int
  package let height: Int
  package let channels: Int
  /// Sample `(y * width + x) * channels + c`.
  package let samples: Samples

  /// Throws where the sizes do not fit together; `samples` holds `width * height * channels` of them.
  package init(width: Int, height: Int, channels: Int, samples: Samples) throws(ImageError) {
    guard (1...4).contains(channels) else { throw ImageError("an image has 1 to 4 channels, not \(channels)") }
    guard let count = Image.sampleCount(width: width, height: height, channels: channels), count == samples.count else {
      throw ImageError("\(width)x\(height) pixels of \(channels) channels are not \(samples.count) samples")
    }
    self.init(checked: width, height, channels, samples)
  }

  /// For results whose sizes follow from those of an image that exists.
  init(checked width: Int, _ height: Int, _ channels: Int, _ samples: Samples) {
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  /// Bits a sample: 8 or 16.
  package var depth: Int {
    switch samples {
    case .bytes: 8
    case .words: 16
    }
  }

  /// The value of white, or of full alpha: 255 or 65535.
  package var whiteLevel: Int { depth == 8 ? 255 : 65535 }
  package var hasAlpha: Bool { channels == 2 || channels == 4 }
  package var isColor: Bool { channels > 2 }
  /// The channels without alpha: 1 or 3.
  package var colorChannels: Int { isColor ? 3 : 1 }

  /// The sample of channel `c` at column `x`, row `y`; 0 outside the picture.
  package subscript(x: Int, y: Int, c: Int) -> Int {
    guard x >= 0, y >= 0, x < width, y < height, c >= 0, c < channels else { return 0 }
    let index = (y * width + x) * channels + c
    switch samples {
    case .bytes(let values): return Int(values[index])
    case .words(let values): return Int(values[index])
    }
  }

  package var shortDescription: String {
    let kinds = ["gray", "gray+alpha", "RGB", "RGBA"]
    let kind = kinds.indices.contains(channels - 1) ? kinds[channels - 1] : "\(channels) channels"
    return "\(width)x\(height) \(kind)" + (depth == 16 ? " 16-bit" : "")
  }

  /// How many samples a picture of that size has; nil where it has none, or more than can be counted.
  package static func sampleCount(width: Int, height: Int, channels: Int) -> Int? {
    guard width > 0, height > 0, channels > 0 else { return nil }
    let (pixels, tooMany) = width.multipliedReportingOverflow(by: height)
    let (count, overflow) = pixels.multipliedReportingOverflow(by: channels)
    return tooMany || overflow ? nil : count
  }

  /// The most samples that an operation may make: 512 Mi.
  package static let sampleLimit = 512 << 20

  /// Throws where a picture of that size is empty or larger than the limit.
  static func checkSize(width: Int, height: Int, channels: Int) throws(ImageError) {
    guard width > 0, height > 0 else { throw ImageError("an image of \(width)x\(height) pixels has no pixels") }
    guard let count = sampleCount(width: width, height: height, channels: channels), count <= sampleLimit else {
      throw ImageError("an image of \(width)x\(height) pixels is too large")
    }
  }
}

extension Image.Samples {
  package var count: Int {
    switch self {
    case .bytes(let values): values.count
    case .words(let values): values.count
    }
  }
}

/// What can go wrong with images, in the user's words; the layer above adds code and span.
package struct ImageError: Error, Sendable, Hashable, CustomStringConvertible {
  package let message: String
  package let mend: String?

  package init(_ message: String, mend: String? = nil) {
    self.message = message
    self.mend = mend
  }

  package var description: String { message }
}
