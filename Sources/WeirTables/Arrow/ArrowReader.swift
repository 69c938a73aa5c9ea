package import WeirBase

/// Reads Arrow files and streams (Feather 2) into a table.
///
/// The description and the places of all buffers are read at once, and of the columns only those that are asked for.
/// Columns are read side by side.
package struct ArrowReader: ColumnFile {
  package static let verb = "read_arrow"

  /// A column that holds values, within records by the names on the way to it.
  private struct Leaf: Sendable {
    let name: String
    let field: ArrowField
    let problem: String?
    var pieces: [ArrowPiece] = []
  }

  private let contents: FileContents
  private let name: String
  private var leaves: [Leaf]
  private var wanted: [Int]
  package let rowCount: Int

  package init(_ contents: FileContents, name: String, columns: [String]? = nil) throws {
    self.contents = contents
    self.name = name
    do {
      (leaves, rowCount) = try contents.withUnsafeBytes { try ArrowReader.survey($0) }
      wanted = try ColumnChoice(leaves.map(\.name), problems: leaves.map(\.problem)).places(of: columns)
    } catch let error as ColumnFileError { throw error.named(name) }
  }

  package var schema: TableSchema {
    TableSchema(wanted.map { TableSchema.Field(leaves[$0].name, ArrowPiece.type(leaves[$0].field, leaves[$0].pieces)) })
  }

  package func keeping(_ names: Set<String>) -> ArrowReader {
    var reader = self
    reader.wanted = wanted.filter { names.contains(leaves[$0].name) }
    return reader
  }

  package func read(workers: Workers = .one, cancellation: Cancellation = Cancellation()) throws -> Table {
    let own = wanted.map { leaves[$0] }
    do {
      let columns = try workers.map(own.count) { index in
        try cancellation.check()
        let leaf = own[index]
        do {
          return try contents.withUnsafeBytes { try ArrowColumn(field: leaf.field, bytes: $0).column(leaf.pieces) }
        } catch let error as ColumnFileError { throw error.with(column: leaf.name) }
      }
      return try Table(zip(own, columns).map { (name: $0.name, column: $1) }, rowCount: rowCount)
    } catch let error as ColumnFileError { throw error.named(name) }
  }

  // MARK: The messages

  private static func survey(_ bytes: UnsafeRawBufferPointer) throws -> (leaves: [Leaf], rowCount: Int) {
    var messages = try ArrowMessages(bytes)
    guard try messages.schema.int(0, Int16.self) == 0 else {
      throw ColumnFileError("its numbers have the highest byte first, which is not read", .unsupported)
    }
    let fields = try messages.schema.tables(1).map { try ArrowField($0) }
    var leaves: [Leaf] = [], rows = 0
    for field in fields { addLeaves(field, "", &leaves) }
    var dictionaries: [Int: Column] = [:]
    let coded = dictionaryFields(fields)
    while let message = try messages.next() {
      switch message.kind {
      case .schema: throw ColumnFileError("it is damaged or ends early")
      case .dictionary:
        let id = try message.header.int(0, Int64.self)
        guard let batch = try message.header.table(1), let field = coded[id] else { throw ColumnFileError("its description is damaged") }
        var buffers = try ArrowBuffers(batch, body: message.body)
        var values = Leaf(name: field.name, field: field.values, problem: nil)
        values.pieces = [try piece(field.values, &buffers, [:], [])]
        let column: Column
        do { column = try ArrowColumn(field: field.values, bytes: bytes).column(values.pieces) } catch let error as ColumnFileError {
          throw error.with(column: field.name)
        }
        if try message.header.bool(2), let known = dictionaries[id] {
          dictionaries[id] = try Column.concatenated([known, column])
        } else {
          dictionaries[id] = column
        }
      case .batch:
        var buffers = try ArrowBuffers(message.header, body: message.body), next = 0
        for field in fields { try addPieces(field, &buffers, dictionaries, [], &leaves, &next, rows: buffers.rowCount) }
        guard buffers.rowCount <= 1 << 40 - rows else { throw ColumnFileError("its description is damaged") }
        rows += buffers.rowCount
      }
    }
    return (leaves, rows)
  }

  private static func addLeaves(_ field: ArrowField, _ path: String, _ leaves: inout [Leaf]) {
    let name = path + field.name
    switch field.kind {
    case .record where field.dictionary == nil:
      for child in field.children { addLeaves(child, name + ".", &leaves) }
    case .other(let what, _):
      leaves.append(Leaf(name: name, field: field, problem: "it holds \(what), which are not read"))
    case .record: leaves.append(Leaf(name: name, field: field, problem: "it holds records by codes, which are not read"))
    default: leaves.append(Leaf(name: name, field: field, problem: nil))
    }
  }

  private static func dictionaryFields(_ fields: [ArrowField]) -> [Int: ArrowField] {
    var found: [Int: ArrowField] = [:]
    for field in fields {
      if let dictionary = field.dictionary { found[dictionary.id] = field }
      found.merge(dictionaryFields(field.children)) { first, _ in first }
    }
    return found
  }

  private static func addPieces(
    _ field: ArrowField, _ buffers: inout ArrowBuffers, _ dictionaries: [Int: Column], _ above: [ArrowBuffers.Buffer],
    _ leaves: inout [Leaf], _ next: inout Int, rows: Int
  ) throws {
    guard field.dictionary == nil, case .record = field.kind else {
      let piece = try piece(field, &buffers, dictionaries, above)
      guard piece.rowCount == rows, leaves.indices.contains(next) else { throw ColumnFileError("its description is damaged") }
      leaves[next].pieces.append(piece)
      next += 1
      return
    }
    let node = try buffers.node(), validity = try buffers.buffer()
    guard node.count == rows else { throw ColumnFileError("its description is damaged") }
    let masks = node.missing > 0 ? above + [validity] : above
    for child in field.children { try addPieces(child, &buffers, dictionaries, masks, &leaves, &next, rows: rows) }
  }

  /// Takes the buffers of a column, and those of what stands below one that is not read.
  private static func piece(
    _ field: ArrowField, _ buffers: inout ArrowBuffers, _ dictionaries: [Int: Column], _ above: [ArrowBuffers.Buffer]
  ) throws -> ArrowPiece {
    let node = try buffers.node()
    var piece = ArrowPiece(rowCount: node.count)
    piece.validities = above
    if field.dictionary == nil, case .nothing = field.kind { return piece }
    if field.dictionary == nil, case .other(_, let count) = field.kind {
      for _ in 0..<count { _ = try buffers.buffer() }
      for child in field.children { try skip(child, &buffers) }
      return piece
    }
    let validity = try buffers.buffer()
    if node.missing > 0 { piece.validities.append(validity) }
    piece.data.append(try buffers.buffer())
    if let dictionary = field.dictionary {
      piece.dictionary = dictionaries[dictionary.id]
      return piece
    }
    switch field.kind {
    case .text: piece.data.append(try buffers.buffer())
    case .textView: piece.data += try buffers.variadicBuffers()
    default: break
    }
    return piece
  }

  private static func skip(_ field: ArrowField, _ buffers: inout ArrowBuffers) throws {
    if field.dictionary == nil, case .record = field.kind {
      _ = try buffers.node()
      _ = try buffers.buffer()
      for child in field.children { try skip(child, &buffers) }
    } else {
      _ = try piece(field, &buffers, [:], [])
    }
  }
}

/// The buffers of one column in one batch of rows.
struct ArrowPiece: Sendable {
  package let rowCount: Int
  /// Bits of the rows with a value: those of the records around it, and its own.
  var validities: [ArrowBuffers.Buffer] = []
  var data: [ArrowBuffers.Buffer] = []
  /// What its codes stand for.
  var dictionary: Column?

  init(rowCount: Int) { self.rowCount = rowCount }

  static func type(_ field: ArrowField, _ pieces: [ArrowPiece]) -> ColumnType {
    switch field.kind {
    case .nothing, .float: .float
    case .bool: .bool
    case .int: .int
    case .text, .textView, .record, .other: .text
    case .days, .dayMillis: .date
    case .time, .duration: .duration
    case .moment: .dateTime
    case .decimal(let scale, _): scale == 0 ? .int : .float
    }
  }
}
