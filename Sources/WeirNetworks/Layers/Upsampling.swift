import CWeirKernels
package import WeirBase

/// Makes images larger by whole factors; PyTorch's `Upsample`, where corners don't meet (`align_corners=False`).
package struct Upsample: Layer {
  package static let archiveName = "upsample"
  package enum Mode: String, Sendable, Hashable, CaseIterable {
    /// Each point several times.
    case nearest
    /// Points between those that are there.
    case bilinear
  }
  /// Down, and across.
  package let factor: [Int]
  package let mode: Mode

  package init(_ factor: [Int] = [2], mode: Mode = .nearest) {
    self.factor = Window.sides(factor)
    self.mode = mode
  }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    guard factor.count == 2 else { throw plan.setting("`factor` is one side or two, and has \(factor.count)") }
    for side in factor { try plan.positive(side, "factor") }
    guard input.count == 3 else { throw plan.misfit(input, needs: "height x width x channels") }
    return [input[0] * factor[0], input[1] * factor[1], input[2]]
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    guard input.shape.count == 3, factor.count == 2 else { return input }
    let output = assembly.signal(
      [input.shape[0] * factor[0], input.shape[1] * factor[1], input.shape[2]], withGradient: input.gradient != nil)
    assembly.add(UpsampleOperation(input, output, factor, mode))
    return output
  }

  package init(archive: Archive) throws {
    let name = try archive.part("mode").asText()
    guard let mode = Mode(rawValue: name) else { throw ArchiveError("there is no upsampling `\(name)`") }
    self.init(try archive.sides("factor"), mode: mode)
  }
  package var archive: Archive { .of(["factor": .sides(factor), "mode": .text(mode.rawValue)]) }
}

final class UpsampleOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, output: Signal<S>
  private let factor: [Int], mode: Upsample.Mode
  private let inputWidth: Int, outputWidth: Int

  init(_ input: Signal<S>, _ output: Signal<S>, _ factor: [Int], _ mode: Upsample.Mode) {
    self.input = input
    self.output = output
    self.factor = factor
    self.mode = mode
    inputWidth = input.width
    outputWidth = output.width
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let upsample = mode == .nearest ? weir_net_upsample_nearest : weir_net_upsample_linear
    for row in rows {
      upsample(
        S.wide, input.value + row * inputWidth, input.shape[0], input.shape[1], input.shape[2], factor[0], factor[1],
        output.value + row * outputWidth)
    }
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dx = input.gradient, let dy = output.gradient else { return }
    let back = mode == .nearest ? weir_net_upsample_nearest_back : weir_net_upsample_linear_back
    for row in rows {
      back(
        S.wide, dy + row * outputWidth, input.shape[0], input.shape[1], input.shape[2], factor[0], factor[1],
        dx + row * inputWidth)
    }
  }
}
