package import WeirBase

/// A layer that goes over the steps of a sequence with a state: `rnn` (tanh), `lstm`, `gru`.
package struct Recurrent: Layer, NamedByKind {
  package static let archiveName = "recurrent"
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case rnn, lstm, gru
    var gates: Int {
      switch self {
      case .rnn: 1
      case .lstm: 4
      case .gru: 3
      }
    }
  }
  package let kind: Kind
  package let units: Int
  /// Whether it gives the state at each step, and not the last one alone.
  package let sequences: Bool

  package init(_ kind: Kind, _ units: Int, sequences: Bool = false) {
    self.kind = kind
    self.units = units
    self.sequences = sequences
  }

  package var kindName: String { kind.rawValue }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    try plan.positive(units, "units")
    guard input.count == 2, input[0] > 0, input[1] > 0 else { throw plan.misfit(input, needs: "steps x features") }
    let gates = kind.gates * units, start = Start.fan(units)
    try plan.learn("weight_input", [gates, input[1]], start)
    try plan.learn("weight_state", [gates, units], start)
    try plan.learn("bias_input", [gates], start)
    try plan.learn("bias_state", [gates], start)
    return sequences ? [input[0], units] : [units]
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    let steps = input.shape.first ?? 1
    let output = assembly.signal(sequences ? [steps, units] : [units], mask: sequences ? input.mask : nil)
    assembly.add(RecurrentOperation(assembly, self, input, output))
    return output
  }

  package init(archive: Archive) throws {
    let name = try archive.part("kind").asText()
    guard let kind = Kind(rawValue: name) else { throw ArchiveError("there is no recurrent layer `\(name)`") }
    self.init(kind, try archive.part("units").asInt(), sequences: try archive.part("sequences").asBool())
  }
  package var archive: Archive {
    .of(["kind": .text(kind.rawValue), "units": .int(Int64(units)), "sequences": .bool(sequences)])
  }
}
