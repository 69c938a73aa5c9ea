import WeirBase
import WeirModels
package import WeirTables

/// The layers of a network with the shapes that go in and come out, and how many numbers each learns: what `summary` shows.
///
/// Of a network that was not fitted, shapes are known where that of a row is, or where the first layer says it.
package struct NetworkOutline: Sendable, Hashable {
  package struct Row: Sendable, Hashable {
    package let name: String
    /// nil where it depends on what a row is; so is a side that does.
    package let input: [Int?]?
    package let output: [Int?]?
    package let parameters: Int?
    /// How deep it is nested in other layers.
    package let depth: Int
  }
  package let rows: [Row]

  /// What layers make of rows of `input`; throws where they can't take them.
  package init(_ layers: [any Layer], input: [Int]?) throws(LayerError) {
    if let branches = layers.first as? ColumnBranches {
      try self.init(branches, Array(layers.dropFirst()), input: input)
      return
    }
    guard let shape = input ?? (layers.first as? Reshape).flatMap({ NetworkOutline.count(of: $0.shape) }).map({ [$0] }) else {
      self.init(rows: LayerPlan.names(of: layers).map { Row(name: $0, input: nil, output: nil, parameters: nil, depth: 0) })
      return
    }
    var plan = LayerPlan()
    _ = try plan.nest(layers, shape)
    self.init(plan.rows)
  }

  /// How many numbers a shape has; nil for more than can be counted.
  package static func count(of shape: [Int]) -> Int? {
    var count = 1
    for side in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: side)
      guard !overflow else { return nil }
      count = product
    }
    return count
  }

  init(_ rows: [LayerPlan.Row]) {
    self.init(rows: rows.map { row in
      Row(name: row.name, input: row.input, output: row.output, parameters: row.parameters, depth: row.depth)
    })
  }

  init(rows: [Row]) { self.rows = rows }

  /// The same where the layers are those of a part: `generator.dense_1`.
  func named(_ part: String) -> NetworkOutline {
    NetworkOutline(rows: rows.map { row in
      Row(name: "\(part).\(row.name)", input: row.input, output: row.output, parameters: row.parameters, depth: row.depth)
    })
  }

  /// How many numbers are learned in all; nil where that is not known.
  package var parameters: Int? {
    var sum = 0
    for row in rows where row.depth == 0 {
      guard let count = row.parameters else { return nil }
      sum += count
    }
    return sum
  }

  /// The shape of a row, and of what comes out.
  package var input: [Int]? { NetworkOutline.known(rows.first?.input) }
  package var output: [Int]? { NetworkOutline.known(rows.last { $0.depth == 0 }?.output) }

  private static func known(_ shape: [Int?]?) -> [Int]? {
    guard let shape else { return nil }
    let sides = shape.compactMap(\.self)
    return sides.count == shape.count ? sides : nil
  }

  /// A shape as people write it, with `?` for what is not known.
  private static func text(of shape: [Int?]) -> String {
    shape.isEmpty ? LayerError.text(of: []) : shape.map { $0.map(String.init) ?? "?" }.joined(separator: " x ")
  }

  /// As a table: `layer`, `input`, `output`, `parameters`.
  package var table: Table {
    func shapes(_ values: [[Int?]?]) -> Column { Column(optionalTexts: values.map { $0.map(NetworkOutline.text) }) }
    return (try? Table([
      ("layer", Column(.text(TextValues(rows.map { String(repeating: "  ", count: $0.depth) + $0.name })))),
      ("input", shapes(rows.map(\.input))), ("output", shapes(rows.map(\.output))),
      ("parameters", Column(optionalInts: rows.map { $0.parameters.map { Int64($0) } })),
    ])) ?? Table.empty
  }
}

extension Column {
  fileprivate init(optionalTexts values: [String?]) {
    self.init(.text(TextValues(values.map { $0 ?? "" })), validity: values.contains(nil) ? Bitmap(values.map { $0 != nil }) : nil)
  }

  fileprivate init(optionalInts values: [Int64?]) {
    self.init(.int(values.map { $0 ?? 0 }), validity: values.contains(nil) ? Bitmap(values.map { $0 != nil }) : nil)
  }
}

/// A step that is made of layers, before it is fitted.
package protocol LayeredStep {
  /// Its layers for rows of this shape; nil where they can't be said without one.
  func outline(input: [Int]?) throws(LayerError) -> NetworkOutline?
}

extension NetworkEstimator: LayeredStep {
  package func outline(input: [Int]?) throws(LayerError) -> NetworkOutline? { try NetworkOutline(layers, input: input) }
}

