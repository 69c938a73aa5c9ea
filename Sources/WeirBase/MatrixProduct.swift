import COpenBLAS
import CWeirKernels

/// Products of matrices whose rows lie one after another, on the thread that asks; parallel work splits them above.
///
/// Where the processor has vectors of 64 bytes they are computed by our own loops (`MatrixProduct.c`), which reach about nine
/// tenths of what it can do; the OpenBLAS of today's systems stays at half of that on some processors. Elsewhere, and for the
/// smallest ones, OpenBLAS computes them. On one machine the sizes alone decide which of the two it is: a loop that cuts a
/// product into pieces must cut it by its sizes alone, not by the number of threads.
package enum MatrixProduct {
  /// Whether products above the smallest are computed by our own loops.
  package static let isOwn = weir_mm_is_there() != 0
  /// Touched before OpenBLAS is called: the library's own threads are off.
  package static let singleThreaded: Void = openblas_set_num_threads(1)

  private static func isForOwn(_ m: Int, _ n: Int, width: Int) -> Bool { isOwn && m >= 4 && n * width >= 64 }

  /// C (m x n) = A (m x k) B (k x n), or C + A B with `adding`. `lda` and so on are how far rows lie apart as they are stored;
  /// with `transposed` A is stored as k x m, with `transposedB` B as n x k. Sizes beyond 2³¹ - 1 are for our own loops alone.
  package static func compute(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Double>, _ lda: Int, transposed: Bool = false, _ b: UnsafePointer<Double>,
    _ ldb: Int, transposedB: Bool = false, into c: UnsafeMutablePointer<Double>, _ ldc: Int, adding: Bool = false
  ) {
    guard m > 0, n > 0 else { return }
    if isForOwn(m, n, width: 8),
      weir_mm_f64(
        m, n, k, a, transposed ? 1 : lda, transposed ? lda : 1, b, transposedB ? 1 : ldb, transposedB ? ldb : 1, c, ldc,
        adding ? 1 : 0, 0) != 0
    { return }
    _ = singleThreaded
    cblas_dgemm(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, transposedB ? CblasTrans : CblasNoTrans, Int32(clamping: m),
      Int32(clamping: n), Int32(clamping: k), 1, a, Int32(clamping: lda), b, Int32(clamping: ldb), adding ? 1 : 0, c,
      Int32(clamping: ldc))
  }

  /// The same for floats.
  package static func compute(
    _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Float>, _ lda: Int, transposed: Bool = false, _ b: UnsafePointer<Float>,
    _ ldb: Int, transposedB: Bool = false, into c: UnsafeMutablePointer<Float>, _ ldc: Int, adding: Bool = false
  ) {
    guard m > 0, n > 0 else { return }
    if isForOwn(m, n, width: 4),
      weir_mm_f32(
        m, n, k, a, transposed ? 1 : lda, transposed ? lda : 1, b, transposedB ? 1 : ldb, transposedB ? ldb : 1, c, ldc,
        adding ? 1 : 0, 0) != 0
    { return }
    _ = singleThreaded
    cblas_sgemm(
      CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, transposedB ? CblasTrans : CblasNoTrans, Int32(clamping: m),
      Int32(clamping: n), Int32(clamping: k), 1, a, Int32(clamping: lda), b, Int32(clamping: ldb), adding ? 1 : 0, c,
      Int32(clamping: ldc))
  }

  /// Adds the lower triangle of AᵀA to that of C (k x k, rows `ldc` apart): A of m rows and k columns, whose rows lie `lda`
  /// apart, or whose columns do with `byColumn`. What lies above the diagonal of C is left alone.
  package static func addGram(
    _ a: UnsafePointer<Double>, _ lda: Int, byColumn: Bool = false, rows m: Int, columns k: Int,
    to c: UnsafeMutablePointer<Double>, _ ldc: Int
  ) {
    guard m > 0, k > 0 else { return }
    let row = byColumn ? 1 : lda, column = byColumn ? lda : 1
    if isForOwn(k, k, width: 8), weir_mm_f64(k, k, m, a, column, row, a, row, column, c, ldc, 1, 1) != 0 { return }
    _ = singleThreaded
    // The upper triangle by columns is the lower by rows.
    cblas_dsyrk(
      byColumn ? CblasColMajor : CblasRowMajor, byColumn ? CblasUpper : CblasLower, CblasTrans, Int32(clamping: k),
      Int32(clamping: m), 1, a, Int32(clamping: lda), 1, c, Int32(clamping: ldc))
  }
}
