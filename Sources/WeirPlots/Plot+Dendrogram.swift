/// Merges of clusters, by ascending height: for each the numbers of the two parts, below the number of rows a row and from
/// there on a merge, its height and how many rows it holds.
package struct Merges: Sendable {
  package var left: [Int]
  package var right: [Int]
  package var heights: [Double]
  package var sizes: [Int]

  package init(left: [Int], right: [Int], heights: [Double], sizes: [Int]) {
    self.left = left
    self.right = right
    self.heights = heights
    self.sizes = sizes
  }

  var rowCount: Int { heights.count + 1 }

  /// Whether each merge joins what is there.
  fileprivate var areSound: Bool {
    guard left.count == heights.count, right.count == heights.count, sizes.count == heights.count else { return false }
    return heights.indices.allSatisfy { step in
      (0..<rowCount + step).contains(left[step]) && (0..<rowCount + step).contains(right[step])
    }
  }
}

extension Plot {
  /// The tree of merges, of which the last are shown so that it has at most so many leaves.
  ///
  /// `clusters` is the cluster of each row: what lies within one has its colour. A broken line stands at `cut`.
  package static func dendrogram(
    _ merges: Merges, clusters: [Int], cut: Double?, leaves most: Int, valueLabel: String
  ) throws(PlotError) -> Plot {
    let n = merges.rowCount
    guard (2...200).contains(most) else { throw PlotError("`leaves` is 2 to 200, not \(most)") }
    guard n > 1 else { throw PlotError("a tree of one row has no merges to show") }
    guard merges.areSound, clusters.count == n else { throw PlotError("this tree joins what is not there") }
    // Merges before this one are within the leaves.
    let first = max(0, n - most), drawn = Dendrogram(merges, clusters, first: first)
    var series = drawn.series
    if let cut {
      let ends = [Point(-0.5, cut), Point(Double(drawn.leaves.count) - 0.5, cut)]
      series.append(Series("", color: 9, .guide(ends)))
    }
    let top = merges.heights.last ?? 1, highest = max(top, cut ?? 0)
    let names = drawn.leaves.map { $0 < n ? "\($0)" : "(\(merges.sizes[$0 - n]))" }
    let chart = Chart(
      x: Axis(first > 0 ? "rows; in brackets how many" : "rows", scale: .categories(names)),
      y: Axis(valueLabel, range: 0...(highest > 0 ? highest * 1.05 : 1)), series: series)
    return Plot(
      kind: "dendrogram_plot", content: .chart(chart),
      caption: first > 0
        ? "The last \(Numerals.grouped(merges.heights.count - first)) of \(Numerals.grouped(merges.heights.count)) merges." : "")
  }
}

/// Where the links of a tree lie.
private struct Dendrogram {
  /// Rows and merges that are not parted further, from left to right.
  private(set) var leaves: [Int] = []
  private(set) var series: [Series] = []

  init(_ merges: Merges, _ clusters: [Int], first: Int) {
    let n = merges.rowCount
    var places: [Int: Double] = [:], open = [n + merges.heights.count - 1]
    while let part = open.popLast() {
      if part >= n + first {
        open.append(merges.right[part - n])
        open.append(merges.left[part - n])
      } else if places.updateValue(Double(leaves.count), forKey: part) == nil {
        leaves.append(part)
      }
    }
    let owners = Dendrogram.owners(merges, clusters)
    var points: [Int: [Point]] = [:]
    func height(_ part: Int) -> Double { part < n + first ? 0 : merges.heights[part - n] }
    for step in first..<merges.heights.count {
      guard let a = places[merges.left[step]], let b = places[merges.right[step]] else { continue }
      let top = merges.heights[step]
      places[n + step] = (a + b) / 2
      points[owners[step] ?? -1, default: []] += [
        Point(a, height(merges.left[step])), Point(a, top), Point(b, top), Point(b, height(merges.right[step])), Point(.nan, .nan),
      ]
    }
    series = points.keys.sorted().map { owner in
      Series(owner < 0 ? "" : "cluster \(owner)", color: owner < 0 ? 9 : owner % 9, .line(points[owner] ?? []))
    }
  }

  /// The cluster of each merge; nil where it joins several.
  private static func owners(_ merges: Merges, _ clusters: [Int]) -> [Int?] {
    var owners: [Int?] = []
    for step in merges.heights.indices {
      func owner(_ part: Int) -> Int? { part < clusters.count ? clusters[part] : owners[part - clusters.count] }
      let a = owner(merges.left[step])
      owners.append(a == owner(merges.right[step]) ? a : nil)
    }
    return owners
  }
}
