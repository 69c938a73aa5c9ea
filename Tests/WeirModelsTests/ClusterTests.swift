import Glibc
import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct ClusterTests {
  static func data(_ name: String) throws -> (features: Table, rows: [[Double]]) {
    let raw = try DataSet("../notebooks/data", name + ".csv"), all = Array(raw.rows.indices), data = raw.standardized(by: all)
    return (try data.features(all), data.rows)
  }

  static func table(_ rows: [[Double]]) throws -> Table {
    try Table((0..<(rows.first?.count ?? 0)).map { j in ("x\(j)", Column(.float(rows.map { $0[j] }))) })
  }

  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  static func ints(_ column: Column) throws -> [Int] {
    guard case .int(let values) = column.storage else { throw ModelError("not ints") }
    return values.map { Int($0) }
  }

  /// Numbers clusters by their first row.
  static func renumbered(_ labels: [Int]) -> [Int] {
    var order: [Int: Int] = [:]
    return labels.map { label in
      if order[label] == nil { order[label] = order.count }
      return order[label] ?? 0
    }
  }

  // MARK: dbscan

  @Test(arguments: ["iris", "wine"]) func densityAgreesWithTheReference(name: String) throws {
    let (features, rows) = try Self.data(name)
    let runs = try #require(Reference.file("clusters.json")[name]["dbscan"].value as? [Any])
    for run in runs.map({ Reference(value: $0) }) {
      let eps = try run["eps"].number
      let model = try DensityClusters(eps: eps, minSamples: Int(run["min_samples"].number))
        .fit(TrainingSample(features: features, target: nil), in: context(workers: 2))
      let mine = try Self.ints(model.predict(features)), theirs = try run["labels"].numbers.map { Int($0) }
      let isCore = try run["core"].numbers.map { $0 > 0 }
      // scikit-learn gives a row at the rim to the first cluster that reaches it, we to the nearest.
      for row in rows.indices {
        #expect((mine[row] < 0) == (theirs[row] < 0))
        if isCore[row] { #expect(mine[row] == theirs[row]) }
        guard mine[row] >= 0 else { continue }
        let cores = rows.indices.filter { isCore[$0] }
        let nearest = cores.min { Self.distance(rows[$0], rows[row]) < Self.distance(rows[$1], rows[row]) }
        #expect(mine[row] == theirs[nearest ?? 0])
      }
    }
  }

  /// Few columns are looked up in a tree, many by products; both against comparing all rows. On a grid, many rows lie at
  /// the radius itself; one is far away, others repeat.
  @Test(arguments: [(1, 1.0), (2, 1.0), (3, 1.5), (12, 2.0)]) func densityIsThatOfComparingAllRows(p: Int, eps: Double) throws {
    var random = RandomStream(seed: 5)
    let n = 300, least = 4
    var rows = (0..<n).map { _ in (0..<p).map { j in j < 3 ? Double(random.nextInt(below: p == 1 ? 260 : 9)) : 0.0 } }
    rows[13] = [Double](repeating: 1e9, count: p)
    let table = try Self.table(rows)
    var near = rows.indices.map { i in rows.indices.filter { Self.distance(rows[i], rows[$0]) <= eps } }
    for i in near.indices where near[i].count < least { near[i] = [] }
    var labels = [Int](repeating: -1, count: n), count = 0
    for i in rows.indices where !near[i].isEmpty && labels[i] < 0 {
      var open = [i]
      labels[i] = count
      while let row = open.popLast() {
        for other in near[row] where labels[other] < 0 && !near[other].isEmpty {
          labels[other] = count
          open.append(other)
        }
      }
      count += 1
    }
    for i in rows.indices where near[i].isEmpty {
      let cores = rows.indices.filter { !near[$0].isEmpty && Self.distance(rows[i], rows[$0]) <= eps }
      if let nearest = cores.min(by: { (Self.distance(rows[i], rows[$0]), $0) < (Self.distance(rows[i], rows[$1]), $1) }) {
        labels[i] = labels[nearest]
      }
    }
    let model = try DensityClusters(eps: eps, minSamples: least).fit(
      TrainingSample(features: table, target: nil), in: context(workers: 3))
    #expect(try Self.ints(model.predict(table)) == labels)
    let sizes = try floats(model.learned().column("size"))
    #expect(sizes == ((0..<count).map { c in Double(labels.count { $0 == c }) } + [Double(labels.count { $0 < 0 })]))
  }

  @Test func densityWithoutCoresHasNoClusters() throws {
    let table = try Self.table([[0], [10], [20]])
    let model = try DensityClusters(eps: 1, minSamples: 2).fit(TrainingSample(features: table, target: nil), in: context())
    #expect(try Self.ints(model.predict(table)) == [-1, -1, -1])
    let back = try ModelKinds.standard.model(Archive(decoding: ModelKinds.tagged(model).encoded()))
    #expect(try Self.ints(back.predict(table)) == [-1, -1, -1])
    #expect(throws: ModelError.self) { try DensityClusters(eps: 0) }
    #expect(throws: ModelError.self) { try DensityClusters(eps: .nan) }
    #expect(throws: ModelError.self) { try DensityClusters(minSamples: 0) }
  }

  // MARK: hierarchical

  @Test(arguments: ["iris", "wine"], MergeTree.Linkage.allCases)
  func treesAgreeWithTheReference(name: String, linkage: MergeTree.Linkage) throws {
    let (features, rows) = try Self.data(name)
    let expected = try Reference.file("clusters.json")[name]["linkage"][linkage.rawValue]
    let tree = try MergeTree(of: rows.flatMap { $0 }, columns: features.columnCount, linkage: linkage)
    #expect(agree(tree.heights, try expected["heights"].numbers, within: 1e-10))
    // Of equal heights the merges may come in another order.
    #expect(tree.sizes.last == Int32(rows.count))
    #expect(tree.labels(clusters: 3).map { Int($0) } == (try expected["labels"].numbers.map { Int($0) }))
    let height = (tree.heights[rows.count - 4] + tree.heights[rows.count - 3]) / 2
    #expect(tree.labels(height: height) == tree.labels(clusters: 3))
  }

  /// Against looking for the nearest two clusters among all, from the rows of each.
  @Test(arguments: MergeTree.Linkage.allCases) func treesAreThoseOfComparingAllClusters(linkage: MergeTree.Linkage) throws {
    var random = RandomStream(seed: 3)
    let rows = (0..<60).map { _ in (0..<3).map { _ in random.nextNormal() } }
    func apart(_ a: [Int], _ b: [Int]) -> Double {
      let all = a.flatMap { i in b.map { Self.distance(rows[i], rows[$0]) } }
      func mean(_ rows_: [Int]) -> [Double] { (0..<3).map { j in rows_.reduce(0) { $0 + rows[$1][j] } / Double(rows_.count) } }
      let (m, n) = (Double(a.count), Double(b.count))
      return switch linkage {
      case .single: all.min() ?? 0
      case .complete: all.max() ?? 0
      case .average: all.reduce(0, +) / Double(all.count)
      case .ward: Self.distance(mean(a), mean(b)) * (2 * m * n / (m + n)).squareRoot()
      }
    }
    var clusters = rows.indices.map { [$0] }, heights: [Double] = []
    while clusters.count > 1 {
      var best = (a: 0, b: 1, height: Double.infinity)
      for a in clusters.indices {
        for b in clusters.indices where b > a {
          let height = apart(clusters[a], clusters[b])
          if height < best.height { best = (a, b, height) }
        }
      }
      heights.append(best.height)
      clusters[best.a] += clusters[best.b]
      clusters.remove(at: best.b)
    }
    let tree = try MergeTree(of: rows.flatMap { $0 }, columns: 3, linkage: linkage, workers: Workers(2))
    #expect(agree(tree.heights, heights, within: 1e-10))
  }

  @Test func treesOfAwkwardRows() throws {
    // Rows that repeat join at 0; one row is a tree without merges.
    for linkage in MergeTree.Linkage.allCases {
      let tree = try MergeTree(of: [5, 5, 5, 1, 1], columns: 1, linkage: linkage)
      #expect(tree.heights.prefix(3) == [0, 0, 0] && tree.labels(clusters: 2) == [0, 0, 0, 1, 1])
      #expect(try MergeTree(of: [7, 8], columns: 2, linkage: linkage).labels(clusters: 1) == [0])
      #expect(throws: ModelError.self) { try MergeTree(of: [1e300, -1e300, 0], columns: 1, linkage: linkage) }
    }
    let many = [Double](repeating: 1, count: MergeTree.mostRows + 1)
    #expect(throws: ModelError.self) { try MergeTree(of: many, columns: 1, linkage: .ward) }
    // All pairs of a million rows are four terabytes.
    let error = #expect(throws: ModelError.self) { try MergeTree(of: Array(many.dropLast()), columns: 1, linkage: .average) }
    #expect(error?.message.contains("more than the memory allows") == true)
    let three = TrainingSample(features: try Self.table([[1], [2], [3]]), target: nil)
    #expect(throws: ModelError.self) { try HierarchicalClusters(cut: .clusters(4)).fit(three, in: context()) }
    #expect(throws: ModelError.self) { try HierarchicalClusters(cut: .clusters(0)) }
    #expect(throws: ModelError.self) { try HierarchicalClusters(cut: .distance(-1)) }
    #expect(throws: ModelError.self) { try HierarchicalClusters.cut(k: 2, distance: 1) }
    var weighted = three
    weighted.weights = [1, 2, 1]
    #expect(throws: ModelError.self) { try HierarchicalClusters().fit(weighted, in: context()) }
  }

  /// More rows than memory would hold distances of pairs, in three heaps far apart: the last two merges join the heaps.
  @Test(arguments: [MergeTree.Linkage.ward, .single]) func treesOfManyRows(linkage: MergeTree.Linkage) throws {
    var random = RandomStream(seed: 9)
    let n = 17_000, rows = (0..<n).map { i in [Double(i % 3) * 100 + random.nextNormal(), random.nextNormal()] }
    let tree = try MergeTree(of: rows.flatMap { $0 }, columns: 2, linkage: linkage, workers: Workers(2))
    #expect(tree.labels(clusters: 3) == (0..<n).map { Int32($0 % 3) })
    #expect(zip(tree.heights, tree.heights.dropFirst()).allSatisfy { $0 <= $1 } && tree.sizes.last == Int32(n))
    #expect(tree == (try MergeTree(of: rows.flatMap { $0 }, columns: 2, linkage: linkage)))
    guard linkage == .ward else { return }
    // What all merges cost is the spread about the mean: half of the squared heights.
    let means = (0..<2).map { j in rows.reduce(0) { $0 + $1[j] } / Double(n) }
    let spread = rows.reduce(0) { $0 + pow($1[0] - means[0], 2) + pow($1[1] - means[1], 2) }
    #expect(abs(tree.heights.reduce(0) { $0 + $1 * $1 } / 2 / spread - 1) < 1e-9)
  }

  @Test func rowsAreCutAtAHeight() throws {
    let table = try Self.table([[0], [1], [10], [12], [40]])
    let sample = TrainingSample(features: table, target: nil)
    let model = try HierarchicalClusters(cut: .distance(2), linkage: .single).fit(sample, in: context())
    #expect(try Self.ints(model.predict(table)) == [0, 0, 1, 1, 2])
    #expect(try Self.ints(model.predict(Self.table([[-5], [11.5], [30]]))) == [0, 1, 2])
    #expect(try floats(model.learned().column("height")) == [1, 2, 9, 28])
  }
}
