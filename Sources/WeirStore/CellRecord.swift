/// What one thing was made of: something read, and its content then.
package struct LineageEntry: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable { case file, cell, object, run, model, environment }
  package let kind: Kind
  /// The path of a file, the name that a cell defines, and so on.
  package let name: String
  /// The hash of its content, or the key of the cell.
  package let hash: ContentHash

  package init(_ kind: Kind, _ name: String, _ hash: ContentHash) {
    self.kind = kind
    self.name = name
    self.hash = hash
  }
}

/// What a cell came to, as it is found again under its key.
package struct CellRecord: Sendable, Hashable {
  package struct Name: Sendable, Hashable {
    package let name: String
    /// The archived value.
    package let object: ContentHash
    package init(_ name: String, _ object: ContentHash) {
      self.name = name
      self.object = object
    }
  }

  /// The names that the cell defines, in order.
  package let names: [Name]
  /// What the cell has shown, if anything.
  package let output: ContentHash?
  package let reads: [LineageEntry]
  /// How long it took, in microseconds.
  package let duration: Int64
  /// When it was done: microseconds since 1970.
  package let created: Int64

  package init(names: [Name], output: ContentHash?, reads: [LineageEntry], duration: Int64, created: Int64 = WallClock.now) {
    self.names = names
    self.output = output
    self.reads = reads
    self.duration = duration
    self.created = created
  }
}

/// What a cell came to, with its objects still in hand: saved in one go.
package struct CellDraft: Sendable {
  package var names: [(name: String, bytes: [UInt8])]
  package var output: [UInt8]?
  package var reads: [LineageEntry]
  package var duration: Int64

  package init(names: [(name: String, bytes: [UInt8])], output: [UInt8]?, reads: [LineageEntry], duration: Int64) {
    self.names = names
    self.output = output
    self.reads = reads
    self.duration = duration
  }
}
