import CWeirKernels
import WeirBase
import WeirTables

/// Trees that ask for the codes of binned features, one after the other in flat arrays.
package struct BinnedTrees: Sendable {
  package let bins: [FeatureBins]
  /// How many numbers each leaf holds.
  package let width: Int
  private(set) var nodes: [weir_node] = []
  /// Where each tree starts, and one more: where the next would.
  private(set) var roots: [UInt32] = [0]
  private(set) var depths: [UInt32] = []
  /// The leaf that each node is, counted over all trees; 0 for nodes that are none.
  private(set) var places: [UInt32] = []
  package private(set) var values: [Double] = []
  /// How much the training rows weigh that came by each node.
  package private(set) var covers: [Double] = []
  /// By node, the set of codes that go left, -1 where it asks for a threshold; empty while no node has a set.
  private(set) var sets: [Int32] = []
  private(set) var setBits: [UInt8] = []
  let coder: BinCoder
  /// The same trees as masks, where all of them are small.
  private var masked: MaskedTrees?

  package var count: Int { depths.count }
  package var nodeCount: Int { nodes.count }

  init(bins: [FeatureBins], width: Int) {
    self.bins = bins
    self.width = width
    coder = BinCoder(bins)
    masked = width == 1 && MaskedTrees.isPossible ? MaskedTrees() : nil
  }

  /// What a node asks for.
  enum Question: Sendable, Hashable {
    case leaf
    /// Codes up to `bin` go left (none of them where it is -1).
    case threshold(feature: Int, bin: Int, missingLeft: Bool)
    /// 32 bytes; codes whose bit is set go left.
    case set(feature: Int, codes: [UInt8])
  }

  /// A tree while it grows: children stand side by side, after their parent.
  struct Draft: Sendable {
    var questions: [Question] = [.leaf]
    var left: [Int] = [0]
    var covers: [Double] = [0]
    /// The numbers of leaves, and where those of each node start; inner nodes have none.
    var values: [Double] = []
    var places: [Int] = [0]

    /// Makes a node ask; gives the number of its left child, after which the right one follows.
    mutating func split(_ node: Int, _ question: Question) -> Int {
      let child = questions.count
      questions[node] = question
      left[node] = child
      questions += [.leaf, .leaf]
      left += [child, child + 1]
      covers += [0, 0]
      places += [0, 0]
      return child
    }

    mutating func setLeaf(_ node: Int, _ numbers: some Sequence<Double>) {
      places[node] = values.count
      values.append(contentsOf: numbers)
    }
  }

  mutating func append(_ draft: Draft) throws {
    let start = nodes.count
    guard start + draft.questions.count < Int(Int32.max) else { throw ModelError("the trees have too many nodes") }
    var depths = [UInt32](repeating: 0, count: draft.questions.count)
    for (i, question) in draft.questions.enumerated() {
      add(question, node: i, left: draft.left[i])
      covers.append(draft.covers[i])
      if question == .leaf {
        places.append(UInt32(values.count / width))
        values += draft.values[draft.places[i]..<draft.places[i] + width]
      } else {
        places.append(0)
        depths[draft.left[i]] = depths[i] + 1
        depths[draft.left[i] + 1] = depths[i] + 1
      }
    }
    if masked?.append(draft) == false { masked = nil }
    self.depths.append(depths.max() ?? 0)
    roots.append(UInt32(nodes.count))
  }

  private mutating func add(_ question: Question, node: Int, left: Int) {
    switch question {
    case .leaf: nodes.append(weir_node(left: UInt32(node), test: 255))
    case .threshold(let feature, let bin, let missingLeft):
      let flag: UInt32 = missingLeft ? 1 : 0
      nodes.append(weir_node(left: UInt32(left) | flag << 31, test: UInt32(feature) << 8 | (UInt32(bitPattern: Int32(bin)) &+ flag) & 255))
    case .set(let feature, let codes):
      if sets.isEmpty { sets = [Int32](repeating: -1, count: nodes.count) }
      nodes.append(weir_node(left: UInt32(left), test: UInt32(feature) << 8))
      sets.append(Int32(setBits.count / 32))
      setBits += codes
      return
    }
    if !sets.isEmpty { sets.append(-1) }
  }

  /// The nodes of a tree, counted over all.
  package func nodes(of tree: Int) -> Range<Int> { Int(roots[tree])..<Int(roots[tree + 1]) }

  /// What node `node` (counted over all) of a tree asks for, and where its left child is.
  func question(_ node: Int, of tree: Int) -> (question: Question, left: Int) {
    let found = nodes[node], left = Int(found.left & 0x7fff_ffff), root = Int(roots[tree])
    if left == node - root { return (.leaf, node) }
    let feature = Int(found.test >> 8)
    if !sets.isEmpty, sets[node] >= 0 {
      let first = Int(sets[node]) * 32
      return (.set(feature: feature, codes: Array(setBits[first..<first + 32])), root + left)
    }
    let flag = Int(found.left >> 31)
    return (.threshold(feature: feature, bin: Int(found.test & 255) - flag, missingLeft: flag == 1), root + left)
  }

  /// The numbers of a leaf.
  func leafValues(_ node: Int) -> ArraySlice<Double> { values[Int(places[node]) * width..<(Int(places[node]) + 1) * width] }

  /// Without the trees from `count` on.
  func prefix(_ count: Int) throws -> BinnedTrees {
    var copy = BinnedTrees(bins: bins, width: width)
    for tree in 0..<min(count, self.count) { try copy.append(draft(of: tree)) }
    return copy
  }

  func draft(of tree: Int) -> Draft {
    var draft = Draft(questions: [], left: [], covers: [], places: [])
    for node in nodes(of: tree) {
      let (question, left) = question(node, of: tree)
      draft.questions.append(question)
      draft.left.append(left - Int(roots[tree]))
      draft.covers.append(covers[node])
      draft.places.append(0)
      if question == .leaf { draft.setLeaf(draft.places.count - 1, leafValues(node)) }
    }
    return draft
  }
}

