package import WeirBase

/// All numbers of a row, one after another.
package struct Flatten: Layer {
  package static let archiveName = "flatten"
  package init() {}
  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] { [input.reduce(1, *)] }
  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> { input.shaped([input.width]) }
  package init(archive: Archive) throws {}
  package var archive: Archive { .none }
}

/// The numbers of a row in another shape.
package struct Reshape: Layer {
  package static let archiveName = "reshape"
  package let shape: [Int]
  package init(_ shape: [Int]) { self.shape = shape }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    for side in shape { try plan.positive(side, "shape") }
    var count = 1
    for side in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: side)
      count = overflow ? 0 : product
    }
    guard count == input.reduce(1, *), (1...3).contains(shape.count) else {
      throw plan.misfit(input, needs: "as many numbers as \(LayerError.text(of: shape)) has")
    }
    return shape
  }
  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> { input.shaped(shape) }
  package init(archive: Archive) throws { self.init(try archive.asInts().map { Int($0) }) }
  package var archive: Archive { .ints(shape.map { Int64($0) }) }
}

extension Signal {
  /// The same numbers in another shape; steps are steps no longer.
  func shaped(_ shape: [Int]) -> Signal { Signal(shape: shape, value: value, gradient: gradient, mask: nil) }
}
