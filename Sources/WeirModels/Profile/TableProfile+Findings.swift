import WeirTables

/// Something in a table that a person should look at, and what can be done about it.
package struct Finding: Sendable, Hashable {
  /// What it is about, in one word for programs ("missing", "duplicates").
  package let kind: String
  /// The column, empty where it is about rows.
  package let column: String
  package let text: String
  package let mend: String

  init(_ kind: String, _ column: String, _ text: String, mend: String) {
    self.kind = kind
    self.column = column
    self.text = text
    self.mend = mend
  }

  /// About rows.
  init(_ kind: String, _ text: String, mend: String) { self.init(kind, "", text, mend: mend) }
}

extension TableProfile {
  /// The gravest first.
  package var findings: [Finding] {
    if rowCount == 0 { return [Finding("empty", "the table has no rows", mend: "look at how it was read or filtered")] }
    var found: [Finding] = []
    found += columns.flatMap(emptiness)
    found += targetFindings
    found += copies
    found += columns.flatMap(textForms)
    for pair in strong {
      let value = fixed(pair.value, decimals: 3)
      found.append(
        Finding("correlation", pair.a, "`\(pair.a)` and `\(pair.b)` go together (\(pair.measure.rawValue) \(value))",
          mend: "keep one of both: `drop(\(dotted(pair.b)))`"))
    }
    found += columns.flatMap(balance)
    found += columns.flatMap(shapes)
    if let first = unusual.first {
      found.append(
        Finding("unusual", "row \(first.row) is unlike the others (\(first.reason))",
          mend: "look at such rows: `outliers(data, how: \"isolation_forest\")`"))
    }
    for column in columns where column.namesRows {
      found.append(
        Finding("identifier", column.name, "`\(column.name)` is different on every row: a name for rows rather than a feature",
          mend: "leave it out when learning: `drop(\(dotted(column.name)))`"))
    }
    return found
  }

  /// Columns with few values, as classes have: their shares, the most frequent first.
  package var balances: [(name: String, classes: [(value: String, share: Double)])] {
    columns.compactMap { column in
      guard (2...10).contains(column.distinct), column.isCategorical, column.type != .int || column.name == target?.name
      else { return nil }
      let total = Double(max(1, column.filled))
      return (column.name, column.common.map { ($0.value, Double($0.count) / total) })
    }
  }

  private func dotted(_ name: String) -> String {
    let letters: (UInt8) -> Bool = { $0 == 95 || (97...122).contains($0 | 32) || (48...57).contains($0) }
    let isPlain = name.utf8.allSatisfy(letters)
      && !(name.utf8.first.map { (48...57).contains($0) } ?? true)
    return isPlain ? ".\(name)" : ".`\(name)`"
  }

  private func emptiness(_ column: ColumnProfile) -> [Finding] {
    let name = "`\(column.name)`", drop = "leave it out: `drop(\(dotted(column.name)))`"
    if column.filled == 0 { return [Finding("empty", column.name, "\(name) has no values", mend: drop)] }
    var found: [Finding] = []
    if column.isConstant {
      found.append(Finding("constant", column.name, "\(name) is \(constant(column)) on every row that has a value", mend: drop))
    } else if let top = column.common.first, column.filled >= 50, Double(top.count) >= 0.99 * Double(column.filled) {
      found.append(Finding("nearly_constant", column.name, "\(name) is \(quoted(top.value, column)) on nearly all rows", mend: drop))
    }
    if 1 - column.share >= 0.05 {
      let mend = column.share < 0.4 ? drop : "fill the gaps in the plan, `impute()`, or `drop_missing(\(dotted(column.name)))`"
      found.append(Finding("missing", column.name, "\(name) is missing on \(percent(1 - column.share)) of the rows", mend: mend))
    }
    return found
  }

  private var targetFindings: [Finding] {
    guard let target else { return [] }
    var found = target.suspects.map { suspect in
      Finding("leakage", suspect.name,
        "`\(suspect.name)` tells `\(target.name)` on \(percent(suspect.share)) of the rows: it may be known only afterwards",
        mend: "leave it out unless it is known when predicting: `drop(\(dotted(suspect.name)))`")
    }
    if let own = columns.first(where: { $0.name == target.name }), own.missing > 0 {
      found.append(
        Finding("target", target.name, "`\(target.name)`, the target, is missing on \(own.missing) row\(own.missing == 1 ? "" : "s")",
          mend: "nothing can be learned there: `drop_missing(\(dotted(target.name)))`"))
    }
    return found
  }

  private var copies: [Finding] {
    var found: [Finding] = []
    if duplicateRows > 0 {
      found.append(
        Finding("duplicates", duplicateRows == 1 ? "one row is a copy of another" : "\(duplicateRows) rows are copies of others",
          mend: "keep the first of each: `distinct()`"))
    }
    if nearDuplicateRows > 0 {
      let rows = nearDuplicateRows == 1 ? "one row is" : "\(nearDuplicateRows) rows are"
      found.append(
        Finding("near_duplicates", "\(rows) nearly a copy (but for case, blanks or last digits)",
          mend: "look at them: `duplicates(data, fuzzy: 0.9)`"))
    }
    return found
  }

