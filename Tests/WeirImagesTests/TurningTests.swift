import Foundation
import Testing
import WeirImages

@Suite struct Turning {
  @Test func fourQuarterTurnsAndTwoFlipsGiveTheSamePicture() throws {
    for channels in 1...4 {
      for depth in [8, 16] {
        let image = try noise(7, 4, channels: channels, depth: depth)
        var turned = image
        for _ in 0..<4 { turned = try turned.rotated(90) }
        #expect(turned == image)
        #expect(try image.rotated(90).rotated(-90) == image)
        #expect(try image.rotated(450) == image.rotated(90))
        #expect(try image.rotated(180) == image.flipped(horizontal: true, vertical: true))
        #expect(try image.rotated(0) == image)
        for (across, down) in [(true, false), (false, true), (true, true)] {
          let once = image.flipped(horizontal: across, vertical: down)
          #expect(once != image)
          #expect(once.flipped(horizontal: across, vertical: down) == image)
        }
      }
    }
  }

  @Test func aQuarterTurnGoesAgainstTheClock() throws {
    let image = try Image(width: 3, height: 2, channels: 1, samples: .bytes([1, 2, 3, 4, 5, 6]))
    let turned = try image.rotated(90)
    #expect(turned.width == 2 && turned.height == 3)
    #expect(turned.samples == .bytes([3, 6, 2, 5, 1, 4]))
    #expect(image.flipped(horizontal: true, vertical: false).samples == .bytes([3, 2, 1, 6, 5, 4]))
  }

  @Test(arguments: [15.0, -15, 33.3, 89.999, 200, 350.5, 1e-7])
  func anyAngleAgreesWithTheSlowWay(angle: Double) throws {
    for channels in 1...4 {
      let image = try noise(19, 12, channels: channels, seed: 3)
      let turned = try image.rotated(angle, fill: image.hasAlpha ? .clear : Fill([77]))
      #expect(farthest(turned, slowlyTurned(image, angle, 77)) <= 1)
    }
  }

  @Test func turningNearlyAQuarterComesNearTheExactTurn() throws {
    let image = try slope(21, 21)
    #expect(farthest(try image.rotated(90 - 1e-9), try image.rotated(90)) <= 1)
  }

  @Test func cornersGetTheFill() throws {
    let white = try Image(width: 20, height: 20, channels: 3, samples: .bytes(Array(repeating: 255, count: 1200)))
    let turned = try white.rotated(45, fill: Fill([255, 0, 0]))
    #expect((0..<3).map { turned[0, 0, $0] } == [255, 0, 0])
    #expect((0..<3).map { turned[10, 10, $0] } == [255, 255, 255])
    #expect(throws: ImageError.self) { try Fill([300]) }
    #expect(throws: ImageError.self) { try white.rotated(.nan) }
  }

  @Test func croppingAndPaddingUndoEachOther() throws {
    let image = try noise(9, 6, channels: 4, depth: 16)
    let padded = try image.padded(left: 1, top: 2, right: 3, bottom: 4, fill: Fill([9]))
    #expect(padded.width == 13 && padded.height == 12)
    #expect(padded[0, 0, 0] == 9 * 257 && padded[0, 0, 3] == 65_535)
    #expect(try padded.cropped(x: 1, y: 2, width: 9, height: 6) == image)
    #expect(try image.croppedToCenter(width: 9, height: 6) == image)
    #expect(throws: ImageError.self) { try image.cropped(x: 1, y: 0, width: 9, height: 6) }
    #expect(throws: ImageError.self) { try image.croppedToCenter(width: 10, height: 6) }
    #expect(throws: ImageError.self) { try image.cropped(x: -1, y: 0, width: 2, height: 2) }
  }
}

/// The largest difference of two samples.
func farthest(_ a: Image, _ b: Image) -> Int {
  guard a.width == b.width, a.height == b.height, a.channels == b.channels else { return .max }
  var most = 0
  for y in 0..<a.height {
    for x in 0..<a.width {
      for c in 0..<a.channels { most = max(most, abs(a[x, y, c] - b[x, y, c])) }
    }
  }
  return most
}

/// Rotation pixel by pixel from the definition, in double precision.
private func slowlyTurned(_ image: Image, _ degrees: Double, _ fill: Double) -> Image {
  let angle = degrees * .pi / 180, colors = image.colorChannels
  func premultiplied(_ x: Int, _ y: Int, _ c: Int) -> Double {
    let inside = x >= 0 && y >= 0 && x < image.width && y < image.height
    if !image.hasAlpha { return inside ? Double(image[x, y, c]) : fill }
    if !inside { return 0 }
    let alpha = Double(image[x, y, colors])
    return c == colors ? alpha : Double(image[x, y, c]) * alpha / 255
  }
  var out: [UInt8] = []
  let midX = Double(image.width - 1) / 2, midY = Double(image.height - 1) / 2
  for y in 0..<image.height {
    for x in 0..<image.width {
      let dx = Double(x) - midX, dy = Double(y) - midY
      let fromX = cos(angle) * dx - sin(angle) * dy + midX, fromY = sin(angle) * dx + cos(angle) * dy + midY
      let left = Int(floor(fromX)), top = Int(floor(fromY))
      let right = fromX - floor(fromX), below = fromY - floor(fromY)
      let mixed = (0..<image.channels).map { c -> Double in
        let upper = premultiplied(left, top, c) * (1 - right) + premultiplied(left + 1, top, c) * right
        let lower = premultiplied(left, top + 1, c) * (1 - right) + premultiplied(left + 1, top + 1, c) * right
        return upper * (1 - below) + lower * below
      }
      for c in 0..<image.channels {
        let alpha = image.hasAlpha && c < colors ? mixed[colors] / 255 : 1
        let value = alpha >= 0.5 / 255 ? mixed[c] / alpha : 0
        out.append(UInt8(max(0, min(255, (value + 0.5).rounded(.down)))))
      }
    }
  }
  return (try? Image(width: image.width, height: image.height, channels: image.channels, samples: .bytes(out))) ?? image
}
