package import WeirBase

/// Steps joined with `>>`, fitted as a whole.
package struct Plan: Sendable {
  package let steps: [any Step]

  package init(_ steps: [any Step]) { self.steps = steps }

  package func followed(by other: Plan) -> Plan { Plan(steps + other.steps) }
}

extension Plan: CustomStringConvertible {
  /// The plan as a user writes it.
  package var description: String { steps.map(\.name).joined(separator: " >> ") }
}

extension Plan: Archivable {
  package static var archiveName: String { "plan" }
  package init(archive: Archive) throws { throw ArchiveError("not read yet") }
  package var archive: Archive { .list(steps.map(\.archive)) }
}

package enum ModelArchives {
  package static func model(_ kind: String, _ archive: Archive) throws -> any FittedModel { throw ArchiveError("an unknown kind of model, `\(kind)`") }
}
