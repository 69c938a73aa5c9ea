extension Image {
  /// Brighter or darker, with more or less contrast and saturation, and with other hues.
  ///
  /// In this order, each held within black and white: brightness multiplies by `1 + brightness`; contrast moves
  /// each sample away from the mean gray of the picture by `1 + contrast`; saturation moves each pixel away from
  /// its own gray by `1 + saturation`; hue turns the colour circle by `hue` of a full turn. Gray pictures know
  /// brightness and contrast only.
  package func colorShifted(
    hue: Double = 0, saturation: Double = 0, brightness: Double = 0, contrast: Double = 0
  ) throws(ImageError) -> Image {
    for (name, value) in [("saturation", saturation), ("brightness", brightness), ("contrast", contrast)] {
      guard (-1...10).contains(value) else { throw ImageError("`\(name)` is -1 to 10, not \(value)") }
    }
    guard (-1...1).contains(hue) else { throw ImageError("`hue` is -1 to 1, parts of a full turn, not \(hue)") }
    if hue == 0 && saturation == 0 && brightness == 0 && contrast == 0 { return self }

    let white = Float(whiteLevel)
    let brighter = Float(1 + brightness)
    var result = self
    if brightness != 0 {
      result = result.mappingLevels { Int(min(Float($0) * brighter + 0.5, white)) }
    }
    if contrast != 0 {
      let mean = result.meanGray, factor = 1 + contrast
      result = result.mappingLevels { Int(min(max(mean + factor * (Double($0) - mean) + 0.5, 0), Double(white))) }
    }
    if isColor && (saturation != 0 || hue != 0) {
      result = result.turningColors(hue: Float(hue), saturation: Float(1 + saturation))
    }
    return result
  }

  /// The mean over all pixels of their gray.
  var meanGray: Double {
    var sum = 0.0
    let channels = channels, color = isColor
    func add<S: Sample>(_ values: [S]) {
      for start in stride(from: 0, to: values.count, by: channels) {
        sum += color
          ? Luma.of(Double(values[start]), Double(values[start + 1]), Double(values[start + 2])) : Double(values[start])
      }
    }
    switch samples {
    case .bytes(let values): add(values)
    case .words(let values): add(values)
    }
    return sum / Double(width * height)
  }

  private func turningColors(hue: Float, saturation: Float) -> Image {
    var values = Samples.numbers(samples)
    let white = Float(whiteLevel)
    for start in stride(from: 0, to: values.count, by: channels) {
      var pixel = HuedPixel(values[start], values[start + 1], values[start + 2])
      pixel.saturate(saturation, white)
      if hue != 0 { pixel.turn(hue) }
      values[start] = pixel.red
      values[start + 1] = pixel.green
      values[start + 2] = pixel.blue
    }
    return Image(checked: width, height, channels, Samples.nearest(values, depth: depth))
  }
}

/// One coloured pixel.
struct HuedPixel {
  var red: Float
  var green: Float
  var blue: Float

  init(_ red: Float, _ green: Float, _ blue: Float) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  mutating func saturate(_ factor: Float, _ white: Float) {
    if factor == 1 { return }
    let gray = Luma.of(red, green, blue)
    red = min(max(gray + factor * (red - gray), 0), white)
    green = min(max(gray + factor * (green - gray), 0), white)
    blue = min(max(gray + factor * (blue - gray), 0), white)
  }

  /// Turns the hue by a part of the full circle; the greatest and the least sample (HSV's value and chroma) stay.
  mutating func turn(_ part: Float) {
    let most = max(red, green, blue), least = min(red, green, blue)
    let chroma = most - least
    if chroma == 0 { return }
    // The six edges of the colour circle, counted from red.
    var place: Float =
      if most == red { (green - blue) / chroma } else if most == green { (blue - red) / chroma + 2 } else {
        (red - green) / chroma + 4
      }
    place += 6 * part
    place -= 6 * (place / 6).rounded(.down)
    let rising = place - (place / 2).rounded(.down) * 2
    let middle = least + chroma * (1 - (rising - 1).magnitude)
    switch place {
    case ..<1: (red, green, blue) = (most, middle, least)
    case ..<2: (red, green, blue) = (middle, most, least)
    case ..<3: (red, green, blue) = (least, most, middle)
    case ..<4: (red, green, blue) = (least, middle, most)
    case ..<5: (red, green, blue) = (middle, least, most)
    default: (red, green, blue) = (most, least, middle)
    }
  }
}
