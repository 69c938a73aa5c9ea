extension Image {
  /// Gray by the weights 0.299, 0.587, 0.114 of red, green, blue (ITU-R BT.601); alpha stays.
  package func grayscaled() -> Image {
    guard isColor else { return self }
    let source = Samples.numbers(samples), alpha = hasAlpha
    var out: [Float] = []
    out.reserveCapacity(width * height * (alpha ? 2 : 1))
    for start in stride(from: 0, to: source.count, by: channels) {
      out.append(Luma.of(source[start], source[start + 1], source[start + 2]))
      if alpha { out.append(source[start + 3]) }
    }
    return Image(checked: width, height, alpha ? 2 : 1, Samples.nearest(out, depth: depth))
  }

  /// Gray as three equal channels; a coloured image stays.
  package func colored() -> Image {
    guard !isColor else { return self }
    let channels = channels
    func spread<S: Sample>(_ values: [S]) -> [S] {
      var out: [S] = []
      out.reserveCapacity(values.count / channels * (channels + 2))
      for start in stride(from: 0, to: values.count, by: channels) {
        for _ in 0..<3 { out.append(values[start]) }
        if channels == 2 { out.append(values[start + 1]) }
      }
      return out
    }
    switch samples {
    case .bytes(let values): return Image(checked: width, height, channels + 2, .bytes(spread(values)))
    case .words(let values): return Image(checked: width, height, channels + 2, .words(spread(values)))
    }
  }

  /// Eight bits a sample, rounded.
  package func narrowed() -> Image {
    guard case .words(let values) = samples else { return self }
    return Image(checked: width, height, channels, .bytes(values.map { UInt8((UInt32($0) * 255 + 32_767) / 65_535) }))
  }

  /// Laid over a colour, so that no alpha is left.
  package func flattened(over background: Fill) -> Image {
    guard hasAlpha else { return self }
    let back = background.samples(like: self), white = Float(whiteLevel)
    let source = Samples.numbers(samples), colors = channels - 1
    var out: [Float] = []
    out.reserveCapacity(width * height * colors)
    for start in stride(from: 0, to: source.count, by: channels) {
      let share = source[start + colors] / white
      for c in 0..<colors { out.append(Float(back[c]) + share * (source[start + c] - Float(back[c]))) }
    }
    return Image(checked: width, height, colors, Samples.nearest(out, depth: depth))
  }
}

extension Image.Samples {
  static func numbers(_ samples: Image.Samples) -> [Float] {
    switch samples {
    case .bytes(let values): values.map { Float($0) }
    case .words(let values): values.map { Float($0) }
    }
  }

  /// Rounds halves up, within black and white.
  static func nearest(_ values: [Float], depth: Int) -> Image.Samples {
    if depth == 16 { return .words(values.map { UInt16(min(max($0 + 0.5, 0), 65_535)) }) }
    return .bytes(values.map { UInt8(min(max($0 + 0.5, 0), 255)) })
  }
}
