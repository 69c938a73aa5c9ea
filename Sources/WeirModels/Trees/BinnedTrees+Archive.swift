package import WeirBase

extension BinnedTrees: Archivable {
  package static let archiveName = "binned_trees"

  /// What the nodes are, a byte each.
  private enum Kind: UInt8 { case leaf, threshold, thresholdMissingLeft, set }

  package var archive: Archive {
    var kinds: [UInt8] = [], bins: [UInt8] = [], features: [Int64] = [], left: [Int64] = [], sets: [UInt8] = []
    for tree in 0..<count {
      for node in nodes(of: tree) {
        let (question, child) = question(node, of: tree)
        switch question {
        case .leaf:
          kinds.append(Kind.leaf.rawValue)
          continue
        case .threshold(let feature, let bin, let missingLeft):
          kinds.append((missingLeft ? Kind.thresholdMissingLeft : .threshold).rawValue)
          bins.append(UInt8(clamping: bin + 1))
          features.append(Int64(feature))
        case .set(let feature, let codes):
          kinds.append(Kind.set.rawValue)
          sets += codes
          features.append(Int64(feature))
        }
        left.append(Int64(child - nodes(of: tree).lowerBound))
      }
    }
    return .of([
      "bins": .list(self.bins.map(\.archive)), "width": .int(Int64(width)), "sizes": .ints((0..<count).map { Int64(nodes(of: $0).count) }),
      "kinds": .bytes(kinds), "thresholds": .bytes(bins), "features": .ints(features), "left": .ints(left),
      "sets": .bytes(sets), "values": .floats(values), "covers": .floats(covers),
    ])
  }

  package init(archive: Archive) throws {
    let bins = try archive.part("bins").asList().map(FeatureBins.init(archive:)), width = try archive.part("width").asInt()
    guard width >= 1, !bins.isEmpty, bins.count < 1 << 23 else { throw ArchiveError("trees that predict nothing") }
    self.init(bins: bins, width: width)
    let kinds = try archive.part("kinds").asBytes(), sizes = try archive.part("sizes").asInts()
    guard kinds.count < Int(Int32.max) else { throw ArchiveError("too many nodes") }
    let inner = kinds.count { $0 != Kind.leaf.rawValue }
    var reader = DraftReader(
      kinds: kinds, thresholds: try archive.part("thresholds").asBytes(),
      features: try archive.part("features").asCodes(count: inner, in: 0..<bins.count),
      left: try archive.part("left").asCodes(count: inner, in: 1..<max(kinds.count, 2)),
      sets: try archive.part("sets").asBytes(),
      values: try archive.part("values").asFiniteFloats(count: archivedSize(kinds.count - inner, width)),
      covers: try archive.part("covers").asFiniteFloats(count: kinds.count), width: width)
    for size in sizes {
      guard let size = Int(exactly: size) else { throw ArchiveError("the nodes are not trees") }
      let draft = try reader.next(size)
      do { try append(draft) } catch { throw ArchiveError("too many nodes") }
    }
    guard reader.isAtEnd else { throw ArchiveError("nodes belong to no tree") }
  }

  /// Trees out of an archive, one after the other.
  private struct DraftReader {
    let kinds: [UInt8], thresholds: [UInt8], features: [Int32], left: [Int32], sets: [UInt8], values: [Double], covers: [Double]
    let width: Int
    private var node = 0, inner = 0, threshold = 0, set = 0, leaf = 0

    init(
      kinds: [UInt8], thresholds: [UInt8], features: [Int32], left: [Int32], sets: [UInt8], values: [Double], covers: [Double],
      width: Int
    ) {
      (self.kinds, self.thresholds, self.features, self.left) = (kinds, thresholds, features, left)
      (self.sets, self.values, self.covers, self.width) = (sets, values, covers, width)
    }

    var isAtEnd: Bool { node == kinds.count && threshold == thresholds.count && set == sets.count }

    /// Children come after their parent, in pairs, and have one parent each, so that every walk ends.
    mutating func next(_ size: Int) throws -> Draft {
      guard size >= 1, size <= kinds.count - node else { throw ArchiveError("the nodes are not trees") }
      var draft = Draft(questions: [], left: [], covers: Array(covers[node..<node + size]), places: [])
      var hasParent = [Bool](repeating: false, count: size)
      hasParent[0] = true
      for i in 0..<size {
        guard hasParent[i], draft.covers[i] > 0 else { throw ArchiveError("the nodes are not a tree") }
        let question = try question()
        draft.questions.append(question)
        draft.places.append(0)
        if question == .leaf {
          draft.left.append(i)
          draft.setLeaf(i, values[leaf * width..<(leaf + 1) * width])
          leaf += 1
        } else {
          let child = Int(left[inner - 1])
          guard child > i, child + 1 < size, !hasParent[child], !hasParent[child + 1] else {
            throw ArchiveError("the nodes are not a tree")
          }
          hasParent[child] = true
          hasParent[child + 1] = true
          draft.left.append(child)
        }
      }
      return draft
    }

    private mutating func question() throws -> Question {
      guard let kind = Kind(rawValue: kinds[node]) else { throw ArchiveError("a node is of no kind") }
      node += 1
      guard kind != .leaf else { return .leaf }
      let feature = Int(features[inner])
      inner += 1
      if kind == .set {
        guard set + 32 <= sets.count else { throw ArchiveError("a node has no set") }
        set += 32
        return .set(feature: feature, codes: Array(sets[set - 32..<set]))
      }
      guard threshold < thresholds.count, kind == .thresholdMissingLeft || thresholds[threshold] > 0 else {
        throw ArchiveError("a node has no threshold")
      }
      threshold += 1
      return .threshold(feature: feature, bin: Int(thresholds[threshold - 1]) - 1, missingLeft: kind == .thresholdMissingLeft)
    }
  }
}
