/// The columns of a table that may not be computed yet.
package struct TableSchema: Sendable, Hashable {
  package struct Field: Sendable, Hashable {
    package let name: String
    /// Nil where the type is only known once values are there.
    package let type: ColumnType?
    package init(_ name: String, _ type: ColumnType?) {
      self.name = name
      self.type = type
    }
  }

  package let fields: [Field]

  package init(_ fields: [Field]) { self.fields = fields }

  package init(_ table: Table) {
    fields = zip(table.names, table.columns).map { Field($0, $1.type) }
  }

  package var names: [String] { fields.map(\.name) }
  /// The field of this name; who asks for many takes `byName`.
  package subscript(name: String) -> Field? { fields.first { $0.name == name } }
  /// All fields by name, since tables may have very many.
  package var byName: [String: Field] { Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }) }

  /// Throws where one of the names is not there.
  package func require(_ names: [String]) throws(TableError) {
    let known = Set(names.count > 1 ? self.names : [])
    for name in names where names.count > 1 ? !known.contains(name) : self[name] == nil {
      throw TableError.noColumn(name, columns: self.names)
    }
  }

  /// The fields of these names in this order; of unknown type where there is none.
  func keeping(_ names: [String]) -> TableSchema {
    let known = byName
    return TableSchema(names.map { known[$0] ?? Field($0, nil) })
  }
}

extension LogicalPlan {
  /// What is known of the columns without reading more than a header.
  var schema: TableSchema? {
    switch self {
    case .table(let table): TableSchema(table)
    case .csv(let scan): TableSchema(scan.outputNames.map { TableSchema.Field($0, nil) })
    case .columns(let scan): scan.file.schema.keeping(scan.outputNames)
    case .filter(let input, _), .sort(let input, _), .slice(let input, _), .sample(let input, _),
      .distinct(let input, _):
      input.schema
    case .select(let input, let names):
      input.schema?.keeping(names) ?? TableSchema(names.map { TableSchema.Field($0, nil) })
    case .rename(let input, let renamings): input.schema?.renaming(renamings)
    case .derive(let input, let derivations): input.schema?.adding(derivations.map(\.name))
    case .aggregate(let input, let keys, let values):
      TableSchema(
        (input.schema?.keeping(keys).fields ?? keys.map { TableSchema.Field($0, nil) })
          + values.map { TableSchema.Field($0.name, nil) })
    case .join(let left, let right, let options):
      left.schema.flatMap { l in right.schema.map { JoinColumns(l.names, $0.names, options).schema(l, $0) } }
    case .concat(let inputs, let options): LogicalPlan.concatenated(inputs.map(\.schema), options)
    case .verb(let input, let verb): input.schema.flatMap(verb.schema)
    }
  }

  private static func concatenated(_ schemas: [TableSchema?], _ options: ConcatOptions) -> TableSchema? {
    var fields: [TableSchema.Field] = []
    var positions: [String: Int] = [:]
    for schema in schemas {
      guard let schema else { return nil }
      for field in schema.fields {
        guard let seen = positions[field.name] else {
          positions[field.name] = fields.count
          fields.append(field)
          continue
        }
        if fields[seen].type != field.type { fields[seen] = TableSchema.Field(field.name, nil) }
      }
    }
    if let source = options.sourceColumn { fields.append(TableSchema.Field(source, .text)) }
    return TableSchema(fields)
  }
}

extension TableSchema {
  /// The same with derived columns of unknown types: replaced where they stand, or added at the end.
  func adding(_ names: [String]) -> TableSchema {
    var fields = self.fields
    var positions = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    for name in names {
      if let position = positions[name] {
        fields[position] = Field(name, nil)
      } else {
        positions[name] = fields.count
        fields.append(Field(name, nil))
      }
    }
    return TableSchema(fields)
  }

  func renaming(_ renamings: [Renaming]) -> TableSchema {
    let new = Dictionary(renamings.map { ($0.old, $0.new) }, uniquingKeysWith: { first, _ in first })
    return TableSchema(fields.map { Field(new[$0.name] ?? $0.name, $0.type) })
  }
}

extension CSVScan {
  /// The columns that reading gives.
  var outputNames: [String] { columns ?? reader.names }
}
