import WeirBase

extension Archive {
  /// Numbers, `count` of them, all finite.
  func asFiniteFloats(count: Int) throws -> [Double] {
    let values = try asFloats()
    guard values.count == count else { throw ArchiveError("expected \(count) numbers, found \(values.count)") }
    guard values.allSatisfy(\.isFinite) else { throw ArchiveError("a number is not finite") }
    return values
  }

  /// Whole numbers of 32 bits in `range`, `count` of them.
  func asCodes(count: Int, in range: Range<Int>) throws -> [Int32] {
    let values = try asInts()
    guard values.count == count else { throw ArchiveError("expected \(count) whole numbers, found \(values.count)") }
    return try values.map { value in
      guard let code = Int32(exactly: value), range.contains(Int(code)) else {
        throw ArchiveError("the number \(value) is out of range")
      }
      return code
    }
  }

  /// Names of features: one at least, none twice.
  func asFeatureNames() throws -> [String] {
    let names = try asTexts()
    guard !names.isEmpty, Set(names).count == names.count else {
      throw ArchiveError("names of features are absent or repeat")
    }
    return names
  }

  /// The value, or nil for `none`.
  var present: Archive? { if case .none = self { nil } else { self } }

  static func codes(_ values: [Int32]) -> Archive { .ints(values.map { Int64($0) }) }
}

/// The product of two counts, none below zero; throws where it is beyond what an archive can hold.
func archivedSize(_ a: Int, _ b: Int) throws -> Int {
  let (size, overflow) = a.multipliedReportingOverflow(by: b)
  guard a >= 0, b >= 0, !overflow else { throw ArchiveError("a size is out of range") }
  return size
}

/// Makes a step from archived settings: what a setting refuses is a fault of the archive.
func readingSettings<Step>(_ body: () throws -> Step) throws -> Step {
  do { return try body() } catch let error as ModelError { throw ArchiveError(error.message) }
}

extension ModelError {
  /// A whole number that is too small.
  static func settingTooSmall(_ name: String, of step: String, least: Int, found: Int) -> ModelError {
    ModelError("`\(name)` of `\(step)` is at least \(least), not \(found)")
  }

  static func settingBelowZero(_ name: String, of step: String, found: Double) -> ModelError {
    ModelError("`\(name)` of `\(step)` is a number that is not below zero, not \(found)")
  }

  package static func noRows(_ step: String) -> ModelError { ModelError("`\(step)` has no rows to learn from") }

  package static func noProbabilities(_ model: String) -> ModelError {
    ModelError(
      "`\(model)` predicts numbers or clusters, which have no probabilities", mend: "use `predict` instead")
  }
}
