/// Ways to read texts as another type that a plain cast does not take.
enum TextReading {
  struct Found {
    let column: Column
    let how: String
    let confidence: Double
  }

  /// The way that reads every value; nil where none does.
  static func best(_ texts: TextValues, _ column: Column, as type: ColumnType) -> Found? {
    let own = (0..<column.count).filter { !column.isMissing($0) }.map { texts[$0].trimmedBlanks }
    switch type {
    case .int, .float: return number(texts, column, own, type)
    case .date, .dateTime: return date(texts, column, own, type)
    default: return nil
    }
  }

  private static func number(_ texts: TextValues, _ column: Column, _ own: [String], _ type: ColumnType) -> Found? {
    func read(_ how: String, _ confidence: Double, _ change: @escaping (String) -> String) -> Found? {
      guard let changed = try? column.mappingTexts("align", { change($0.trimmedBlanks) }), let made = try? changed.cast(to: type) else {
        return nil
      }
      return Found(column: made, how: how, confidence: confidence)
    }
    func plain(_ text: String, _ group: Character, _ point: Character?) -> String {
      String(text.compactMap { $0 == group ? nil : $0 == point ? "." : $0 })
    }
    let commas = own.contains { $0.contains(",") }, points = own.contains { $0.contains(".") }
    guard commas else { return nil }
    // `1,234` alone may be either: a comma with three digits behind it and nothing else to tell by.
    let open = own.allSatisfy { text in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      return parts.count == 1 || (parts.count == 2 && parts[1].count == 3)
    }
    if let found = read("with a comma before the decimals", open && !points ? 0.5 : 0.97, { plain($0, ".", ",") }) { return found }
    return read("with commas between thousands", 0.97) { plain($0, ",", nil) }
  }

  private static let formats = [
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y",
    "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S",
  ]

  private static func date(_ texts: TextValues, _ column: Column, _ own: [String], _ type: ColumnType) -> Found? {
    let fitting = formats.filter { format in own.allSatisfy { DateFormat.parse($0, format) != nil } }
    guard let format = fitting.first, let trimmed = try? column.mappingTexts("align", { $0.trimmedBlanks }),
      let read = try? trimmed.parsedDates(format), let made = try? read.cast(to: type)
    else { return nil }
    // Of days up to the twelfth nobody can say which is the month.
    let others = fitting.dropFirst().filter { other in own.contains { DateFormat.parse($0, other) != DateFormat.parse($0, format) } }
    if let other = others.first { return Found(column: made, how: "as \"\(format)\" or \"\(other)\"", confidence: 0.5) }
    return Found(column: made, how: "as \"\(format)\"", confidence: 0.97)
  }
}
