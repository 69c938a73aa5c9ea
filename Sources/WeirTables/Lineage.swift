/// Which splits the rows of a table come from: the run-time half of the promise against leakage.
///
/// `split` names one call of `split`; `parts` the parts of it whose rows are in the table. Verbs hand their inputs'
/// lineage on, joins and `concat` unite them.
package struct Lineage: Sendable, Hashable {
  package struct Origin: Sendable, Hashable, Comparable {
    /// A stable name of the `split` call (cell, name and version).
    package let split: String
    package let part: Part
    package init(split: String, part: Part) {
      self.split = split
      self.part = part
    }
    package static func < (a: Origin, b: Origin) -> Bool { (a.split, a.part.rawValue) < (b.split, b.part.rawValue) }
  }

  package enum Part: String, Sendable, Hashable { case train, valid, test }

  package private(set) var origins: Set<Origin>
  /// Set by `allow_leak(table, because:)`: the reason given.
  package private(set) var allowed: String?

  package static let none = Lineage(origins: [])

  package init(origins: Set<Origin>, allowed: String? = nil) {
    self.origins = origins
    self.allowed = allowed
  }

  package func union(_ other: Lineage) -> Lineage {
    Lineage(origins: origins.union(other.origins), allowed: allowed ?? other.allowed)
  }

  package func allowing(_ reason: String) -> Lineage { Lineage(origins: origins, allowed: reason) }

  /// Whether rows of a test part are here and nobody has said that this is meant.
  package var holdsTest: Bool { allowed == nil && origins.contains { $0.part == .test } }
}
