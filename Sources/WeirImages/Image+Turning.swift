import Glibc

extension Image {
  /// Mirrored left to right, top to bottom, or both.
  package func flipped(horizontal: Bool, vertical: Bool) -> Image {
    if !horizontal && !vertical { return self }
    let width = width, height = height
    return rearranged(width, height) { x, y in
      (vertical ? height - 1 - y : y) * width + (horizontal ? width - 1 - x : x)
    }
  }

  /// Turned against the clock.
  ///
  /// Multiples of 90 degrees move whole pixels, and width and height change places with 90 and 270. Other angles turn
  /// about the middle of the picture, keep its size, mix the four nearest pixels, and leave `fill` in the corners.
  package func rotated(_ degrees: Double, fill: Fill = .clear) throws(ImageError) -> Image {
    guard degrees.isFinite else { throw ImageError("an angle is a number of degrees, not \(degrees)") }
    let angle = degrees - 360 * (degrees / 360).rounded(.down)
    let width = width, height = height
    switch angle {
    case 0, 360: return self
    case 90: return rearranged(height, width) { x, y in x * width + (width - 1 - y) }
    case 180: return flipped(horizontal: true, vertical: true)
    case 270: return rearranged(height, width) { x, y in (height - 1 - x) * width + y }
    default: return turned(angle * .pi / 180, fill: fill)
    }
  }

  private func turned(_ radians: Double, fill: Fill) -> Image {
    let source = raster
    let rotation = Rotation(radians: radians, width: width, height: height)
    var background = fill.samples(like: self).map { Float($0) }
    if hasAlpha {
      let share = background[channels - 1] / Float(whiteLevel)
      for c in 0..<channels - 1 { background[c] *= share }
    }
    return Image(rotation.applied(to: source, background: background), depth: depth)
  }
}

/// A turn about the middle of a picture, as the way from a place in the result back to its place in the source.
private struct Rotation {
  let cosine: Double
  let sine: Double
  let middleX: Double
  let middleY: Double

  init(radians: Double, width: Int, height: Int) {
    cosine = cos(radians)
    sine = sin(radians)
    middleX = Double(width - 1) / 2
    middleY = Double(height - 1) / 2
  }

  func applied(to source: Raster, background: [Float]) -> Raster {
    let channels = source.channels, width = source.width, height = source.height
    let values = source.values.withUnsafeBufferPointer { from in
      background.withUnsafeBufferPointer { empty in
        [Float](unsafeUninitializedCapacity: source.values.count) { to, count in
          var target = 0
          for y in 0..<height {
            let dy = Double(y) - middleY
            for x in 0..<width {
              let dx = Double(x) - middleX
              let fromX = cosine * dx - sine * dy + middleX
              let fromY = sine * dx + cosine * dy + middleY
              Rotation.mix(from, width, height, channels, fromX, fromY, empty, to.baseAddress.map { $0 + target })
              target += channels
            }
          }
          count = target
        }
      }
    }
    return Raster(width: width, height: height, channels: channels, values: values)
  }

  /// Writes the pixel at a place between pixels: the four around it, weighted by nearness.
  @inline(__always)
  private static func mix(
    _ from: UnsafeBufferPointer<Float>, _ width: Int, _ height: Int, _ channels: Int, _ x: Double, _ y: Double,
    _ empty: UnsafeBufferPointer<Float>, _ out: UnsafeMutablePointer<Float>?
  ) {
    guard let out else { return }
    let floorX = x.rounded(.down), floorY = y.rounded(.down)
    let left = Int(floorX), top = Int(floorY)
    if left < -1 || top < -1 || left >= width || top >= height {
      for c in 0..<channels { out[c] = empty[c] }
      return
    }
    let right = Float(x - floorX), bottom = Float(y - floorY)
    let start = (top * width + left) * channels
    if left >= 0 && top >= 0 && left < width - 1 && top < height - 1 {
      let below = start + width * channels
      for c in 0..<channels {
        let upper = from[start + c] + right * (from[start + channels + c] - from[start + c])
        let lower = from[below + c] + right * (from[below + channels + c] - from[below + c])
        out[c] = upper + bottom * (lower - upper)
      }
      return
    }
    for c in 0..<channels {
      func at(_ dx: Int, _ dy: Int) -> Float {
        let inside = left + dx >= 0 && left + dx < width && top + dy >= 0 && top + dy < height
        return inside ? from[start + (dy * width + dx) * channels + c] : empty[c]
      }
      let upper = at(0, 0) + right * (at(1, 0) - at(0, 0))
      let lower = at(0, 1) + right * (at(1, 1) - at(0, 1))
      out[c] = upper + bottom * (lower - upper)
    }
  }
}
