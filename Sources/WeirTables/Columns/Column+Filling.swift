import WeirBase

/// Whole columns made anew row by row, on several threads: what preparation for learning asks for.
extension Column {
  /// The column with a value on the rows that have none; the value must be of the column's type.
  package func filling(with value: Scalar) throws(TableError) -> Column {
    guard let validity else { return self }
    func filled<T: BitwiseCopyable & Sendable>(_ values: [T], _ value: T) -> [T] {
      [T](filling: values.count) { out in
        let out = Places(out)
        Workers.current.overRows(values.count) { rows in
          values.withUnsafeBufferPointer { values in
            validity.words.withUnsafeBufferPointer { words in
              for row in rows { out[row] = words[row >> 6] >> UInt64(row & 63) & 1 != 0 ? values[row] : value }
            }
          }
        }
      }
    }
    switch (storage, value) {
    case (.float(let v), .float(let x)): return Column(.float(filled(v, x)))
    case (.int(let v), .int(let x)): return Column(.int(filled(v, x)))
    case (.bool(let v), .bool(let x)): return Column(.bool(filled(v, x)))
    case (.date(let v), .date(let x)): return Column(.date(filled(v, x.number)))
    case (.text(let texts), .text(let text)):
      // The value becomes one more entry of a dictionary, unless it is one.
      let coded = texts.dictionaryCoded
      var dictionary = coded.bytes, offsets = coded.offsets
      let known = (0..<coded.entryCount).first { coded.bytes[offsets[$0]..<offsets[$0 + 1]].elementsEqual(text.utf8) }
      if known == nil {
        dictionary.append(contentsOf: text.utf8)
        offsets.append(dictionary.count)
      }
      let code = UInt32(known ?? coded.entryCount)
      return Column(.text(TextValues(bytes: dictionary, offsets: offsets, codes: filled(coded.codes ?? [], code))))
    default:
      let extended = try Column.concatenated([self, Column.repeating(value, count: 1)])
      return extended.taking((0..<count).map { validity[$0] ? $0 : count })
    }
  }

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

/// For each number below `count` a column that is true on the rows which have it.
package func indicators(_ numbers: [Int32], count: Int) -> [Column] {
  (0..<count).map { number in
    let wanted = Int32(number)
    return Column(.bool([Bool](filling: numbers.count) { out in
      let out = Places(out)
      Workers.current.overRows(numbers.count) { rows in
        numbers.withUnsafeBufferPointer { numbers in for row in rows { out[row] = numbers[row] == wanted } }
      }
    }))
  }
}
