/// Many images as one: row by row, each in the middle of a cell as large as the largest, thin lines between.
package enum ImageGrid {
  /// `columns` nil gives about as many columns as rows.
  package static func make(_ images: [Image], columns: Int? = nil) throws(ImageError) -> Image {
    guard let width = images.map(\.width).max(), let height = images.map(\.height).max() else {
      throw ImageError("a grid of no images")
    }
    if let columns, columns < 1 { throw ImageError("a grid has at least one column, not \(columns)") }
    let across = min(columns ?? Int(Double(images.count).squareRoot().rounded(.up)), images.count)
    let down = (images.count + across - 1) / across
    let gap = max(1, max(width, height) / 32)
    let color = images.contains { $0.isColor }
    let channels = color ? 3 : 1
    let (fullWidth, wide) = across.multipliedReportingOverflow(by: width + gap)
    let (fullHeight, high) = down.multipliedReportingOverflow(by: height + gap)
    guard !wide, !high else { throw ImageError("a grid of \(images.count) images is too large") }
    try Image.checkSize(width: fullWidth + gap, height: fullHeight + gap, channels: channels)

    let line = (fullWidth + gap) * channels
    var out = [UInt8](repeating: 128, count: line * (fullHeight + gap))
    for (index, image) in images.enumerated() {
      let plain = image.narrowed().flattened(over: .white)
      guard case .bytes(let values) = (color ? plain.colored() : plain).samples else { continue }
      let x = gap + (index % across) * (width + gap) + (width - image.width) / 2
      let y = gap + (index / across) * (height + gap) + (height - image.height) / 2
      let row = image.width * channels
      for from in 0..<image.height {
        let start = (y + from) * line + x * channels
        out.replaceSubrange(start..<start + row, with: values[from * row..<(from + 1) * row])
      }
    }
    return Image(checked: fullWidth + gap, fullHeight + gap, channels, .bytes(out))
  }
}
