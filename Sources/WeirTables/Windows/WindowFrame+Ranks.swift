import WeirBase

/// Which rank rows of equal values get.
package enum RankMethod: String, Sendable, CaseIterable {
  /// The mean of the ranks that they take up.
  case average
  /// The least or the greatest of them.
  case min, max
  /// Ranks without gaps: equal values share one.
  case dense
  /// Ranks of their own, in the order of the group.
  case first
}

extension WindowFrame {
  /// The rank of each value in its group, from 1 for the smallest (or the greatest, where `descending`).
  ///
  /// A missing value has none, NaN comes after every number. `shares` divides by how many values the group has.
  package func ranks(
    _ column: Column, _ method: RankMethod, descending: Bool = false, shares: Bool = false
  ) throws(TableError) -> Column {
    if case .objects = column.storage {
      throw .wrongType(
        operation: "`rank`", column: nil, type: column.type.description, expected: "values that have an order")
    }
    let inOrder = column.taking(order)
    let codes = inOrder.groupCodes.codes
    let sorted = placesByGroup(Column.sortedOrder([(inOrder, descending)], count: rowCount))
    var ranks = [Double](repeating: 0, count: rowCount)
    for group in 0..<groupCount {
      let places = sorted[starts[group]..<starts[group + 1]].filter { !inOrder.isMissing($0) }
      var start = 0, dense = 0
      while start < places.count {
        var end = start + 1
        while end < places.count, codes[places[end]] == codes[places[start]] { end += 1 }
        dense += 1
        for (step, place) in places[start..<end].enumerated() {
          ranks[place] = switch method {
          case .average: Double(start + end + 1) / 2
          case .min: Double(start + 1)
          case .max: Double(end)
          case .dense: Double(dense)
          case .first: Double(start + step + 1)
          }
        }
        start = end
      }
      if shares { for place in places { ranks[place] /= Double(method == .dense ? dense : places.count) } }
    }
    let byRow = scattering(ranks)
    if method == .average || shares { return Column(.float(byRow), validity: column.validity) }
    return Column(.int(byRow.map { Int64($0) }), validity: column.validity)
  }

  /// Places in some order, as the groups come one after the other.
  private func placesByGroup(_ places: [Int]) -> [Int] {
    guard groupCount > 1 else { return places }
    var groups = [Int](repeating: 0, count: rowCount)
    for group in 0..<groupCount { for place in starts[group]..<starts[group + 1] { groups[place] = group } }
    var next = starts
    var out = places
    for place in places {
      out[next[groups[place]]] = place
      next[groups[place]] += 1
    }
    return out
  }
}
