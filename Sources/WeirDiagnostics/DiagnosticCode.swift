/// A stable number; by hundreds: 01 syntax, 02 names and graph, 03 calls and types, 04 columns, 05 leakage, 06 values,
/// 07 files and formats, 08 store, 09 export and serving. Never reused.
package struct DiagnosticCode: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let number: Int
  package init(_ number: Int) { self.number = number }
  package var description: String { "W" + String(repeating: "0", count: max(0, 4 - String(number).count)) + String(number) }
  package static func < (a: DiagnosticCode, b: DiagnosticCode) -> Bool { a.number < b.number }

  /// Reads "W0401".
  package init?(parsing text: String) {
    guard text.count == 5, text.first == "W" || text.first == "w", let number = Int(text.dropFirst()) else { return nil }
    self.number = number
  }
}
