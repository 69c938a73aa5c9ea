extension Image {
  /// The part of that size whose left upper corner is (x, y).
  package func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) throws(ImageError) -> Image {
    try checkFits(newWidth, newHeight)
    guard (0...width - newWidth).contains(x), (0...height - newHeight).contains(y) else {
      throw ImageError("the part of \(newWidth)x\(newHeight) pixels at (\(x), \(y)) reaches out of an image of "
        + "\(width)x\(height)")
    }
    let width = width
    return rearranged(newWidth, newHeight) { column, row in (y + row) * width + x + column }
  }

  /// The part of that size in the middle.
  package func croppedToCenter(width newWidth: Int, height newHeight: Int) throws(ImageError) -> Image {
    try checkFits(newWidth, newHeight)
    return try cropped(x: (width - newWidth) / 2, y: (height - newHeight) / 2, width: newWidth, height: newHeight)
  }

  func checkFits(_ newWidth: Int, _ newHeight: Int) throws(ImageError) {
    guard newWidth > 0, newHeight > 0 else {
      throw ImageError("a part of \(newWidth)x\(newHeight) pixels has no pixels")
    }
    guard newWidth <= width, newHeight <= height else {
      throw ImageError(
        "an image of \(width)x\(height) pixels has no part of \(newWidth)x\(newHeight)",
        mend: "resize or pad the image first")
    }
  }

  /// With a margin of `fill` on each side.
  package func padded(left: Int, top: Int, right: Int, bottom: Int, fill: Fill = .clear) throws(ImageError) -> Image {
    let margins = [left, top, right, bottom]
    guard margins.allSatisfy({ (0...65_535).contains($0) }) else {
      throw ImageError("a margin is 0 to 65535 pixels, not \(margins.first { !(0...65_535).contains($0) } ?? 0)")
    }
    let newWidth = left + width + right, newHeight = top + height + bottom
    try Image.checkSize(width: newWidth, height: newHeight, channels: channels)
    let width = width, height = height
    return rearranged(newWidth, newHeight, fill: fill) { x, y in
      let inside = x >= left && x < left + width && y >= top && y < top + height
      return inside ? (y - top) * width + x - left : -1
    }
  }
}
