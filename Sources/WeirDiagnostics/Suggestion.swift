/// "Did you mean": the candidate nearest to what was written, or nil where none is near.
package func nearest(to written: String, among candidates: some Sequence<String>) -> String? {
  var best: (name: String, distance: Int)?
  let lower = written.lowercased()
  for candidate in candidates where candidate != written {
    if candidate.lowercased() == lower { return candidate }
    let limit = max(1, max(written.count, candidate.count) / 3)
    guard let distance = editDistance(written, candidate, limit: limit) else { continue }
    // Words of one letter are all alike by this measure.
    if distance >= max(written.count, candidate.count) { continue }
    if best == nil || distance < best?.distance ?? .max || (distance == best?.distance && candidate < best?.name ?? "") {
      best = (candidate, distance)
    }
  }
  return best?.name
}

/// Edits (insert, delete, replace, swap neighbours) between two words, or nil above `limit` (Damerau 1964).
package func editDistance(_ first: String, _ second: String, limit: Int) -> Int? {
  let a = Array(first.unicodeScalars), b = Array(second.unicodeScalars)
  guard abs(a.count - b.count) <= limit else { return nil }
  var twoBack: [Int] = [], previous = Array(0...b.count)
  for i in 0..<a.count {
    var current = [i + 1]
    for j in 0..<b.count {
      var cost = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, twoBack[j - 1] + 1) }
      current.append(cost)
    }
    twoBack = previous
    previous = current
  }
  return previous[b.count] <= limit ? previous[b.count] : nil
}
