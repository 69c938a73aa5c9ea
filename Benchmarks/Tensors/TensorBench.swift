import CPeaks
import Glibc
import WeirBase
import WeirTensors

/// The rows of W8: what PyTorch and NumPy are measured with, in the same order, each by its median.
@main struct TensorBench {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let threads = arguments.first.flatMap { Int($0) } ?? 2
    let only = arguments.dropFirst().first
    if only == nil || only == "peak" { printPeaks(threads) }
    try Workers.$current.withValue(Workers(threads)) { try run(only) }
  }

  /// What the machine can do at most: multiply-adds of registers, reading, and adding two arrays of ten million.
  nonisolated private static func printPeaks(_ threads: Int) {
    let count = Int32(clamping: threads), bytes = 40_000_000
    for (name, rate) in [
      ("multiply-adds f32", weir_peak_multiply_adds(count)), ("reading", weir_peak_reading(count, bytes)),
      ("adding", weir_peak_adding(count, 3 * bytes)),
    ] { print("{\"row\": \"peak: \(name)\", \"peer\": \"machine\", \"per_s\": \(rate)}") }
  }

  nonisolated private static func run(_ only: String?) throws {
    let n = 10_000_000
    let random = RandomStream(seed: 0)
    func uniform(_ sizes: [Int], _ number: Int, _ dtype: DType = .f32) throws -> Tensor {
      try Tensor.uniform(Shape(sizes, for: "bench"), 0, 1, random.child(number), dtype)
    }
    let a = try uniform([n], 1), b = try uniform([n], 2), c = try uniform([n], 3)
    let m = try uniform([4096, 4096], 4), row = try uniform([4096], 5)
    var rows: [(String, Int, Int, () throws -> Tensor)] = [
      ("a*b+exp(c) 10M", 16 * n, 0, { try a.multiplied(by: b).adding(exp(c)) }),
      ("a+b 10M", 12 * n, 0, { try a.adding(b) }),
      ("exp 10M", 8 * n, 0, { try exp(c) }),
      ("sum 10M", 4 * n, 0, { try a.reduced(.sum) }),
      ("softmax 4096x4096 axis1", 8 * m.count, 0, { try m.softmax(axis: 1) }),
      ("sum axis0 4096x4096", 4 * m.count, 0, { try m.reduced(.sum, axes: [0]) }),
      ("sum axis1 4096x4096", 4 * m.count, 0, { try m.reduced(.sum, axes: [1]) }),
      ("transpose copy 4096x4096", 8 * m.count, 0, { try m.transposed().contiguous() }),
      ("broadcast add 4096x4096 + row", 8 * m.count, 0, { try m.adding(row) }),
    ]
    for k in [256, 1024, 2048] {
      let x = try uniform([k, k], 10 + k), y = try uniform([k, k], 11 + k)
      rows.append(("matmul \(k) f32", 0, 2 * k * k * k, { try x.matrixProduct(y) }))
    }
    let x = try uniform([1024, 1024], 6, .f64), y = try uniform([1024, 1024], 7, .f64)
    rows.append(("matmul 1024 f64", 0, 2 << 30, { try x.matrixProduct(y) }))
    let p = try uniform([8], 8), q = try uniform([8], 9)
    rows.append(("small add (8 floats)", 0, 0, { try p.adding(q) }))
    for (name, bytes, flops, body) in rows where only == nil || name.contains(only ?? "") {
      let seconds = try median { _ = try body().evaluated() }
      print("{\"row\": \"\(name)\", \"peer\": \"weir\", \"median_s\": \(seconds), \"gb_per_s\": \(Double(bytes) / seconds / 1e9), \"gflop_s\": \(Double(flops) / seconds / 1e9)}")
    }
  }

  nonisolated private static func exp(_ tensor: Tensor) throws -> Tensor {
    try Variable.apply(Operation.byName["exp"] ?? Operation.sum, [Variable(tensor)]).tensor
  }

  /// The median of 15 measurements, each of as many runs as take a tenth of a second.
  nonisolated private static func median(_ body: () throws -> Void) throws -> Double {
    try body()
    let once = try time(1, body)
    let inner = max(1, Int(0.1 / max(once, 1e-8)))
    var times: [Double] = []
    for _ in 0..<15 { times.append(try time(inner, body) / Double(inner)) }
    return times.sorted()[7]
  }

  nonisolated private static func time(_ runs: Int, _ body: () throws -> Void) throws -> Double {
    var start = timespec(), end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &start)
    for _ in 0..<runs { try body() }
    clock_gettime(CLOCK_MONOTONIC, &end)
    return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) * 1e-9
  }
}
