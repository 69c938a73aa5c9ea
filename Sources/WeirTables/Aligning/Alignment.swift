/// What was done, or might be done, to bring a table into the form of another.
package struct Mend: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case rename, convert, cast, values, add, drop
  }

  package let column: String
  package let kind: Kind
  /// In words.
  package let detail: String
  /// How sure it is, 0 to 1.
  package let confidence: Double
  package let isApplied: Bool

  package init(_ column: String, _ kind: Kind, _ detail: String, confidence: Double, isApplied: Bool) {
    (self.column, self.kind, self.detail) = (column, kind, detail)
    (self.confidence, self.isApplied) = (confidence, isApplied)
  }
}

/// What a user says of how a table is to be aligned.
package struct AlignmentOptions: Sendable {
  /// Which column of the table becomes which of the model.
  package var names: [(new: String, old: String)] = []
  /// For columns of the model, what values stand for which.
  package var values: [(column: String, map: [(from: Scalar, to: Scalar)])] = []
  /// For columns of the model, the unit in which the table has it and that in which the model does.
  package var units: [(column: String, from: Unit, to: Unit)] = []
  /// Mends less sure than this are only proposed.
  package var least = 0.95
  /// Whether columns stay that the model has not.
  package var keepsOthers = false

  package init() {}
}

/// A table brought into the form of another: its columns under that one's names, in its order, of its types.
///
/// A mend is made where it can hardly be wrong (another spelling of the same words, a unit in both names, a cast that reads
/// every value) and else only proposed.
package struct Alignment {
  package private(set) var mends: [Mend] = []
  private let table: Table
  private let model: Table
  private let options: AlignmentOptions

  package static func align(
    _ table: Table, like model: Table, _ options: AlignmentOptions = AlignmentOptions()
  ) throws -> (table: Table, mends: [Mend]) {
    var alignment = Alignment(table: table, model: model, options: options)
    let aligned = try alignment.aligned()
    return (aligned, alignment.mends)
  }

  private init(table: Table, model: Table, options: AlignmentOptions) {
    (self.table, self.model, self.options) = (table, model, options)
  }

  private mutating func aligned() throws -> Table {
    for name in options.names.map(\.new) + options.values.map(\.column) + options.units.map(\.column) {
      _ = try model.column(name)
    }
    for (_, old) in options.names { _ = try table.column(old) }
    let sources = matches()
    var out: [(name: String, column: Column)] = []
    for (name, like) in zip(model.names, model.columns) {
      guard let source = sources[name] else {
        note(name, .add, "the table has no such column; it is missing on every row", 1, applied: true)
        out.append((name, .missing(like.type, count: table.rowCount)))
        continue
      }
      var column = try table.column(source)
      column = try converted(column, name, source)
      column = mapped(column, name)
      column = cast(column, name, like)
      column = recoded(column, name, like)
      out.append((name, column))
    }
    let used = Set(sources.values), own = Set(model.names)
    for name in table.names where !used.contains(name) {
      if options.keepsOthers, !own.contains(name) {
        out.append((name, try table.column(name)))
      } else {
        note(name, .drop, "nothing in the model is this column; it is left out", 1, applied: true)
      }
    }
    return try Table(out, rowCount: table.rowCount, lineage: table.lineage)
  }

  private mutating func note(_ column: String, _ kind: Mend.Kind, _ detail: String, _ confidence: Double, applied: Bool) {
    mends.append(Mend(column, kind, detail, confidence: confidence, isApplied: applied))
  }

  // MARK: Names

  /// For each column of the model the column of the table that it is.
  private mutating func matches() -> [String: String] {
    var sources: [String: String] = [:]
    var free: Set<String> = Set(table.names)
    func take(_ name: String, _ source: String) {
      sources[name] = source
      free.remove(source)
    }
    for (new, old) in options.names where free.contains(old) {
      take(new, old)
      if new != old { note(new, .rename, "`\(old)`, as was said", 1, applied: true) }
    }
    for name in model.names where sources[name] == nil && free.contains(name) { take(name, name) }
    for name in model.names where sources[name] == nil {
      let candidates = table.names.filter(free.contains).map { (name: $0, sure: Alignment.likeness($0, name)) }
        .filter { $0.sure >= 0.6 }.sorted { ($1.sure, $0.name) < ($0.sure, $1.name) }
      guard let best = candidates.first else { continue }
      // Two columns that it might be as well are none that it surely is.
      let isAlone = candidates.dropFirst().first.map { $0.sure < best.sure } ?? true
      let sure = isAlone ? best.sure : min(best.sure, 0.5)
      let isApplied = sure >= options.least
      if isApplied { take(name, best.name) }
      note(
        name, .rename, isApplied ? "`\(best.name)` by another spelling" : "`\(best.name)` may be it: `names: {\(name): \"\(best.name)\"}`",
        sure, applied: isApplied)
    }
    return sources
  }

  /// Whether two names are the same words, spelled differently.
  package static func isSpelling(_ a: String, of b: String) -> Bool { a != b && likeness(a, b) == 1 }

  /// How sure two names are of the same column.
  static func likeness(_ a: String, _ b: String) -> Double {
    let x = ColumnWords(a), y = ColumnWords(b)
    if x.joined == y.joined {
      if x.unit == y.unit || (x.unit?.kind == y.unit?.kind && x.unit != nil) { return 1 }
      return x.unit == nil || y.unit == nil ? 0.8 : 0.4
    }
    return 0.9 * TextSimilarity.jaroWinkler(x.joined, y.joined)
  }

  // MARK: Units

  private mutating func converted(_ column: Column, _ name: String, _ source: String) throws -> Column {
    let said = options.units.first { $0.column == name }
    guard let from = said?.from ?? ColumnWords(source).unit, let to = said?.to ?? ColumnWords(name).unit, from != to,
      from.kind == to.kind
    else { return column }
    if column.type == .duration || !(column.type == .int || column.type == .float) {
      if said != nil {
        throw TableError.wrongType(
          operation: "a change of units", column: source, type: column.type.description, expected: "numbers")
      }
      return column
    }
    let numbers = try column.numbers(for: "align").map { from.converting($0, to: to) }
    note(name, .convert, "\(from.name) to \(to.name)", 1, applied: true)
    return Column(.float(numbers), validity: column.validity)
  }
}

