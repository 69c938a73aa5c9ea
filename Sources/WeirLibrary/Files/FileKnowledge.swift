import WeirCatalog
import WeirDiagnostics
import WeirTables

/// What the checker finds out from files whose columns no header tells: small ones are read as a whole.
enum FileKnowledge {
  /// Larger files are left to the run, so that checking a page stays quick.
  static let smallEnough = 1 << 18

  /// The type of a table that was read, with the column that says which file a row comes from. Where only the run knows
  /// what `types` asks for, names alone are known.
  static func type(
    of table: Table, _ source: Parameter<String?>, _ types: Parameter<Record?>, _ bound: BoundTypes
  ) throws -> ValueType {
    let areKnown = bound.isAbsent(types) || bound.constant(types) != nil
    var headers = zip(table.names, table.columns).map { TableType.ColumnHeader($0, areKnown ? $1.type : nil) }
    if !bound.isAbsent(source) {
      guard let name = bound.text(source) else { return .anyTable }
      headers.removeAll { $0.name == name }
      headers.append(TableType.ColumnHeader(name, .text))
    }
    return .table(TableType(columns: headers))
  }

  /// Of a file that is not looked at, what the arguments say: all columns where they are named, and the types written. The
  /// beginning of a file tells neither: later rows may have other keys and values.
  static func written(
    _ columns: Parameter<[String]?>, _ types: Parameter<Record?>, _ source: Parameter<String?>, _ bound: BoundTypes
  ) -> TableType {
    var table = TableType()
    if case .record(let record)? = bound.constant(types) {
      table.partial = record.fields.map { TableType.ColumnHeader($0.name, ColumnType(named: $0.value.plainText)) }
    }
    let added = bound.isAbsent(source) ? [] : bound.text(source).map { [TableType.ColumnHeader($0, .text)] }
    guard let names = bound.constant(columns).flatMap({ try? [String].from($0) }), let added else { return table }
    return table.keeping(names).setting(added)
  }

  /// The columns asked for, nil inside where there is no choice; nil where only the run knows.
  static func columns(_ parameter: Parameter<[String]?>, _ bound: BoundTypes) -> (names: [String]?, isChosen: Bool)? {
    if bound.isAbsent(parameter) { return (nil, false) }
    guard let names = bound.constant(parameter).flatMap({ try? [String].from($0) }) else { return nil }
    return (names, true)
  }

  /// The types asked for, as far as they are known. A type that there is not is said.
  static func types(
    _ parameter: Parameter<Record?>, _ bound: BoundTypes, of builtin: String
  ) throws -> [String: ColumnType] {
    guard case .record(let record) = bound.constant(parameter) ?? .missing else { return [:] }
    var types: [String: ColumnType] = [:]
    for field in record.fields {
      guard case .string(let text) = field.value else { continue }
      guard let type = ColumnType(named: text) else {
        throw Diagnostic.notAChoice(
          text, choices: ColumnType.castable.map(\.description), parameter: field.name, of: builtin)
      }
      types[field.name] = type
    }
    return types
  }
}
