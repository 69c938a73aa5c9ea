/// Which characters (Unicode scalars) one place of a pattern takes.
struct ScalarSet: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case digit, word, space
    case category(String)

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      let properties = scalar.properties
      switch self {
      case .digit: return properties.generalCategory == .decimalNumber
      case .word: return scalar == "_" || properties.isAlphabetic || properties.numericType != nil || Self.isMark(properties.generalCategory)
      case .space: return properties.isWhitespace
      case .category(let name): return Self.names(properties.generalCategory).contains(name)
      }
    }

    private static func isMark(_ category: Unicode.GeneralCategory) -> Bool {
      category == .nonspacingMark || category == .spacingMark || category == .enclosingMark || category == .connectorPunctuation
    }

    /// The short names of a category, the group that it belongs to first.
    static func names(_ category: Unicode.GeneralCategory) -> [String] {
      switch category {
      case .uppercaseLetter: ["L", "Lu"]
      case .lowercaseLetter: ["L", "Ll"]
      case .titlecaseLetter: ["L", "Lt"]
      case .modifierLetter: ["L", "Lm"]
      case .otherLetter: ["L", "Lo"]
      case .nonspacingMark: ["M", "Mn"]
      case .spacingMark: ["M", "Mc"]
      case .enclosingMark: ["M", "Me"]
      case .decimalNumber: ["N", "Nd"]
      case .letterNumber: ["N", "Nl"]
      case .otherNumber: ["N", "No"]
      case .connectorPunctuation: ["P", "Pc"]
      case .dashPunctuation: ["P", "Pd"]
      case .openPunctuation: ["P", "Ps"]
      case .closePunctuation: ["P", "Pe"]
      case .initialPunctuation: ["P", "Pi"]
      case .finalPunctuation: ["P", "Pf"]
      case .otherPunctuation: ["P", "Po"]
      case .mathSymbol: ["S", "Sm"]
      case .currencySymbol: ["S", "Sc"]
      case .modifierSymbol: ["S", "Sk"]
      case .otherSymbol: ["S", "So"]
      case .spaceSeparator: ["Z", "Zs"]
      case .lineSeparator: ["Z", "Zl"]
      case .paragraphSeparator: ["Z", "Zp"]
      default: ["C"]
      }
    }

    static let known: Set<String> = [
      "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
      "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C",
    ]
  }

  private struct Part: Sendable, Hashable {
    let kind: Kind
    let isNegated: Bool
  }

  private var ranges: [ClosedRange<UInt32>] = []
  private var parts: [Part] = []
  private var isNegated = false
  private var foldsCase = false
  /// The answers for ASCII, worked out once by `prepared`.
  private var low: UInt64 = 0, high: UInt64 = 0

  init() {}

  init(_ scalar: UInt32) { ranges = [scalar...scalar] }
  init(_ kind: Kind, isNegated: Bool = false) { parts = [Part(kind: kind, isNegated: isNegated)] }

  /// Everything; without line ends where `.` has its usual meaning.
  static func any(withLineEnds: Bool) -> ScalarSet {
    var set = ScalarSet()
    if !withLineEnds { set.ranges = [10...10] }
    set.isNegated = true
    return set
  }

  mutating func insert(_ range: ClosedRange<UInt32>) { ranges.append(range) }
  mutating func insert(_ kind: Kind, isNegated: Bool) { parts.append(Part(kind: kind, isNegated: isNegated)) }
  mutating func negate() { isNegated.toggle() }

  /// The set as it is asked, with case left out of account or not.
  func prepared(foldingCase: Bool) -> ScalarSet {
    var copy = self
    copy.foldsCase = foldingCase
    for code in 0..<UInt32(128) where copy.holds(code) {
      if code < 64 { copy.low |= 1 << UInt64(code) } else { copy.high |= 1 << UInt64(code - 64) }
    }
    return copy
  }

  @inline(__always)
  func contains(_ code: UInt32) -> Bool {
    if code < 64 { return low & (1 << UInt64(code)) != 0 }
    if code < 128 { return high & (1 << UInt64(code - 64)) != 0 }
    return holds(code)
  }

  private func holds(_ code: UInt32) -> Bool {
    if has(code) != isNegated { return true }
    guard foldsCase, let scalar = Unicode.Scalar(code) else { return false }
    for other in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
      let scalars = other.unicodeScalars
      if scalars.count == 1, let first = scalars.first, first.value != code, has(first.value) != isNegated { return true }
    }
    return false
  }

  private func has(_ code: UInt32) -> Bool {
    for range in ranges where range.contains(code) { return true }
    guard !parts.isEmpty, let scalar = Unicode.Scalar(code) else { return false }
    return parts.contains { $0.kind.contains(scalar) != $0.isNegated }
  }
}
