import Foundation
import WeirBase
import WeirImages

/// The folder `Tests`, from this file's place.
let testsFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

func bytes(of file: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: file)) }

/// How long the fuzz tests may take, in seconds; `make fuzz` gives hours.
let fuzzSeconds = Double(ProcessInfo.processInfo.environment["WEIR_FUZZ_SECONDS"] ?? "") ?? 1.5

/// A picture of seeded noise.
func noise(_ width: Int, _ height: Int, channels: Int = 3, depth: Int = 8, seed: Int64 = 1) throws -> Image {
  let stream = RandomStream(seed: seed)
  let count = width * height * channels
  let bits = (0..<count).map { stream.bits(at: UInt64($0)) }
  return try Image(
    width: width, height: height, channels: channels,
    samples: depth == 8
      ? .bytes(bits.map { UInt8(truncatingIfNeeded: $0) }) : .words(bits.map { UInt16(truncatingIfNeeded: $0) }))
}

/// A smooth picture: each sample a plane through its corner values, for comparisons that noise would drown.
func slope(_ width: Int, _ height: Int, channels: Int = 1) throws -> Image {
  var values: [UInt8] = []
  for y in 0..<height {
    for x in 0..<width {
      let level = x * 200 / max(width - 1, 1) + y * 40 / max(height - 1, 1)
      for c in 0..<channels { values.append(UInt8(clamping: level + c * 5)) }
    }
  }
  return try Image(width: width, height: height, channels: channels, samples: .bytes(values))
}
