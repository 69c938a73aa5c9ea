import CWeirKernels
import WeirBase

/// What each step sees of the others, from their questions, keys and values, which lie side by side in each step.
final class LookOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let asked: Signal<S>, seen: Signal<S>
  private let mask: UnsafeMutablePointer<UInt8>?
  private let heads: Int, steps: Int, width: Int, isCausal: Bool, dropout: Double
  /// The shares of each step in each: row, head, step, step.
  private let shares: UnsafeMutablePointer<S>, dropped: UnsafeMutablePointer<S>?
  /// One square of steps for each part.
  private let squares: UnsafeMutablePointer<S>

  init(
    _ assembly: Assembly<S>, _ layer: Attention, _ asked: Signal<S>, _ seen: Signal<S>, mask: UnsafeMutablePointer<UInt8>?
  ) {
    self.asked = asked
    self.seen = seen
    self.mask = mask
    heads = layer.heads
    steps = seen.shape.first ?? 1
    width = seen.shape.last ?? 1
    isCausal = layer.isCausal
    dropout = layer.dropout
    shares = assembly.rows(heads * steps * steps)
    dropped = layer.dropout > 0 ? assembly.rows(heads * steps * steps) : nil
    squares = assembly.buffer(16 * steps * steps)
  }

  private var square: Int { steps * steps }
  private var headWidth: Int { width / heads }
  private var scale: Double { 1 / Double(headWidth).squareRoot() }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let line = 3 * width
    for row in rows {
      let questions = asked.value + row * steps * line
      for head in 0..<heads {
        let place = (row * heads + head) * square, q = questions + head * headWidth
        let share = shares + place
        S.product(steps, steps, headWidth, q, line, q + width, line, transposedB: true, into: share, steps)
        weir_net_softmax_rows(S.wide, share, steps, steps, scale, isCausal ? 1 : 0, mask.map { $0 + row * steps })
        var looks = share
        if pass.isTraining, let dropped {
          looks = dropped + place
          weir_net_dropout(S.wide, share, looks, place, square, pass.random.child(number).key, 1 - dropout)
        }
        S.product(
          steps, headWidth, steps, looks, steps, q + 2 * width, line, into: seen.value + row * steps * width + head * headWidth,
          width)
      }
    }
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dAsked = asked.gradient, let dSeen = seen.gradient else { return }
    let line = 3 * width, d = squares + part * square
    for row in rows {
      for head in 0..<heads {
        let place = (row * heads + head) * square, offset = row * steps * line + head * headWidth
        let q = asked.value + offset, dq = dAsked + offset
        let dOut = dSeen + row * steps * width + head * headWidth
        let looks = dropped.map { $0 + place } ?? shares + place
        S.product(steps, headWidth, steps, looks, steps, transposed: true, dOut, width, into: dq + 2 * width, line)
        S.product(steps, steps, headWidth, dOut, width, q + 2 * width, line, transposedB: true, into: d, steps)
        if dropped != nil { weir_net_dropout(S.wide, d, d, place, square, pass.random.child(number).key, 1 - dropout) }
        weir_net_softmax_back(S.wide, shares + place, d, d, steps, steps, scale)
        S.product(steps, headWidth, steps, d, steps, q + width, line, into: dq, line)
        S.product(steps, headWidth, steps, d, steps, transposed: true, q, line, into: dq + width, line)
      }
    }
  }
}
