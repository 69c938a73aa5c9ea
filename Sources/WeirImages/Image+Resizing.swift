extension Image {
  /// Drawn anew at another size, with a triangle as the filter.
  ///
  /// Growing mixes the nearest two pixels each way (bilinear); shrinking widens the triangle by the scale, so that
  /// every pixel counts and nothing flickers. Each output pixel is a weighted mean of inputs about
  /// `(x + 0.5) * width / newWidth - 0.5`, first along rows, then along columns.
  package func resized(width newWidth: Int, height newHeight: Int) throws(ImageError) -> Image {
    try Image.checkSize(width: newWidth, height: newHeight, channels: channels)
    if newWidth == width && newHeight == height { return self }
    var result = raster
    if newWidth != width { result = result.resizedAlongRows(to: newWidth) }
    if newHeight != height { result = result.resizedAlongColumns(to: newHeight) }
    return Image(result, depth: depth)
  }
}

/// For each output place: the first input it reads and the weights of those that follow, which sum to 1.
struct ResizingWeights {
  let first: [Int]
  let weights: [[Float]]

  init(from length: Int, to newLength: Int) {
    let scale = Double(length) / Double(newLength)
    let reach = max(scale, 1)
    var first: [Int] = [], weights: [[Float]] = []
    for place in 0..<newLength {
      let middle = (Double(place) + 0.5) * scale - 0.5
      let low = max(0, Int((middle - reach).rounded(.up)))
      let high = max(low, min(length - 1, Int((middle + reach).rounded(.down))))
      let triangle = (low...high).map { max(0, 1 - (Double($0) - middle).magnitude / reach) }
      let sum = triangle.reduce(0, +)
      first.append(low)
      weights.append(triangle.map { Float(sum > 0 ? $0 / sum : 1 / Double(triangle.count)) })
    }
    self.first = first
    self.weights = weights
  }
}

extension Raster {
  func resizedAlongRows(to newWidth: Int) -> Raster {
    let plan = ResizingWeights(from: width, to: newWidth)
    let channels = channels, width = width, height = height
    let out = values.withUnsafeBufferPointer { from in
      [Float](unsafeUninitializedCapacity: newWidth * height * channels) { to, count in
        var target = 0
        for y in 0..<height {
          for x in 0..<newWidth {
            let start = (y * width + plan.first[x]) * channels
            let weights = plan.weights[x]
            for c in 0..<channels {
              var sum: Float = 0
              for i in weights.indices { sum += weights[i] * from[start + i * channels + c] }
              to[target + c] = sum
            }
            target += channels
          }
        }
        count = target
      }
    }
    return Raster(width: newWidth, height: height, channels: channels, values: out)
  }

  func resizedAlongColumns(to newHeight: Int) -> Raster {
    let plan = ResizingWeights(from: height, to: newHeight)
    let row = width * channels
    let out = values.withUnsafeBufferPointer { from in
      [Float](unsafeUninitializedCapacity: newHeight * row) { to, count in
        for y in 0..<newHeight {
          let target = y * row
          for i in 0..<row { to[target + i] = 0 }
          for (offset, weight) in plan.weights[y].enumerated() {
            let start = (plan.first[y] + offset) * row
            for i in 0..<row { to[target + i] += weight * from[start + i] }
          }
        }
        count = newHeight * row
      }
    }
    return Raster(width: width, height: newHeight, channels: channels, values: out)
  }
}
