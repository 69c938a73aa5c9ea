import CWeirKernels
import COpenBLAS
import WeirBase

/// Rows of the matrix of kernel values, in single precision: those used lately are kept, as many as fit.
///
/// Precision: as in libsvm (Chang, Lin: "LIBSVM: a library for support vector machines", 2011, 4.2), values are kept in
/// single and added up in double precision.
final class KernelCache {
  /// What is kept at most, in bytes, beyond the rows of one step.
  static let limit = 96 << 20

  private let data: KernelRows
  private let workers: Workers
  private let slots: Int
  private var memory: [Float]
  /// By row, where it is kept; -1 for nowhere. By slot, the row; and the step that used it last.
  private var place: [Int32]
  private var held: [Int32]
  private var used: [Int]
  private var step = 0
  private var hand = 0

  /// `atOnce` rows are asked for together at most.
  init(_ data: KernelRows, atOnce: Int, workers: Workers) throws {
    self.data = data
    self.workers = workers
    let fitting = KernelCache.limit / (4 * max(data.rows, 1))
    let slots = min(data.rows, max(2 * atOnce, fitting)), size = slots * data.rows
    try LinearAlgebra.checkSize(slots, data.rows)
    self.slots = slots
    memory = [Float](unsafeUninitializedCapacity: size) { _, count in count = size }
    place = [Int32](repeating: -1, count: data.rows)
    held = [Int32](repeating: -1, count: slots)
    used = [Int](repeating: -1, count: slots)
  }

  /// Calls `body` with the values of those rows against all.
  func withRows<Result>(_ rows: [Int32], _ body: ([UnsafePointer<Float>]) throws -> Result) rethrows -> Result {
    step += 1
    for row in rows where place[Int(row)] >= 0 { used[Int(place[Int(row)])] = step }
    var missing: [Int32] = []
    for row in rows where place[Int(row)] < 0 {
      while used[hand] == step { hand = (hand + 1) % slots }
      if held[hand] >= 0 { place[Int(held[hand])] = -1 }
      held[hand] = row
      place[Int(row)] = Int32(hand)
      used[hand] = step
      missing.append(row)
    }
    let places = rows.map { Int(place[Int($0)]) }, targets = missing.map { Int(place[Int($0)]) }
    return try memory.withUnsafeMutableBufferPointer { memory in
      guard let base = memory.baseAddress else { return try body([]) }
      compute(missing, into: targets.map { Places(base + $0 * data.rows) })
      return try body(places.map { UnsafePointer(base + $0 * data.rows) })
    }
  }

  private func compute(_ rows: [Int32], into targets: [Places<Float>]) {
    guard !rows.isEmpty else { return }
    let d = data.columns, data = data
    let queries = rows.flatMap { row in data.values[Int(row) * d..<(Int(row) + 1) * d] }
    let lengths = rows.map { data.lengths[Int($0)] }
    let parts = max(1, data.rows / 512)
    workers.run(parts) { part in
      let others = data.rows * part / parts..<data.rows * (part + 1) / parts, width = others.count
      withUnsafeTemporaryAllocation(of: Double.self, capacity: rows.count * width) { buffer in
        guard let products = buffer.baseAddress else { return }
        data.fill(products, queries: queries, lengths: lengths, count: rows.count, others: others)
        for i in rows.indices {
          weir_narrow(products + i * width, width, targets[i].base + others.lowerBound)
        }
      }
    }
  }
}
