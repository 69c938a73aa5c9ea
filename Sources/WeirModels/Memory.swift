package import WeirBase

/// What is kept of the parts of a long computation: each fold of a validation, each candidate of a search.
///
/// A part is asked for by all that it depends on, as data. So a computation that was stopped goes on from where it was,
/// one that is asked more computes the rest only, and either gives what computing everything anew would give.
package protocol Memory: Sendable {
  /// Names content: equal archives have equal digests, different ones different.
  func digest(_ content: Archive) -> Archive
  /// What was kept under the question; nil where nothing was.
  func recall(_ question: Archive) -> Archive?
  /// Keeps an answer. May be called by several workers at once; what can't be kept is lost without a word.
  func keep(_ question: Archive, _ answer: Archive)
}
