/// A stream of random numbers that is a pure function of (key, index).
///
/// Philox 4x32 with 10 rounds (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
/// Because number `i` needs no number before it, tiles can be filled in any order by any thread with the same result.
package struct RandomStream: Sendable, Hashable {
  package let key: UInt64
  /// The index that the next sequential draw uses.
  package var position: UInt64

  package init(key: UInt64, position: UInt64 = 0) {
    self.key = key
    self.position = position
  }

  /// The stream of a notebook's seed.
  package init(seed: Int64) {
    self.init(key: RandomStream.mix(UInt64(bitPattern: seed) ^ 0x57_65_69_72_53_65_65_64))
  }

  /// An independent stream, named by a step's place ("cell/name@2/3").
  package func child(_ name: String) -> RandomStream {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return RandomStream(key: RandomStream.mix(key &+ RandomStream.mix(hash)))
  }

  /// An independent stream for part `index` of a step (a fold, a tree, a row).
  package func child(_ index: Int) -> RandomStream {
    RandomStream(key: RandomStream.mix(key ^ RandomStream.mix(UInt64(truncatingIfNeeded: index) &+ 0x9e37_79b9_7f4a_7c15)))
  }

  /// 64 random bits at `index`.
  package func bits(at index: UInt64) -> UInt64 {
    var c0 = UInt32(truncatingIfNeeded: index), c1 = UInt32(truncatingIfNeeded: index >> 32)
    var c2: UInt32 = 0, c3: UInt32 = 0
    var k0 = UInt32(truncatingIfNeeded: key), k1 = UInt32(truncatingIfNeeded: key >> 32)
    for _ in 0..<10 {
      let p0 = UInt64(c0) &* 0xD251_1F53, p1 = UInt64(c2) &* 0xCD9E_8D57
      let n0 = UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0
      let n2 = UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1
      c1 = UInt32(truncatingIfNeeded: p1)
      c3 = UInt32(truncatingIfNeeded: p0)
      c0 = n0
      c2 = n2
      k0 = k0 &+ 0x9E37_79B9
      k1 = k1 &+ 0xBB67_AE85
    }
    return UInt64(c0) | UInt64(c1) << 32
  }

  /// A number in [0, 1) with 53 random bits, at `index`.
  package func uniform(at index: UInt64) -> Double { Double(bits(at: index) >> 11) * 0x1p-53 }

  package mutating func nextBits() -> UInt64 {
    defer { position &+= 1 }
    return bits(at: position)
  }

  /// The next number in [0, 1).
  package mutating func nextUniform() -> Double { Double(nextBits() >> 11) * 0x1p-53 }

  /// The next number in `low ..< high`.
  package mutating func nextUniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * nextUniform() }

  /// The next whole number in `0 ..< bound` (Lemire's multiply-shift with rejection); 0 where the bound is not positive.
  package mutating func nextInt(below bound: Int) -> Int {
    guard bound > 1 else { return 0 }
    let n = UInt64(bound)
    let threshold = (0 &- n) % n
    while true {
      let product = nextBits().multipliedFullWidth(by: n)
      if product.low >= threshold { return Int(product.high) }
    }
  }

  /// A permutation of `0 ..< count` (Fisher-Yates).
  package mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<max(count, 0))
    var i = order.count - 1
    while i > 0 {
      order.swapAt(i, nextInt(below: i + 1))
      i -= 1
    }
    return order
  }

  /// SplitMix64's finaliser: spreads every input bit over the output.
  package static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
