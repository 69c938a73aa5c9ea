/// Sets of numbers that are joined one after the other.
struct JoinedSets: Sendable {
  private var parents: [Int32]

  init(_ count: Int) { parents = (0..<count).map { Int32($0) } }

  /// The least number of the set.
  mutating func first(of number: Int) -> Int {
    var place = Int32(number)
    while parents[Int(place)] != place {
      parents[Int(place)] = parents[Int(parents[Int(place)])]
      place = parents[Int(place)]
    }
    return Int(place)
  }

  /// Whether they were apart before.
  @discardableResult
  mutating func join(_ a: Int, _ b: Int) -> Bool {
    let a = first(of: a), b = first(of: b)
    if a == b { return false }
    parents[max(a, b)] = Int32(min(a, b))
    return true
  }
}
