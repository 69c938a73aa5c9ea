import CWeirKernels
import WeirBase

/// Rows chosen by their positions, in some order; a position below zero stands for a row of missing values.
package struct Positions: Sendable {
  private enum Numbers: Sendable {
    case short([Int32])
    case long([Int])
  }

  private let numbers: Numbers
  package let count: Int
  /// Whether a position is below zero.
  package let hasAbsent: Bool
  /// -1 where there is none.
  package let greatest: Int

  package init(_ rows: [Int32]) {
    numbers = .short(rows)
    count = rows.count
    (hasAbsent, greatest) = rows.withUnsafeBytes { Positions.bounds($0.baseAddress, 4, rows.count) }
  }

  package init(_ rows: [Int]) {
    numbers = .long(rows)
    count = rows.count
    (hasAbsent, greatest) = rows.withUnsafeBytes { Positions.bounds($0.baseAddress, 8, rows.count) }
  }

  /// Positions are counted with 32 bits: more rows than this are an error for the verbs that choose or compare rows.
  static let mostRows = Int(Int32.max)

  private static func bounds(_ rows: UnsafeRawPointer?, _ bytes: Int32, _ count: Int) -> (Bool, Int) {
    (weir_any_absent(rows, bytes, count) != 0, Int(weir_greatest_row(rows, bytes, count)))
  }

  /// Whether these are all of `rows` rows in their order.
  func areAll(_ rows: Int) -> Bool {
    guard count == rows, !hasAbsent else { return false }
    return withNumbers { weir_is_identity($0, $1, count) != 0 }
  }

  /// The positions in memory, and how many bytes each takes.
  func withNumbers<Result>(_ body: (UnsafeRawPointer?, Int32) -> Result) -> Result {
    switch numbers {
    case .short(let rows): rows.withUnsafeBytes { body($0.baseAddress, 4) }
    case .long(let rows): rows.withUnsafeBytes { body($0.baseAddress, 8) }
    }
  }

  subscript(index: Int) -> Int {
    switch numbers {
    case .short(let rows): Int(rows[index])
    case .long(let rows): rows[index]
    }
  }

  /// `values[row]` for each position, and zero where there is no row.
  func gathered<T: BitwiseCopyable & Sendable>(_ values: [T]) -> [T] {
    precondition(greatest < values.count)
    let bytes = MemoryLayout<T>.stride
    return values.withUnsafeBytes { values in
      withNumbers { numbers, rowBytes in
        Array(filling: count) { out in
          guard let numbers else { return }
          let out = Places(UnsafeMutableRawPointer(out).assumingMemoryBound(to: UInt8.self))
          let (values, rows) = (Reading(values.baseAddress ?? numbers), Reading(numbers))
          Workers.current.overRows(count) { block in
            weir_gather(
              values.base, Int32(bytes), rows.base + block.lowerBound * Int(rowBytes), rowBytes, block.count,
              out.base + block.lowerBound * bytes)
          }
        }
      }
    }
  }

  /// The bits at the positions (all set where `bits` is nil), clear where there is no row.
  func gathered(_ bits: Bitmap?) -> Bitmap {
    precondition(bits == nil || greatest < bits?.count ?? 0)
    return withNumbers { numbers, rowBytes in
      Bitmap(filling: count) { out in
        guard let numbers else { return }
        let (out, rows) = (Places(out), Reading(numbers))
        Workers.current.overRows(count) { block in
          let rows = rows.base + block.lowerBound * Int(rowBytes), out = out.base + block.lowerBound / 64
          if let bits {
            bits.words.withUnsafeBufferPointer { weir_gather_bits($0.baseAddress, rows, rowBytes, block.count, out) }
          } else {
            weir_gather_bits(nil, rows, rowBytes, block.count, out)
          }
        }
      }
    }
  }
}

/// Memory of any type that several threads read.
///
/// Safety: nobody writes to it while it is read, and who makes one keeps it for as long.
struct Reading: @unchecked Sendable {
  let base: UnsafeRawPointer
  init(_ base: UnsafeRawPointer) { self.base = base }
}
