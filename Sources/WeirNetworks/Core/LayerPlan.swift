package import WeirBase

/// How a parameter starts; PyTorch's rules.
package enum Start: Sendable, Hashable {
  case constant(Double)
  /// Uniform between -bound and bound.
  case uniform(Double)
  /// Normal with mean 0.
  case normal(Double)

  /// Kaiming's rule with a = sqrt(5), which `nn.Linear` and `nn.Conv2d` use for weights and biases.
  static func fan(_ inputs: Int) -> Start { .uniform(1 / Double(max(inputs, 1)).squareRoot()) }
}

/// What the layers of a network learn and keep: names, shapes and places in the flat buffers.
package struct ParameterTable: Sendable, Hashable {
  package struct Entry: Sendable, Hashable {
    /// `dense_1.weight`.
    package let name: String
    package let shape: [Int]
    package let offset: Int
    package let start: Start
    package var count: Int { shape.reduce(1, *) }
    package var range: Range<Int> { offset..<offset + count }
  }
  package private(set) var entries: [Entry] = []
  package private(set) var count = 0

  mutating func add(_ name: String, _ shape: [Int], _ start: Start) {
    entries.append(Entry(name: name, shape: shape, offset: count, start: start))
    count += shape.reduce(1, *)
  }

  /// The numbers that a network starts with; each parameter draws from a stream of its own.
  package func started<S: NetworkScalar>(_ random: RandomStream, as: S.Type = S.self) -> [S] {
    var values = [S](repeating: 0, count: count)
    for (index, entry) in entries.enumerated() {
      var stream = random.child(index).child(entry.name)
      switch entry.start {
      case .constant(let value): for i in entry.range { values[i] = S(value) }
      case .uniform(let bound): for i in entry.range { values[i] = S(stream.nextUniform(-bound, bound)) }
      case .normal(let spread): for i in entry.range { values[i] = S(spread * stream.nextNormal()) }
      }
    }
    return values
  }
}

/// The declarations of a network's layers, as they are made.
package struct LayerPlan {
  /// One layer, as `summary` shows it; nested layers follow theirs.
  package struct Row: Sendable, Hashable {
    package let name: String
    package let input: [Int]
    package var output: [Int]
    /// The numbers that it and what is nested in it learn.
    package var parameters: Int
    package let depth: Int
  }
  package private(set) var learned = ParameterTable()
  package private(set) var kept = ParameterTable()
  package private(set) var rows: [Row] = []
  private var path: [String] = []
  private var counts: [String: Int] = [:]

  /// The name of the layer that is being declared.
  package var name: String { path.joined(separator: ".") }

  /// Something that is learned.
  package mutating func learn(_ part: String, _ shape: [Int], _ start: Start) throws(LayerError) {
    try check(shape)
    learned.add("\(name).\(part)", shape, start)
    guard learned.count <= LayerPlan.most else { throw setting("the network would learn more than \(LayerPlan.most) numbers") }
  }

  /// Something that is kept without being learned by gradients: running means.
  package mutating func keep(_ part: String, _ shape: [Int], _ value: Double) throws(LayerError) {
    try check(shape)
    kept.add("\(name).\(part)", shape, .constant(value))
  }

  /// Declares a layer below this one.
  package mutating func nest(_ layer: any Layer, _ input: [Int]) throws(LayerError) -> [Int] {
    let kind = type(of: layer).word(of: layer)
    let key = (path + [kind]).joined(separator: ".")
    counts[key, default: 0] += 1
    path.append("\(kind)_\(counts[key, default: 1])")
    defer { path.removeLast() }
    try check(input)
    let before = learned.count, row = rows.count
    rows.append(Row(name: name, input: input, output: [], parameters: 0, depth: path.count - 1))
    let output = try layer.declare(&self, input)
    try check(output)
    rows[row].output = output
    rows[row].parameters = learned.count - before
    return output
  }

  /// The names that layers get, one after another.
  package static func names(of layers: [any Layer]) -> [String] {
    var counts: [String: Int] = [:]
    return layers.map { layer in
      let kind = LayerKinds.word(of: layer)
      counts[kind, default: 0] += 1
      return "\(kind)_\(counts[kind, default: 1])"
    }
  }

  /// Declares layers one after another.
  package mutating func nest(_ layers: [any Layer], _ input: [Int]) throws(LayerError) -> [Int] {
    var shape = input
    for layer in layers { shape = try nest(layer, shape) }
    return shape
  }

  /// The error of a layer that can't take its input.
  package func misfit(_ input: [Int], needs: String) -> LayerError { LayerError(name, .shape(input: input, needs: needs)) }
  package func setting(_ text: String) -> LayerError { LayerError(name, .setting(text)) }

  package func positive(_ value: Int, _ name: String) throws(LayerError) {
    guard value >= 1, value <= 1 << 24 else { throw setting("`\(name)` must be from 1 to \(1 << 24), and is \(value)") }
  }

  /// The most numbers that a network may learn, and that one row of a signal may have.
  static let most = 1 << 30

  /// Throws where a buffer of this shape can't be.
  package func check(_ shape: [Int]) throws(LayerError) {
    var size = 1
    for side in shape {
      let (next, overflow) = size.multipliedReportingOverflow(by: side)
      guard side >= 0, !overflow, next <= LayerPlan.most else {
        throw setting("a shape of \(LayerError.text(of: shape)) is too large")
      }
      size = next
    }
  }
}

extension Layer {
  static func word(of layer: any Layer) -> String { (layer as? any NamedByKind)?.kindName ?? type(of: layer).archiveName }
}

/// A layer of which one type stands for several words.
protocol NamedByKind {
  var kindName: String { get }
}