extension Autoencoder: LayeredStep {
  package func outline(input: [Int]?) throws(LayerError) -> NetworkOutline? {
    let width = input.flatMap(NetworkOutline.count)
    guard width != nil || encoder != nil else { return nil }
    let parts = layers(width: width ?? 0)
    let outline = try NetworkOutline(parts.encoder + parts.decoder, input: width.map { [$0] })
    guard let taken = outline.input?.reduce(1, *), let given = outline.output, given.reduce(1, *) != taken,
      let last = outline.rows.last(where: { $0.depth == 0 })
    else { return outline }
    throw Autoencoder.misfit(last.name, gives: given, for: taken)
  }
}

extension AdversarialNetwork: LayeredStep {
  /// The layers of the generator, then those of the discriminator.
  package func outline(input: [Int]?) throws(LayerError) -> NetworkOutline? {
    var width = input.flatMap(NetworkOutline.count)
    if width == nil, let generator {
      width = try part("generator") { () throws(LayerError) in try NetworkOutline(generator, input: [latent]) }.output?.reduce(1, *)
    }
    guard let width else { return nil }
    let layers = layers(width: width)
    let generating = try outline(of: layers.generator, "generator", input: latent, gives: width, for: "the rows have \(width) columns")
    let judging = try outline(
      of: layers.discriminator, "discriminator", input: width, gives: 1, for: AdversarialNetwork.oneJudgement)
    return NetworkOutline(rows: generating.rows + judging.rows)
  }

  private func outline(
    of layers: [any Layer], _ name: String, input: Int, gives width: Int, for what: String
  ) throws(LayerError) -> NetworkOutline {
    let outline = try part(name) { () throws(LayerError) in try NetworkOutline(layers, input: [input]) }.named(name)
    guard let output = outline.output, output.reduce(1, *) != width, let last = outline.rows.last(where: { $0.depth == 0 }) else {
      return outline
    }
    throw LayerError(last.name, .output(shape: output, wanted: width, for: what))
  }
}

extension NetworkModel: NotedModel {
  package var outline: NetworkOutline { NetworkOutline(network.rows) }

  /// How large it is, and what its training came to.
  package var notes: String { outline.notes(epochs: records.count) }
}

extension FittedAutoencoder: ShownTransformer {
  private var outline: NetworkOutline { NetworkOutline(network.rows) }

  /// The layers to the code, and those back.
  package func learned() throws -> Table { outline.table }
  package var notes: String { outline.notes(epochs: records.count) }
}

extension NetworkOutline {
  fileprivate func notes(epochs: Int) -> String {
    "\(NetworkOutline.grouped(parameters ?? 0)) parameters, trained for \(epochs) epoch\(epochs == 1 ? "" : "s")"
  }

  /// A count with commas between thousands.
  package static func grouped(_ count: Int) -> String {
    var text = ""
    for (place, digit) in String(count).reversed().enumerated() {
      if place > 0, place % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// As people read it: a line a layer, and the sum below.
  package var text: String {
    func shape(_ shape: [Int?]?) -> String { shape.map(NetworkOutline.text) ?? "?" }
    func count(_ count: Int?) -> String { count.map(NetworkOutline.grouped) ?? "?" }
    // Of a nested layer its own name, below the one that it is nested in.
    func name(_ row: Row) -> String {
      row.depth == 0 ? row.name : String(repeating: "  ", count: row.depth) + (row.name.split(separator: ".").last ?? "")
    }
    let names = ["layer"] + rows.map(name) + ["in all"]
    let inputs = ["input"] + rows.map { shape($0.input) } + [""]
    let outputs = ["output"] + rows.map { shape($0.output) } + [""]
    let counts = ["parameters"] + rows.map { count($0.parameters) } + [count(parameters)]
    func wide(_ texts: [String]) -> Int { texts.map(\.count).max() ?? 0 }
    func left(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: width - text.count) }
    let widths = (wide(names), wide(inputs), wide(outputs), wide(counts))
    let rule = String(repeating: "-", count: widths.0 + widths.1 + widths.2 + widths.3 + 6)
    var lines: [String] = []
    for place in names.indices {
      let right = String(repeating: " ", count: widths.3 - counts[place].count) + counts[place]
      if place == 1 || place == names.count - 1 { lines.append(rule) }
      let texts = [left(names[place], widths.0), left(inputs[place], widths.1), left(outputs[place], widths.2), right]
      lines.append(texts.joined(separator: "  "))
    }
    return lines.joined(separator: "\n")
  }
}
