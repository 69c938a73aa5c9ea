package import WeirBase

/// How to read a log.
package struct LogOptions: Sendable, Hashable {
  /// What becomes of lines that the pattern does not fit.
  package enum Rest: String, Sendable, CaseIterable {
    case error
    /// Left out and listed.
    case skip
    /// A row with nothing but the line, in the column `rest`.
    case keep
    /// More of the line before: it goes to the last column (the lines of a stack trace).
    case join
  }

  package var rest: Rest
  package var types: [String: ColumnType]
  /// The texts that stand for a missing value.
  package var missing: [String]
  package var encoding: CSVOptions.Encoding

  package static let standardMissing = ["", "-"]

  package init(
    rest: Rest = .error, types: [String: ColumnType] = [:], missing: [String] = LogOptions.standardMissing,
    encoding: CSVOptions.Encoding = .utf8
  ) {
    (self.rest, self.types, self.missing, self.encoding) = (rest, types, missing, encoding)
  }
}

/// What reading a log gave.
package struct LogResult: Sendable {
  package let table: Table
  package let rejectedCount: Int
  /// The first line left out.
  package let firstRejected: (line: Int, text: String)?
}

/// Reads the lines of a log by a pattern; its named groups are columns, their types taken from all lines.
///
/// Lines are read in parts of about a mebibyte side by side. Parts depend on the text alone, so a table has the same
/// bytes at any number of workers. Blank lines are passed over.
package struct LogReader: Sendable {
  private let text: CSVText
  private let pattern: LinePattern
  private let options: LogOptions
  private let partSize: Int

  /// `name` is what the file is called in messages; `partSize` in bytes is for tests.
  package init(
    _ contents: FileContents, name: String, pattern: LinePattern, options: LogOptions = LogOptions(), partSize: Int = 1 << 20
  ) throws {
    text = try CSVText(contents, name: name, encoding: options.encoding)
    (self.pattern, self.options, self.partSize) = (pattern, options, max(1, partSize))
  }

  private struct Part: Sendable {
    var columns: [TextColumn]
    var rest = TextColumn()
    var lines: [Int64] = []
    var lineCount = 0
    var rejectedCount = 0
    var firstRejected: (line: Int, text: String)?
    /// Lines that go to the last column of the row that is being read, and that row's own text.
    var open: [UInt8]?
  }

  package func read(workers: Workers = .one, cancellation: Cancellation = Cancellation()) throws -> LogResult {
    let bounds = text.contents.withUnsafeBytes { partBounds($0) }
    let parts = try workers.map(bounds.count) { index in
      try cancellation.check()
      return try text.contents.withUnsafeBytes { try part($0, bounds[index], cancellation) }
    }
    var columns = pattern.names.map { _ in TextColumn() }
    var (rest, lines, lineCount): (TextColumn, [Int64], Int64) = (TextColumn(), [], 0)
    var rejectedCount = 0, firstRejected: (line: Int, text: String)?
    for part in parts {
      for (place, column) in part.columns.enumerated() { columns[place].append(column) }
      rest.append(part.rest)
      lines += part.lines.map { $0 + lineCount }
      if firstRejected == nil, let first = part.firstRejected { firstRejected = (first.line + Int(lineCount), first.text) }
      rejectedCount += part.rejectedCount
      lineCount += Int64(part.lineCount)
    }
    let table = try table(columns, rest, lines, workers)
    return LogResult(table: table, rejectedCount: rejectedCount, firstRejected: firstRejected)
  }

  private func table(_ columns: [TextColumn], _ rest: TextColumn, _ lines: [Int64], _ workers: Workers) throws -> Table {
    for name in options.types.keys.sorted() where !pattern.names.contains(name) {
      throw TableError.noColumn(name, columns: pattern.names)
    }
    let typed = try workers.map(columns.count) { place in
      try columns[place].column(as: options.types[pattern.names[place]], name: pattern.names[place])
    }
    var named: [(name: String, column: Column)] = [("line", Column(.int(lines)))]
    var taken: Set<String> = []
    func free(_ name: String) -> String {
      var free = name, copy = 2
      while pattern.names.contains(free) || !taken.insert(free).inserted {
        free = "\(name)_\(copy)"
        copy += 1
      }
      return free
    }
    named[0].name = free("line")
    named += zip(pattern.names, typed).map { ($0, $1) }
    if options.rest == .keep { named.append((free("rest"), try rest.column(as: .text, name: "rest"))) }
    return try Table(named, rowCount: lines.count)
  }

  private func partBounds(_ bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
    // What goes to the line before may go to one in an earlier part.
    if options.rest == .join { return bytes.count > text.start ? [text.start..<bytes.count] : [] }
    var bounds: [Range<Int>] = []
    var start = text.start
    while start < bytes.count {
      let end = LogReader.lineEnd(bytes, from: min(start + partSize, bytes.count)).map { $0 + 1 } ?? bytes.count
      bounds.append(start..<end)
      start = end
    }
    return bounds
  }

  private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    JSONReader.find(10, in: bytes, start..<bytes.count)
  }

  private func part(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ cancellation: Cancellation) throws -> Part {
    if let bad = UTF8Check.firstFault(in: bytes, range) { throw CSVDialect.notUTF8(text, at: bad) }
    var part = Part(columns: pattern.names.map { _ in TextColumn() })
    var reader = LineReader(pattern)
    let markers = MissingMarkers(options.missing)
    var start = range.lowerBound
    while start < range.upperBound {
      let stop = min(LogReader.lineEnd(bytes, from: start) ?? range.upperBound, range.upperBound)
      var end = stop
      if end > start, bytes[end - 1] == 13 { end -= 1 }
      part.lineCount += 1
      if part.lineCount & 0xFFFF == 0 { try cancellation.check() }
      if end > start {
        let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        switch try reader.read(line) {
        case true?: take(line, reader, &part, markers)
        case false?: try takeRest(line, at: start, &part)
        case nil: throw LogError.tooManyTries(file: text.name, line: text.line(at: start))
        }
      }
      start = stop + 1
    }
    close(&part, markers)
    return part
  }

  private func take(_ line: UnsafeRawBufferPointer, _ reader: LineReader, _ part: inout Part, _ markers: MissingMarkers) {
    close(&part, markers)
    part.lines.append(Int64(part.lineCount))
    let last = part.columns.count - 1
    for group in part.columns.indices {
      guard let range = reader.ranges[group] else {
        if group == last, options.rest == .join { part.open = [] } else { part.columns[group].appendMissing() }
        continue
      }
      reader.withGroup(range, of: line) { bytes in
        if group == last, options.rest == .join { part.open = Array(bytes) } else { part.columns[group].append(bytes, markers) }
      }
    }
    if options.rest == .keep { part.rest.appendMissing() }
  }

  private func takeRest(_ line: UnsafeRawBufferPointer, at start: Int, _ part: inout Part) throws {
    switch options.rest {
    case .join where part.open != nil:
      part.open?.append(10)
      part.open?.append(contentsOf: line)
    case .keep:
      part.lines.append(Int64(part.lineCount))
      for group in part.columns.indices { part.columns[group].appendMissing() }
      part.rest.append(line, MissingMarkers([]))
    case .skip, .join:
      part.rejectedCount += 1
      if part.firstRejected == nil { part.firstRejected = (part.lineCount, LogReader.shown(line)) }
    case .error: throw LogError.noMatch(file: text.name, line: text.line(at: start), text: LogReader.shown(line))
    }
  }

  /// Writes down the last column of the row that was read last.
  private func close(_ part: inout Part, _ markers: MissingMarkers) {
    guard let open = part.open, let last = part.columns.indices.last else { return }
    open.withUnsafeBytes { part.columns[last].append($0, markers) }
    part.open = nil
  }

  private static func shown(_ line: UnsafeRawBufferPointer) -> String {
    let text = String(decoding: line.prefix(400), as: UTF8.self)
    return text.count > 80 ? text.prefix(79) + "…" : text
  }
}
