import CWeirKernels
package import WeirBase

/// x + f(x), where f are layers that keep the shape.
package struct Residual: Layer {
  package static let archiveName = "residual"
  package let layers: [any Layer]
  package init(_ layers: [any Layer]) { self.layers = layers }

  package static func == (a: Residual, b: Residual) -> Bool { a.archive == b.archive }
  package func hash(into hasher: inout Hasher) { hasher.combine(archive) }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    let output = try plan.nest(layers, input)
    guard output == input else {
      throw plan.misfit(input, needs: "layers that keep the shape, and they give \(LayerError.text(of: output))")
    }
    return output
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    // A copy for the branch, so that the gradients of both ways can be added.
    var branch = input
    if input.gradient != nil { branch.gradient = assembly.rows(input.width) }
    let begin = ResidualBegin(input, branch)
    assembly.add(begin)
    let inner = assembly.assemble(layers, branch)
    let output = assembly.signal(input.shape, withGradient: inner.gradient != nil || input.gradient != nil, mask: input.mask)
    begin.output = output
    assembly.add(ResidualEnd(input, inner, output, branch))
    return output
  }

  package init(archive: Archive) throws { self.init(try archive.asList().map { try LayerKinds.standard.layer($0) }) }
  package var archive: Archive { .list(layers.map(LayerKinds.tagged)) }
}

/// Where the ways part: backward adds up their gradients.
final class ResidualBegin<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, branch: Signal<S>
  fileprivate(set) var output: Signal<S>?

  init(_ input: Signal<S>, _ branch: Signal<S>) {
    self.input = input
    self.branch = branch
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dx = input.gradient, let inner = branch.gradient, let dy = output?.gradient else { return }
    let start = rows.lowerBound * input.width
    weir_net_add(S.wide, inner + start, dy + start, dx + start, rows.count * input.width)
  }
}

/// Where they meet.
final class ResidualEnd<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, inner: Signal<S>, output: Signal<S>

  init(_ input: Signal<S>, _ inner: Signal<S>, _ output: Signal<S>, _ branch: Signal<S>) {
    self.input = input
    self.inner = inner
    self.output = output
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let start = rows.lowerBound * input.width
    weir_net_add(S.wide, input.value + start, inner.value + start, output.value + start, rows.count * input.width)
  }

  // The layers may change their gradient in place, so they get one of their own.
  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let to = inner.gradient, let dy = output.gradient else { return }
    let start = rows.lowerBound * input.width
    (to + start).update(from: dy + start, count: rows.count * input.width)
  }
}
