import WeirTables

/// What the texts of a column look like: numbers or dates that were read as text, blanks, spellings that differ alone in
/// case.
package struct TextProfile: Sendable {
  /// Shares of the values, by how often each stands.
  package let numbers: Double
  package let dates: Double
  /// The ways in which dates are written ("2026-01-31", "31.1.2026").
  package let dateForms: Int
  package let blank: Int
  /// Values with blanks at their ends.
  package let padded: Int
  /// Words that stand for a missing value ("n/a", "unknown").
  package let placeholders: [String]
  /// Spellings that are one value but for case and blanks, the first few.
  package let variants: [[String]]
  /// How many characters the longest has.
  package let longest: Int

  private static let missingWords: Set<String> = ["n/a", "na", "none", "null", "nil", "-", "--", "?", "unknown", "missing", "nan", "#n/a"]

  init(_ values: [String], _ counts: [Int]) {
    var total = 0, numbers = 0, dates = 0, blank = 0, padded = 0, longest = 0
    var forms: Set<String> = [], placeholders: [String] = [], groups: [[UInt8]: [Int]] = [:], order: [[UInt8]] = []
    for (index, value) in values.enumerated() {
      let bytes = Array(value.utf8), plain = RowHashes.plain(bytes[...]), count = counts[index]
      total += count
      longest = max(longest, value.count)
      if plain.isEmpty {
        blank += count
        continue
      }
      if bytes.first == 32 || bytes.last == 32 { padded += count }
      if TextProfile.isNumber(plain) { numbers += count }
      if let form = TextProfile.dateForm(plain) {
        dates += count
        forms.insert(form)
      }
      let word = String(decoding: plain, as: UTF8.self)
      if TextProfile.missingWords.contains(word), placeholders.count < 6 { placeholders.append(value) }
      if groups[plain] == nil { order.append(plain) }
      groups[plain, default: []].append(index)
    }
    let all = Double(max(1, total))
    (self.numbers, self.dates, dateForms) = (Double(numbers) / all, Double(dates) / all, forms.count)
    (self.blank, self.padded, self.placeholders, self.longest) = (blank, padded, placeholders, longest)
    variants = order.compactMap { groups[$0] }.filter { $0.count > 1 }.prefix(5).map { $0.prefix(4).map { values[$0] } }
  }

  /// Digits with a sign, a point or comma, separators of thousands, a currency or percent sign.
  private static func isNumber(_ text: [UInt8]) -> Bool {
    var digits = 0, marks = 0
    for (place, byte) in text.enumerated() {
      switch byte {
      case 48...57: digits += 1
      case UInt8(ascii: "-"), UInt8(ascii: "+"): if place > 0, text[place - 1] != UInt8(ascii: "e") { return false }
      case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "'"), UInt8(ascii: "_"): marks += 1
      case UInt8(ascii: "e"): if digits == 0 || place == text.count - 1 { return false }
      case UInt8(ascii: "$"), UInt8(ascii: "%"): if place != 0, place != text.count - 1 { return false }
      case 32: if place + 1 < text.count, text[place + 1] != UInt8(ascii: "%") { return false }
      default: return false
      }
    }
    return digits > 0 && marks <= digits
  }

  /// The shape of a date: its separator and where the year stands; nil for what is none.
  private static func dateForm(_ text: [UInt8]) -> String? {
    let day = text.prefix { $0 != 32 && $0 != UInt8(ascii: "t") }
    for separator in [UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ".")] {
      let parts = day.split(separator: separator, omittingEmptySubsequences: false)
      guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (48...57).contains($0) } }) else { continue }
      let lengths = parts.map(\.count)
      if lengths[0] == 4, lengths[1] <= 2, lengths[2] <= 2 { return "year first \(separator)" }
      if lengths[2] == 4 || lengths[2] == 2, lengths[0] <= 2, lengths[1] <= 2 { return "year last \(separator)" }
    }
    return nil
  }
}
