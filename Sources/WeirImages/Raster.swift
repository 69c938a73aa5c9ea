/// The samples of an image as numbers, for operations that mix pixels.
///
/// Colours are multiplied by alpha (as a share of 1), so that transparent pixels bring in no colour when pixels mix.
struct Raster: Sendable {
  let width: Int
  let height: Int
  let channels: Int
  /// Value `(y * width + x) * channels + c`.
  var values: [Float]
}

extension Image {
  var raster: Raster {
    var values: [Float]
    switch samples {
    case .bytes(let source): values = source.map { Float($0) }
    case .words(let source): values = source.map { Float($0) }
    }
    if hasAlpha {
      let white = Float(whiteLevel)
      for start in stride(from: 0, to: values.count, by: channels) {
        let share = values[start + channels - 1] / white
        for c in 0..<channels - 1 { values[start + c] *= share }
      }
    }
    return Raster(width: width, height: height, channels: channels, values: values)
  }

  /// Rounds to the nearest level (halves up), within black and white.
  init(_ raster: Raster, depth: Int) {
    var values = raster.values
    let channels = raster.channels
    let white: Float = depth == 16 ? 65535 : 255
    if channels == 2 || channels == 4 {
      for start in stride(from: 0, to: values.count, by: channels) {
        let alpha = values[start + channels - 1]
        // Below half a level alpha rounds to none, and a colour would be noise.
        for c in 0..<channels - 1 { values[start + c] = alpha >= 0.5 ? values[start + c] * white / alpha : 0 }
      }
    }
    self.init(
      checked: raster.width, raster.height, channels,
      depth == 16 ? .words(Image.rounded(values)) : .bytes(Image.rounded(values)))
  }

  private static func rounded<S: Sample>(_ values: [Float]) -> [S] {
    let white = Float(S.max)
    return values.map { value in S(min(max(value + 0.5, 0), white)) }
  }
}