  private func textForms(_ column: ColumnProfile) -> [Finding] {
    guard let text = column.text, column.filled > 0 else { return [] }
    let name = "`\(column.name)`"
    func found(_ words: String, _ mend: String) -> Finding { Finding("format", column.name, words, mend: mend) }
    var all: [Finding] = []
    if text.dates >= 0.9 {
      let forms = text.dateForms > 1 ? " in \(text.dateForms) forms" : ""
      all.append(found("\(name) holds dates as text\(forms)", "read them: `derive(\(column.name): parse_date(\(dotted(column.name)), \"…\"))`"))
    } else if text.numbers >= 0.9 {
      all.append(found("\(name) holds numbers as text", "`cast(\(column.name): \"float\")`, or `decimal:` when reading"))
    } else if text.numbers >= 0.05, text.numbers + text.dates < 0.9 || text.dates > 0.05 {
      all.append(found("\(name) mixes numbers (\(percent(text.numbers))) with words", "part them, or name what is missing: `missing: [...]`"))
    }
    if text.blank > 0 {
      all.append(found("\(name) is blank on \(text.blank) row\(text.blank == 1 ? "" : "s")", "take blanks for missing: `missing: [\"\", \" \"]` when reading"))
    }
    if text.padded > 0 {
      all.append(found("\(name) has blanks at the ends of \(text.padded) value\(text.padded == 1 ? "" : "s")", "`derive(\(column.name): trim(\(dotted(column.name))))`"))
    }
    if let word = text.placeholders.first {
      all.append(found("\(name) holds \"\(word)\", which may stand for missing", "name it when reading: `missing: [\"\(word)\"]`"))
    }
    if let spellings = text.variants.first {
      let shown = spellings.map { "\"\($0)\"" }.joined(separator: ", ")
      all.append(found("\(name) spells one value in several ways (\(shown))", "`derive(\(column.name): lower(trim(\(dotted(column.name)))))`"))
    }
    if column.distinct > 100, column.distinct * 2 > column.filled, !column.namesRows {
      all.append(Finding("cardinality", column.name, "\(name) has \(column.distinct) different values, hardly two rows alike",
          mend: "take features from it, or leave it out: `drop(\(dotted(column.name)))`"))
    }
    return all
  }

  /// Where the rarest of a few classes has less than a twentieth of the rows.
  private func balance(_ column: ColumnProfile) -> [Finding] {
    guard (2...10).contains(column.distinct), column.isCategorical, column.type != .int || column.name == target?.name,
      let rarest = column.common.last
    else { return [] }
    let share = Double(rarest.count) / Double(max(1, column.filled))
    guard share < 0.05 else { return [] }
    let mend = column.name == target?.name
      ? "split with `stratify:` and judge by `balanced_accuracy`" : "put rare values together, or leave the column out"
    return [Finding("imbalance", column.name, "`\(column.name)` is \"\(rarest.value)\" on only \(percent(share)) of the rows", mend: mend)]
  }

  private func shapes(_ column: ColumnProfile) -> [Finding] {
    guard let numbers = column.numbers, column.distinct > 2 else { return [] }
    var found: [Finding] = []
    let share = Double(numbers.outliers) / Double(max(1, column.filled))
    if numbers.infinite > 0 {
      found.append(Finding("infinite", column.name, "`\(column.name)` holds \(numbers.infinite) infinite value\(numbers.infinite == 1 ? "" : "s")",
          mend: "filter them out, or `clip` them"))
    }
    if share >= 0.01 {
      let count = numbers.outliers == 1 ? "one outlier" : "\(numbers.outliers) outliers"
      found.append(Finding("outliers", column.name, "`\(column.name)` has \(count) (\(percent(share)) of its values)",
          mend: "look at them: `outliers(data, \(dotted(column.name)))`, or `clip_outliers(\(dotted(column.name)))` in the plan"))
    }
    if let skew = numbers.skew, skew.magnitude >= 2 {
      let mend = numbers.negative == 0 ? "take its logarithm: `derive(\(column.name): log(\(dotted(column.name))\(numbers.zeros > 0 ? " + 1" : "")))`"
        : "`power_transform(\(dotted(column.name)))` in the plan"
      found.append(Finding("skew", column.name, "`\(column.name)` is lopsided (skew \(formatNumber((skew * 100).rounded() / 100)))", mend: mend))
    }
    return found
  }

  private func constant(_ column: ColumnProfile) -> String {
    if let value = column.common.first?.value { return quoted(value, column) }
    return column.numbers.map { formatNumber($0.min) } ?? "the same"
  }

  private func quoted(_ value: String, _ column: ColumnProfile) -> String { column.type == .text ? "\"\(value)\"" : value }

  private func percent(_ share: Double) -> String {
    let percent = share * 100
    return percent >= 99.5 && percent < 100 ? fixed(percent, decimals: 1) + " %"
      : percent >= 1 ? "\(Int(percent.rounded())) %" : percent > 0 ? "less than 1 %" : "0 %"
  }
}
