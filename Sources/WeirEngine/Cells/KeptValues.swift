import Synchronization
package import WeirCatalog

/// The values that a cell gave: in memory, or in the store until somebody asks for them.
package final class KeptValues: Sendable {
  /// Where a value is, and what names it in the keys of cells that read it.
  package enum Place: Sendable {
    case memory(Value)
    /// The hash of its archive in the store.
    case stored(String)
    /// It can't be kept (a function), and is computed again when it is needed.
    case recomputed
  }

  package struct Entry: Sendable {
    package let name: String
    package let key: String
    package var place: Place
  }

  private let entries: Mutex<[Entry]>

  package init(_ entries: [Entry]) { self.entries = Mutex(entries) }

  package var names: [String] { entries.withLock { $0.map(\.name) } }
  package func key(of name: String) -> String? { entry(name)?.key }
  package func entry(_ name: String) -> Entry? { entries.withLock { $0.last { $0.name == name } } }
  package var all: [Entry] { entries.withLock { $0 } }

  package func keep(_ value: Value, as name: String) {
    entries.withLock { entries in
      if let index = entries.lastIndex(where: { $0.name == name }) { entries[index].place = .memory(value) }
    }
  }

  /// The value, where it is in memory.
  package func value(_ name: String) -> Value? {
    if case .memory(let value)? = entry(name)?.place { value } else { nil }
  }
}
