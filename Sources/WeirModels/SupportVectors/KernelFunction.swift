import CWeirKernels
package import WeirBase

/// How alike two rows are, by a support vector machine: with ⟨x, z⟩ their scalar product,
/// `linear` ⟨x, z⟩, `rbf` exp(-γ |x - z|²), `poly` (γ ⟨x, z⟩ + c₀)^degree, `sigmoid` tanh(γ ⟨x, z⟩ + c₀).
package struct KernelFunction: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable { case linear, rbf, poly, sigmoid }

  package let kind: Kind
  package let gamma: Double
  package let coef0: Double
  package let degree: Int

  package init(_ kind: Kind, gamma: Double, coef0: Double, degree: Int) {
    self.kind = kind
    self.gamma = gamma
    self.coef0 = coef0
    self.degree = degree
  }

  var native: weir_kernel {
    let number = switch kind {
    case .linear: WEIR_KERNEL_LINEAR
    case .rbf: WEIR_KERNEL_RBF
    case .poly: WEIR_KERNEL_POLY
    case .sigmoid: WEIR_KERNEL_SIGMOID
    }
    return weir_kernel(kind: Int32(number), gamma: gamma, offset: coef0, degree: Int32(clamping: degree))
  }
}

extension KernelFunction: Archivable {
  package static let archiveName = "kernel_function"
  package init(archive: Archive) throws {
    guard let kind = Kind(rawValue: try archive.part("kind").asText()) else { throw ArchiveError("an unknown kernel") }
    self.init(
      kind, gamma: try archive.part("gamma").asFloat(), coef0: try archive.part("coef0").asFloat(),
      degree: try archive.part("degree").asInt())
    guard gamma.isFinite, coef0.isFinite, (1...64).contains(degree) else { throw ArchiveError("a kernel out of range") }
  }
  package var archive: Archive {
    .of([
      "kind": .text(kind.rawValue), "gamma": .float(gamma), "coef0": .float(coef0), "degree": .int(Int64(degree)),
    ])
  }
}

/// Rows as kernels see them. Where only differences count they are taken from the means, which keeps products exact.
struct KernelRows: Sendable {
  let kernel: KernelFunction
  let columns: Int
  let rows: Int
  let values: [Double]
  /// The squared length of each row.
  let lengths: [Double]
  let means: [Double]

  init(_ values: [Double], columns: Int, kernel: KernelFunction) throws {
    let rows = values.count / max(columns, 1)
    let means = kernel.kind == .rbf
      ? try columnMeans(values, rows: rows, columns: columns, weights: nil, workers: .one)
      : [Double](repeating: 0, count: columns)
    try self.init(values, columns: columns, kernel: kernel, around: means)
  }

  init(_ values: [Double], columns: Int, kernel: KernelFunction, around means: [Double]) throws {
    var centered = values
    for i in centered.indices { centered[i] -= means[i % columns] }
    try self.init(centered, columns: columns, kernel: kernel, centered: means)
  }

  /// Rows that are taken from those means already.
  init(_ values: [Double], columns: Int, kernel: KernelFunction, centered means: [Double]) throws {
    let rows = values.count / max(columns, 1)
    lengths = (0..<rows).map { row in
      var sum = 0.0
      for j in 0..<columns { sum += values[row * columns + j] * values[row * columns + j] }
      return sum
    }
    guard lengths.allSatisfy(\.isFinite) else { throw ModelError("the features hold numbers too large to square") }
    (self.kernel, self.columns, self.rows, self.values, self.means) = (kernel, columns, rows, values, means)
  }

  /// Fills `out` (a row for each of `queries`, `others.count` wide) with products and then with values of the kernel.
  func fill(
    _ out: UnsafeMutablePointer<Double>, queries: UnsafePointer<Double>, lengths queryLengths: UnsafePointer<Double>,
    count: Int, others: Range<Int>
  ) {
    let width = others.count
    values.withUnsafeBufferPointer { values in
      lengths.withUnsafeBufferPointer { lengths in
        guard let values = values.baseAddress, let lengths = lengths.baseAddress, count > 0, width > 0 else { return }
        MatrixProduct.compute(
          count, width, columns, queries, columns, values + others.lowerBound * columns, columns, transposedB: true, into: out,
          width)
        for row in 0..<count {
          weir_kernel_values(
            kernel.native, out + row * width, queryLengths[row], lengths + others.lowerBound, width)
        }
      }
    }
  }
}
