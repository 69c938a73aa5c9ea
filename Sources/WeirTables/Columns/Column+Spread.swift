import WeirBase

/// Whole columns made anew row by row, on several threads: what preparation for learning asks for.
extension Column {
  /// How many values there are, their mean, and the sum of the squares of their distances from it. Throws for columns that
  /// hold no numbers.
  package func spread(for name: String) throws(TableError) -> (count: Int, mean: Double, squares: Double) {
    let numbers = try GroupedNumbers(self, .whole(count), for: name)
    let means = try numbers.means
    return (numbers.counts[0], means[0], numbers.powers(2, from: means)[0])
  }
}

extension Grouping {
  /// For each row what is given for its group.
  package func spreading(_ values: [Int32]) -> [Int32] {
    let groups = groups
    precondition(values.count >= count)
    return [Int32](filling: groups.count) { out in
      let out = Places(out)
      Workers.current.overRows(groups.count) { rows in
        values.withUnsafeBufferPointer { values in
          groups.withUnsafeBufferPointer { groups in for row in rows { out[row] = values[Int(groups[row])] } }
        }
      }
    }
  }
}
