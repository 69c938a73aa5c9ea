import WeirCatalog
import WeirChecker
import WeirDiagnostics
import WeirEngine
import WeirSyntax
import WeirTables

extension Vocabulary {
  /// What a session knows at the moment.
  init(_ session: Session, commands: [CommandInfo], builtins: [CatalogInfo.Entry]) {
    let probe = TypeProbe(session)
    let folder = session.configuration.folder
    self.init(
      names: Self.names(session), builtins: builtins, modules: Self.modules(session), commands: commands,
      files: { FolderListing.files(of: $0, from: folder) }, type: { probe.type(of: $0) })
  }

  private static func names(_ session: Session) -> [Name] {
    let graph = session.program.graph
    let prelude = (session.modules.prelude?.values ?? []).map { Name($0.name, value: $0.value) }
    return prelude + graph.names.sorted().map { name in
      session.valueAtHand(of: name).map { Name(name, value: $0) } ?? Name(name)
    }
  }

  private static func modules(_ session: Session) -> [Module] {
    let used = Set(session.program.graph.facts.flatMap(\.modules).map(\.name))
    return session.modules.names.map { name in
      // Only what the session uses is loaded.
      guard used.contains(name), let module = (try? session.modules.module(name)) ?? nil else { return Module(name) }
      return Module(name, functions: module.values.compactMap { field in
        guard case .function(let function) = field.value else { return nil }
        var info = function.info
        info.name = field.name
        return info
      })
    }
  }
}

extension Vocabulary.Name {
  init(_ name: String, value: Value) {
    var info: CallableInfo?
    if case .function(let function) = value {
      info = function.info
      info?.name = name
    }
    self.init(name, value.type, info: info)
  }
}

extension Value {
  /// What completion needs to know of it: its kind, the columns of a table, the fields of a record.
  var type: ValueType {
    switch self {
    case .missing: .missing
    case .bool: .bool
    case .int: .int
    case .float: .float
    case .string: .string
    case .date: .date
    case .dateTime: .dateTime
    case .duration: .duration
    case .range: .range
    case .list: .anyList
    case .record(let record): .record(record.fields.map { .init($0.name, $0.value.type) })
    case .column(let column): .column(column.type)
    case .table(let table):
      .table(TableType(columns: zip(table.names, table.columns).map { TableType.ColumnHeader($0, $1.type) }))
    case .query: .anyTable
    case .function: .function
    case .plan: .plan
    case .model: .model
    case .other(let value): .other(value.typeName)
    }
  }
}
