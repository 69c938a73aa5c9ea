package import WeirBase

/// Reads a CSV file into a table.
///
/// The text is split into parts of about half a mebibyte at ends of records, which are read side by side by kernels that
/// find the delimiters and then read column after column. What the columns are is guessed from the beginning of the file;
/// columns that turn out to be something else are read again. Parts depend on the file alone, so a table has the same
/// bytes at any number of workers.
package struct CSVReader: Sendable {
  private(set) var text: CSVText
  let options: CSVOptions
  let dialect: CSVDialect
  /// The columns wanted, by their place in the file.
  private var wanted: [Int]
  let partSize: Int
  let pool = CSVScratchPool()
  let markers: MissingMarkers

  /// `name` is what the file is called in messages; a packed file of more than `longest` bytes is unpacked as it is read.
  /// Other sizes of that, and of parts, are for tests.
  package init(
    _ contents: FileContents, name: String, options: CSVOptions = CSVOptions(), partSize: Int = 1 << 19,
    longest: Int = CSVReader.longest
  ) throws(TableError) {
    if let delimiter = options.delimiter, [10, 13, CSVTokenizer.quote].contains(delimiter) {
      throw .other("a quote or a line end can't be the delimiter", mend: nil)
    }
    text = try CSVText(contents, name: name, encoding: options.encoding, longest: longest)
    dialect = try CSVDialect(text, options)
    self.options = options
    self.partSize = max(partSize, 1)
    markers = MissingMarkers(options.missing)
    // A file may have a hundred thousand columns, so each is looked up at once.
    let positions = Dictionary(zip(dialect.names, dialect.names.indices), uniquingKeysWith: { first, _ in first })
    for name in options.types.keys.sorted() where positions[name] == nil {
      throw .noColumn(name, columns: dialect.names)
    }
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
    let names = Set(names)
    var reader = self
    reader.wanted = wanted.filter { names.contains(dialect.names[$0]) }
    return reader
  }

  /// Reads the whole file.
  package func read(workers: Workers = .one, cancellation: Cancellation = Cancellation()) throws -> CSVResult {
    guard text.long == nil else {
      var reader = self
      reader.text = try text.whole()
      return try reader.read(workers: workers, cancellation: cancellation)
    }
    return try withPass { rule, pass in
      let layout = try CSVLayout(of: text, rule, pool: pool, workers: workers, cancellation: cancellation)
      return try read(layout.parts, pass, guessed(), workers)
    }
  }

  /// Runs `body` with what it reads the file by; once more, with more care, where there are quotes in odd places.
  func withPass<Result>(_ body: (CSVLayout.Rule, CSVPass) throws -> Result) throws -> Result {
    func run(_ isCareful: Bool) throws -> Result {
      try body(
        CSVLayout.Rule(
          start: dialect.bodyStart, blockSize: blockSize, followed: isCareful ? dialect.delimiter : nil),
        CSVPass(text: text, options: options, dialect: dialect, isCareful: isCareful, pool: pool, markers: markers))
    }
    do { return try run(false) } catch is CSVPart.NeedsCare { return try run(true) }
  }

  /// Parts of very wide files hold a few rows too.
  private var blockSize: Int { max(partSize, partSize < 1 << 19 ? 0 : dialect.names.count * 128) }

  private func read(
    _ parts: [CSVLayout.Part], _ pass: CSVPass, _ plans: [CSVColumnPlan], _ workers: Workers
  ) throws -> CSVResult {
    var outcome = try pass.read(parts, plans, workers: workers)
    let again = plans.indices.filter { outcome.columns[$0] == nil }
    if !again.isEmpty {
      let mended = again.map { number in
        var plan = plans[number]
        plan.type = outcome.kinds(of: number, taken: plan.type.map(FieldKinds.init(narrowest:)) ?? .all).columnType
        return plan
      }
      let second = try pass.read(parts, mended, excluded: outcome.excluded, workers: workers)
      guard second.rowCount == outcome.rowCount else { throw text.changed }
      for (number, column) in zip(again, second.columns) {
        guard let column else { throw text.changed }
        outcome.columns[number] = column
      }
    }
    let columns = zip(names, outcome.columns).compactMap { name, column in column.map { (name: name, column: $0) } }
    return CSVResult(
      table: try Table(columns, rowCount: outcome.rowCount), rejected: located(outcome.results.flatMap(\.rejected)))
  }

  /// The same with their lines.
  func located(_ rejected: [CSVReject]) -> [CSVReject] {
    guard !rejected.isEmpty else { return [] }
    return zip(rejected, text.lines(at: rejected.map(\.offset))).map { reject, line in
      var reject = reject
      reject.line = line
      return reject
    }
  }

  // MARK: What columns are

  /// What the columns are by the beginning of the file.
  func guessed() throws(TableError) -> [CSVColumnPlan] {
    let sample = try CSVSample(self)
    return wanted.enumerated().map { number, position in
      let name = dialect.names[position]
      let given = options.types[name]
      return CSVColumnPlan(
        position: position, name: name, type: given ?? sample.type(of: number), isGiven: given != nil,
        repeats: sample.repeats(number))
    }
  }

  var positions: [Int] { wanted }

  /// Names and types from the beginning of the file.
  package func schema() throws(TableError) -> CSVSchema {
    let sample = try CSVSample(self)
    return CSVSchema(
      fields: names.enumerated().map { number, name in
        CSVSchema.Field(name: name, type: options.types[name] ?? sample.type(of: number) ?? .text)
      }, typesAreCertain: sample.isWhole)
  }

  /// Names and types from the beginning of `contents`; cheap on files of any size.
  package static func schema(
    of contents: FileContents, name: String, options: CSVOptions = CSVOptions()
  ) throws(TableError) -> CSVSchema {
    try CSVReader(contents, name: name, options: options, longest: 1 << 20).schema()
  }
}
