/// What a program may use before it is stopped with an error.
package struct Limits: Sendable, Hashable {
  /// How deep calls of functions written in Weir may nest.
  package var depth: Int
  /// How many items a list may get.
  package var items: Int

  package init(depth: Int = 20_000, items: Int = 1 << 27) {
    self.depth = depth
    self.items = items
  }

  /// The stack, in bytes, that a thread needs to reach the depth. It is reserved, and only what is used is ever backed
  /// by memory.
  package var threadStackSize: Int { max(64 << 20, depth * 48 << 10) }
}
