import COpenBLAS

/// A kind of number that networks compute with: `Float` for work, `Double` for references.
package protocol NetworkScalar: BinaryFloatingPoint, BitwiseCopyable, Sendable {
  /// What the kernels in C are told: 1 for numbers of eight bytes, 0 for numbers of four.
  static var wide: Int32 { get }

  /// C = alpha A B + beta C, row-major; A is m x k and B k x n after they are transposed where that is asked for.
  static func gemm(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ lda: Int, transposed: Bool, _ b: UnsafePointer<Self>, _ ldb: Int,
    transposedB: Bool, _ c: UnsafeMutablePointer<Self>, _ ldc: Int, alpha: Self, beta: Self)
}

extension NetworkScalar {
  /// C = A B, or C + A B where `adding` says so.
  static func product(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Self>, _ lda: Int, transposed: Bool = false, _ b: UnsafePointer<Self>,
    _ ldb: Int, transposedB: Bool = false, into c: UnsafeMutablePointer<Self>, _ ldc: Int, adding: Bool = false, scale: Self = 1
  ) {
    guard m > 0, n > 0 else { return }
    gemm(
      m, n, k, a, lda, transposed: transposed, b, ldb, transposedB: transposedB, c, ldc, alpha: scale, beta: adding ? 1 : 0)
  }
}

// OpenBLAS runs on one thread: rows are split above it. Dimensions fit in 32 bits, as those of shapes are checked to.

extension Float: NetworkScalar {
  package static var wide: Int32 { 0 }
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  package static func gemm(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ lda: Int, transposed: Bool, _ b: UnsafePointer<Float>, _ ldb: Int,
    transposedB: Bool, _ c: UnsafeMutablePointer<Float>, _ ldc: Int, alpha: Float, beta: Float
  ) {
    _ = singleThreaded
    cblas_sgemm(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, transposedB ? CblasTrans : CblasNoTrans,
      Int32(truncatingIfNeeded: m), Int32(truncatingIfNeeded: n), Int32(truncatingIfNeeded: k), alpha, a,
      Int32(truncatingIfNeeded: lda), b, Int32(truncatingIfNeeded: ldb), beta, c, Int32(truncatingIfNeeded: ldc))
  }
}

extension Double: NetworkScalar {
  package static var wide: Int32 { 1 }
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  package static func gemm(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Double>, _ lda: Int, transposed: Bool, _ b: UnsafePointer<Double>, _ ldb: Int,
    transposedB: Bool, _ c: UnsafeMutablePointer<Double>, _ ldc: Int, alpha: Double, beta: Double
  ) {
    _ = singleThreaded
    cblas_dgemm(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, transposedB ? CblasTrans : CblasNoTrans,
      Int32(truncatingIfNeeded: m), Int32(truncatingIfNeeded: n), Int32(truncatingIfNeeded: k), alpha, a,
      Int32(truncatingIfNeeded: lda), b, Int32(truncatingIfNeeded: ldb), beta, c, Int32(truncatingIfNeeded: ldc))
  }
}
