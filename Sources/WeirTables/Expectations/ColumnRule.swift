package import WeirBase

/// What the values of a column must be: a type, bounds, a list, a pattern, and whether some may be missing.
package struct ColumnRule: Archivable, Hashable {
  package static let archiveName = "rule"
  package var type: ColumnType
  package var low: Scalar?
  package var high: Scalar?
  package var oneOf: [Scalar]?
  package var pattern: String?
  package var shortest: Int?
  package var longest: Int?
  package var allowsMissing = true

  package init(_ type: ColumnType) { self.type = type }

  /// As it is written.
  package var text: String {
    var parts: [String] = []
    if case .int(let a)? = low, case .int(let b)? = high {
      parts.append("\(a)..\(b)")
    } else {
      if let low { parts.append("min: \(written(low))") }
      if let high { parts.append("max: \(written(high))") }
    }
    if let oneOf { parts.append("one_of: [" + oneOf.prefix(8).map(written).joined(separator: ", ") + (oneOf.count > 8 ? ", …]" : "]")) }
    if let pattern { parts.append("pattern: \(quotedText(pattern))") }
    if let shortest { parts.append("min_length: \(shortest)") }
    if let longest { parts.append("max_length: \(longest)") }
    if !allowsMissing { parts.append("missing: false") }
    return "\(type)(" + parts.joined(separator: ", ") + ")"
  }

  private func written(_ scalar: Scalar) -> String {
    if case .text(let text) = scalar { return quotedText(text) }
    return formatScalar(scalar)
  }

  // MARK: Storage

  package var archive: Archive {
    func one(_ scalar: Scalar?) -> Archive { scalar.flatMap { try? Column(scalars: [$0]).archive } ?? .none }
    return .of([
      "type": .text(type.description), "low": one(low), "high": one(high),
      "one_of": oneOf.flatMap { try? Column(scalars: $0).archive } ?? .none, "pattern": pattern.map { .text($0) } ?? .none,
      "shortest": shortest.map { .int(Int64($0)) } ?? .none, "longest": longest.map { .int(Int64($0)) } ?? .none,
      "missing": .bool(allowsMissing),
    ])
  }

  package init(archive: Archive) throws {
    func scalars(_ name: String) throws -> [Scalar]? {
      let part = try archive.part(name)
      if case .none = part { return nil }
      let column = try Column(archive: part) { kind, _ in throw ArchiveError("a rule with a \(kind)") }
      return (0..<column.count).map { column.scalar(at: $0) }
    }
    func number(_ name: String) throws -> Int? {
      let part = try archive.part(name)
      if case .none = part { return nil }
      return try part.asInt()
    }
    let name = try archive.part("type").asText()
    let known: [ColumnType] = [.bool, .int, .float, .text, .date, .dateTime, .duration]
    guard let type = known.first(where: { $0.description == name }) else { throw ArchiveError("a rule for \(name)") }
    self.type = type
    low = try scalars("low")?.first
    high = try scalars("high")?.first
    oneOf = try scalars("one_of")
    let part = try archive.part("pattern")
    if case .text(let text) = part { pattern = text }
    shortest = try number("shortest")
    longest = try number("longest")
    allowsMissing = try archive.part("missing").asBool()
  }
}

/// One thing that was looked at, and the rows where it does not hold.
package struct RuleResult: Sendable, Hashable {
  package let column: String
  /// What must hold, in words ("is an int", "is between 0 and 120").
  package let rule: String
  /// How many rows were looked at.
  package let checked: Int
  /// The rows that fail, in order.
  package let rows: [Int]
  /// What is wrong where it is not about single rows.
  package let note: String

  package init(_ column: String, _ rule: String, checked: Int, rows: [Int], note: String = "") {
    self.column = column
    self.rule = rule
    self.checked = checked
    self.rows = rows
    self.note = note
  }

  package var holds: Bool { rows.isEmpty && note.isEmpty }
}

extension Table {
  /// Looks at every rule, whatever the others find; nothing is cast for it.
  package func checking(_ rules: [(column: String, rule: ColumnRule)], unique keys: [String] = []) throws -> [RuleResult] {
    var results: [RuleResult] = []
    for (name, rule) in rules {
      guard let column = self[name] else {
        results.append(RuleResult(name, "is a column", checked: rowCount, rows: [], note: "there is no such column"))
        continue
      }
      results += try column.checked(rule, name)
    }
    if !keys.isEmpty {
      let absent = keys.filter { self[$0] == nil }
      let label = keys.joined(separator: ", ")
      guard absent.isEmpty else {
        results.append(RuleResult(label, "is unique", checked: rowCount, rows: [], note: "there is no column " + absent.map { "`\($0)`" }.joined(separator: ", ")))
        return results
      }
      let copies = try Table(try picked(keys).enumerated().map { ("\($0)", $1) }, rowCount: rowCount).duplicateMask()
      results.append(RuleResult(label, "is unique", checked: rowCount, rows: copies.indices.filter { copies[$0] }))
    }
    return results
  }
}

