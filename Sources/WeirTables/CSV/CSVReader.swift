package import WeirBase

/// Reads a CSV file into a table.
///
/// The text is split into parts of about a mebibyte at ends of records; parts are split into fields, the types of the
/// columns taken from all of them, and the values read, each step for all parts side by side. Parts depend on the file
/// alone, so a table has the same bytes at any number of workers.
package struct CSVReader: Sendable {
  private let text: CSVText
  private let options: CSVOptions
  private let dialect: CSVDialect
  /// The columns wanted, by their place in the file.
  private var wanted: [Int]
  private let partSize: Int

  /// `name` is what the file is called in messages; `partSize` in bytes is for tests.
  package init(
    _ contents: FileContents, name: String, options: CSVOptions = CSVOptions(), partSize: Int = 1 << 20
  ) throws(TableError) {
    text = try CSVText(contents, name: name, encoding: options.encoding)
    dialect = try CSVDialect(text, options)
    self.options = options
    self.partSize = max(partSize, 1)
    for name in options.types.keys.sorted() where !dialect.names.contains(name) {
      throw .noColumn(name, columns: dialect.names)
    }
    // A file may have a hundred thousand columns, so each is looked up at once.
    let positions = Dictionary(zip(dialect.names, dialect.names.indices), uniquingKeysWith: { first, _ in first })
    var wanted: [Int] = [], seen: Set<Int> = []
    for name in options.columns ?? dialect.names {
      guard let position = positions[name] else { throw .noColumn(name, columns: dialect.names) }
      guard seen.insert(position).inserted || options.columns == nil else { throw .duplicateColumn(name) }
      wanted.append(position)
    }
    self.wanted = wanted
  }

  /// The names of the file's columns that are read.
  package var names: [String] { wanted.map { dialect.names[$0] } }

  /// The same with only those of its columns.
  func keeping(_ names: [String]) -> CSVReader {
    var reader = self
    reader.wanted = wanted.filter { names.contains(dialect.names[$0]) }
    return reader
  }

  /// Reads the whole file.
  package func read(workers: Workers = .one) throws -> CSVResult {
    let bounds = partBounds()
    let reader = text
    var parts = try workers.map(bounds.count) { index in
      try reader.contents.withUnsafeBytes { bytes in
        try partReader(bytes).read(from: bounds[index].lowerBound, to: bounds[index].upperBound)
      }
    }
    let types = columnTypes(parts)
    var pieces = try convert(parts, types, workers)
    let rejected = try settle(&parts, &pieces, types, workers)
    let settled = pieces
    let rowCount = parts.reduce(0) { $0 + $1.rowCount }
    let joined = try workers.map(wanted.count) { column in
      CSVConverter.joined(settled.map { $0[column] }, as: types[column])
    }
    return CSVResult(
      table: try Table(zip(names, joined).map { (name: $0, column: $1) }, rowCount: rowCount),
      rejected: rejected.map { CSVReject(line: text.line(at: $0.offset), problem: $0.problem) })
  }

  /// Names and types from the first part of the file.
  package func schema() throws(TableError) -> CSVSchema {
    let bounds = partBounds()
    var types = wanted.map { options.types[dialect.names[$0]] ?? .text }
    if let first = bounds.first {
      let outcome: Result<CSVPart, TableError> = text.contents.withUnsafeBytes { bytes in
        do throws(TableError) {
          return .success(try partReader(bytes).read(from: first.lowerBound, to: first.upperBound))
        } catch {
          return .failure(error)
        }
      }
      types = columnTypes([try outcome.get()])
    }
    return CSVSchema(
      fields: zip(names, types).map { CSVSchema.Field(name: $0, type: $1) }, typesAreCertain: bounds.count <= 1)
  }

  /// Names and types from the first part of `contents`; cheap on files of any size.
  package static func schema(
    of contents: FileContents, name: String, options: CSVOptions = CSVOptions()
  ) throws(TableError) -> CSVSchema {
    try CSVReader(contents, name: name, options: options).schema()
  }

  private func partBounds() -> [Range<Int>] {
    text.contents.withUnsafeBytes { bytes in
      let tokenizer = CSVTokenizer(bytes: bytes, delimiter: dialect.delimiter, lineEnd: dialect.lineEnd)
      let starts = tokenizer.partStarts(from: dialect.bodyStart, size: partSize)
      return starts.indices.map { starts[$0]..<($0 + 1 < starts.count ? starts[$0 + 1] : bytes.count) }
    }
  }

  private func partReader(_ bytes: UnsafeRawBufferPointer) -> CSVPartReader {
    CSVPartReader(
      text: text, tokenizer: CSVTokenizer(bytes: bytes, delimiter: dialect.delimiter, lineEnd: dialect.lineEnd),
      width: dialect.names.count, wanted: wanted, parser: FieldParser(decimal: options.decimal),
      markers: MissingMarkers(options.missing), rejects: options.rejects)
  }

  private func columnTypes(_ parts: [CSVPart]) -> [ColumnType] {
    wanted.indices.map { column in
      if let given = options.types[dialect.names[wanted[column]]] { return given }
      guard parts.contains(where: { $0.hasValues[column] }) else { return .text }
      return parts.reduce(FieldKinds.all) { $0.intersection($1.kinds[column]) }.columnType
    }
  }

  private func convert(_ parts: [CSVPart], _ types: [ColumnType], _ workers: Workers) throws -> [[CSVPiece]] {
    try workers.map(parts.count) { index in convert(parts[index], types) }
  }

  private func convert(_ part: CSVPart, _ types: [ColumnType]) -> [CSVPiece] {
    text.contents.withUnsafeBytes { bytes in
      let converter = CSVConverter(
        tokenizer: CSVTokenizer(bytes: bytes, delimiter: dialect.delimiter, lineEnd: dialect.lineEnd),
        width: wanted.count, parser: FieldParser(decimal: options.decimal), markers: MissingMarkers(options.missing))
      return types.indices.map { converter.piece(of: part, column: $0, as: types[$0]) }
    }
  }

  /// Refuses the first value that can't be read as its type, or leaves out the rows of all such values.
  private func settle(
    _ parts: inout [CSVPart], _ pieces: inout [[CSVPiece]], _ types: [ColumnType], _ workers: Workers
  ) throws(TableError) -> [(offset: Int, problem: String)] {
    var rejected: [(offset: Int, problem: String)] = []
    for index in parts.indices {
      rejected += parts[index].rejected
      let bad = Set(pieces[index].flatMap(\.unreadable)).sorted()
      guard !bad.isEmpty else { continue }
      for row in bad {
        guard let column = pieces[index].firstIndex(where: { $0.unreadable.contains(row) }) else { continue }
        let field = parts[index].fields[row * wanted.count + column]
        let problem = "`\(shown(field))` can't be read as \(types[column])"
        if options.rejects == .error { throw text.fault(problem, at: field.start, column: names[column]) }
        rejected.append((field.start, problem))
      }
      parts[index].drop(bad, width: wanted.count)
      pieces[index] = convert(parts[index], types)
    }
    return rejected.sorted { $0.offset < $1.offset }
  }

  private func shown(_ field: CSVField) -> String {
    text.contents.withUnsafeBytes { bytes in
      let full = CSVTokenizer(bytes: bytes, delimiter: dialect.delimiter, lineEnd: dialect.lineEnd).text(of: field)
      return full.count > 40 ? full.prefix(40) + "…" : full
    }
  }
}
