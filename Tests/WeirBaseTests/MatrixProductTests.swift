import COpenBLAS
import Testing
import WeirBase

@Suite struct MatrixProductTests {
  /// Sizes about those of tiles, blocks and cuts of the depth: 8 rows, 16 and 32 columns, 128 rows, 512 and 1,024 columns, 256
  /// and 512 of depth.
  static let sizes: [(m: Int, n: Int, k: Int)] = [
    (1, 1, 1), (3, 5, 7), (4, 8, 1), (8, 16, 8), (9, 17, 33), (16, 33, 257), (127, 31, 12), (128, 32, 513), (137, 65, 300),
    (7, 1030, 9), (12, 1025, 3), (5, 40, 1100), (130, 48, 0),
  ]

  private func numbers(_ count: Int, _ seed: Int64) -> [Double] {
    var random = RandomStream(seed: seed)
    // Of few digits, so that sums of doubles are exact in any order.
    return (0..<count).map { _ in Double(random.nextInt(below: 2001) - 1000) / 64 }
  }

  @Test(arguments: sizes) func productsAreTheirDefinition(_ size: (m: Int, n: Int, k: Int)) {
    let (m, n, k) = size
    let a = numbers(m * k, 1), b = numbers(k * n, 2), start = numbers(m * (n + 3), 3)
    for turned in [(false, false), (true, false), (false, true), (true, true)] {
      for adding in [false, true] {
        var c = start, expected = start, floats = start.map { Float($0) }
        for i in 0..<m {
          for j in 0..<n {
            var sum = adding ? start[i * (n + 3) + j] : 0
            for l in 0..<k { sum += (turned.0 ? a[l * m + i] : a[i * k + l]) * (turned.1 ? b[j * k + l] : b[l * n + j]) }
            expected[i * (n + 3) + j] = sum
          }
        }
        let (lda, ldb) = (max(turned.0 ? m : k, 1), max(turned.1 ? k : n, 1))
        MatrixProduct.compute(
          m, n, k, a, lda, transposed: turned.0, b, ldb, transposedB: turned.1, into: &c, n + 3, adding: adding)
        #expect(c == expected, "\(size) \(turned) \(adding)")
        MatrixProduct.compute(
          m, n, k, a.map { Float($0) }, lda, transposed: turned.0, b.map { Float($0) }, ldb, transposedB: turned.1,
          into: &floats, n + 3, adding: adding)
        let scale = Float(max(k, 1)) * 250 * 1e-6
        #expect(zip(floats, expected).allSatisfy { abs($0 - Float($1)) <= scale }, "\(size) \(turned) \(adding)")
      }
    }
  }

  @Test(arguments: [(1, 1), (3, 9), (300, 33), (5, 130), (513, 50), (0, 4)]) func gramsFillTheLowerTriangle(_ size: (Int, Int)) {
    let (m, k) = size, a = numbers(m * k, 4), turned = (0..<m * k).map { a[$0 % max(m, 1) * k + $0 / max(m, 1)] }
    var expected = [Double](repeating: -7, count: k * k)
    for i in 0..<k { for j in 0...i { for r in 0..<m { expected[i * k + j] += a[r * k + i] * a[r * k + j] } } }
    var byRow = [Double](repeating: -7, count: k * k), byColumn = byRow
    MatrixProduct.addGram(a, k, rows: m, columns: k, to: &byRow, k)
    MatrixProduct.addGram(turned, max(m, 1), byColumn: true, rows: m, columns: k, to: &byColumn, k)
    #expect(byRow == expected && byColumn == expected)
  }

  /// Cutting a product into pieces, none of them tiny, must not change a bit of it.
  @Test func piecesHaveTheBitsOfTheWhole() {
    var random = RandomStream(seed: 5)
    let m = 150, n = 90, k = 700
    let a = (0..<m * k).map { _ in random.nextNormal() }, b = (0..<k * n).map { _ in random.nextNormal() }
    var whole = [Double](repeating: 0, count: m * n), pieces = whole
    MatrixProduct.compute(m, n, k, a, k, b, n, into: &whole, n)
    pieces.withUnsafeMutableBufferPointer { out in
      guard let out = out.baseAddress else { return }
      for row in stride(from: 0, to: m, by: 38) {
        for column in stride(from: 0, to: n, by: 30) {
          a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
              guard let a = a.baseAddress, let b = b.baseAddress else { return }
              MatrixProduct.compute(
                min(38, m - row), min(30, n - column), k, a + row * k, k, b + column, n, into: out + row * n + column, n)
            }
          }
        }
      }
    }
    // OpenBLAS promises no such thing.
    if MatrixProduct.isOwn { #expect(pieces == whole) }
  }
}
