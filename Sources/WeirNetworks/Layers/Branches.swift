import CWeirKernels
package import WeirBase

/// Several inputs side by side in a row, each with layers of its own; what they give is put side by side again.
///
/// So numbers, categories through embeddings, images and sequences go into one network: a row is the blocks one after another.
package struct Branches: Layer, NamedByKind {
  package static let archiveName = "branches"

  /// One block of a row, and its layers.
  package struct Branch: Layer {
    package static let archiveName = "branch"
    package let shape: [Int]
    package let layers: [any Layer]
    package init(shape: [Int], layers: [any Layer]) {
      self.shape = shape
      self.layers = layers
    }

    package static func == (a: Branch, b: Branch) -> Bool { a.archive == b.archive }
    package func hash(into hasher: inout Hasher) { hasher.combine(archive) }

    package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] { try plan.nest(layers, input) }
    package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> { assembly.assemble(layers, input) }

    package init(archive: Archive) throws {
      self.init(
        shape: try archive.part("shape").asInts().map { Int(clamping: $0) },
        layers: try archive.part("layers").asList().map { try LayerKinds.standard.layer($0) })
    }
    package var archive: Archive {
      .of(["shape": .ints(shape.map { Int64($0) }), "layers": .list(layers.map(LayerKinds.tagged))])
    }
  }
  package let branches: [Branch]
  package init(_ branches: [Branch]) { self.branches = branches }

  var kindName: String { branches.count == 1 ? "branch" : "branches" }
  /// The layers of a branch; several are named: `branches_1.branch_2.dense_1`.
  private func layers(of branch: Branch) -> [any Layer] { branches.count == 1 ? branch.layers : [branch] }

  package static func == (a: Branches, b: Branches) -> Bool { a.archive == b.archive }
  package func hash(into hasher: inout Hasher) { hasher.combine(archive) }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    guard !branches.isEmpty else { throw plan.setting("there are no branches") }
    var wanted = 0, width = 0
    for branch in branches {
      guard (1...3).contains(branch.shape.count) else {
        throw plan.setting("a branch has one to three sides, and \(LayerError.text(of: branch.shape)) is given")
      }
      for side in branch.shape { try plan.positive(side, "shape") }
      let output = try plan.nest(layers(of: branch), branch.shape)
      wanted = wanted.addingReportingOverflow(branch.shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }).partialValue
      width += output.reduce(1, *)
      try plan.check([width])
    }
    guard input == [wanted] else { throw plan.misfit(input, needs: "\(wanted) numbers, the blocks one after another") }
    return [width]
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    let blocks = branches.map { assembly.signal($0.shape, withGradient: input.gradient != nil) }
    assembly.add(ApartOperation(input, blocks))
    let results = zip(branches, blocks).map { assembly.assemble(layers(of: $0), $1) }
    let output = assembly.signal(
      [results.reduce(0) { $0 + $1.width }], withGradient: results.contains { $0.gradient != nil })
    assembly.add(TogetherOperation(results, output))
    return output
  }

  package init(archive: Archive) throws {
    self.init(try archive.asList().map { try Branch(archive: $0) })
  }
  package var archive: Archive { .list(branches.map(\.archive)) }
}

/// The blocks of each row, each in a buffer of its own.
final class ApartOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, blocks: [Signal<S>]

  init(_ input: Signal<S>, _ blocks: [Signal<S>]) {
    self.input = input
    self.blocks = blocks
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    var from = input.value + rows.lowerBound * input.width
    for block in blocks {
      let width = block.width
      weir_net_copy_columns(S.wide, from, input.width, block.value + rows.lowerBound * width, width, rows.count, width)
      from += width
    }
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dx = input.gradient else { return }
    var to = dx + rows.lowerBound * input.width
    for block in blocks {
      let width = block.width
      if let d = block.gradient {
        weir_net_copy_columns(S.wide, d + rows.lowerBound * width, width, to, input.width, rows.count, width)
      }
      to += width
    }
  }
}

/// What the branches give, side by side in each row.
final class TogetherOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let results: [Signal<S>], output: Signal<S>

  init(_ results: [Signal<S>], _ output: Signal<S>) {
    self.results = results
    self.output = output
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    var to = output.value + rows.lowerBound * output.width
    for result in results {
      let width = result.width
      weir_net_copy_columns(S.wide, result.value + rows.lowerBound * width, width, to, output.width, rows.count, width)
      to += width
    }
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dy = output.gradient else { return }
    var from = dy + rows.lowerBound * output.width
    for result in results {
      let width = result.width
      if let d = result.gradient {
        weir_net_copy_columns(S.wide, from, output.width, d + rows.lowerBound * width, width, rows.count, width)
      }
      from += width
    }
  }
}
