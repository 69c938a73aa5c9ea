import CWeirKernels
package import WeirBase

/// Zeros a share of the numbers while training, and scales the others up.
package struct Dropout: Layer {
  package static let archiveName = "dropout"
  package let rate: Double
  package init(_ rate: Double) { self.rate = rate }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    guard rate >= 0, rate < 1 else { throw plan.setting("`rate` must be from 0 to below 1, and is \(rate)") }
    return input
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    guard rate > 0 else { return input }
    let output = assembly.signal(input.shape, withGradient: input.gradient != nil, mask: input.mask)
    assembly.add(DropoutOperation(input, output, keep: 1 - rate))
    return output
  }

  package init(archive: Archive) throws { self.init(try archive.asFloat()) }
  package var archive: Archive { .float(rate) }
}

/// What is dropped follows from the stream of the step, the number of the operation and the place in the batch.
final class DropoutOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, output: Signal<S>
  private let keep: Double

  init(_ input: Signal<S>, _ output: Signal<S>, keep: Double) {
    self.input = input
    self.output = output
    self.keep = keep
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let start = rows.lowerBound * input.width, count = rows.count * input.width
    if pass.isTraining {
      weir_net_dropout(
        S.wide, input.value + start, output.value + start, start, count, pass.random.child(number).key, keep)
    } else {
      (output.value + start).update(from: input.value + start, count: count)
    }
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dx = input.gradient, let dy = output.gradient else { return }
    let start = rows.lowerBound * input.width
    weir_net_dropout(
      S.wide, dy + start, dx + start, start, rows.count * input.width, pass.random.child(number).key, keep)
  }
}
