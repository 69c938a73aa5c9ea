import CWeirKernels
import WeirBase
package import WeirTables

/// The different values of a column, with the number of each row's: what the steps on categories count with.
struct Categories: Sendable {
  /// Ascending, missing ones left out.
  let labels: ClassLabels
  /// How many rows hold each.
  let counts: [Int]
  let missingCount: Int

  init(of column: Column, workers: Workers = .one) {
    missingCount = column.missingCount
    guard case .text(let texts) = column.storage else {
      labels = ClassLabels(of: column)
      var counts = [Int](repeating: 0, count: labels.count)
      for code in labels.codes(of: column) where code >= 0 { counts[Int(code)] += 1 }
      self.counts = counts
      return
    }
    // Texts are told apart entry by entry, not row by row.
    let coded = texts.dictionaryCoded
    let found = coded.entryUses(where: column.validity, workers)
    let entries = found.indices.filter { found[$0] > 0 }.map { (text: coded.entry($0), count: found[$0]) }
      .sorted { $0.text < $1.text }
    labels = ClassLabels(Column(.text(TextValues(entries.map(\.text)))))
    counts = entries.map(\.count)
  }

  /// The value on most rows; of several the smallest. Missing where all are.
  var mostFrequent: Scalar {
    guard let most = counts.max(), let first = counts.firstIndex(of: most) else { return .missing }
    return labels.column.scalar(at: first)
  }
}

/// Codes of rows that hold no category.
enum CategoryCode {
  static let missing: Int32 = -1
  static let unknown: Int32 = -2
}

extension ClassLabels {
  /// The number of each row's category, or one of the codes above. Throws where the column holds another type.
  func categoryCodes(of column: Column, named name: String, for step: String) throws -> [Int32] {
    let isNumber = { (type: ColumnType) in type == .int || type == .float }
    guard column.type == self.column.type || (isNumber(column.type) && isNumber(self.column.type))
      || column.missingCount == column.count || count == 0
    else {
      throw PreparationError.typeChanged(
        step: step, column: name, learned: "\(self.column.type) values", found: column.type.description)
    }
    guard case .text(let texts) = column.storage, case .text(let known) = self.column.storage else {
      var codes = self.codes(of: column)
      for row in codes.indices where codes[row] < 0 && !column.isMissing(row) { codes[row] = CategoryCode.unknown }
      return codes
    }
    var numbers: [String: Int32] = [:]
    for number in 0..<known.count { numbers[known[number]] = Int32(number) }
    let coded = texts.dictionaryCoded
    let ofEntry = (0..<coded.entryCount).map { numbers[coded.entry($0)] ?? CategoryCode.unknown }
    var codes = (coded.codes ?? []).map { ofEntry[Int($0)] }
    if let validity = column.validity { for row in codes.indices where !validity[row] { codes[row] = CategoryCode.missing } }
    return codes
  }
}

extension Column {
  /// The value on most rows; of several the smallest. Missing where all are.
  package var mostFrequent: Scalar { Categories(of: self).mostFrequent }

  /// The value on the rows of most weight; of several the smallest.
  func mostFrequent(weights: [Double]?, workers: Workers) -> Scalar {
    guard let weights else { return Categories(of: self, workers: workers).mostFrequent }
    let labels = ClassLabels(of: self)
    var sums = [Double](repeating: 0, count: labels.count)
    for (row, code) in labels.codes(of: self).enumerated() where code >= 0 { sums[Int(code)] += weights[row] }
    guard let most = sums.max(), let first = sums.firstIndex(of: most) else { return .missing }
    return labels.column.scalar(at: first)
  }
}

extension TextValues {
  /// How many rows that have a value hold each entry; there are codes.
  fileprivate func entryUses(where validity: Bitmap?, _ workers: Workers) -> [Int] {
    guard let codes else { return [] }
    // Counts of each part of the rows take memory: with many entries there is one part.
    let parts = entryCount <= 1 << 12 ? min(16, Workers.blockCount(codes.count)) : 1
    let counts = codes.withUnsafeBufferPointer { codes in
      validity.withWords { words -> [[Int64]] in
        guard let base = codes.baseAddress else { return [] }
        let (x, valid, rows) = (Readings(base), words.map { Readings($0) }, codes.count)
        return workers.results(parts) { part in
          var counts = [Int64](repeating: 0, count: entryCount)
          let range = Workers.part(part, of: parts, rows: rows)
          weir_count_codes(x.base, valid?.base, range.lowerBound, range.upperBound, &counts)
          return counts
        }
      }
    }
    return counts.reduce(into: [Int](repeating: 0, count: entryCount)) { total, part in
      for entry in total.indices { total[entry] += Int(part[entry]) }
    }
  }
}
