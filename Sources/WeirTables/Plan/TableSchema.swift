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
  package subscript(name: String) -> Field? { fields.first { $0.name == name } }
}

extension LogicalPlan {
  /// What is known of the columns without reading more than a header.
  var schema: TableSchema? {
    switch self {
    case .table(let table): TableSchema(table)
    case .csv(let scan): TableSchema(scan.outputNames.map { TableSchema.Field($0, nil) })
    case .columns(let scan):
      TableSchema(scan.outputNames.map { scan.file.schema[$0] ?? TableSchema.Field($0, nil) })
    case .filter(let input, _), .sort(let input, _), .slice(let input, _), .sample(let input, _),
      .distinct(let input, _):
      input.schema
    case .select(let input, let names):
      input.schema.map { schema in TableSchema(names.map { schema[$0] ?? TableSchema.Field($0, nil) }) }
        ?? TableSchema(names.map { TableSchema.Field($0, nil) })
    case .rename(let input, let renamings):
      input.schema.map { schema in
        TableSchema(schema.fields.map { field in
          TableSchema.Field(renamings.first { $0.old == field.name }?.new ?? field.name, field.type)
        })
      }
    case .derive(let input, let derivations): input.schema?.adding(derivations.map(\.name))
    case .aggregate(let input, let keys, let values):
      TableSchema(
        keys.map { TableSchema.Field($0, input.schema?[$0]?.type) } + values.map { TableSchema.Field($0.name, nil) })
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
    for name in names {
      if let position = fields.firstIndex(where: { $0.name == name }) {
        fields[position] = Field(name, nil)
      } else {
        fields.append(Field(name, nil))
      }
    }
    return TableSchema(fields)
  }
}

extension CSVScan {
  /// The columns that reading gives.
  var outputNames: [String] { columns ?? reader.names }
}
