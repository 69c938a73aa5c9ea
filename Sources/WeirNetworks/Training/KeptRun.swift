import Synchronization

/// The run that a model's last single row went through, kept for the next one: taking memory and copying what was learned costs
/// many times what one row does.
///
/// A copy of a model shares it; what the model has learned must never change. Who asks while another computes makes a run anew.
package final class KeptRun: Sendable {
  private let run = Mutex<(any AnyObject & Sendable)?>(nil)

  /// The most memory that is kept, in bytes.
  private static let most = 64 << 20

  package init() {}

  /// The run that is kept, or one that is made; after `body` it is kept again.
  func use<S: NetworkScalar, Result>(
    or make: () throws(LayerError) -> NetworkRun<S>, _ body: (NetworkRun<S>) throws(LayerError) -> Result
  ) throws(LayerError) -> Result {
    let kept = run.withLock { kept in
      defer { kept = nil }
      return kept as? NetworkRun<S>
    }
    let own: NetworkRun<S> = if let kept { kept } else { try make() }
    let result = try body(own)
    if own.bytes <= KeptRun.most { run.withLock { $0 = own } }
    return result
  }
}
