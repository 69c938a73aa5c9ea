import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables
import WeirTensors

extension CatalogBuilder {
  mutating func defineConcat() {
    define("concat", "Puts tables one below the other, or lists one after the other.") { f in
      let parts = f.variadic(
        Value.self, "parts", "Tables, whose columns are matched by name; lists; or tensors.",
        accepts: .either([.anyTable, .anyList, .anyColumn, .range, .tensor]))
      let source = f.optional(String.self, "source",
        "The name of a column that says which table a row comes from, 1 for the first.")
      let how = f.choice("how", ["all", "shared", "same"], default: "all",
        "Which columns: those of any table, those of all, or an error where they are not the same.")
      let types = f.choice("types", ["widen", "text", "same"], default: "widen",
        "Where a column has several types: the one that holds both (ints among floats, dates among datetimes), text where "
          + "there is none, or an error in any case.")
      let axis = f.optional(Int.self, "axis", default: 0, "Of tensors: the axis along which they are joined.")
      let report = f.optional(Bool.self, "report", default: true, "Whether to say what was reconciled.")
      f.returns { bound in
        let type = concatenatedType(bound, parts, source)
        guard !bound.isAbsent(how), case .table(let table) = type else { return type }
        return .table(table.with(columns: nil))
      }
      f.details(
        "A column that a table lacks is missing there. What was reconciled is printed: which columns are missing where, and which "
          + "types became another.")
      f.example("concat(table(a: [1]), table(a: [2], b: [3])) |> columns()", gives: "[\"a\", \"b\"]")
      f.example("concat([1, 2], [3])", gives: "[1, 2, 3]")
      f.example("concat(table(a: [1], b: [2]), table(a: [3]), how: \"shared\") |> columns()", gives: "[\"a\"]")
      f.seeAlso("align", "join", "flatten")
      f.body { call in
        let given = try call[parts]
        if let joined = try joinedTensors(given, axis: try call[axis]) { return joined }
        let parts = try given.map { value in
          guard let items = try Items.from(value) else {
            throw ArgumentReader.wrongKind(.value(value), wanted: Items.valueType.description, "parts", in: call)
          }
          return items
        }
        let tables = parts.compactMap { if case .table(let table) = $0 { table } else { nil } }
        if !tables.isEmpty {
          guard tables.count == parts.count else {
            throw Diagnostic.failure("`concat` is given tables and lists together")
          }
          let options = ConcatOptions(sourceColumn: try call[source], sources: tables.indices.map { String($0 + 1) })
          var reconciled = Reconciliation(tables, call)
          try reconciled.chooseColumns(try call[how])
          try reconciled.chooseTypes(try call[types])
          if try call[report], let text = reconciled.report { call.host.emit(.printed(text)) }
          return .query(try LazyTable.concatenating(reconciled.tables, options))
        }
        let columns = parts.compactMap { if case .column(let column) = $0 { column } else { nil } }
        if !parts.isEmpty, columns.count == parts.count { return .column(try Column.concatenated(columns)) }
        var items: [Value] = []
        for part in parts { items += try part.items() }
        return .list(items)
      }
    }
  }
}

/// Tensors one after the other, given one by one or in a list; nil where none is given.
private func joinedTensors(_ given: [Value], axis: Int) throws -> Value? {
  var parts = given
  if given.count == 1, case .list(let items) = given[0], given[0].holdsTensors { parts = items }
  guard parts.contains(where: { $0.asTensor != nil }) else { return nil }
  let variables = try parts.map { part in
    guard let variable = try Variable(part) else { throw Diagnostic.failure("`concat` is given a tensor and a \(part.typeName) together") }
    return variable
  }
  return try .tensor(Variable.concatenated(variables, axis: axis))
}

/// Tables on their way to become one, and what had to be done for it.
private struct Reconciliation {
  private(set) var tables: [LazyTable]
  private var lines: [String] = []
  private let call: Call

  init(_ tables: [LazyTable], _ call: Call) {
    self.tables = tables
    self.call = call
  }

  /// What was done, in words; nil where nothing was.
  var report: String? { lines.isEmpty ? nil : lines.map { "concat: \($0)" }.joined(separator: "\n") }

