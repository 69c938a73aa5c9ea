/// Which columns of a file are to be read.
struct ColumnChoice {
  private let names: [String]
  private let problems: [String?]

  init(_ names: [String], problems: [String?]) {
    self.names = names
    self.problems = problems
  }

  /// The places of those named; of all where none are, and then none may have a problem.
  func places(of columns: [String]?) throws -> [Int] {
    let readable = names.indices.filter { problems[$0] == nil }.map { names[$0] }
    guard let columns else {
      for (name, problem) in zip(names, problems) {
        guard let problem else { continue }
        throw ColumnFileError(problem + mend(readable), .unsupported, column: name)
      }
      var seen: Set<String> = []
      for name in names where !seen.insert(name).inserted { throw TableError.duplicateColumn(name) }
      return Array(names.indices)
    }
    let positions = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    var seen: Set<Int> = [], wanted: [Int] = []
    for column in columns {
      guard let place = positions[column] else { throw TableError.noColumn(column, columns: readable) }
      guard seen.insert(place).inserted else { throw TableError.duplicateColumn(column) }
      if let problem = problems[place] { throw ColumnFileError(problem, .unsupported, column: column) }
      wanted.append(place)
    }
    return wanted
  }

  private func mend(_ readable: [String]) -> String {
    if readable.isEmpty { return "" }
    let some = readable.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
    return "; `columns: [\(some)\(readable.count > 3 ? ", …" : "")]` reads the others"
  }
}
