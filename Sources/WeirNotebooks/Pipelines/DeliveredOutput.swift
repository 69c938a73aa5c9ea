import Foundation
import WeirBase
package import WeirCatalog
import WeirDiagnostics
import WeirStore
import WeirTables

/// What an `output` statement delivers, as a file: a table as CSV, a picture as PNG, a plot as SVG where it has one, a model
/// and everything else that has no common form as the engine's own archive, plain values as JSON.
package struct DeliveredOutput: Sendable {
  package let name: String
  package let fileName: String
  package let bytes: [UInt8]

  /// Names the bytes.
  package var hash: String { ContentHash(of: bytes).hex }

  package init(name: String, value: Value) throws {
    self.name = name
    let (ending, bytes) = try DeliveredOutput.encoded(value, name)
    self.bytes = bytes
    fileName = "\(name).\(ending)"
  }

  private static func encoded(_ value: Value, _ name: String) throws -> (String, [UInt8]) {
    switch value {
    case .table(let table) where table.columns.allSatisfy({ if case .object = $0.type { false } else { true } }):
      return ("csv", try CSVWriter().bytes(of: table))
    case .other(let object):
      if let png = object.png { return ("png", png) }
      if let html = object.html, html.hasPrefix("<svg") { return ("svg", Array(html.utf8)) }
    case .function: throw Diagnostic.undeliverable(name, "a function")
    default: break
    }
    if let json = json(value) {
      let data = try JSONSerialization.data(
        withJSONObject: json, options: [.prettyPrinted, .sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
      return ("json", Array(data) + [10])
    }
    do { return ("weirdata", try WeirData.encoded(value)) } catch let error as NotArchivable {
      throw Diagnostic.undeliverable(name, "a value that holds a \(error.kind)")
    }
  }

  /// Nil for what JSON can't say without loss.
  private static func json(_ value: Value) -> Any? {
    switch value {
    case .missing: return NSNull()
    case .bool(let value): return value
    case .int(let value): return value
    case .float(let value): return value.isFinite ? value : nil
    case .string(let value): return value
    case .date, .dateTime, .duration: return value.plainText
    case .list(let items):
      let parts = items.map { json($0) }
      return parts.contains { $0 == nil } ? nil : parts.compactMap { $0 }
    case .record(let record):
      var out: [String: Any] = [:]
      for field in record.fields {
        guard let part = json(field.value) else { return nil }
        out[field.name] = part
      }
      return out
    default: return nil
    }
  }
}