  /// The names of a table's columns; read where they are not known before.
  private mutating func names(_ index: Int) throws -> [String] {
    if let schema = tables[index].schema() { return schema.names }
    return try collect(index).names
  }

  private mutating func collect(_ index: Int) throws -> Table {
    let table = try tables[index].collect(workers: call.workers, cancellation: call.cancellation)
    tables[index] = LazyTable(table)
    return table
  }

  mutating func chooseColumns(_ how: String) throws {
    var names: [[String]] = []
    for index in tables.indices { names.append(try self.names(index)) }
    let sets = names.map { Set($0) }
    // A table without rows and columns has nothing to say.
    let speaking = names.indices.filter { !names[$0].isEmpty }
    guard let first = speaking.first else { return }
    if how == "same" {
      for index in speaking.dropFirst() where sets[index] != sets[first] {
        if let lacking = names[first].first(where: { !sets[index].contains($0) }) {
          throw Diagnostic.schemasDiffer(lacking, table: index + 1, has: "is not")
        }
        if let extra = names[index].first(where: { !sets[first].contains($0) }) {
          throw Diagnostic.schemasDiffer(extra, table: index + 1, has: "is")
        }
      }
    }
    var seen: Set<String> = []
    let all = speaking.flatMap { names[$0] }.filter { seen.insert($0).inserted }
    let partial = all.filter { name in !speaking.allSatisfy { sets[$0].contains(name) } }
    if partial.isEmpty { return }
    let inSome = Set(partial)
    if how == "shared" {
      let kept = all.filter { name in speaking.allSatisfy { sets[$0].contains(name) } }
      for index in speaking { tables[index] = try tables[index].selecting(kept) }
      lines.append("left out what is not in all tables: \(Reconciliation.list(partial))")
      return
    }
    for index in speaking {
      let lacking = all.filter { !sets[index].contains($0) }
      guard !lacking.isEmpty else { continue }
      let own = names[index].filter(inSome.contains)
      let pairs = lacking.compactMap { name in own.first { Alignment.isSpelling($0, of: name) }.map { "`\($0)` may be `\(name)`" } }
      lines.append(
        "table \(index + 1) has no \(Reconciliation.list(lacking)), which is missing there"
          + (pairs.isEmpty ? "" : "; \(pairs.joined(separator: ", ")): `align` brings names together"))
    }
  }

  mutating func chooseTypes(_ types: String) throws {
    // What a file holds is only known once it is read, and types are reconciled then in any case.
    let isKnown = tables.allSatisfy { $0.schema()?.fields.allSatisfy { $0.type != nil } ?? false }
    if !isKnown {
      if types == "widen" { return }
      for index in tables.indices { _ = try collect(index) }
    }
    var found: [String: [(type: ColumnType, table: Int)]] = [:]
    var order: [String] = []
    for (index, table) in tables.enumerated() {
      for field in table.schema()?.fields ?? [] {
        guard let type = field.type, !isVoid(field.name, index) else { continue }
        if found[field.name] == nil { order.append(field.name) }
        if !(found[field.name]?.contains { $0.type == type } ?? false) { found[field.name, default: []].append((type, index)) }
      }
    }
    for name in order {
      guard let kinds = found[name], kinds.count > 1 else { continue }
      if types == "same" {
        throw Diagnostic.schemasDiffer(name, table: kinds[1].table + 1, has: "is \(kinds[1].type) and not \(kinds[0].type)")
      }
      let words = kinds.map { "\($0.type) in table \($0.table + 1)" }.joined(separator: ", ")
      if let common = try? Column.common(kinds.map(\.type)) {
        lines.append("`\(name)` is \(words); it became \(common)")
      } else if types == "text" {
        for index in tables.indices where tables[index].schema()?[name] != nil {
          tables[index] = LazyTable(try collect(index).casting([(name, .text)]))
        }
        lines.append("`\(name)` is \(words); it became text")
      }
    }
  }

  /// A column that holds nothing takes any type.
  private func isVoid(_ name: String, _ index: Int) -> Bool {
    guard case .table(let table) = tables[index].plan, let column = table[name] else { return false }
    return column.missingCount == column.count
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(6).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 6 ? " and \(names.count - 6) more" : "")
  }
}
