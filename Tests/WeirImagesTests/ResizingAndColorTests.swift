import Testing
import WeirImages

@Suite struct Resizing {
  @Test(arguments: [(5, 4), (30, 20), (3, 50), (64, 7), (1, 1), (24, 16)])
  func agreesWithTheSlowWay(width: Int, height: Int) throws {
    for channels in [1, 3] {
      let image = try noise(24, 16, channels: channels, seed: 5)
      #expect(farthest(try image.resized(width: width, height: height), slowlyResized(image, width, height)) <= 1)
    }
  }

  @Test func halvingAConstantKeepsItAndAMeanStaysAMean() throws {
    let flat = try Image(width: 10, height: 10, channels: 1, samples: .bytes(Array(repeating: 77, count: 100)))
    #expect(try flat.resized(width: 3, height: 7).samples == .bytes(Array(repeating: 77, count: 21)))
    let squares = (0..<64).map { UInt8(($0 + $0 / 8) % 2 == 0 ? 0 : 200) }
    let checks = try Image(width: 8, height: 8, channels: 1, samples: .bytes(squares))
    guard case .bytes(let small) = try checks.resized(width: 2, height: 2).samples else { return }
    #expect(small.allSatisfy { abs(Int($0) - 100) <= 8 })
    let deep = try noise(6, 5, channels: 4, depth: 16)
    #expect(try deep.resized(width: 6, height: 5) == deep)
    #expect(try deep.resized(width: 9, height: 2).depth == 16)
  }

  @Test func transparentPixelsBringInNoColor() throws {
    let image = try Image(width: 2, height: 1, channels: 4, samples: .bytes([200, 100, 50, 255, 255, 255, 255, 0]))
    let small = try image.resized(width: 1, height: 1)
    #expect((0..<3).map { small[0, 0, $0] } == [200, 100, 50])
    #expect(small[0, 0, 3] == 128)
  }

  @Test func impossibleSizesAreRefused() throws {
    let image = try noise(3, 3)
    for (width, height) in [(0, 3), (-4, 3), (1 << 40, 1 << 40), (.max, 1)] {
      #expect(throws: ImageError.self) { try image.resized(width: width, height: height) }
    }
  }

  /// Each output pixel from all inputs, in double precision.
  private func slowlyResized(_ image: Image, _ width: Int, _ height: Int) -> Image {
    func weights(_ place: Int, _ from: Int, _ to: Int) -> [Double] {
      let scale = Double(from) / Double(to), middle = (Double(place) + 0.5) * scale - 0.5
      let raw = (0..<from).map { max(0, 1 - abs(Double($0) - middle) / max(scale, 1)) }
      let sum = raw.reduce(0, +)
      return raw.map { $0 / sum }
    }
    var out: [UInt8] = []
    for y in 0..<height {
      let down = weights(y, image.height, height)
      for x in 0..<width {
        let across = weights(x, image.width, width)
        for c in 0..<image.channels {
          var sum = 0.0
          for fromY in 0..<image.height where down[fromY] > 0 {
            for fromX in 0..<image.width where across[fromX] > 0 {
              sum += down[fromY] * across[fromX] * Double(image[fromX, fromY, c])
            }
          }
          out.append(UInt8(max(0, min(255, (sum + 0.5).rounded(.down)))))
        }
      }
    }
    return (try? Image(width: width, height: height, channels: image.channels, samples: .bytes(out))) ?? image
  }
}

@Suite struct Colors {
  @Test func eachShiftDoesWhatItSays() throws {
    let pixels: [UInt8] = [200, 100, 50, 10, 20, 30]
    let image = try Image(width: 2, height: 1, channels: 3, samples: .bytes(pixels))
    #expect(try image.colorShifted() == image)
    #expect(try image.colorShifted(brightness: 0.1).samples == .bytes([220, 110, 55, 11, 22, 33]))
    #expect(try image.colorShifted(brightness: 10)[0, 0, 0] == 255)
    #expect(try image.colorShifted(brightness: -1).samples == .bytes(Array(repeating: 0, count: 6)))
    // A third of a turn moves red to green, green to blue.
    #expect(try image.colorShifted(hue: 1.0 / 3).samples == .bytes([50, 200, 100, 30, 10, 20]))
    #expect(farthest(try image.colorShifted(hue: 0.5).colorShifted(hue: 0.5), image) <= 1)
    let gray = try image.colorShifted(saturation: -1)
    #expect(gray[0, 0, 0] == gray[0, 0, 1] && gray[0, 0, 1] == gray[0, 0, 2])
    #expect(gray[0, 0, 0] == image.grayscaled()[0, 0, 0])
    let flat = try image.colorShifted(contrast: -1)
    #expect(Set((0..<3).map { flat[0, 0, $0] } + (0..<3).map { flat[1, 0, $0] }).count == 1)
    #expect(throws: ImageError.self) { try image.colorShifted(hue: 3) }
    #expect(throws: ImageError.self) { try image.colorShifted(contrast: .nan) }
  }

  @Test func alphaIsNeverTouched() throws {
    let image = try noise(5, 5, channels: 4)
    let shifted = try image.colorShifted(hue: 0.2, saturation: 0.5, brightness: -0.3, contrast: 0.4)
    for y in 0..<5 { for x in 0..<5 { #expect(shifted[x, y, 3] == image[x, y, 3]) } }
    #expect(image.grayscaled().channels == 2)
    #expect(image.flattened(over: .white).channels == 3)
    #expect(try noise(3, 3, channels: 2).colored().channels == 4)
  }

  @Test func narrowingRoundsToTheNearestLevel() throws {
    let deep = try Image(width: 4, height: 1, channels: 1, samples: .words([0, 65_535, 32_767, 128]))
    #expect(deep.narrowed().samples == .bytes([0, 255, 127, 0]))
  }

  @Test func aGridShowsEveryImage() throws {
    let images = try (1...5).map { try noise(8, 8, channels: 1, seed: Int64($0)) }
    let grid = try ImageGrid.make(images, columns: 3)
    #expect(grid.width == 3 * 9 + 1 && grid.height == 2 * 9 + 1 && grid.channels == 1)
    for (i, image) in images.enumerated() {
      #expect(try grid.cropped(x: 1 + i % 3 * 9, y: 1 + i / 3 * 9, width: 8, height: 8) == image)
    }
    let mixed = try ImageGrid.make(images + [noise(3, 20, channels: 4, depth: 16)])
    #expect(mixed.channels == 3)
    #expect(throws: ImageError.self) { try ImageGrid.make([]) }
  }
}
