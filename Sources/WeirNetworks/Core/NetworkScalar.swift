import CWeirKernels
import WeirBase

/// A kind of number that networks compute with: `Float` for work, `Double` for references.
package protocol NetworkScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  /// What the kernels in C are told: 1 for numbers of eight bytes, 0 for numbers of four.
  static var wide: Int32 { get }

  /// C = A B, or C + A B with `adding`, row-major; A is m x k and B k x n after they are transposed where that is asked for.
  static func largeProduct(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ lda: Int, transposed: Bool, _ b: UnsafePointer<Self>, _ ldb: Int,
    transposedB: Bool, into c: UnsafeMutablePointer<Self>, _ ldc: Int, adding: Bool)
}

extension NetworkScalar {
  /// C = A B, or C + A B where `adding` says so: few rows by loops that read them where they lie, if the processor has vectors
  /// for that.
  static func product(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ lda: Int, transposed: Bool = false, _ b: UnsafePointer<Self>,
    _ ldb: Int, transposedB: Bool = false, into c: UnsafeMutablePointer<Self>, _ ldc: Int, adding: Bool = false
  ) {
    guard m > 0, n > 0 else { return }
    if hasWideVectors, m < 16 || n < 32 || k < 32 {
      weir_net_product(wide, a, lda, transposed ? 1 : 0, b, ldb, transposedB ? 1 : 0, m, n, k, c, ldc, adding ? 1 : 0)
    } else {
      largeProduct(m, n, k, a, lda, transposed: transposed, b, ldb, transposedB: transposedB, into: c, ldc, adding: adding)
    }
  }
}

private let hasWideVectors = weir_net_has_wide_vectors() != 0

/// A matrix in the order in which the loops of products read it, for products of few rows with the same matrix.
///
/// Safety: packed by one task for each share of the panels, and read after all of them.
struct Panels<S: NetworkScalar>: @unchecked Sendable {
  private let matrix: UnsafePointer<S>, panels: UnsafeMutablePointer<S>
  private let depth: Int, columns: Int

  /// The matrix of `depth` x `columns` that lies as `columns` rows, as weights do.
  init(_ assembly: Assembly<S>, turned matrix: UnsafePointer<S>, depth: Int, columns: Int) {
    self.matrix = matrix
    self.depth = depth
    self.columns = columns
    panels = assembly.buffer(hasWideVectors ? (columns + 31) / 32 * 32 * depth : 0)
  }

  private var width: Int { 128 / MemoryLayout<S>.stride }
  private var count: Int { (columns + width - 1) / width }
  /// So many tasks pack it.
  var tasks: Int { hasWideVectors ? max(1, min(4, count * depth / 4096)) : 0 }

  func pack(_ task: Int) {
    weir_net_pack_panels(S.wide, matrix, depth, 1, depth, columns, panels, count * task / tasks, count * (task + 1) / tasks)
  }

  /// C = A times the matrix, or C plus that.
  func product(
    _ rows: Int, _ a: UnsafePointer<S>, _ lda: Int, into c: UnsafeMutablePointer<S>, _ ldc: Int, adding: Bool = false
  ) {
    guard rows > 0 else { return }
    if hasWideVectors {
      weir_net_panel_product(S.wide, a, lda, panels, rows, columns, depth, c, ldc, adding ? 1 : 0)
    } else {
      S.product(rows, columns, depth, a, lda, matrix, depth, transposedB: true, into: c, ldc, adding: adding)
    }
  }
}

extension UnsafeMutablePointer where Pointee: NetworkScalar {
  /// Sets `count` numbers to zero.
  func clear(_ count: Int) {
    UnsafeMutableRawPointer(self).initializeMemory(as: UInt8.self, repeating: 0, count: count * MemoryLayout<Pointee>.stride)
  }
}

extension Float: NetworkScalar {
  package static var wide: Int32 { 0 }

  package static func largeProduct(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ lda: Int, transposed: Bool, _ b: UnsafePointer<Float>, _ ldb: Int,
    transposedB: Bool, into c: UnsafeMutablePointer<Float>, _ ldc: Int, adding: Bool
  ) {
    MatrixProduct.compute(
      m, n, k, a, lda, transposed: transposed, b, ldb, transposedB: transposedB, into: c, ldc, adding: adding)
  }
}

extension Double: NetworkScalar {
  package static var wide: Int32 { 1 }

  package static func largeProduct(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Double>, _ lda: Int, transposed: Bool, _ b: UnsafePointer<Double>, _ ldb: Int,
    transposedB: Bool, into c: UnsafeMutablePointer<Double>, _ ldc: Int, adding: Bool
  ) {
    MatrixProduct.compute(
      m, n, k, a, lda, transposed: transposed, b, ldb, transposedB: transposedB, into: c, ldc, adding: adding)
  }
}
