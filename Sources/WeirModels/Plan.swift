/// Steps joined with `>>`, fitted as a whole.
package struct Plan: Sendable {
  package let steps: [any Step]

  package init(_ steps: [any Step]) { self.steps = steps }

  package func followed(by other: Plan) -> Plan { Plan(steps + other.steps) }
}
