/// How alike two texts are, 0 to 1.
package enum TextSimilarity {
  /// `1 - d / n`, with the edit distance `d` (Levenshtein: letters put in, left out or changed) and the length `n` of the
  /// longer text; nil below `least`.
  static func edits(_ a: [UInt32], _ b: [UInt32], least: Double) -> Double? {
    let longer = max(a.count, b.count)
    if longer == 0 { return 1 }
    let most = allowedEdits(longer, least: least)
    guard let distance = distance(a, b, most: most) else { return nil }
    return 1 - Double(distance) / Double(longer)
  }

  package static func edits(_ a: String, _ b: String) -> Double {
    edits(a.unicodeScalars.map(\.value), b.unicodeScalars.map(\.value), least: 0) ?? 0
  }

  /// How many edits leave a text of this length alike enough.
  static func allowedEdits(_ length: Int, least: Double) -> Int { Int(((1 - least) * Double(length) + 1e-9).rounded(.down)) }

  /// The edit distance where it is at most `most`; only the diagonals within that of the middle are looked at.
  static func distance(_ a: [UInt32], _ b: [UInt32], most: Int) -> Int? {
    let (n, m) = (a.count, b.count)
    guard abs(n - m) <= most else { return nil }
    if most == 0 { return a == b ? 0 : nil }
    let far = most + 1
    var row = (0...m).map { min($0, far) }
    for i in 1..<(n + 1) {
      let low = max(1, i - most), high = min(m, i + most)
      if low > high { return nil }
      var diagonal = row[low - 1]
      row[low - 1] = low == 1 ? min(i, far) : far
      var best = row[low - 1]
      for j in low..<(high + 1) {
        let above = j < i + most ? row[j] : far
        let value = min(diagonal + (a[i - 1] == b[j - 1] ? 0 : 1), min(above, row[j - 1]) + 1, far)
        diagonal = row[j]
        row[j] = value
        best = min(best, value)
      }
      if best > most { return nil }
    }
    return row[m] <= most ? row[m] : nil
  }

  /// The similarity of Jaro, raised for a common beginning (Winkler 1990): good for short names.
  package static func jaroWinkler(_ x: String, _ y: String) -> Double {
    let a = Array(x.unicodeScalars), b = Array(y.unicodeScalars)
    if a.isEmpty || b.isEmpty { return a.count == b.count ? 1 : 0 }
    let reach = max(0, max(a.count, b.count) / 2 - 1)
    var usedB = [Bool](repeating: false, count: b.count)
    var matchedA: [Unicode.Scalar] = []
    for i in a.indices {
      let lower = max(0, i - reach), upper = min(b.count, i + reach + 1)
      guard lower < upper, let j = (lower..<upper).first(where: { !usedB[$0] && b[$0] == a[i] }) else { continue }
      usedB[j] = true
      matchedA.append(a[i])
    }
    if matchedA.isEmpty { return 0 }
    let matchedB = b.indices.filter { usedB[$0] }.map { b[$0] }
    let swapped = zip(matchedA, matchedB).count { $0 != $1 }
    let m = Double(matchedA.count)
    let jaro = (m / Double(a.count) + m / Double(b.count) + (m - Double(swapped) / 2) / m) / 3
    let common = zip(a, b).prefix(4).prefix { $0 == $1 }.count
    return jaro + Double(common) * 0.1 * (1 - jaro)
  }
}
