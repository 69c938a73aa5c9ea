import CWeirKernels
import WeirBase

/// Points column by column without gaps, from which one after the other is taken; the last fills its place.
///
/// What needs no distances but those of one point at a time, so that memory grows with the points and not with their pairs.
final class LoosePoints: Sendable {
  let width: Int
  /// How many there were, and how many numbers a column has.
  let count: Int
  let columns: SharedArray<Double>

  /// Of rows (row-major).
  init(_ values: [Double], columns width: Int) {
    let n = values.count / max(width, 1), columns = SharedArray<Double>(repeating: 0, count: values.count)
    values.withUnsafeBufferPointer { values in
      for j in 0..<width { for i in 0..<n { columns[j * n + i] = values[i * width + j] } }
    }
    self.width = width
    count = n
    self.columns = columns
  }

  private func point(_ place: Int) -> [Double] { (0..<width).map { columns[$0 * count + place] } }

  private func move(_ from: Int, to place: Int) {
    guard from != place else { return }
    for j in 0..<width { columns[j * count + place] = columns[j * count + from] }
  }

  /// The best of places before `end`, looked for in parts: `search` gives the place and what it is worth, less being better;
  /// of equals the first is taken.
  private func best(
    before end: Int, _ workers: Workers, _ found: SharedArray<(place: Int, worth: Double)>,
    _ search: @Sendable (Range<Int>) -> (place: Int, worth: Double)
  ) -> (place: Int, worth: Double) {
    let size = partSize, parts = (end + size - 1) / size
    workers.run(parts) { part in found[part] = search(part * size..<min((part + 1) * size, end)) }
    var best = (place: -1, worth: Double.infinity)
    for part in 0..<parts where found[part].worth < best.worth { best = found[part] }
    return best
  }

  /// As many points as are worth waking a thread for.
  private var partSize: Int { max(1024, (1 << 16) / max(width, 1) & ~63) }

  private func answers() -> SharedArray<(place: Int, worth: Double)> {
    SharedArray(repeating: (place: -1, worth: .infinity), count: count / partSize + 1)
  }

  // MARK: - The nearest pairs of rows

  /// The spanning tree of the smallest distances (Prim 1957), which holds all merges of nearest rows.
  func spanning(_ workers: Workers, _ cancellation: Cancellation, _ progress: (Int, Int) -> Void) throws -> [MergeTree.Merge] {
    let n = count, columns = columns, width = width, answers = answers()
    let reached = SharedArray<Double>(repeating: .infinity, count: n), nearest = SharedArray<Int32>(repeating: 0, count: n)
    let rows = SharedArray<Int32>((0..<n).map { Int32($0) }, or: 0)
    var merges: [MergeTree.Merge] = [], place = 0
    for left in stride(from: n - 1, to: 0, by: -1) {
      if merges.count % 64 == 0 {
        try cancellation.check()
        progress(merges.count, n - 1)
      }
      let from = point(place), row = rows[place]
      move(left, to: place)
      (rows[place], reached[place], nearest[place]) = (rows[left], reached[left], nearest[left])
      let next = best(before: left, workers, answers) { range in
        var least = 0.0
        let found = weir_reach_points(
          columns.base, n, width, from, row, reached.base, nearest.base, range.lowerBound, range.upperBound, &least)
        return (found, least)
      }
      guard next.place >= 0 else { throw MergeTree.tooLarge }
      place = next.place
      merges.append(MergeTree.Merge(a: Int(nearest[place]), b: Int(rows[place]), height: next.worth.squareRoot()))
    }
    return merges
  }

  // MARK: - Means that join at the least cost

  /// Chains of nearest neighbours, whose ends join (Murtagh 1983), where what a merge costs follows from means and sizes.
  func joinedByMeans(
    _ workers: Workers, _ cancellation: Cancellation, _ progress: (Int, Int) -> Void
  ) throws -> [MergeTree.Merge] {
    let n = count, columns = columns, width = width, answers = answers()
    let sizes = SharedArray<Double>(repeating: 1, count: n)
    // A cluster is named by one of its rows.
    var rows = Array(0..<n), places = rows, open = n, merges: [MergeTree.Merge] = [], chain: [Int] = []
    func cost(_ x: Int, _ y: Int) -> Double {
      var square = 0.0
      for j in 0..<width {
        let d = columns[j * n + x] - columns[j * n + y]
        square += d * d
      }
      return square * (2 * (sizes[x] * sizes[y]) / (sizes[x] + sizes[y]))
    }
    while open > 1 {
      if merges.count % 64 == 0 {
        try cancellation.check()
        progress(merges.count, n - 1)
      }
      if chain.isEmpty { chain.append(rows[0]) }
      let x = places[chain[chain.count - 1]], from = point(x), size = sizes[x]
      let found = best(before: open, workers, answers) { range in
        var least = 0.0
        let found = weir_ward_nearest(
          columns.base, n, width, from, size, sizes.base, x, range.lowerBound, range.upperBound, &least)
        return (found, least)
      }
      guard found.place >= 0 else { throw MergeTree.tooLarge }
      // Of equals the one before, so that chains end.
      guard chain.count > 1, case let y = places[chain[chain.count - 2]], cost(x, y) <= found.worth else {
        chain.append(rows[found.place])
        continue
      }
      chain.removeLast(2)
      merges.append(MergeTree.Merge(a: rows[x], b: rows[y], height: cost(x, y).squareRoot()))
      for j in 0..<width {
        let (a, b) = (columns[j * n + x], columns[j * n + y])
        columns[j * n + y] = (sizes[x] * a + sizes[y] * b) / (sizes[x] + sizes[y])
      }
      sizes[y] += sizes[x]
      open -= 1
      move(open, to: x)
      (rows[x], sizes[x]) = (rows[open], sizes[open])
      places[rows[x]] = x
    }
    return merges
  }
}