extension Alignment {
  // MARK: Types

  private mutating func cast(_ column: Column, _ name: String, _ like: Column) -> Column {
    guard column.type != like.type, like.missingCount < like.count || like.count == 0 else { return column }
    if let read = try? column.cast(to: like.type, column: name) {
      note(name, .cast, "\(column.type) to \(like.type)", 1, applied: true)
      return read
    }
    if case .text(let texts) = column.storage, let found = TextReading.best(texts, column, as: like.type) {
      let isApplied = found.confidence >= options.least
      note(
        name, .cast, isApplied ? "text to \(like.type), \(found.how)" : "may be \(like.type), \(found.how): convert it first",
        found.confidence, applied: isApplied)
      return isApplied ? found.column : column
    }
    let unreadable = (0..<column.count).filter { row in
      let value = column.scalar(at: row)
      return value != .missing && value.converted(to: like.type) == nil
    }
    let first = unreadable.first.map { ", the first \"\(formatScalar(column.scalar(at: $0)))\" in row \($0 + 1)" } ?? ""
    note(
      name, .cast, "\(unreadable.count) of \(column.count) values can't be read as \(like.type)\(first); it stays \(column.type)",
      0, applied: false)
    return column
  }

  // MARK: Values

  /// Values replaced as was said.
  private mutating func mapped(_ column: Column, _ name: String) -> Column {
    guard let map = options.values.first(where: { $0.column == name })?.map else { return column }
    var changed = 0
    var scalars: [Scalar] = []
    for row in 0..<column.count {
      let value = column.scalar(at: row)
      if let to = map.first(where: { $0.from == value || (value != .missing && $0.from.exactText == value.exactText) })?.to {
        scalars.append(to)
        changed += 1
      } else {
        scalars.append(value)
      }
    }
    guard changed > 0 else { return column }
    let type = scalars.contains { $0.columnType != nil && $0.columnType != scalars.first { $0 != .missing }?.columnType }
    // Values of several types meet as texts, and are cast from there.
    let made = type ? try? Column(scalars: scalars.map { $0 == .missing ? $0 : .text($0.exactText) }) : try? Column(scalars: scalars)
    guard let made else { return column }
    note(name, .values, "\(changed) values, as was said", 1, applied: true)
    return made
  }

  /// Categories under the names that the model has for them.
  private mutating func recoded(_ column: Column, _ name: String, _ like: Column) -> Column {
    guard case .text(let texts) = column.storage, case .text(let known) = like.storage else { return column }
    let names = Alignment.distinct(known, like), own = Alignment.distinct(texts, column)
    guard names.count > 0, names.count <= 100, own.count <= 1000 else { return column }
    let wanted = Set(names)
    var map: [String: String] = [:]
    var proposed: [(from: String, to: String, sure: Double)] = [], unknown: [String] = []
    for text in own where !wanted.contains(text) {
      let found = Alignment.category(text, names)
      if let found, found.sure >= options.least { map[text] = found.name } else if let found {
        proposed.append((text, found.name, found.sure))
      } else { unknown.append(text) }
    }
    if let sure = proposed.map(\.sure).min() {
      let pairs = proposed.map { "\"\($0.from)\": \"\($0.to)\"" }.joined(separator: ", ")
      note(name, .values, "may be the same: `values: {\(name): {\(pairs)}}`", sure, applied: false)
    }
    if !unknown.isEmpty, names.count <= 20 {
      let shown = unknown.prefix(5).map { "\"\($0)\"" }.joined(separator: ", ")
      note(name, .values, "the model has no \(shown)\(unknown.count > 5 ? " and \(unknown.count - 5) more" : "")", 0, applied: false)
    }
    guard !map.isEmpty, let mapped = try? column.mappingTexts("align", { map[$0] ?? $0 }) else { return column }
    let shown = map.keys.sorted().prefix(5).map { "\"\($0)\" is \"\(map[$0] ?? "")\"" }.joined(separator: ", ")
    note(name, .values, shown + (map.count > 5 ? " and \(map.count - 5) more" : ""), 1, applied: true)
    return mapped
  }

  private static func distinct(_ texts: TextValues, _ column: Column) -> [String] {
    Grouping(by: [column]).firstRows.filter { $0 < column.count && !column.isMissing($0) }.map { texts[$0] }
  }

  /// The category that a text stands for, and how sure that is.
  private static func category(_ text: String, _ names: [String]) -> (name: String, sure: Double)? {
    func plain(_ text: String) -> String { ColumnWords(text).words.joined(separator: " ") }
    let own = plain(text)
    if own.isEmpty { return nil }
    let same = names.filter { plain($0) == own }
    if same.count == 1 { return (same[0], 1) }
    if same.count > 1 { return nil }
    let begun = names.filter { plain($0).hasPrefix(own) || own.hasPrefix(plain($0)) && !plain($0).isEmpty }
    if begun.count == 1 { return (begun[0], 0.7) }
    let near = names.map { (name: $0, sure: TextSimilarity.jaroWinkler(plain($0), own)) }.filter { $0.sure >= 0.9 }
    if near.count == 1 { return (near[0].name, 0.8 * near[0].sure) }
    return nil
  }
}
