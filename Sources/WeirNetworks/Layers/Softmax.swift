import CWeirKernels
package import WeirBase

/// Shares that add up to one, over the last side.
package struct Softmax: Layer {
  package static let archiveName = "softmax"
  package init() {}
  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] { input }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    let output = assembly.signal(input.shape, withGradient: input.gradient != nil, mask: input.mask)
    assembly.add(SoftmaxOperation(input, output))
    return output
  }
  package init(archive: Archive) throws {}
  package var archive: Archive { .none }
}

final class SoftmaxOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, output: Signal<S>
  private let width: Int

  init(_ input: Signal<S>, _ output: Signal<S>) {
    self.input = input
    self.output = output
    width = input.shape.last ?? 1
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let start = rows.lowerBound * input.width, count = rows.count * input.width
    (output.value + start).update(from: input.value + start, count: count)
    weir_net_softmax_rows(S.wide, output.value + start, count / width, width, 1, 0, nil)
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dx = input.gradient, let dy = output.gradient else { return }
    let start = rows.lowerBound * input.width
    weir_net_softmax_back(
      S.wide, output.value + start, dy + start, dx + start, rows.count * input.width / width, width, 1)
  }
}
