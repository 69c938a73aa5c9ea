import CWeirKernels

/// What the elements of a tensor are, by rising rank: of two kinds, an operation goes on with the later.
package enum DType: String, Sendable, Hashable, CaseIterable, Comparable {
  case bool, i64, f32, f64

  /// Bytes of an element.
  package var width: Int {
    switch self {
    case .bool: 1
    case .f32: 4
    case .i64, .f64: 8
    }
  }

  package var isFloat: Bool { self == .f32 || self == .f64 }

  var rank: Int {
    switch self {
    case .bool: 0
    case .i64: 1
    case .f32: 2
    case .f64: 3
    }
  }

  package static func < (a: DType, b: DType) -> Bool { a.rank < b.rank }

  /// Floats stay what they are; all else becomes f32.
  package var floating: DType { isFloat ? self : .f32 }

  /// As the kernels call it.
  var code: UInt8 {
    switch self {
    case .f32: UInt8(WEIR_T_F32)
    case .f64: UInt8(WEIR_T_F64)
    case .i64: UInt8(WEIR_T_I64)
    case .bool: UInt8(WEIR_T_BOOL)
    }
  }
}
