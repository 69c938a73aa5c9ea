import Synchronization

/// What was computed from the arguments of a function that is being differentiated, in order.
///
/// Functions that are differentiated within another share its tape, so that the derivative of a derivative is found the same way.
final class Tape: Sendable {
  struct Input: Sendable {
    let tensor: Tensor
    let index: Int?
  }

  struct Entry: Sendable {
    let operation: Operation
    let inputs: [Input]
    let output: Tensor
    let settings: Settings
  }

  @TaskLocal static var current: Tape?

  private let entries = Mutex<[Entry]>([])

  func append(_ entry: Entry) -> Int {
    entries.withLock {
      $0.append(entry)
      return $0.count - 1
    }
  }

  subscript(index: Int) -> Entry { entries.withLock { $0[index] } }
}

/// Derivatives of functions made of operations.
package enum Differentiation {
  /// The value of a function and its derivatives by the arguments `chosen`. Its value must be one number.
  package static func gradient(
    at arguments: [Variable], by chosen: [Int], of function: ([Variable]) throws -> Variable
  ) throws -> (value: Variable, gradients: [Variable]) {
    let outer = Tape.current, tape = outer ?? Tape()
    let (value, gradients) = try Tape.$current.withValue(tape) {
      var inner = arguments, leaves: [Int] = []
      for number in chosen {
        let given = arguments[number]
        guard given.dtype.isFloat else {
          throw TensorError.wrongType(operation: "grad", found: given.dtype, wanted: "floats to differentiate by")
        }
        let leaf = tape.append(Tape.Entry(
          operation: .identity, inputs: [Tape.Input(tensor: given.tensor, index: given.index)], output: given.tensor,
          settings: Settings()))
        inner[number] = Variable(given.tensor, index: leaf)
        leaves.append(leaf)
      }
      let value = try function(inner)
      guard value.tensor.count == 1 else { throw TensorError.notOneNumber(shape: value.shape) }
      // Derivatives of derivatives are asked for only by one further out.
      let sweep = Sweep(tape: tape, first: leaves.first ?? 0, leaves: Set(leaves), isRecorded: outer != nil)
      let found = try sweep.run(from: value)
      let gradients = try zip(chosen, leaves).map { number, leaf in
        try found[leaf] ?? Variable(Tensor(repeating: 0.0, arguments[number].shape, arguments[number].dtype))
      }
      return (value, gradients)
    }
    if outer != nil { return (value, gradients) }
    return (Variable(value.tensor), gradients.map { Variable($0.tensor) })
  }

  /// One walk over the tape from the last entry to the arguments.
  private struct Sweep {
    let tape: Tape
    let first: Int
    let leaves: Set<Int>
    let isRecorded: Bool

    func run(from value: Variable) throws -> [Int: Variable] {
      var gradients: [Int: Variable] = [:]
      guard let top = value.index, top >= first else { return gradients }
      gradients[top] = Variable(try Tensor(repeating: 1.0, value.shape, value.dtype))
      for index in stride(from: top, through: first, by: -1) where !leaves.contains(index) {
        guard let gradient = gradients.removeValue(forKey: index) else { continue }
        try step(index, gradient, &gradients)
      }
      return gradients
    }

    private func step(_ index: Int, _ gradient: Variable, _ gradients: inout [Int: Variable]) throws {
      let entry = tape[index]
      guard let rule = entry.operation.rule else { throw TensorError.notDifferentiable(operation: entry.operation.name) }
      let wanted = entry.inputs.map { ($0.index ?? -1) >= first }
      let inputs = entry.inputs.map { Variable($0.tensor, index: isRecorded ? $0.index : nil) }
      let output = Variable(entry.output, index: isRecorded ? index : nil)
      let parts = try rule(Backward(
        inputs: inputs, output: output, gradient: gradient, settings: entry.settings, wanted: wanted))
      for (number, part) in parts.enumerated() {
        guard number < wanted.count, wanted[number], let part, let place = entry.inputs[number].index else { continue }
        let fitted = try part.fitted(to: entry.inputs[number].tensor)
        gradients[place] = try gradients[place].map { try $0 + fitted } ?? fitted
      }
    }
  }
}

extension Variable {
  /// A derivative by something that was stretched: summed over what it was stretched along, in its kind of numbers.
  func fitted(to tensor: Tensor) throws -> Variable {
    var out = self
    if shape != tensor.shape {
      let front = rank - tensor.rank
      let axes = shape.sizes.indices.filter { $0 < front || (tensor.shape.sizes[$0 - front] == 1 && shape.sizes[$0] != 1) }
      if !axes.isEmpty { out = try out.sum(axes, keep: false) }
      if out.shape != tensor.shape { out = try out.reshaped(tensor.shape.sizes) }
    }
    return out.dtype == tensor.dtype ? out : try out.converted(to: tensor.dtype)
  }
}
