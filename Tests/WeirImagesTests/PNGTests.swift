import Foundation
import Testing
import WeirBase
import WeirImages

@Suite struct PNGConformance {
  static let folder = testsFolder.appendingPathComponent("Conformance/pngsuite")
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/png")) ?? [])
    .filter { $0.hasSuffix(".png") }.map { String($0.dropLast(4)) }.sorted()

  @Test func everyGoodFileGivesThePixelsOfTheSuite() throws {
    let good = Self.names.filter { !$0.hasPrefix("x") }
    #expect(good.count == 161)
    for name in good {
      let image = try PNGReader.read(bytes(of: Self.folder.appendingPathComponent("png/\(name).png")))
      let expected = try bytes(of: Self.folder.appendingPathComponent("pixels/\(name).rgba"))
      #expect(rgba(image) == expected, "\(name): \(image.shortDescription)")
    }
  }

  @Test func everyBrokenFileIsRefused() throws {
    let broken = Self.names.filter { $0.hasPrefix("x") }
    #expect(broken.count == 14)
    for name in broken {
      let content = try bytes(of: Self.folder.appendingPathComponent("png/\(name).png"))
      #expect(throws: ImageError.self, "\(name)") { try PNGReader.read(content) }
    }
  }

  @Test func writingKeepsThePixelsOfEveryFile() throws {
    for name in Self.names where !name.hasPrefix("x") {
      let image = try PNGReader.read(bytes(of: Self.folder.appendingPathComponent("png/\(name).png")))
      for writer in [PNGWriter(), PNGWriter(effort: .fast), PNGWriter(interlaced: true)] {
        #expect(try PNGReader.read(writer.write(image)) == image, "\(name)")
      }
      #expect(try Image(archive: Archive(decoding: image.archive.encoded())) == image)
    }
  }

  /// Red, green, blue, alpha, as the suite's expectations have them.
  private func rgba(_ image: Image) -> [UInt8] {
    var out: [UInt8] = []
    for y in 0..<image.height {
      for x in 0..<image.width {
        let color = (0..<3).map { image[x, y, image.isColor ? $0 : 0] }
        let alpha = image.hasAlpha ? image[x, y, image.channels - 1] : image.whiteLevel
        for value in color + [alpha] {
          if image.depth == 16 { out.append(UInt8(value >> 8)) }
          out.append(UInt8(value & 255))
        }
      }
    }
    return out
  }
}

@Suite struct PNGLimitsAndErrors {
  @Test func aFileThatEndsEarlySaysSo() throws {
    let whole = try PNGWriter.write(noise(40, 30))
    for count in [9, 33, 60, whole.count / 2, whole.count - 13, whole.count - 1] {
      #expect(throws: ImageError.self, "\(count) bytes") { try PNGReader.read(Array(whole.prefix(count))) }
    }
    #expect(throws: ImageError("not a PNG file")) { try PNGReader.read([]) }
    #expect(throws: ImageError("not a PNG file")) { try PNGReader.read(Array("GIF89a, or so".utf8)) }
  }

  @Test func aHugeSizeIsRefusedBeforeMemoryIsTaken() throws {
    let claims = try bytes(of: PNGConformance.folder.appendingPathComponent("png/basn6a16.png"))
    let vast = withSize(claims, width: 60_000, height: 60_000)
    #expect(throws: ImageError("the PNG is too large: 60000x60000 pixels")) { try PNGReader.read(vast) }
    let large = withSize(claims, width: 8000, height: 4000)
    #expect(throws: ImageError("the PNG ends early: 3435 bytes cannot hold 8000x4000 pixels")) {
      try PNGReader.read(large)
    }
    let wide = withSize(claims, width: 100_000, height: 1)
    #expect(throws: ImageError.self) { try PNGReader.read(wide) }
    var narrow = PNGReader.Limits()
    narrow.side = 16
    #expect(throws: ImageError.self) { try PNGReader(limits: narrow).read(claims) }
  }

  @Test func manyAndLargeChunksAreRefusedOrSkipped() throws {
    let small = try PNGWriter.write(noise(4, 4))
    let text = chunk("tEXt", Array(repeating: 65, count: 3_000_000))
    let skipped = small.prefix(33) + text + small.dropFirst(33)
    #expect(try PNGReader.read(Array(skipped)) == noise(4, 4))
    let many = small.prefix(33) + (0..<20_000).flatMap { _ in chunk("zzZz", [1, 2, 3]) } + small.dropFirst(33)
    #expect(try PNGReader.read(Array(many)) == noise(4, 4))
  }

  @Test func mutatedFilesNeverTrap() throws {
    var random = RandomStream(seed: 7)
    let seeds = try PNGConformance.names.map {
      try bytes(of: PNGConformance.folder.appendingPathComponent("png/\($0).png"))
    }
    let end = Date().addingTimeInterval(fuzzSeconds)
    var tried = 0, readable = 0
    while tried < 200 || Date() < end {
      var file = seeds[random.nextInt(below: seeds.count)]
      for _ in 0...random.nextInt(below: 6) where !file.isEmpty {
        let place = random.nextInt(below: file.count)
        switch random.nextInt(below: 4) {
        case 0: file[place] = UInt8(truncatingIfNeeded: random.nextBits())
        case 1: file[place] ^= 1 << UInt8(random.nextInt(below: 8))
        case 2: file.removeSubrange(place..<min(file.count, place + 1 + random.nextInt(below: 8)))
        default:
          let copied = file[place..<min(file.count, place + 12)]
          file.insert(contentsOf: copied, at: random.nextInt(below: file.count))
        }
      }
      // Half of the files get right check sums, so that the damage is not stopped at the door.
      if tried % 2 == 0 { mendCheckSums(&file) }
      if let image = try? PNGReader.read(file) {
        readable += 1
        #expect(image.samples.count == image.width * image.height * image.channels)
      }
      tried += 1
    }
    #expect(readable > 0 && readable < tried)
  }
}

// MARK: - Building files

private func withSize(_ file: [UInt8], width: UInt32, height: UInt32) -> [UInt8] {
  var file = file
  for (place, value) in [(16, width), (20, height)] {
    for i in 0..<4 { file[place + i] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * i)) }
  }
  mendCheckSums(&file)
  return file
}

private func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
  let length = UInt32(data.count)
  var out = (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * $0)) }
  let body = Array(type.utf8) + data
  out += body
  out += big(checkSum(body[...]))
  return out
}

private func big(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) } }

private let checkSumTable: [UInt32] = (0..<256).map { index in
  (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
}

private func checkSum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  ~bytes.reduce(~UInt32(0)) { checkSumTable[Int(($0 ^ UInt32($1)) & 255)] ^ ($0 >> 8) }
}

private func mendCheckSums(_ file: inout [UInt8]) {
  var place = 8
  while place + 12 <= file.count {
    let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= file.count - place - 12 else { return }
    let end = place + 8 + length
    file.replaceSubrange(end..<end + 4, with: big(checkSum(file[place + 4..<end])))
    place = end + 4
  }
}