extension BinnedTrees {
  /// Adds the values of each tree's leaf, in order of trees, to `outputs` sums a row.
  func add(
    _ trees: Range<Int>, codes: UnsafePointer<UInt8>, rows: Int, outputs: Int, into out: UnsafeMutablePointer<Double>
  ) {
    nodes.withUnsafeBufferPointer { nodes in
      places.withUnsafeBufferPointer { places in
        sets.withUnsafeBufferPointer { sets in
          weir_add_trees(
            nodes.baseAddress, Array(roots[trees]), Array(depths[trees]), trees.count, places.baseAddress, values, width,
            outputs, sets.isEmpty ? nil : sets.baseAddress, setBits, codes, bins.count, rows, out)
        }
      }
    }
  }

  /// For each row `outputs` sums, row by row, that start from `base`.
  func sums(_ rows: BinnedRows, outputs: Int, base: [Double], workers: Workers) -> SharedArray<Double> {
    let sums = SharedArray<Double>(repeating: 0, count: rows.rowCount * outputs)
    if let masked, rows.rowCount >= MaskedTrees.fewestRows {
      let part = 1024
      workers.run((rows.rowCount + part - 1) / part) { place in
        let range = place * part..<min((place + 1) * part, rows.rowCount), out = sums.base + range.lowerBound * outputs
        for i in 0..<range.count { for k in 0..<outputs { out[i * outputs + k] = base[k] } }
        rows.blocks(range).withUnsafeBufferPointer { codes in
          guard let codes = codes.baseAddress else { return }
          masked.add(codes: codes, features: bins.count, rows: range.count, outputs: outputs, into: out)
        }
      }
      return sums
    }
    // Large trees pay for being fetched with more rows, small ones leave the cache to the rows.
    let most = nodeCount / max(count, 1) > 512 ? 8192 : 1024, wanted = max(1, (rows.rowCount + most - 1) / most)
    let parts = wanted > 1 ? (wanted + 1) / 2 * 2 : 1, block = max(1, (rows.rowCount + parts - 1) / parts)
    workers.run((rows.rowCount + block - 1) / block) { part in
      let range = part * block..<min((part + 1) * block, rows.rowCount)
      let out = sums.base + range.lowerBound * outputs
      for i in 0..<range.count { for k in 0..<outputs { out[i * outputs + k] = base[k] } }
      rows.codes(range).withUnsafeBufferPointer { codes in
        guard let codes = codes.baseAddress else { return }
        add(0..<count, codes: codes, rows: range.count, outputs: outputs, into: out)
      }
    }
    return sums
  }
}