extension Column {
  fileprivate func checked(_ rule: ColumnRule, _ name: String) throws -> [RuleResult] {
    var results: [RuleResult] = []
    let article = "aeiou".contains(rule.type.description.first ?? " ") ? "an" : "a"
    let present = (0..<count).filter { !isMissing($0) }
    func add(_ words: String, _ holds: (Int) -> Bool) {
      results.append(RuleResult(name, words, checked: present.count, rows: present.filter { !holds($0) }))
    }
    let fits = type == rule.type || (rule.type == .float && type == .int) || present.isEmpty
    if fits {
      results.append(RuleResult(name, "is \(article) \(rule.type)", checked: present.count, rows: []))
    } else {
      results.append(
        RuleResult(name, "is \(article) \(rule.type)", checked: present.count, rows: unreadable(as: rule.type, present), note: "the column holds \(type)"))
    }
    if !rule.allowsMissing {
      results.append(RuleResult(name, "is never missing", checked: count, rows: (0..<count).filter { isMissing($0) }))
    }
    guard fits, !present.isEmpty else { return results }
    if rule.low != nil || rule.high != nil {
      let words = [rule.low.map { "at least \(formatScalar($0))" }, rule.high.map { "at most \(formatScalar($0))" }].compactMap { $0 }
      add("is " + words.joined(separator: " and ")) { row in
        let value = scalar(at: row)
        return (rule.low.map { Scalar.isOrdered($0, value) } ?? true) && (rule.high.map { Scalar.isOrdered(value, $0) } ?? true)
      }
    }
    if let allowed = rule.oneOf {
      let set = Set(allowed.map(\.comparable))
      let shown = allowed.prefix(6).map(formatScalar).joined(separator: ", ") + (allowed.count > 6 ? ", …" : "")
      add("is one of \(shown)") { set.contains(scalar(at: $0).comparable) }
    }
    if let pattern = rule.pattern, case .text(let texts) = storage {
      let regex = try TextPattern(pattern)
      var failing: [Int] = []
      for row in present where !(try regex.matches(texts[row])) { failing.append(row) }
      results.append(RuleResult(name, "matches \(quotedText(pattern))", checked: present.count, rows: failing))
    }
    if rule.shortest != nil || rule.longest != nil, case .text(let texts) = storage {
      let words = [rule.shortest.map { "at least \($0)" }, rule.longest.map { "at most \($0)" }].compactMap { $0 }
      add("has " + words.joined(separator: " and ") + " characters") { row in
        let length = texts[row].count
        return length >= rule.shortest ?? 0 && length <= rule.longest ?? .max
      }
    }
    return results
  }

  /// The rows whose text can't be read as the type wanted: those that made the column text.
  private func unreadable(as wanted: ColumnType, _ rows: [Int]) -> [Int] {
    guard case .text(let texts) = storage else { return type == .float && wanted == .int ? fractional(rows) : rows }
    let found = rows.filter { row in
      let one = Column(.text(TextValues([texts[row]])))
      return (try? one.cast(to: wanted)) == nil
    }
    return found.isEmpty ? rows : found
  }

  private func fractional(_ rows: [Int]) -> [Int] {
    guard case .float(let values) = storage else { return rows }
    let found = rows.filter { values[$0] != values[$0].rounded() }
    return found.isEmpty ? rows : found
  }
}

extension Scalar {
  /// Whether `a` is not above `b`, for two of one kind; NaN is neither above nor below.
  fileprivate static func isOrdered(_ a: Scalar, _ b: Scalar) -> Bool {
    switch (a, b) {
    case (.int(let x), .int(let y)): x <= y
    case (.int(let x), .float(let y)): Double(x) <= y
    case (.float(let x), .int(let y)): x <= Double(y)
    case (.float(let x), .float(let y)): x <= y
    case (.date(let x), .date(let y)): x <= y
    case (.dateTime(let x), .dateTime(let y)): x <= y
    case (.duration(let x), .duration(let y)): x <= y
    default: false
    }
  }

  /// Whole floats and ints alike.
  fileprivate var comparable: Scalar {
    if case .float(let value) = self, let whole = Int64(exactly: value) { return .int(whole) }
    return self
  }
}
