import CWeirKernels
import Glibc

/// The value of a leaf of classes: one step of Newton's method more than trees ask by, towards the value that makes the
/// loss of its rows smallest.
///
/// The first step takes the loss for a parabola. It falls short where rows of one class are among themselves, and goes too
/// far where shares were wrong, so that a tree of the same size is worth more after the second. What few rows say is
/// trusted less, lest leaves of a single class run away.
struct LeafSearch: Sendable {
  /// The first step.
  private let start: Double
  private let l2: Double
  private let bounds: ClosedRange<Double>

  /// A leaf whose rows weigh so much goes half as far.
  private static let doubted = 300.0
  /// No value goes farther, whose exponential must be a number.
  private static let most = 300.0

  init(_ leaf: BoostedTreeGrower.Leaf, first: Double, l2: Double) {
    start = first
    self.l2 = l2
    let low = max(leaf.low, -LeafSearch.most)
    bounds = low...max(low, min(leaf.high, LeafSearch.most))
  }

  /// `slopes` looks at the loss where scores rise by a number.
  func value(_ slopes: (Double) -> weir_raised) -> Double {
    guard start.isFinite else { return start }
    let value = min(max(start, bounds.lowerBound), bounds.upperBound), raised = slopes(value)
    let rise = raised.slope + l2 * value, bend = raised.curvature + l2
    guard bend > 0, rise.isFinite else { return value }
    let step = raised.weight / (raised.weight + LeafSearch.doubted) * LeafSearch.length(abs(rise) / bend)
    return min(max(rise > 0 ? value - step : value + step, bounds.lowerBound), bounds.upperBound)
  }

  /// So much of a step of Newton's method lowers the loss for sure: its second derivative grows at most e-fold where
  /// scores move by one, and so -slope d + bend (e^d - 1 - d) bounds how it changes over d.
  private static func length(_ step: Double) -> Double { step <= 1 ? step : max(1, log1p(step)) }
}
