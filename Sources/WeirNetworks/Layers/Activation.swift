import CWeirKernels
package import WeirBase

/// A function of each number: `relu`, `gelu`, ….
package struct Activation: Layer, NamedByKind {
  package static let archiveName = "activation"

  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case relu, leakyReLU = "leaky_relu", elu, tanh, sigmoid, gelu, silu

    var code: Int32 {
      switch self {
      case .relu: Int32(WEIR_NET_RELU.rawValue)
      case .leakyReLU: Int32(WEIR_NET_LEAKY_RELU.rawValue)
      case .elu: Int32(WEIR_NET_ELU.rawValue)
      case .tanh: Int32(WEIR_NET_TANH.rawValue)
      case .sigmoid: Int32(WEIR_NET_SIGMOID.rawValue)
      case .gelu: Int32(WEIR_NET_GELU.rawValue)
      case .silu: Int32(WEIR_NET_SILU.rawValue)
      }
    }

    /// Whether its slope follows from its result, so that what it was applied to need not be kept.
    var isKnownByResult: Bool { self != .gelu && self != .silu }
  }
  package let kind: Kind
  /// The slope below zero of `leaky_relu`, the least value of `elu`.
  package let alpha: Double

  /// PyTorch's settings where none are given: 0.01 for `leaky_relu`, 1 for `elu`.
  package init(_ kind: Kind, alpha: Double? = nil) {
    self.kind = kind
    self.alpha = alpha ?? (kind == .leakyReLU ? 0.01 : kind == .elu ? 1 : 0)
  }

  package var kindName: String { kind.rawValue }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    // The slope is read off the sign of the result.
    guard alpha.isFinite, kind != .leakyReLU || alpha >= 0, kind != .elu || alpha > 0 else {
      throw plan.setting("`alpha` must be positive, and is \(alpha)")
    }
    return input
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    let output = assembly.signal(input.shape, withGradient: input.gradient != nil, mask: input.mask)
    assembly.add(ActivationOperation(self, input, output))
    return output
  }

  package init(archive: Archive) throws {
    let name = try archive.part("kind").asText()
    guard let kind = Kind(rawValue: name) else { throw ArchiveError("there is no activation `\(name)`") }
    self.init(kind, alpha: try archive.part("alpha").asFloat())
  }
  package var archive: Archive { .of(["kind": .text(kind.rawValue), "alpha": .float(alpha)]) }
}

final class ActivationOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, output: Signal<S>
  private let code: Int32, alpha: Double

  init(_ layer: Activation, _ input: Signal<S>, _ output: Signal<S>) {
    self.input = input
    self.output = output
    code = layer.kind.code
    alpha = layer.alpha
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let start = rows.lowerBound * input.width
    weir_net_activate(S.wide, code, alpha, input.value + start, output.value + start, rows.count * input.width)
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dx = input.gradient, let dy = output.gradient else { return }
    let start = rows.lowerBound * input.width
    weir_net_activate_back(
      S.wide, code, alpha, input.value + start, output.value + start, dy + start, dx + start, rows.count * input.width)
  }
}
