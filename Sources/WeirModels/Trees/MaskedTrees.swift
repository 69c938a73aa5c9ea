import CWeirKernels

/// Small trees of one value a leaf, made ready so that many rows are asked all questions of a tree at once.
struct MaskedTrees: Sendable {
  private(set) var questions: [weir_mask_question] = []
  private(set) var starts: [UInt32] = [0]
  /// `mostLeaves` of each tree, from left to right.
  private(set) var values: [Double] = []

  static let mostLeaves = 32
  static let isPossible = weir_masks_are_there() != 0
  /// Fewer rows are walked through the nodes sooner.
  static let fewestRows = 16
  /// As many rows are asked together; their codes lie side by side, feature by feature.
  static let block = 64

  /// Says whether the tree is one that can be asked so.
  mutating func append(_ draft: BinnedTrees.Draft) -> Bool {
    guard draft.questions.count(where: { $0 == .leaf }) <= MaskedTrees.mostLeaves else { return false }
    let first = values.count
    guard add(0, of: draft, first) else { return false }
    values += [Double](repeating: 0, count: first + MaskedTrees.mostLeaves - values.count)
    starts.append(UInt32(clamping: questions.count))
    return true
  }

  /// Adds the questions and leaves below a node; the leaves of a tree are numbered from `first` on.
  private mutating func add(_ node: Int, of draft: BinnedTrees.Draft, _ first: Int) -> Bool {
    switch draft.questions[node] {
    case .leaf:
      values.append(draft.values[draft.places[node]])
      return true
    case .set: return false
    case .threshold(let feature, let bin, let missingLeft):
      guard let feature = UInt16(exactly: feature) else { return false }
      let place = questions.count, shift: UInt8 = missingLeft ? 1 : 0, from = values.count - first
      questions.append(weir_mask_question(
        kept: 0, feature: feature, test: UInt8(truncatingIfNeeded: bin + Int(shift)), shift: shift))
      guard add(draft.left[node], of: draft, first) else { return false }
      // Rows that go right keep all leaves but those on the left.
      let kept = (from..<values.count - first).reduce(UInt32.max) { $0 & ~(1 << (31 - UInt32($1))) }
      questions[place].kept = kept
      return add(draft.left[node] + 1, of: draft, first)
    }
  }

  /// Adds the value of each tree's leaf, in order of trees, to `outputs` sums a row. Codes lie in blocks.
  func add(codes: UnsafePointer<UInt8>, features: Int, rows: Int, outputs: Int, into out: UnsafeMutablePointer<Double>) {
    weir_add_masked_trees(questions, starts, values, starts.count - 1, outputs, codes, features, rows, out)
  }
}
