extension Table {
  /// Tables one below the other, columns matched by name.
  ///
  /// A column that a table lacks is missing there; ints and floats become floats, dates and datetimes datetimes; other
  /// differences are an error. Columns come in the order in which they first appear.
  package static func concatenated(_ tables: [Table], _ options: ConcatOptions = ConcatOptions()) throws(TableError) -> Table {
    var names: [String] = []
    var seen: Set<String> = []
    for table in tables {
      for name in table.names where seen.insert(name).inserted { names.append(name) }
    }
    let rowCount = tables.reduce(0) { $0 + $1.rowCount }
    var out: [(name: String, column: Column)] = []
    for name in names {
      let present = tables.compactMap { $0[name] }
      let type = present.first { $0.missingCount < $0.count }?.type ?? present.first?.type ?? .float
      let parts = tables.map { $0[name] ?? Column.missing(type, count: $0.rowCount) }
      do throws(TableError) {
        out.append((name, try Column.concatenated(parts)))
      } catch {
        let other = present.first { $0.type != type && $0.missingCount < $0.count }?.type ?? type
        throw .other(
          "the column `\(name)` is \(type) in one table and \(other) in another",
          mend: "convert one of them first: `cast(\(name): \"\(type)\")`")
      }
    }
    if let source = options.sourceColumn {
      var texts: [String] = []
      for (i, table) in tables.enumerated() {
        let label = options.sources.indices.contains(i) ? options.sources[i] : "\(i + 1)"
        texts.append(contentsOf: repeatElement(label, count: table.rowCount))
      }
      out.append((source, Column(.text(TextValues(texts)))))
    }
    return try Table(out, rowCount: rowCount, lineage: tables.reduce(.none) { $0.union($1.lineage) })
  }
}
