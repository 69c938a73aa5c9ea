/// The two kinds of samples that an image can have.
protocol Sample: FixedWidthInteger, UnsignedInteger, BitwiseCopyable, Sendable {}
extension UInt8: Sample {}
extension UInt16: Sample {}

extension Image {
  /// The image of the given size whose pixel (x, y) is this one's pixel `source(x, y)`, numbered row by row; `fill`
  /// where that is negative.
  func rearranged(_ width: Int, _ height: Int, fill: Fill = .clear, _ source: (Int, Int) -> Int) -> Image {
    let background = fill.samples(like: self)
    let moved: Samples =
      switch samples {
      case .bytes(let values): .bytes(Image.move(values, channels, width, height, background, source))
      case .words(let values): .words(Image.move(values, channels, width, height, background, source))
      }
    return Image(checked: width, height, channels, moved)
  }

  private static func move<S: Sample>(
    _ values: [S], _ channels: Int, _ width: Int, _ height: Int, _ background: [Int], _ source: (Int, Int) -> Int
  ) -> [S] {
    let empty = background.map { S(clamping: $0) }
    return values.withUnsafeBufferPointer { from in
      [S](unsafeUninitializedCapacity: width * height * channels) { to, count in
        var target = 0
        for y in 0..<height {
          for x in 0..<width {
            let pixel = source(x, y)
            for c in 0..<channels { to[target + c] = pixel < 0 ? empty[c] : from[pixel * channels + c] }
            target += channels
          }
        }
        count = target
      }
    }
  }

  /// The image with each sample replaced through a table of all levels; alpha stays.
  func mappingLevels(_ level: (Int) -> Int) -> Image {
    let table = (0...whiteLevel).map(level)
    let alpha = hasAlpha ? channels - 1 : channels
    let mapped: Samples
    switch samples {
    case .bytes(let values): mapped = .bytes(Image.look(values, table, channels, alpha))
    case .words(let values): mapped = .words(Image.look(values, table, channels, alpha))
    }
    return Image(checked: width, height, channels, mapped)
  }

  private static func look<S: Sample>(_ values: [S], _ table: [Int], _ channels: Int, _ alpha: Int) -> [S] {
    let levels = table.map { S(clamping: $0) }
    var out = values
    for start in stride(from: 0, to: values.count, by: channels) {
      for c in 0..<min(alpha, channels) { out[start + c] = levels[Int(values[start + c])] }
    }
    return out
  }
}

/// What stands where a picture has no pixels: transparent black, or a colour in levels of 0 to 255.
package struct Fill: Sendable, Hashable {
  /// Empty for transparent black; one level for gray; three for a colour; two or four with alpha.
  package let levels: [Double]

  package static let clear = Fill(unchecked: [])
  package static let white = Fill(unchecked: [255])
  package static let black = Fill(unchecked: [0])

  private init(unchecked levels: [Double]) { self.levels = levels }

  package init(_ levels: [Double]) throws(ImageError) {
    guard levels.count <= 4, levels.allSatisfy({ (0...255).contains($0) }) else {
      throw ImageError("`fill` is one to four levels from 0 to 255", mend: "write `fill: 128` or `fill: [255, 0, 0]`")
    }
    self.init(unchecked: levels)
  }

  /// One level for each channel of `image`, in its depth.
  func samples(like image: Image) -> [Int] {
    guard let first = levels.first else { return Array(repeating: 0, count: image.channels) }
    let color = levels.count >= 3 ? Array(levels.prefix(3)) : [first, first, first]
    let alpha = levels.count == 2 || levels.count == 4 ? levels[levels.count - 1] : 255
    let gray = levels.count >= 3 ? Luma.of(color[0], color[1], color[2]) : first
    let wanted = (image.isColor ? color : [gray]) + (image.hasAlpha ? [alpha] : [])
    return wanted.map { Int(($0 * Double(image.whiteLevel) / 255).rounded()) }
  }
}

/// Gray as the eye weighs colours (ITU-R BT.601).
enum Luma {
  static func of(_ red: Double, _ green: Double, _ blue: Double) -> Double {
    0.299 * red + 0.587 * green + 0.114 * blue
  }

  static func of(_ red: Float, _ green: Float, _ blue: Float) -> Float { 0.299 * red + 0.587 * green + 0.114 * blue }
}
